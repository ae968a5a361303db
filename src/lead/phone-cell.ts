// Takes a phone cell apart, before any number is validated: prefixes, guards, extensions, several numbers, words.
import { type SplitPhone, splitPhone } from './split-phone.ts';
import { strayLetters, straySigns } from './stray-signs.ts';
import { asciiDigits, isAbsent, isSheetError, oneLine } from './text.ts';

/** One cell, taken apart. */
export type PhoneCell =
  | { readonly kind: 'empty' }
  /** A spreadsheet's `#REF!`. */
  | { readonly kind: 'sheet-error' }
  /** A WhatsApp id that is nobody's number. */
  | { readonly kind: 'no-number-id'; readonly what: string }
  /** A spreadsheet's `9.19877E+11`. */
  | { readonly kind: 'rounded' }
  | { readonly kind: 'masked' }
  /** Text without anything like a number; `stray`: letters and signs that stand among the digits of one. */
  | { readonly kind: 'words'; readonly stray: readonly string[]; readonly split: SplitPhone | null }
  | {
      readonly kind: 'numbers';
      /** Digits, with `+` if it was written (or `00`). At least one number. */
      readonly numbers: readonly string[];
      /** There is text beside the number. */
      readonly words: boolean;
      readonly extension: boolean;
      /** There are several numbers, or a shortened second one: `98200 12345 / 46`. */
      readonly several: boolean;
      /** Letters and signs among the digits. */
      readonly stray: readonly string[];
      /** The whole cell may be one number that a sign splits. */
      readonly split: SplitPhone | null;
    };

