// Rows above the header, as in reports and hand-made sheets: a title, a period, an author. A row is only skipped if it
// cannot be a header and a row below it clearly is: a data row must never be lost as a title.
import { fieldByHeader } from '../../lead/fields.ts';
import { plain } from '../../util/plain.ts';
import type { SourceInfo } from '../record.ts';

/** The most title rows; if no header is found by then, there is none. */
export const MAX_TITLES = 12;
/** A title may have a label and a value: `From`, `01/10/2026`. */
const MAX_TITLE_CELLS = 2;

/** Whether a cell names the column of phones: by alias, `--column` or the configuration. */
export type NamesPhone = (cell: string) => boolean;

export const namesPhone: NamesPhone = (cell) => fieldByHeader(cell)?.name === 'phone';

/**
 * How many rows are above the header; 0 if the first row is the header or there is none.
 * @param rows the first rows that are not empty
 */
export function titleRows(rows: readonly (readonly string[])[], isPhone: NamesPhone): number {
  for (const [index, row] of rows.slice(0, MAX_TITLES + 1).entries()) {
    if (row.some(isPhone) && (index === 0 || isHeader(row, rows.slice(0, index)))) return index;
    if (!mayBeTitle(row)) return 0;
  }
  return 0;
}

/** Few enough cells to be a title. */
export function mayBeTitle(row: readonly string[]): boolean {
  return filled(row) <= MAX_TITLE_CELLS;
}

/** More cells than any title above it, and a second known column. */
function isHeader(row: readonly string[], above: readonly (readonly string[])[]): boolean {
  const fields = new Set(row.map((cell) => fieldByHeader(cell)?.name));
  fields.delete(undefined);
  return fields.size > 1 && above.every((title) => filled(title) < filled(row));
}

function filled(row: readonly string[]): number {
  return row.filter((cell) => cell.trim() !== '').length;
}

/** The note about them; null if there are none. */
export function titleNote({ titles, headers }: SourceInfo): string | null {
  if (titles === 0) return null;
  const rows =
    titles === 1 ? 'the row above it is a title and was' : `the ${titles} rows above it are titles and were`;
  const first = headers?.slice(0, 3).map((header) => header.trim());
  return `the header is "${first?.map(plain).join(', ')} …"; ${rows} skipped`;
}
