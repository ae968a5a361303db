// Text of strangers on a terminal: one line of it, and it fits.
import widthOf from 'string-width';

export { plain } from './plain.ts';

/** Columns that a text takes on a terminal: wide characters and emoji two, most marks on letters none. */
export { widthOf };

/** Cut to so many columns; null: whole. */
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