/** A longer cell is a note. */
const MAX_LENGTH = 300;
const WRAPPED = /^=?\s*"(.*)"$/;
const FORMULA = /^[=@]\s*(?=\+?\d)/;
/** The text that a link in a cell shows. */
const LINK = /^=\s*hyperlink\s*\(\s*"[^"]*"\s*[,;]\s*"([^"]*\d[^"]*)"\s*\)$/i;
/** `Tel.98200 12345`, `M-98200 12345`: a label, not a word with digits in it. */
const LABEL = /(?<![\p{L}\p{N}])(\p{L}{1,12}[-.:_)#]{1,2})(?=\+?\(?\d{5}|\+\d)/gu;
/** A quantity beside a number: `98200 12345 2 BHK`, `10 am`. */
const QUANTITY =
  /(?<=\s)\d{1,4}(?:\.\d+)?\s*(?:bhk|rk|bed(?:room)?s?|[ap]\.?m|lakhs?|lacs?|l|crores?|cr|sq\.?\s*ft|hrs?|hours?|mins?)\b\.?/gi;
/** Words for "no phone", in addition to the words for an empty cell in any column. */
const NO_PHONE: ReadonlySet<string> = new Set([
  ...['nil', 'no', 'none given', 'not available', 'not provided', 'not given', 'not specified', 'no phone'],
  ...['no number', 'no mobile', 'unavailable', 'blank', 'empty', 'unknown'],
]);
const PREFIX = /^(?:p|tel|sms|whatsapp)\s*:\s*/i;
const GUARD = /^['’‘`](?=\s*[+\d(])/;
const FLOAT_TAIL = /^(\+?\d{5,})[.,]0+$/;
const SCIENTIFIC = /^\+?(\d)(?:[.,](\d+))?e\+?(\d{1,2})$/i;
/** A number grouped as a spreadsheet shows it: `9,820,012,345.00`, `9'820'012'345`, `98,20,01,23,45`. */
const GROUPED = /^(\+?\d{1,4}(?:([,'’‘. ])\d{2,4})(?:\2\d{2,4})+)([.,]0{1,2})?$/;
/** Digits of one number; more are several, grouped by chance. */
const MAX_GROUPED = 15;
/** WhatsApp's id of a person: the international number, and perhaps the device. */
const WHATSAPP_NUMBER = /(?<!\w)\+?(\d{5,15})(?:[:._]\d+)*@(?:s\.whatsapp\.net|c\.us)(?![\w.])/gi;
/** WhatsApp's ids of what has no number, and what each is. */
const WHATSAPP_OTHER = /(?<![\w.-])[\w.:-]*@(?:hosted\.)?(g\.us|lid|broadcast|newsletter)(?![\w.])/gi;
const WHATSAPP_KINDS: Readonly<Record<string, string>> = {
  'g.us': 'a WhatsApp group',
  lid: 'a WhatsApp id (lid) that hides the number',
  broadcast: 'a WhatsApp broadcast list',
  newsletter: 'a WhatsApp channel (newsletter)',
};
/** The last digits of a second number after the first. */
const SHORTENED = /^\d{1,6}$/;
const MASKED = /\d[-\s]*[x*#•●]{2,}|[x*#•●]{2,}[-\s]*\d|[x*•●]{4,}/i;
const EXTENSION = /(?<=\d.{6,})[\s,;(]*(?:\bext(?:n|ension)?\b\.?|(?<=[\d\s)])x|#)\s*[-:=.]?\s*\d{1,7}\)?$/i;
const SEPARATOR = /[/,;|\n&]|\s(?:or|and)\s|\\/i;
/** Digits of a number and the usual separators. */
const NUMBER = /[+(]*\d(?:[-\s().+~‐-―−]*\d)*/g;
/** Fewer digits beside text are a time, a storey or an area. */
const MIN_DIGITS = 7;
/** Digits of a mobile. */
const WHOLE = 10;

const NONE: readonly string[] = [];
const ONE_NUMBER = {
  kind: 'numbers',
  words: false,
  extension: false,
  several: false,
  stray: NONE,
  split: null,
} as const;

/** Takes a cell apart; does not check whether a number is valid. */
export function readPhoneCell(text: string): PhoneCell {
  if (text.length > MAX_LENGTH) return { kind: 'words', stray: NONE, split: null };
  let line = asciiDigits(text);
  line = text.includes('\n')
    ? line
        .split(/[\r\n]+/)
        .map(oneLine)
        .join('\n')
        .trim()
    : oneLine(line);
  // NFKC may turn one character into a whole sentence (U+FDFA).
  if (line.length > MAX_LENGTH) return { kind: 'words', stray: NONE, split: null };
  line = unwrap(line);
  if (isSheetError(line)) return { kind: 'sheet-error' };
  if (line.includes('@')) {
    const other = WHATSAPP_OTHER.exec(line)?.[1]?.toLowerCase();
    WHATSAPP_OTHER.lastIndex = 0;
    line = line.replace(WHATSAPP_NUMBER, '+$1').replace(WHATSAPP_OTHER, '').trim();
    if (other !== undefined && !/\d/.test(line)) {
      return { kind: 'no-number-id', what: WHATSAPP_KINDS[other] ?? 'a WhatsApp id without a number' };
    }
  }
  // Spreadsheets write `0` for an empty cell.
  if (isAbsent(line) || NO_PHONE.has(line.toLowerCase()) || /^[+-]?(?:0(?:\.0)?)?$/.test(line))
    return { kind: 'empty' };
  const scientific = SCIENTIFIC.exec(line);
  if (scientific !== null) {
    const whole = wholeDigits(scientific[1] ?? '', scientific[2] ?? '', Number(scientific[3]));
    return whole === null ? { kind: 'rounded' } : { ...ONE_NUMBER, numbers: [whole] };
  }
  // A lookbehind at each position of a long cell is slow, so it is only tried if the cell ends like an extension.
  const extension = /\d\)?$/.test(line) && EXTENSION.test(line);
  if (extension) line = line.replace(EXTENSION, '');
  return takeApart(ungrouped(line), extension);
}

function ungrouped(line: string): string {
  const [, number = '', separator = '', tail = ''] = GROUPED.exec(line) ?? [];
  // Dots and spaces group the digits of any phone; only `.00` shows that a spreadsheet wrote them.
  if (separator === '' || ((separator === '.' || separator === ' ') && tail === '')) return line;
  if (tail.startsWith(separator)) return line;
  const digits = number.replaceAll(separator, '');
  return digits.length > MAX_GROUPED ? line : digits;
}

function takeApart(line: string, extension: boolean): PhoneCell {
  const numbers: string[] = [];
  let words = false;
  let masked = false;
  let rounded = false;
  let shortened = false;
  const parts = line.split(SEPARATOR).map((part) => unwrap(part.trim()));
  for (const part of parts) {
    if (part === '') continue;
    if (SCIENTIFIC.test(part)) rounded = true;
    if (MASKED.test(part)) {
      masked = true;
      continue;
    }
    if (numbers.length > 0 && SHORTENED.test(part)) {
      shortened = true;
      continue;
    }
    const runs = numberRuns(part);
    // Beside text or another number, a short run of digits is not a phone; alone it is the phone, if an invalid one.
    const plain = runs.length === 1 && parts.length === 1 && /^[-\s\d+().]*$/.test(part);
    const found = runs.filter((run) => plain || run.length >= MIN_DIGITS);
    numbers.push(...found);
    words ||=
      part.replace(NUMBER, '').replace(/[-\s().:+~_[\]{}"'‐-―−]/g, '') !== '' || found.length < runs.length;
  }
  const isPlain = !words && parts.length === 1 && numbers.length === 1;
  const stray = isPlain ? NONE : strayIn(line, parts, numbers, words);
  const split = isPlain || extension ? null : splitPhone(line);
  if (numbers.length > 0) {
    const several = shortened || numbers.length > 1;
    return { kind: 'numbers', numbers, words, extension, several, stray, split };
  }
  if (masked) return { kind: 'masked' };
  return rounded ? { kind: 'rounded' } : { kind: 'words', stray, split };
}

/** What stands among the digits where no number is whole: a whole one needs nothing explained. */
function strayIn(
  line: string,
  parts: readonly string[],
  numbers: readonly string[],
  words: boolean,
): readonly string[] {
  if (numbers.some((number) => number.length >= WHOLE)) return NONE;
  const letters = words ? parts.map(strayLetters).find((found) => found.length > 0) : undefined;
  if (letters !== undefined || numbers.length > 1) return letters ?? NONE;
  const both = strayLetters(line);
  return both.length > 0 ? both : straySigns(line);
}

/** Removes what platforms and spreadsheets add to a number, in any order: `="…"`, `p:`, `'` before a digit. */
function unwrap(text: string): string {
  let before = text;
  for (let round = 0; round < 6; round++) {
    const after = before
      .replace(WRAPPED, '$1')
      .replace(LINK, '$1')
      .trim()
      .replace(PREFIX, '')
      .replace(GUARD, '')
      .replace(FORMULA, '')
      .replace(FLOAT_TAIL, '$1')
      .trim();
    if (after === before) break;
    before = after;
  }
  return before;
}

/** The digits of `d.fraction × 10^exponent`; null if the mantissa does not have all of them. */
function wholeDigits(first: string, fraction: string, exponent: number): string | null {
  const beyond = fraction.slice(exponent);
  return fraction.length < exponent || /[1-9]/.test(beyond) ? null : first + fraction.slice(0, exponent);
}

/**
 * The numbers of one part: runs of digits without a word between them. A word with too few digits for a number stays a
 * word.
 */
function numberRuns(part: string): readonly string[] {
  const runs: string[] = [];
  const text = part
    .replace(LABEL, '$1 ')
    .replace(/(?<=\d)_(?=[\d+])/g, ' ')
    .replace(QUANTITY, '|')
    .replace(/\S*[\p{L}:%₹$@_]\S*/gu, (word) =>
      (word.match(/\d/g)?.length ?? 0) >= MIN_DIGITS ? `|${word}|` : '|',
    );
  for (const [run] of text.matchAll(NUMBER)) {
    for (const number of splitRun(run)) {
      const digits = number.replace(/\D/g, '');
      // No calling code starts with 0: `+0…` is a national number, `00…` an international one.
      const international = number.startsWith('+') || number.startsWith('(+');
      const code = digits.replace(/^0+/, '');
      if (digits.startsWith('00') && code !== '') runs.push(`+${code}`);
      else runs.push(international && !digits.startsWith('0') ? `+${digits}` : digits);
    }
  }
  return runs;
}

const BETWEEN_WHOLE: readonly RegExp[] = [/\s+/, /\s[-‐-―]\s/, /[-‐-―]/];

/** `+91 98200 12345 +91 98200 12346` is two numbers; so are two full numbers with a space or dash between them. */
function splitRun(run: string): readonly string[] {
  const byPlus = run.split(/(?=\(?\+)(?<=\d[-\s().]*\d.{4,})/).map((piece) => piece.trim());
  return byPlus.flatMap((piece) => {
    for (const between of BETWEEN_WHOLE) {
      const tokens = piece.split(between);
      if (tokens.length > 1 && tokens.every((token) => token.replace(/\D/g, '').length >= 10)) return tokens;
    }
    return [piece];
  });
}
