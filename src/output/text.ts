// Text of strangers on a terminal: nothing in it may move the cursor or set the title, and it fits the line.
import stringWidth from 'string-width';

/** Control characters, bidi overrides and line breaks as a blank; escapes lose their meaning. */
export function plain(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g,
    ' ',
  );
}

/** Cut to so many columns, wide characters counted as two; null: whole. */
export function cutTo(text: string, columns: number | null): string {
  if (columns === null || stringWidth(text) <= columns) return text;
  let width = 0;
  let cut = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
