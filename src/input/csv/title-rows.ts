// Rows above the header, as reports and hand-made sheets have them: a title, a period, who made it. A row is only passed
// over where it cannot be a header and one below it surely is: a data row must never be lost as a title.
import { fieldByHeader } from '../../lead/fields.ts';
import { plain } from '../../util/plain.ts';
import type { SourceInfo } from '../record.ts';

/** Titles are few; what is not found by then has no header. */
export const MAX_TITLES = 12;
/** A title may have a label and a value: `From`, `01/10/2026`. */
const MAX_TITLE_CELLS = 2;

/** Whether a cell names the column of phones: by alias, `--column` or the configuration. */
export type NamesPhone = (cell: string) => boolean;

export const namesPhone: NamesPhone = (cell) => fieldByHeader(cell)?.name === 'phone';

/**
 * How many of the first rows stand above the header; 0 where the first is the header or none is.
 * @param rows the first rows that are not empty
 */
export function titleRows(rows: readonly (readonly string[])[], isPhone: NamesPhone): number {
  for (const [index, row] of rows.slice(0, MAX_TITLES + 1).entries()) {
    if (row.some(isPhone) && (index === 0 || isHeader(row, rows.slice(0, index)))) return index;
    if (!mayBeTitle(row)) return 0;
  }
  return 0;
}

/** So few cells that it can stand above a header. */
export function mayBeTitle(row: readonly string[]): boolean {
  return filled(row) <= MAX_TITLE_CELLS;
}

/** More cells than any title above it, and another of them is known, too. */
function isHeader(row: readonly string[], above: readonly (readonly string[])[]): boolean {
  const fields = new Set(row.map((cell) => fieldByHeader(cell)?.name));
  fields.delete(undefined);
  return fields.size > 1 && above.every((title) => filled(title) < filled(row));
}

function filled(row: readonly string[]): number {
  return row.filter((cell) => cell.trim() !== '').length;
}

/** What is said of them; null where there are none. */
export function titleNote({ titles, headers, file }: SourceInfo): string | null {
  if (titles === 0) return null;
  const rows =
    titles === 1 ? 'the row above it is a title and was' : `the ${titles} rows above it are titles and were`;
  const first = headers?.slice(0, 3).map((header) => header.trim());
  return `${file}: the header is "${first?.map(plain).join(', ')} …"; ${rows} skipped`;
}
