// A table of texts for people: columns as wide as their widest cell, in columns of the terminal.
import { cutTo, widthOf } from '../util/text.ts';

type Rows = readonly (readonly string[])[];

const GAP = 2;
/** A narrower column says nothing. */
const MIN_COLUMN = 5;

/**
 * One line a row, each with its line break; no blanks at a line's end.
 * @param before each line
 * @param right the first column of numbers, which stand to the right
 */
export function tableText(rows: Rows, before = '', right = Number.POSITIVE_INFINITY): string {
  const widths = widthsOf(rows);
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => padded(cell, widths[column] ?? 0, column >= right));
      return `${before}${cells.join(' '.repeat(GAP))}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

export interface Fit {
  /** The columns that may be cut, in turn. */
  readonly shrink: readonly number[];
  /** The first column of numbers. */
  readonly right: number;
}

/** The same in at most so many columns of the terminal, if cutting texts is enough. @param width null: not cut */
export function fittedTable(rows: Rows, width: number | null, { shrink, right }: Fit): string {
  let fitted = rows;
  for (const column of shrink) {
    const widths = widthsOf(fitted);
    const over = width === null ? 0 : total(widths) - width;
    if (over <= 0) break;
    const most = Math.max(MIN_COLUMN, (widths[column] ?? 0) - over);
    fitted = fitted.map((row) => row.map((cell, i) => (i === column ? cutTo(cell, most) : cell)));
  }
  return tableText(fitted, '', right);
}

function widthsOf(rows: Rows): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);
}

/** padEnd by columns of the terminal: letters of other scripts are wide, or none. */
function padded(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? blanks + text : text + blanks;
}
