// Where a table starts: its header may stand below titles, notes and small tables of their own. Lines are only passed
// over if a row below clearly is the header: a data row must never be lost as a title.
import { fieldByHeader } from '../../lead/fields.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { Note, SourceInfo } from '../record.ts';
import type { ContactCells } from './contact-cells.ts';

/** The header is one of so many first rows. */
export const MAX_ABOVE = 50;
/** Rows below it that are looked at. */
export const LOOKED_BELOW = 50;
/** A longer cell is a text. */
const MAX_NAME = 300;
/** Rows with a phone above the header; more of them are leads, not a company's own number. */
const MAX_PHONES_ABOVE = 1;

/** Whether a cell names the column of phones: by alias, `--column` or the configuration. */
export type NamesPhone = (cell: string) => boolean;

export const namesPhone: NamesPhone = (cell) => fieldByHeader(cell)?.name === 'phone';

/** How cells are judged. */
export interface CellJudge extends ContactCells {
  readonly namesPhone: NamesPhone;
}

/** The first rows of a table that are not empty. */
export interface FirstRows {
  readonly count: number;
  /** A row's cells, if `header` is the header: a text file's delimiter is found from its header. */
  readonly cells: (row: number, header: number) => readonly string[];
}

export type TableStart =
  | { readonly kind: 'header'; readonly index: number }
  /** The first row is data, and no header follows. */
  | { readonly kind: 'data' }
  /** Leads stand above what looks like the header. */
  | { readonly kind: 'data-above'; readonly index: number };

/** @param rows call `load` of the judge first where {@link needsLoad} says so */
export function tableStart(rows: FirstRows, judge: CellJudge): TableStart {
  const last = Math.min(rows.count, MAX_ABOVE);
  const first = candidateAt(rows, 0, 0, judge);
  const candidates: Candidate[] = [];
  for (let row = 0; row < last; row++) {
    // Where the first row is a header, the others are split like it.
    const found = row === 0 ? first : candidateAt(rows, row, first === null ? row : 0, judge);
    if (found !== null) candidates.push(found);
  }
  const chosen = chosenOf(candidates, rows, judge);
  if (chosen === null) return unnamed(rows, judge);
  let phones = 0;
  for (let row = 0; row < chosen; row++) if (rows.cells(row, row).some(judge.isPhone)) phones++;
  return { kind: phones > MAX_PHONES_ABOVE ? 'data-above' : 'header', index: chosen };
}

/** Whether a decision would need the phone library. */
export function needsLoad(rows: FirstRows, judge: CellJudge): boolean {
  const first = rows.cells(0, 0);
  if (first.some(judge.namesPhone) && !first.some(judge.needsLoad)) return false;
  for (let row = 0; row < rows.count; row++) if (rows.cells(row, row).some(judge.needsLoad)) return true;
  return false;
}

interface Candidate {
  readonly row: number;
  /** Columns that name a phone. */
  readonly columns: readonly number[];
  readonly filled: number;
}

/** A row that names a phone and holds none. */
function candidateAt(rows: FirstRows, row: number, header: number, judge: CellJudge): Candidate | null {
  const cells = rows.cells(row, header);
  if (holdsContact(cells, judge)) return null;
  const columns = cells.flatMap((cell, column) =>
    cell !== '' && cell.length <= MAX_NAME && judge.namesPhone(cell) ? [column] : [],
  );
  return columns.length === 0 ? null : { row, columns, filled: filledIn(cells) };
}

function holdsContact(cells: readonly string[], judge: CellJudge): boolean {
  return cells.some((cell) => judge.isPhone(cell) || judge.isEmail(cell));
}

function chosenOf(candidates: readonly Candidate[], rows: FirstRows, judge: CellJudge): number | null {
  const [only, ...more] = candidates;
  if (only?.row === 0 && more.every((other) => sameTable(only, other) && other.filled <= only.filled))
    return 0;
  let best: Candidate | null = null;
  let most = 0;
  for (const [i, candidate] of candidates.entries()) {
    const next = candidates[i + 1];
    // A row of groups (`Contact`) above the header itself.
    if (next !== undefined && next.row === candidate.row + 1 && next.filled > candidate.filled) continue;
    const end = candidates.find((other, at) => at > i && !sameTable(candidate, other))?.row ?? rows.count;
    const phones = phonesBelow(candidate, end, rows, judge);
    if (phones > most) {
      best = candidate;
      most = phones;
    }
  }
  if (best !== null) return best.row;
  return candidates.find((candidate) => isClear(candidate, rows))?.row ?? null;
}

