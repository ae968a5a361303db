// What the first leads of a file became, column by column: shown by `check`, so that a person sees at a glance whether
// the file was understood.
import { fieldByName } from '../lead/fields.ts';
import type { ColumnTarget, Lead, LeadResult } from '../lead/lead.ts';
import { asciiDigits, isAbsent, oneLine } from '../lead/text.ts';
import type { PreparedSource } from './mapping/prepared-file.ts';
import type { InputRecord } from './record.ts';

/** Leads of each file that are shown. */
const SHOWN = 3;
/** Without country code and trunk prefix, a number is known by its last digits. */
const CORE = 8;

/** What one column of one record became. */
export interface ShownCell {
  readonly header: string;
  /** Where its value went; null: it was empty, or is not sent. */
  readonly field: ColumnTarget | null;
  readonly value: string | null;
}

export interface ShownRow {
  readonly record: number;
  readonly line: number | null;
  /** In the order of the file's columns. */
  readonly cells: readonly ShownCell[];
}

/** What the first rows of a file say of its columns. */
export interface FirstRowsSeen {
  readonly rows: readonly ShownRow[];
  /** Columns without a name that some row fills, by position from 0. */
  readonly unnamed: ReadonlySet<number>;
  readonly name: NameColumn;
}

/** Whether a file has the names of its people: `read`; else the header of the unread column that may hold them, or null. */
export type NameColumn =
  | { readonly read: true }
  | { readonly read: false; readonly likely: { readonly header: string; readonly column: number } | null };

/** Collects the first leads of one file while it is read. */
export class FirstRows {
  readonly #source: PreparedSource;
  readonly #kept: { readonly record: InputRecord; readonly lead: Lead }[] = [];
  readonly #open: Set<number>;
  readonly #unnamed = new Set<number>();

  constructor(source: PreparedSource) {
    this.#source = source;
    const headers = source.info.headers ?? [];
    this.#open = new Set([...headers.keys()].filter((column) => headers[column]?.trim() === ''));
  }

  add(record: InputRecord, result: LeadResult): void {
    for (const column of this.#open) {
      if (isAbsent(oneLine(record.cells[column] ?? ''))) continue;
      this.#unnamed.add(column);
      this.#open.delete(column);
    }
    if (result.kind === 'lead' && this.#kept.length < SHOWN) this.#kept.push({ record, lead: result.lead });
  }

  /** Call it when the file was read: for JSON, only then its columns are known. */
  result(): FirstRowsSeen {
    const { columns } = this.#source;
    const places = new Map<ColumnTarget, number>();
    for (const { target } of columns) if (target !== null) places.set(target, (places.get(target) ?? 0) + 1);
    const rows = this.#kept.map(({ record, lead }) => ({
      record: record.record,
      line: record.line,
      cells: columns.map(({ header, target }, column): ShownCell => {
        const cell = cellOf(record, header, column, this.#source);
        const became =
          target === null ? null : becomes(header, cell, target, lead, (places.get(target) ?? 0) > 1);
        return { header, field: became?.field ?? null, value: became?.value ?? null };
      }),
    }));
    return { rows, unnamed: this.#unnamed, name: this.#name() };
  }

  #name(): NameColumn {
    const { columns } = this.#source;
    if (hasNames(this.#source)) return { read: true };
    const column = columns.findIndex(
      ({ header, target }, index) =>
        target === null && isOfPerson(header) && this.#cells(header, index).some((cell) => NAME.test(cell)),
    );
    const header = columns[column]?.header;
    return { read: false, likely: header === undefined ? null : { header, column } };
  }

  /** Of the first leads, those that are filled. */
  #cells(header: string, column: number): readonly string[] {
    return this.#kept
      .map(({ record }) => oneLine(cellOf(record, header, column, this.#source)))
      .filter((cell) => !isAbsent(cell));
  }
}

/** Each JSON record has its own keys; a table's cells are in the order of its header. */
function cellOf(record: InputRecord, header: string, column: number, { info }: PreparedSource): string {
  return record.cells[info.headers === null ? record.keys.indexOf(header) : column] ?? '';
}

const NAMES: ReadonlySet<ColumnTarget> = new Set<ColumnTarget>(['name', 'firstName', 'lastName']);
/** Whether some column is read as the name. */
export function hasNames({ columns }: Pick<PreparedSource, 'columns'>): boolean {
  return columns.some(({ target }) => target !== null && NAMES.has(target));
}

/** No number, no address. */
const NAME = /^[\p{L}\p{M}][\p{L}\p{M} .'’-]*$/u;
/** `Client`, `Contact person`; not `Client ID` and `Lead status`, which say something of the person. */
const PERSON = /^(?:client|customer|lead|visitor|buyer|contact|prospect|guest|person)s?$/;
const OF_PERSON = /^(?:the|our|of|details?|info)$/;

/** Whether a column with this header may hold the names. */
export function isOfPerson(header: string): boolean {
  const words = header.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? [];
  return (
    words.some((word) => PERSON.test(word)) &&
    words.every((word) => PERSON.test(word) || OF_PERSON.test(word))
  );
}

interface Became {
  readonly field: ColumnTarget;
  readonly value: string;
}

/** @param shared other columns go to the same field */
function becomes(
  header: string,
  cell: string,
  target: ColumnTarget,
  lead: Lead,
  shared: boolean,
): Became | null {
  if (isAbsent(oneLine(cell))) return null;
  const kept = keptIn(lead, `extra.${header.trim()}`);
  if (target === 'phone' || target === 'altPhone') {
    const digits = asciiDigits(cell).replace(/\D/g, '');
    for (const field of ['phone', 'altPhone'] as const) {
      const number = lead[field];
      if (number !== undefined && digits.includes(number.slice(-CORE))) return { field, value: number };
    }
    return kept;
  }
  const taken = keptIn(lead, target);
  // Another column's value was better: this one's is kept beside it.
  return shared && kept !== null && kept.value !== taken?.value ? kept : taken;
}

/** The value that a lead has there, as text. */
function keptIn(lead: Lead, target: ColumnTarget): Became | null {
  const value = valueIn(lead, target);
  return value === undefined ? null : { field: target, value };
}

function valueIn(lead: Lead, target: ColumnTarget): string | undefined {
  if (target.startsWith('extra.')) return lead.extra?.[target.slice('extra.'.length)];
  const field = fieldByName(target)?.name;
  if (field === undefined) return undefined;
  if (field === 'budget') {
    const { budgetMin, budgetMax } = lead;
    // As it would be written: `5000000-12000000`, `-12000000` (at most), `5000000-` (at least).
    return budgetMin === undefined && budgetMax === undefined
      ? undefined
      : `${budgetMin ?? ''}-${budgetMax ?? ''}`;
  }
  const value = lead[field];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.join(', ') : String(value);
}
