// Fits text from outside on one line of a terminal.
import widthOf from 'string-width';

export { plain } from './plain.ts';

/** The width of a text on a terminal: wide characters and emoji take two columns, most combining marks none. */
export { widthOf };

/** Cuts to this many columns; null: does not cut. */
export function cutTo(text: string, columns: number | null): string {
  if (columns === null || widthOf(text) <= columns) return text;
  let width = 0;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
