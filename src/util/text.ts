// Text of strangers on a terminal: one line of it, and it fits.
import { eastAsianWidth } from 'get-east-asian-width';

export { plain } from './plain.ts';

/** Columns that a text takes on a terminal: wide characters and emoji two, marks on letters none. */
export function widthOf(text: string): number {
  // Most texts, and without the tables.
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += segmentWidth(segment);
  return width;
}

/** Of one letter with its marks, or one emoji however it is joined. */
function segmentWidth(segment: string): number {
  // Shown as an emoji, or a flag.
  if (/[\ufe0f\u{1f1e6}-\u{1f1ff}]/u.test(segment)) return 2;
  let width = 0;
  for (const char of segment) {
    if (!/[\p{M}\p{Cf}\p{Cc}]/u.test(char)) width = Math.max(width, eastAsianWidth(char.codePointAt(0) ?? 0));
  }
  return width;
}

/** Cut to so many columns; null: whole. */
export function cutTo(text: string, columns: number | null): string {
  if (columns === null || widthOf(text) <= columns) return text;
  let width = 0;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += segmentWidth(segment);
    if (width > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
