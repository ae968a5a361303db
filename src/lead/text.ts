// Normalises text: files from phones, chats and spreadsheets hold full-width letters, no-break spaces and invisible
// characters.

/** Printable ASCII with single spaces: nothing to do. Most cells are like this. */
const PLAIN_LINE = /^[!-~]+(?: [!-~]+)*$/;

/** Longer texts are not names; NFKC is skipped, which turns some characters (U+FDFA) into whole sentences. */
const MAX_LINE = 10_000;

/** Controls, soft hyphen, bidi marks, zero-width spaces, fillers and byte order marks. Not tab and line breaks. */
const INVISIBLE =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f/g;

/** Zero-width (non-)joiners: part of Indic scripts and emoji after a mark or picture, noise anywhere else. */
const STRAY_JOINER = /(?<![\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]/gu;

/** More marks on one letter than any script uses: normalising them takes time in the square of their number. */
const MARKS_TOO_MANY = /(\p{M}{32})\p{M}+/gu;

const LONE_SURROGATE = /\p{Surrogate}/gu;
const DECIMAL_DIGIT = /\p{Nd}/u;
const FOREIGN_DIGITS = /(?![0-9])\p{Nd}/gu;
const NON_ASCII = /[^\u0000-\u007f]/;

/** Words for an empty cell, in lower case. */
const ABSENT: ReadonlySet<string> = new Set([
  ...[
    '',
    'na',
    'n/a',
    'n.a.',
    'n.a',
    'n. a.',
    'nan',
    'nat',
    'nil',
    'null',
    'none',
    'undefined',
    'not provided',
    'not specified',
    'not available',
    'not applicable',
    'not given',
    'not mentioned',
  ],
  ...['<na>', '(null)', '<null>', '(blank)', '<blank>', '(empty)', '<empty>', '<none>', '<nil>', '[null]'],
  ...['[object object]', '-', '--', '---', '.', '—', '–'],
]);
/** Also a person's name. */
const NAMES: ReadonlySet<string> = new Set(['nil']);
/** How long they are: most cells need no further look. */
const ABSENT_LENGTHS: readonly boolean[] = Array.from({ length: 16 }, (_, length) =>
  [...ABSENT].some((word) => word.length === length),
);

/** What a spreadsheet shows where a formula failed, in the languages of its users. */
const SHEET_ERRORS: ReadonlySet<string> = new Set([
  ...['#n/a', '#ref!', '#value!', '#name?', '#null!', '#num!', '#div/0!', '#error!', '#spill!', '#calc!'],
  ...['#getting_data', '#field!', '#blocked!', '#connect!', '#unknown!', '#busy!', '#python!', '#external!'],
  ...['#nv', '#bezug!', '#wert!', '#zahl!', '#überlauf!', '#n/d', '#valeur!', '#nom?', '#nombre!', '#nul!'],
  ...[
    '#¡valor!',
    '#¡ref!',
    '#¿nombre?',
    '#¡num!',
    '#¡nulo!',
    '#¡div/0!',
    '#valor!',
    '#nome?',
    '#núm!',
    '#nulo!',
  ],
]);
/** A column too narrow for its number. */
const TOO_NARROW = /^#{3,}$/;
/** LibreOffice: `Err:502`. */
const ERROR_NUMBER = /^err:5\d\d$/i;

/** @param text as {@link oneLine} returns it @returns whether a spreadsheet shows an error in place of a value */
export function isSheetError(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 35) return SHEET_ERRORS.has(text.toLowerCase()) || TOO_NARROW.test(text);
  return (first | 32) === 101 && ERROR_NUMBER.test(text);
}

/**
 * @param text as {@link oneLine} returns it
 * @returns whether it means an empty cell: ``, `na`, `N/A`, `null`, `nan`, `-`, or a spreadsheet's error
 */
export function isAbsent(text: string): boolean {
  return (ABSENT_LENGTHS[text.length] === true && ABSENT.has(text.toLowerCase())) || isSheetError(text);
}

/** The same for a person's name. */
export function isAbsentName(text: string): boolean {
  return isAbsent(text) && !NAMES.has(text.toLowerCase());
}

/** One line of text: NFKC, no invisible characters, each run of white space one space, trimmed. */
export function oneLine(text: string): string {
  if (text === '' || PLAIN_LINE.test(text)) return text;
  return untilStable(text, (before) =>
    before
      .normalize(before.length > MAX_LINE ? 'NFC' : 'NFKC')
      .replace(/[\s\u0085]+/gu, ' ')
      .trim(),
  );
}

/**
 * Text that keeps its line breaks, as `\n`, without invisible characters and spaces at line ends. Otherwise as written.
 */
export function manyLines(text: string): string {
  if (text === '' || PLAIN_LINE.test(text)) return text;
  return untilStable(text, (before) =>
    before
      .normalize('NFC')
      .replace(/\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g, '\n')
      .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .trim(),
  );
}

/** Digits of any script (`९`, `٩`) as ASCII. */
export function asciiDigits(text: string): string {
  if (!NON_ASCII.test(text)) return text;
  return text.replace(FOREIGN_DIGITS, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)));
}

/** Repeats until nothing changes: removing a character may let its neighbours combine. */
function untilStable(text: string, step: (text: string) => string): string {
  let before = text.length > 32 ? text.replace(MARKS_TOO_MANY, '$1') : text;
  for (let round = 0; round < 8; round++) {
    const after = step(
      before.replace(LONE_SURROGATE, '\ufffd').replace(INVISIBLE, '').replace(STRAY_JOINER, ''),
    );
    if (after === before) break;
    before = after;
  }
  return before;
}

/** Unicode lists the decimal digits of each script in order, zero first. */
function digitValue(codePoint: number): number {
  let value = 0;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(codePoint - value - 1))) value++;
  return value % 10;
}
