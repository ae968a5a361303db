// Fits text from outside on one line of a terminal.
import { eastAsianWidth } from 'get-east-asian-width';

export { plain } from './plain.ts';

/** The width of a text on a terminal: wide characters and emoji take two columns, combining marks none. */
export function widthOf(text: string): number {
  // Most texts; needs no tables.
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += segmentWidth(segment);
  return width;
}

/** The width of one letter with its marks, or one emoji with its parts. */
function segmentWidth(segment: string): number {
  // An emoji or a flag.
  if (/[\ufe0f\u{1f1e6}-\u{1f1ff}]/u.test(segment)) return 2;
  let width = 0;
  for (const char of segment) {
    if (!/[\p{M}\p{Cf}\p{Cc}]/u.test(char)) width = Math.max(width, eastAsianWidth(char.codePointAt(0) ?? 0));
  }
  return width;
}

/** Cuts to this many columns; null: does not cut. */
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
