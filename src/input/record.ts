// The output of every reader: one data record as text, before its columns are mapped.
import type { Problem } from '../lead/codes.ts';

export type InputFormat = 'csv' | 'tsv' | 'json' | 'ndjson' | 'xlsx' | 'flags';

/** How a table writes its cells: as RFC 4180 text, or each as a PHP json_encode() string (Elementor). */
export type CellEncoding = 'plain' | 'json';

/** What is known about a source once its head was read; enough to write rows in the same format. */
export interface SourceInfo {
  /** The path as the user gave it; `-` for stdin; null for a lead from flags. */
  readonly file: string | null;
  readonly format: InputFormat;
  /** WHATWG label or iconv-lite name, `utf-8`, `utf-16le`, `windows-1252`, `macintosh`; null for xlsx and flags. */
  readonly encoding: string | null;
  readonly bom: boolean;
  readonly delimiter: string | null;
  readonly eol: '\r\n' | '\n' | '\r';
  /** The file began with a `sep=;` line. */
  readonly sepLine: boolean;
  readonly cellEncoding: CellEncoding;
  /** The table's header cells as in the file (not trimmed); null for JSON and NDJSON. */
  readonly headers: readonly string[] | null;
  /** Physical line of the header, from 1, in xlsx the sheet's row; null if there is none. */
  readonly headerLine: number | null;
  /** Rows skipped above the header, such as a report's title. */
  readonly titles: number;
  /** The xlsx sheet that is read. */
  readonly sheet: string | null;
}

/** For a source that is not a text file: what is written for it is CSV. */
export const NO_TEXT_FORMAT = {
  encoding: null,
  bom: false,
  delimiter: null,
  eol: '\n',
  sepLine: false,
  cellEncoding: 'plain',
} as const satisfies Partial<SourceInfo>;

/** One data record. */
export interface InputRecord {
  /** Counts the data records from 1; blank and all-empty rows do not count. */
  readonly record: number;
  /** Physical line where the record starts, from 1, in xlsx the sheet's row; null for JSON arrays and flags. */
  readonly line: number | null;
  /** Column names, one per cell. The same array for all records of a table, so that plans can be cached by identity. */
  readonly keys: readonly string[];
  /** The cells as text. May be shorter than `keys` (ROW_SHORT) or longer (ROW_TOO_MANY_COLUMNS). */
  readonly cells: readonly string[];
  /** Why the record as a whole cannot be a lead (ROW_UNPARSABLE, ROW_TOO_MANY_COLUMNS, NOT_A_LEAD), else null. */
  readonly problem: Problem | null;
  /** ROW_SHORT, NUL_REMOVED. */
  readonly warnings: readonly Problem[];
  /** For NDJSON and JSON: the record's own text (without secrets such as google_key); else null. */
  readonly json: string | null;
}

/** What a note about how a file is read is about. */
export type NoteKind =
  | 'preset'
  | 'header'
  | 'columns'
  | 'phones'
  | 'country'
  | 'dates'
  | 'sheet'
  | 'hidden'
  | 'records'
  | 'text';

/** One decision that the reader took by itself, for stderr and `check`. */
export interface Note {
  readonly kind: NoteKind;
  /** One whole sentence or two, without the file's name: `line 3 is the header; the 2 lines above it are titles.` */
  readonly text: string;
}

/** What the first rows of a table show beyond its header. */
export interface TableFacts {
  /** The first row is data; columns are named by their position. */
  readonly headerless: boolean;
  /** Columns without a name that the first rows fill. */
  readonly unnamed: readonly number[];
  /** Columns whose cells are phones or e-mails, where no header says it; null: it does. */
  readonly contacts: { readonly phones: readonly number[]; readonly emails: readonly number[] } | null;
  /** A workbook's other visible sheets, for advice: `2 "October"`; null if there are none. */
  readonly otherSheets: string | null;
}

/** How far a file has been read. */
export interface BytesRead {
  readonly bytes: number;
  readonly of: number;
}

/** An open input: what it is, and its records. */
export interface Source {
  readonly info: SourceInfo;
  /** It can be opened again for another pass: a file, not a stream or a pipe. */
  readonly repeatable: boolean;
  /** Of a table. */
  readonly table?: TableFacts;
  /** Batches of up to 256, smaller ones at once where the input is slow. Once only: open the file again for another pass. */
  records(): AsyncIterable<readonly InputRecord[]>;
  /** What the reader of this format decided; may grow while records are read. Absent: nothing to tell. */
  readonly notes?: () => readonly Note[];
  /** Absent where the size is not known. */
  readonly bytesRead?: () => BytesRead;
  close(): Promise<void>;
}
