// A table of texts for people: columns as wide as their widest cell, in columns of the terminal.
import { widthOf } from '../util/text.ts';

/**
 * One line a row, each with its line break; no blanks at a line's end.
 * @param before each line
 */
export function tableText(rows: readonly (readonly string[])[], before = ''): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => padded(cell, widths[column] ?? 0));
      return `${before}${cells.join('  ')}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** padEnd by columns of the terminal: letters of other scripts are wide, or none. */
function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
