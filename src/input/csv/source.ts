// A table's head and its records.
import { UsageError } from '../../util/usage-error.ts';
import { detectDelimiter, endOfHeader } from '../bytes/detect.ts';
import { checkHeaders } from '../mapping/header-limits.ts';
import type { CellEncoding, InputRecord } from '../record.ts';
import { unescapeFormula } from './escape-formula.ts';
import { CsvReader, type RawRow } from './reader.ts';
import { RecordMaker } from './table-record.ts';
import { MAX_TITLES, mayBeTitle, type NamesPhone, titleRows } from './title-rows.ts';

const BATCH = 256;
/** A longer header has a quote that is never closed; stop waiting for its end. */
const MAX_HEADER = 2 * 1024 * 1024;
/** Titles and the header below them are within this many characters. */
const MAX_TITLE_TEXT = 64 * 1024;

const SEPARATOR = /^"?sep=(.)"?\1*[^\S\r\n]*$/i;
/** Characters of a `sep=` line, padded with delimiters. */
const MAX_SEPARATOR = 1000;

export interface TableHead {
  readonly splitter: CsvReader;
  readonly delimiter: string;
  readonly sepLine: boolean;
  readonly cells: CellEncoding;
  readonly headers: readonly string[];
  readonly headerLine: number;
  /** Rows skipped above it. */
  readonly titles: number;
}

export interface TableOptions {
  /** For messages. */
  readonly name: string;
  readonly delimiter: string | null;
  readonly cellEncoding: (headers: readonly string[]) => CellEncoding;
  readonly namesPhone: NamesPhone;
}

/**
 * Reads up to and including the header.
 * @param text the first part; `rest` is what follows
 * @returns null if there is no header
 * @throws UsageError if the header cannot be split
 */
export async function tableHead(
  text: string,
  rest: AsyncGenerator<string>,
  { name, delimiter, cellEncoding, namesPhone }: TableOptions,
): Promise<TableHead | null> {
  const splitter = new CsvReader();
  splitter.add(text);
  let final = false;
  const more = async () => {
    const next = await rest.next();
    if (next.done === true) final = true;
    else splitter.add(next.value);
  };
  const ahead = async (): Promise<string> => {
    for (;;) {
      const seen = splitter.ahead();
      const end = endOfHeader(seen);
      // A CR at the end may be the first half of a CRLF.
      const whole = seen[end] === '\n' || end + 1 < seen.length;
      if (final || whole || seen.length > MAX_HEADER) return seen;
      await more();
    }
  };
  let first = await ahead();
  const sep = SEPARATOR.exec(first.slice(0, Math.min(endOfHeader(first), MAX_SEPARATOR)))?.[1] ?? null;
  if (sep !== null) {
    splitter.skipLine();
    first = await ahead();
  }
  const given = delimiter ?? sep;
  const titles = await passTitles();
  splitter.delimiter = given ?? detectDelimiter(first);
  async function passTitles(): Promise<number> {
    const split = (text: string) => text.slice(0, endOfHeader(text)).split(given ?? detectDelimiter(text));
    const unquoted = (text: string) => split(text).map((cell) => cell.replace(/^\s*"(.*)"\s*$/s, '$1'));
    const cells = unquoted(first);
    if (cells.some(namesPhone) || !mayBeTitle(cells)) return 0;
    let lines = startsOf(first);
    while (!final && lines.length <= MAX_TITLES + 1 && first.length < MAX_TITLE_TEXT) {
      await more();
      first = splitter.ahead();
      lines = startsOf(first);
    }
    const count = titleRows(
      lines.map((start) => unquoted(first.slice(start))),
      namesPhone,
    );
    for (let passed = 0; passed < count; passed++) {
      splitter.skipLine();
      first = await ahead();
    }
    return count;
  }
  let row: RawRow | undefined;
  for (;;) {
    [row] = splitter.take(final, 1);
    if (row !== undefined) break;
    if (final) return null;
    await more();
  }
  if (row.problem !== null) {
    throw new UsageError(`${name}: the header in line ${row.line} cannot be read: ${row.problem}`);
  }
  checkHeaders(row.cells, name);
  const headers = row.cells.map(unescapeFormula);
  const cells = cellEncoding(headers);
  splitter.cells = cells;
  return {
    splitter,
    delimiter: splitter.delimiter,
    sepLine: sep !== null,
    cells,
    headers,
    headerLine: row.line,
    titles,
  };
}

/** Where the first non-blank lines of a text start. */
function startsOf(text: string): readonly number[] {
  const starts: number[] = [];
  let at = 0;
  while (at < text.length && starts.length <= MAX_TITLES + 1) {
    const end = at + endOfHeader(text.slice(at, at + 64 * 1024));
    if (text.slice(at, end).trim() !== '') starts.push(at);
    at = end + 1;
  }
  return starts;
}

/** The records below the header, in batches as they arrive. */
export async function* tableRecords(
  { splitter, headers }: TableHead,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new RecordMaker(headers);
  const batches = function* (final: boolean): Generator<readonly InputRecord[]> {
    for (;;) {
      const rows = splitter.take(final, BATCH);
      if (rows.length === 0) return;
      yield rows.map((row) => maker.of(row, row.line));
    }
  };
  yield* batches(false);
  for await (const text of rest) {
    splitter.add(text);
    yield* batches(false);
  }
  yield* batches(true);
}