/** A header that comes again, as in files that were joined. */
function sameTable(a: Candidate, b: Candidate): boolean {
  return b.columns.some((column) => a.columns.includes(column));
}

function phonesBelow({ row, columns }: Candidate, end: number, rows: FirstRows, judge: CellJudge): number {
  let count = 0;
  for (let below = row + 1; below < end; below++) {
    const cells = rows.cells(below, row);
    if (columns.some((column) => judge.isPhone(cells[column] ?? ''))) count++;
  }
  return count;
}

/** Without phones below it: the first row, or one with a second known column and more cells than all above it. */
function isClear({ row, filled }: Candidate, rows: FirstRows): boolean {
  if (row === 0) return true;
  const fields = new Set(rows.cells(row, row).map((cell) => fieldByHeader(cell)?.name));
  fields.delete(undefined);
  if (fields.size < 2) return false;
  for (let above = 0; above < row; above++) if (filledIn(rows.cells(above, above)) >= filled) return false;
  return true;
}

/** No row names a phone: the header is the first row of texts that is as wide as the first row with a phone below it. */
function unnamed(rows: FirstRows, judge: CellJudge): TableStart {
  const last = Math.min(rows.count, MAX_ABOVE);
  for (let row = 0; row < last; row++) {
    const cells = rows.cells(row, row);
    if (!holdsContact(cells, judge)) continue;
    if (row === 0) return { kind: 'data' };
    const column = cells.findIndex((cell) => judge.isPhone(cell) || judge.isEmail(cell));
    const wide = filledIn(cells) * 0.6;
    for (let above = 0; above < row; above++) {
      const header = rows.cells(above, above);
      const texts = header.every((cell) => !/^[\s\d.,:/-]*\d[\s\d.,:/-]*$/.test(cell));
      if (texts && (header[column] ?? '').trim() !== '' && filledIn(header) >= wide)
        return { kind: 'header', index: above };
    }
    return { kind: 'header', index: 0 };
  }
  return { kind: 'header', index: 0 };
}

function filledIn(row: readonly string[]): number {
  return row.filter((cell) => cell.trim() !== '').length;
}

/** How messages call a row of this format. */
export function rowWord(format: SourceInfo['format']): 'row' | 'line' {
  return format === 'xlsx' ? 'row' : 'line';
}

/** @param name the file (and sheet), for messages @param line of the first row */
export function looksLikeData(name: string, word: 'row' | 'line', line: number): UsageError {
  return new UsageError(
    `${plain(name)}: ${word} ${line} looks like data, not a header: it holds a phone or an e-mail address.`,
    'If the table has no header, add --no-header: phones and e-mail addresses are then found by themselves, and other columns are named by position, such as --column "1=name". Otherwise add a header above it.',
  );
}

export function dataAbove(
  name: string,
  word: 'row' | 'line',
  from: number,
  header: number,
  to: number,
): UsageError {
  return new UsageError(
    `${plain(name)}: ${word}s ${from}-${to} look like data above the header in ${word} ${header}: at least two of them hold a phone.`,
    `Move the header to the top, or delete these ${word}s. If ${word} ${header} is no header, add --no-header.`,
  );
}

/** The note about what was passed over; null if there is nothing. */
export function titleNote({ titles, headers, headerLine, format }: SourceInfo): Note | null {
  if (titles === 0 || headers === null || headerLine === null) return null;
  const word = rowWord(format);
  const shown = headers.slice(0, 3).map((header) => plain(header.trim()));
  const more = headers.length > shown.length ? ' …' : '';
  const above =
    headerLine <= 2
      ? `${word} 1 above it is a title and`
      : `${word}s 1-${headerLine - 1} above it are titles or notes and`;
  return {
    kind: 'header',
    text: `${word} ${headerLine} is the header (${shown.join(', ')}${more}); ${above} not read.`,
  };
}
