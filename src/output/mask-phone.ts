// Phones on screens are masked in the middle unless --show-pii is given, whatever field they are in. A lead's own
// phones are found in every spelling; in quoted text from outside, everything that looks like a phone is masked. Ids of
// leads, runs and the exporting system that are not phones stay readable.
import { EXAMPLE_PHONES } from '../lead/example-phones.ts';

/** How many digits before the last three are hidden: the row can still be found, but the phone cannot be dialled. */
const HIDDEN = 5;
const SHOWN_END = 3;
/** The end of a number, without country code and trunk prefix. */
const CORE = HIDDEN + SHOWN_END;

/** `+919988776655` -> `+9199*****655`. */
export function maskPhone(phone: string): string {
  const end = Math.min(SHOWN_END, Math.floor((phone.length + 1) / 3));
  const start = Math.max(0, phone.length - end - HIDDEN);
  // A number too short to hide five digits: hide all but its end.
  const [head, hidden] = [phone.slice(0, start), phone.length - start - end];
  return head + '*'.repeat(hidden) + phone.slice(phone.length - end);
}

/** A cell with fewer digits is no number that could be dialled, and may stand in anything. */
export function isDialable(cell: string): boolean {
  return cell.replace(/\P{Nd}/gu, '').length >= CORE - 1;
}

/** What to mask in a text. */
export interface Masking {
  /** This record's numbers, E.164. */
  readonly numbers: readonly string[];
  /** Texts that look like phones but are not: ids of leads and runs. */
  readonly keep: readonly string[];
}

/** Our own text: only the record's own phones are masked. */
export function maskOwn(text: string, numbers: readonly string[]): string {
  return numbers.length === 0 || !mayHoldPhone(text) ? text : masked(text, ownPlaces(text, numbers));
}

/** Text from outside: a name, a field, an answer. */
export function maskAll(text: string, { numbers, keep }: Masking): string {
  if (!mayHoldPhone(text)) return text;
  return masked(text, [...ownPlaces(text, numbers), ...shapedPlaces(text, keep)]);
}

/** Our own text that quotes text from outside: after `HTTP 422: `, a provider's stored lead, and in quotes. */
export function maskQuoted(text: string, masking: Masking): string {
  if (!mayHoldPhone(text)) return text;
  return maskOwn(
    text.replace(QUOTED, (quoted) => maskAll(quoted, masking)),
    masking.numbers,
  );
}

const QUOTED = /(?:HTTP \d{3}: |filed differently: |: sent )[\s\S]*|"[^"]*"/g;

/** Names of files, headers and notes, which belong to no record: mobile numbers in their usual spelling, but our own examples. */
export function maskMobiles(text: string): string {
  return text.replace(MOBILE, (found, at: number) =>
    isExample(found, text, at) ? found : maskAll(found, { numbers: [], keep: [] }),
  );
}

/** Anybody may have written the same number elsewhere. */
function isExample(found: string, text: string, at: number): boolean {
  return (
    EXAMPLE_PHONES.has(found) && /\bsuch as (?:--phone )?["']$/.test(text.slice(Math.max(0, at - 30), at))
  );
}

/** What to do next is our own text, and so are the numbers in its examples; but a column that it proposes is named by the file. */
export function maskHint(hint: string): string {
  return hint.replace(/--column .*/g, maskMobiles);
}

const MOBILE =
  /(?<![\p{L}\p{Nd}+])(?:(?:\+?91[\s-]?|0)?[6-9]\d{4}[\s-]?\d{5}|\+[1-9]\d{0,2}[\s-]?\d[\d\s-]{5,12}\d)(?!\p{Nd})/gu;

/** A part of a text, by code units. */
interface Place {
  readonly from: number;
  readonly to: number;
}
interface Digit extends Place {
  readonly value: string;
}
/** Digits with no letter between them. */
type Run = readonly Digit[];

/** A text with fewer characters that may stand for a digit holds no phone. */
function mayHoldPhone(text: string): boolean {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code > 0x2f && code < 0x3a) || code > 0x5ff) count++;
    if (count >= CORE - 1) return true;
  }
  return false;
}

/** The middle of everything that ends like one of the numbers, whatever is before it or between its digits. */
function ownPlaces(text: string, numbers: readonly string[]): readonly Place[] {
  const cores = numbers.map((number) => number.replace(/\D/g, '').slice(-CORE)).filter((core) => core !== '');
  if (cores.length === 0) return [];
  const places: Place[] = [];
  // Both as written and decoded: in `5%98765…` the percent sign is itself, in `%39%38…` it is part of a digit.
  for (const run of [...runsOf(text, PLAIN, OWN_GAP), ...runsOf(text, DECODED, OWN_GAP)]) {
    const digits = run.map(({ value }) => value).join('');
    for (const core of cores) {
      for (let at = digits.indexOf(core); at >= 0; at = digits.indexOf(core, at + 1)) {
        places.push(...run.slice(at, at + Math.max(1, core.length - SHOWN_END)));
      }
    }
  }
  return places;
}

