// Characters in text from outside that would control a terminal or reorder its text, and how they are shown instead.

/**
 * Control characters (also the second set, U+0080 to U+009F), line separators, and marks that change the direction of
 * writing.
 */
const STEERING =
  '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f\\ufff9-\\ufffb';

/** The same, without tab and line break, which our own lines contain. */
export const STEERING_BUT_LINES = `${STEERING.replace('\\u001f', '\\u0008\\u000b-\\u001f')}`;

const ANY = new RegExp(`[${STEERING}]`);
const EACH = new RegExp(`[${STEERING}]`, 'g');

/** A text without control characters and line breaks. */
export function isPlain(text: string): boolean {
  return !ANY.test(text);
}

/** `\u001b`: a well-known notation, and the same character in JSON. */
export function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * The parts of arguments and paths that hold a line break with more text behind it: printed as they are, they would look
 * like lines of ours. The longest first.
 */
export function brokenNames(texts: readonly string[]): readonly string[] {
  const parts = texts.filter((text) => BROKEN.test(text)).flatMap((text) => text.split(/[/\\=,:]/));
  return [...new Set(parts.filter((part) => BROKEN.test(part)))].sort((a, b) => b.length - a.length);
}

const BROKEN = /[\r\n]\s*\S/;

/** Text from outside on one line: line breaks and tabs become spaces, control characters are escaped. */
export function plain(text: string): string {
  if (!ANY.test(text)) return text;
  return text.replace(/[\t\r\n]*[\t\n][\t\r\n]*/g, ' ').replace(EACH, escaped);
}
