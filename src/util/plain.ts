// What a terminal would obey or turn round in a text of strangers, and how it is shown instead.

/** Control characters (also the second set, U+0080 to U+009F), line separators, and marks that change the direction of writing. */
const STEERING =
  '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f\\ufff9-\\ufffb';

/** The same, without the tab and the line break that our own lines are made of. */
export const STEERING_BUT_LINES = `${STEERING.replace('\\u001f', '\\u0008\\u000b-\\u001f')}`;

const ANY = new RegExp(`[${STEERING}]`);
const EACH = new RegExp(`[${STEERING}]`, 'g');

/** A text with nothing that steers a terminal, and no line break. */
export function isPlain(text: string): boolean {
  return !ANY.test(text);
}

/** `\u001b`: as people know it, and in JSON the same character. */
export function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A text of strangers in one line: line breaks and tabs are blanks, what would steer the terminal is shown escaped. */
export function plain(text: string): string {
  if (!ANY.test(text)) return text;
  return text.replace(/[\t\r\n]*[\t\n][\t\r\n]*/g, ' ').replace(EACH, escaped);
}
