// What stands in a phone cell, before any number is judged: prefixes, guards, extensions, several numbers, words.
import { asciiDigits, isAbsent, oneLine } from './text.ts';

/** One cell, taken apart. */
export type PhoneCell =
  | { readonly kind: 'empty' }
  /** A spreadsheet's `9.19877E+11`. */
  | { readonly kind: 'rounded' }
  | { readonly kind: 'masked' }
  /** Words, but nothing like a number. */
  | { readonly kind: 'words' }
  | {
      readonly kind: 'numbers';
      /** Digits, with `+` before those that had it (or `00`). At least one. */
      readonly numbers: readonly string[];
      /** There were words beside the number. */
      readonly words: boolean;
      readonly extension: boolean;
      /** There are several, if only in short: `98200 12345 / 46`. */
      readonly several: boolean;
    };

/** A cell beyond it is a remark. */
const MAX_LENGTH = 300;
const WRAPPED = /^=?\s*"(.*)"$/;
const FORMULA = /^[=@]\s*(?=\+?\d)/;
/** Of a link in a cell the text that it shows. */
const LINK = /^=\s*hyperlink\s*\(\s*"[^"]*"\s*[,;]\s*"([^"]*\d[^"]*)"\s*\)$/i;
/** `Tel.98200 12345`, `M-98200 12345`: a label, not a word that holds digits. */
const LABEL = /(?<![\p{L}\p{N}])(\p{L}{1,12}[-.:_)#]{1,2})(?=\+?\(?\d{5}|\+\d)/gu;
/** A quantity beside a number: `98200 12345 2 BHK`, `10 am`. */
const QUANTITY =
  /(?<=\s)\d{1,4}(?:\.\d+)?\s*(?:bhk|rk|bed(?:room)?s?|[ap]\.?m|lakhs?|lacs?|l|crores?|cr|sq\.?\s*ft|hrs?|hours?|mins?)\b\.?/gi;
/** What systems and people write for "no phone", beside what stands for nothing in any column. */
const NO_PHONE: ReadonlySet<string> = new Set([
  ...['nil', 'no', 'none given', 'not available', 'not provided', 'not given', 'not specified', 'no phone'],
  ...['no number', 'no mobile', 'unavailable', 'blank', 'empty', 'unknown'],
]);
const PREFIX = /^(?:p|tel|whatsapp)\s*:\s*/i;
const GUARD = /^['’‘`](?=\s*[+\d(])/;
const FLOAT_TAIL = /^(\+?\d{5,})[.,]0+$/;
const SCIENTIFIC = /^\+?(\d)(?:[.,](\d+))?e\+?(\d{1,2})$/i;
/** A number with a thousands separator: `9,820,012,345`. */
const GROUPED = /^\+?\d{1,3}(?:,\d{2,3}){2,}$/;
/** The last digits of a second number behind a first one. */
const SHORTENED = /^\d{1,6}$/;
const MASKED = /\d[-\s]*[x*#•●]{2,}|[x*#•●]{2,}[-\s]*\d|[x*•●]{4,}/i;
const EXTENSION = /(?<=\d.{6,})[\s,;(]*(?:\bext(?:n|ension)?\b\.?|(?<=[\d\s)])x|#)\s*[-:=.]?\s*\d{1,7}\)?$/i;
const SEPARATOR = /[/,;|\n&]|\s(?:or|and)\s|\\/i;
/** Digits of a number and what people put between them. */
const NUMBER = /[+(]*\d(?:[-\s().+~‐-―−]*\d)*/g;
/** Fewer digits beside words are a time, a floor or a size. */
const MIN_DIGITS = 7;

/** Takes a cell apart; never judges whether a number exists. */
export function readPhoneCell(text: string): PhoneCell {
  if (text.length > MAX_LENGTH) return { kind: 'words' };
  let line = asciiDigits(text);
  line = text.includes('\n')
    ? line
        .split(/[\r\n]+/)
        .map(oneLine)
        .join('\n')
        .trim()
    : oneLine(line);
  // One sign may stand for a whole sentence (U+FDFA).
  if (line.length > MAX_LENGTH) return { kind: 'words' };
  line = unwrap(line);
  // `0` is what a spreadsheet makes of an empty cell.
  if (isAbsent(line) || NO_PHONE.has(line.toLowerCase()) || /^[+-]?(?:0(?:\.0)?)?$/.test(line))
    return { kind: 'empty' };
  const scientific = SCIENTIFIC.exec(line);
  if (scientific !== null) {
    const whole = wholeDigits(scientific[1] ?? '', scientific[2] ?? '', Number(scientific[3]));
    return whole === null
      ? { kind: 'rounded' }
      : { kind: 'numbers', numbers: [whole], words: false, extension: false, several: false };
  }
  // Looking behind each place of a long cell takes long: only where it ends as an extension does.
  const extension = /\d\)?$/.test(line) && EXTENSION.test(line);
  if (extension) line = line.replace(EXTENSION, '');
  if (GROUPED.test(line)) line = line.replaceAll(',', '');
  return takeApart(line, extension);
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
    // Beside words or another number a short run is none; alone it is the number, if a wrong one.
    const plain = runs.length === 1 && parts.length === 1 && /^[-\s\d+().]*$/.test(part);
    const found = runs.filter((run) => plain || run.length >= MIN_DIGITS);
    numbers.push(...found);
    words ||=
      part.replace(NUMBER, '').replace(/[-\s().:+~_[\]{}"'‐-―−]/g, '') !== '' || found.length < runs.length;
  }
  if (numbers.length > 0) {
    return { kind: 'numbers', numbers, words, extension, several: shortened || numbers.length > 1 };
  }
  if (masked) return { kind: 'masked' };
  return { kind: rounded ? 'rounded' : 'words' };
}

/** Takes off what platforms and spreadsheets put around a number, in any order: `="…"`, `p:`, `'` before a digit. */
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

/** The digits of `d.fraction × 10^exponent`; null where the mantissa does not hold all of them. */
function wholeDigits(first: string, fraction: string, exponent: number): string | null {
  const beyond = fraction.slice(exponent);
  return fraction.length < exponent || /[1-9]/.test(beyond) ? null : first + fraction.slice(0, exponent);
}

/** The numbers of one part: runs of digits that no word parts. A word that holds fewer than a number's digits is a word. */
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
      // A calling code never starts with 0: `+0…` is a national number, `00…` an international one.
      const international = number.startsWith('+') || number.startsWith('(+');
      const code = digits.replace(/^0+/, '');
      if (digits.startsWith('00') && code !== '') runs.push(`+${code}`);
      else runs.push(international && !digits.startsWith('0') ? `+${digits}` : digits);
    }
  }
  return runs;
}

const BETWEEN_WHOLE: readonly RegExp[] = [/\s+/, /\s[-‐-―]\s/, /[-‐-―]/];

/** `+91 98200 12345 +91 98200 12346` is two numbers, and so are two whole ones with a blank or dash between. */
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