const MIN_DIGITS = 8;
/** The maximum of E.164. */
const MAX_DIGITS = 15;
const DATE = /^(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])/;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const MOBILE_END = /^(?:0|\+?91)?[6-9]\d{9}$/;
/** Words before a number that show that it is not a phone. */
const NAMED =
  /(?:(?:^|[^\p{L}])id|_id|[a-z]Id|date|time|_at|budget|price|amount|value|retry|run|show)["'\\]*\s*[:=]?\s*["'\\]*$/u;
/** Of money, by its label: `Budget up to: `, `"budget_max": `, `mx_Budget = `. */
const MONEY_NAMED = /(?:budget|price|amount|cost)(?:[\s_-]*\p{L}+){0,2}["'\\]*\s*[:=]\s*["'\\]*$/iu;
/** Rupees up to crores: digits alone, and fewer than a mobile number has. */
const AMOUNT = /^[1-9]\d{7,8}$/;
/** Lakhs and crores: nobody's number ends so. */
const ROUND = /0{5}$/;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

function shapedPlaces(text: string, keep: readonly string[]): readonly Place[] {
  const uuids = [...text.matchAll(UUID)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
  }));
  return [...runsOf(text, PLAIN, SHAPED_GAP), ...runsOf(text, DECODED, SHAPED_GAP)].flatMap((run) => {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined || run.length < MIN_DIGITS) return [];
    const whole = text.slice(first.from, last.to);
    const digits = run.map(({ value }) => value).join('');
    const before = text.slice(Math.max(0, first.from - 40), first.from);
    const isWord = /[\p{L}_]$/u.test(before) && !MOBILE_END.test(digits);
    const isLong = run.length > MAX_DIGITS && /^\d+$/.test(whole);
    const isNone =
      isWord ||
      isLong ||
      DATE.test(whole) ||
      ADDRESS.test(whole) ||
      keep.includes(whole) ||
      NAMED.test(before) ||
      (AMOUNT.test(whole) && (MONEY_NAMED.test(before) || ROUND.test(whole))) ||
      uuids.some(({ from, to }) => first.from >= from && last.to <= to);
    if (isNone) return [];
    // More digits than one number can have: two numbers.
    const start = run.length > MAX_DIGITS ? 2 : run.length - CORE;
    return run.slice(start, -SHOWN_END);
  });
}

const LETTER = '[\\p{L}\\p{M}]';
const PLAIN = new RegExp(`(?<digit>\\p{Nd})|(?<letter>${LETTER})|[\\s\\S]`, 'gu');
const DECODED = new RegExp(
  `%(?:25){0,2}(?<byte>[0-9a-f]{2})|\\\\{1,4}u(?<unit>[0-9a-f]{4})|&#(?<decimal>\\d{1,7});?|&#x(?<hex>[0-9a-f]{1,6});?|(?<digit>\\p{Nd})|(?<letter>${LETTER})|[\\s\\S]`,
  'giu',
);
/** Anything that people or programs put between the digits of a known number. */
const OWN_GAP = { most: 4, sign: /^[\s\S]$/u };
/** Separators inside one number, but not between two numbers, in an amount or in a time. */
const SHAPED_GAP = { most: 3, sign: /^[\s\-.()_+\u00ad\u2010-\u2015]$/u };

function runsOf(text: string, tokens: RegExp, gap: typeof OWN_GAP): readonly Run[] {
  const runs: Digit[][] = [];
  let run: Digit[] = [];
  let between = 0;
  const end = () => {
    if (run.length >= CORE - SHOWN_END) runs.push(run);
    run = [];
    between = 0;
  };
  for (const { 0: found, index, groups } of text.matchAll(tokens)) {
    const sign = signOf(found, groups ?? {});
    if (/^\p{Nd}$/u.test(sign)) {
      run.push({ from: index, to: index + found.length, value: digitOf(sign) });
      between = 0;
    } else if (/^[\p{L}\p{M}]$/u.test(sign) || !gap.sign.test(sign) || ++between > gap.most) end();
  }
  end();
  return runs;
}

/** The character that a token stands for. */
function signOf(found: string, { byte, unit, decimal, hex }: Readonly<Record<string, string>>): string {
  const code = byte ?? unit ?? hex;
  if (code !== undefined) return charOf(Number.parseInt(code, 16));
  return decimal === undefined ? found : charOf(Number(decimal));
}

function charOf(code: number): string {
  return code > 0x10_ff_ff ? ' ' : String.fromCodePoint(code);
}

/** Unicode lists the digits 0 to 9 of each script in order. */
function digitOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x80) return sign;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}

function masked(text: string, places: readonly Place[]): string {
  if (places.length === 0) return text;
  const sorted = [...places].sort((a, b) => a.from - b.from || b.to - a.to);
  let out = '';
  let at = 0;
  for (const { from, to } of sorted) {
    if (from < at) continue;
    out += `${text.slice(at, from)}*`;
    at = to;
  }
  return out + text.slice(at);
}
