// Fits text from outside on one line of a terminal. string-width does the same, but building its patterns costs every start
// 20 ms, the price of all else that a dry run of one lead does.
import { eastAsianWidth } from 'get-east-asian-width';

/** The width of a text on a terminal: wide characters and emoji take two columns, marks that have no place of their own none. */
export function widthOf(text: string): number {
  // Most texts; needs no tables.
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += segmentWidth(segment);
  return width;
}

/** The width of one letter with its marks, or one emoji with its parts. A spacing mark takes a column, as wcwidth has it. */
function segmentWidth(segment: string): number {
  // An emoji or a flag.
  if (/[\ufe0f\u{1f1e6}-\u{1f1ff}]|\p{Extended_Pictographic}/u.test(segment)) return 2;
  let width = 0;
  for (const char of segment) {
    if (!/[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u.test(char)) width += eastAsianWidth(char.codePointAt(0) ?? 0);
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
