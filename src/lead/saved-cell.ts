// What a cell still says after a spreadsheet has opened and saved it: dates in another order, numbers without their zeros,
// TRUE in another language. Two spellings of one cell count as the same text here; it is for recognising a row, not for reading it.
import { inEnglish } from './months.ts';

/** A longer cell is a note: no spreadsheet takes it for a number or a date. */
const MAX_LENGTH = 60;

const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ...['wahr', 'vrai', 'verdadero', 'verdadeiro', 'vero', 'waar'].map((word) => [word, 'true'] as const),
  ...['falsch', 'faux', 'falso', 'onwaar'].map((word) => [word, 'false'] as const),
]);

/** A cell as all its spellings have it. */
export interface SavedCell {
  readonly exact: string;
  /** A long number with the six digits that a spreadsheet shows of it; anything else is as `exact`. */
  readonly rounded: string;
  /** It may be a number that has lost digits: `1.23457E+15`, or one with zeros behind the 15 digits that a spreadsheet keeps. */
  readonly mayBeRounded: boolean;
}

export function savedCell(cell: string): SavedCell {
  const text = cell.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase();
  if (text.length > MAX_LENGTH) return just(text);
  if (!/\d/.test(text)) return just(BOOLEANS.get(text) ?? text);
  const number = readNumber(text);
  if (number === null) return just(dateOrTime(text) ?? text);
  const { digits, exponent, isScientific } = number;
  return {
    exact: numberText(number, false),
    rounded: numberText(number, true),
    mayBeRounded: isScientific || (digits.length <= 15 && digits.length + exponent > 15),
  };
}

function just(exact: string): SavedCell {
  return { exact, rounded: exact, mayBeRounded: false };
}

/** `digits` without zeros at either end, times ten to the power of `exponent`. */
interface SavedNumber {
  readonly sign: string;
  readonly digits: string;
  readonly exponent: number;
  readonly isScientific: boolean;
  readonly unit: string;
}

/** How thousands are parted, in India and elsewhere; a comma is a decimal comma where it parts none. */
const GROUPED: readonly (readonly [RegExp, parts: RegExp])[] = [
  [/^[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$/, /,/g],
  [/^[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$/, /\./g],
  [/^[1-9]\d{0,2}(?:[ '’]\d{3})+(?:[.,]\d+)?$/, /[ '’]/g],
];

function readNumber(text: string): SavedNumber | null {
  const [, sign = '', amount = '', unit = ''] =
    /^([+-]?)(?:\p{Sc} ?)?([\d.,'’ ]+(?:e[+-]?\d{1,3})?)(?: ?\p{Sc}| ?(%))?$/u.exec(text) ?? [];
  const parts = GROUPED.find(([shape]) => shape.test(amount))?.[1];
  const plain = (parts === undefined ? amount.trim() : amount.replace(parts, '')).replace(',', '.');
  const [, whole, fraction = '', power] = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/.exec(plain) ?? [];
  if (whole === undefined || whole + fraction === '') return null;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return {
    sign: sign === '-' && digits !== '' ? '-' : '',
    digits,
    exponent: digits === '' ? 0 : Number(power ?? 0) - fraction.length + all.length - digits.length,
    isScientific: power !== undefined,
    unit,
  };
}

/** What is left of a long number is `1.23457E+15`. */
const FEW_DIGITS = 6;

function numberText({ sign, digits, exponent, unit }: SavedNumber, rounded: boolean): string {
  // A sheet's cell has room for eleven characters: of a longer whole number it shows a few digits, of a longer fraction
  // those that fit.
  const isLong = exponent < 0 ? digits.length >= 9 : rounded && digits.length + exponent >= 12;
  const cut = isLong ? Math.max(0, digits.length - FEW_DIGITS) : 0;
  const up = cut > 0 && (digits[FEW_DIGITS] ?? '0') >= '5' ? 1 : 0;
  const kept = cut === 0 ? digits : String(Number(digits.slice(0, FEW_DIGITS)) + up);
  const bare = kept.replace(/0+$/, '');
  return `${sign}${bare}e${exponent + cut + kept.length - bare.length}${unit}`;
}

const TIME =
  /(?:^|(?<=\d)t|[ ,]+)(\d{1,2})(?::(\d{2})(?::\d{2}(?:[.,]\d+)?)?(?: ?([ap])\.? ?m\.?)?| ?([ap])\.? ?m\.?)(?: ?(?:uhr|z|(?:utc|gmt)?[+-]\d{2}:?\d{2}|utc|gmt))?(?= |$)/;

/** A date's time is left out, which may have lost its seconds. */
function dateOrTime(text: string): string | null {
  const time = TIME.exec(text);
  const rest = (time === null ? text : text.replace(TIME, '')).trim();
  if (rest !== '' || time === null) return dateText(rest);
  const [, hour, minute = '00', ofMinutes, half = ofMinutes] = time;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'p' ? 12 : 0);
  return `time ${hours}:${minute}`;
}

const PART = String.raw`(\d{1,2}|(?:19|20)\d{2})`;
/** Also of two parts: a spreadsheet takes `1-2` for a day of this year, and shows `02-Jan`. */
const NUMERIC = new RegExp(`^${PART}(?:[-/]${PART}|([-/]|\\. ?)${PART}\\3${PART}\\.?)$`);
const ONE_PART = new RegExp(`^${PART}$`);
const ENGLISH = 'january february march april may june july august september october november december'.split(
  ' ',
);

const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[ ,.]+/;

/** Its day, month and year in whatever order: which is which, only the whole file could show. */
function dateText(text: string): string | null {
  const numeric = NUMERIC.exec(text);
  if (numeric !== null) {
    const [, first, second, , ...others] = numeric;
    return sortedDate([first, second, ...others].flatMap((part) => (part === undefined ? [] : [part])));
  }
  const numbers = text.match(/\d+/g) ?? [];
  if (numbers.length === 0 || numbers.length > 2 || !numbers.every((part) => ONE_PART.test(part)))
    return null;
  if (!/^[\d\p{L}\p{M} .,/'’-]+$/u.test(text)) return null;
  const english = monthIn(text) === null ? inEnglish(text) : text;
  const month = english === null ? null : monthIn(english);
  return month === null ? null : sortedDate([...numbers, month]);
}

/** @param date `3-oct-26`, `saturday, 3 october 2026` @returns its month's number; null where another word stands in it */
function monthIn(date: string): string | null {
  const words = date.replace(WEEKDAY, '').match(/[\p{L}\p{M}]+/gu) ?? [];
  const [word = ''] = words;
  const at = words.length > 1 || word.length < 3 ? -1 : ENGLISH.findIndex((name) => name.startsWith(word));
  return at < 0 ? null : String(at + 1);
}

/** Null: no day is written like this. */
function sortedDate(parts: readonly string[]): string | null {
  const ascending = (some: readonly string[]) => some.map((part) => Number(part) % 100).sort((a, b) => a - b);
  const short = parts.filter((part) => part.length < 4);
  const [low = 0, next] = ascending(short);
  const isDay = low >= 1 && low <= 12 && (parts.length === 2 || (next !== undefined && next <= 31));
  // A spreadsheet may show two digits of a year.
  return isDay ? `date ${ascending(parts).join(' ')}` : null;
}
