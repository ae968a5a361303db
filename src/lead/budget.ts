// Budgets in Indian words: `50L`, `45 lac`, `1.2 Cr`, `80,00,000`, `₹50-60 Lakhs`, `above 2 cr`. What is
// not clear is never guessed: another currency, words, a plain `75`.
import { memo } from './memo.ts';
import { asciiDigits, oneLine } from './text.ts';

/** Whole rupees; at least one of the two is set. */
export interface Budget {
  readonly min: number | null;
  readonly max: number | null;
}

/** A smaller number without a unit may be lakhs, thousands or a typing error. */
const MIN_BARE = 100_000;
const GREATEST = 1e12;
/** Longer texts are notes. */
const MAX_LENGTH = 200;
/**
 * `90-1 Cr` is more likely 90 lakh than 90 crore: a shared unit that reverses a range by this factor is not plausible.
 */
const ODD_RATIO = 10;

const UNITS: readonly (readonly [number, string])[] = [
  [1e3, 'k thousand thousands'],
  [1e5, 'l lac lacs lakh lakhs lk lks lkh lkhs lack lacks लाख'],
  [1e6, 'm mn mio million millions'],
  [1e7, 'c cr crs crore crores karod करोड़'],
];

/** `-` range, `>` the figure is the minimum, `<` the maximum, `f` from (the minimum, unless a range follows), `b` between,
 * `&` and, empty: no meaning. */
const WORDS: readonly (readonly [string, string])[] = [
  ['-', 'to से'],
  ['b', 'between'],
  ['&', 'and'],
  ['>', 'above over beyond onwards onward minimum min plus exceeding'],
  ['<', 'under below upto maximum max within till until तक'],
  ['f', 'from starting starts start'],
  [
    '',
    'rs inr rupees rupee re about around approx approximately nearly roughly near budget only is my our total price range of in the at',
  ],
];

/** Phrases, replaced by a sign before the text is split into words. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:not|no) (?:(?:more|greater|higher) than|above|over|exceeding)\b/g, ' < '],
  [/\b(?:not|no) (?:(?:less|lower) than|below|under)\b/g, ' > '],
  [
    /\b(?:less|lesser|lower) than\b|\bup[ -]to\b|\bat most\b|(?:\b(?:and|or)|&) (?:below|under|less|lower)\b/g,
    ' < ',
  ],
  [
    /\b(?:more|greater|higher) than\b|\bat ?least\b|(?:\b(?:and|or)|&) (?:above|over|more|higher|up|upwards?|onwards?)\b/g,
    ' > ',
  ],
];

/** For each sequence of signs and figures (`n`): which figure is the minimum and which the maximum. */
const SHAPES: Readonly<Record<string, readonly [min: 0 | 1 | null, max: 0 | 1 | null]>> = {
  n: [null, 0],
  '<n': [null, 0],
  'n<': [null, 0],
  '-<n': [null, 0],
  '>n': [0, null],
  'n>': [0, null],
  fn: [0, null],
  'fn>': [0, null],
  'f>n': [0, null],
  '>n>': [0, null],
  'n->': [0, null],
  'n-n': [0, 1],
  'fn-n': [0, 1],
  'bn&n': [0, 1],
  'bn-n': [0, 1],
  '>n-n': [0, 1],
  'n-<n': [0, 1],
  'n<n': [0, 1],
  '>n<n': [0, 1],
  '>n-<n': [0, 1],
  '<n>n': [1, 0],
  'fn<n': [0, 1],
  'fn-<n': [0, 1],
  'n-n>': [0, null],
  'fn-n>': [0, null],
};

const MEANING: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(([sign, words]) => words.split(' ').map((word): [string, string] => [word, sign])),
);
const UNIT: ReadonlyMap<string, number> = new Map(
  UNITS.flatMap(([size, words]) =>
    words.split(' ').map((word): [string, number] => [word.normalize('NFKC'), size]),
  ),
);
/** Whether a word, folded, is a unit of amounts: `lakhs`, `cr`. */
export function isBudgetUnit(word: string): boolean {
  return UNIT.has(word);
}

/** Other currencies in a header or beside an amount, folded. They only have to be noticed: nothing is converted. */
const CURRENCIES: ReadonlySet<string> = new Set(
  `aed usd eur gbp sgd qar sar omr kwd bhd aud cad nzd chf jpy cny hkd myr thb lkr bdt npr pkr zar php idr brl mxn rub
   dollar dollars euro euros pound pounds sterling dirham dirhams dhs riyal riyals rial rials dinar dinars ringgit yen yuan
   franc francs baht peso pesos reais`.split(/\s+/),
);

/** @param word folded */
export function isForeignCurrency(word: string): boolean {
  return CURRENCIES.has(word);
}

/**
 * The amount with the currency of its column, `1200000` under `Budget (AED)`: it is then as unclear as where the cell says so.
 */
export function withCurrency(text: string, currency: string): string {
  return /\d/.test(text) && !/₹|\b(?:rs|inr|rupees?)\b/i.test(text) ? `${text} ${currency}` : text;
}

/**
 * The text with its column's unit, `51` under `Budget (Lakhs)`; as it is where it has a unit of its own, or an amount that is
 * written out.
 */
export function withBudgetUnit(text: string, unit: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const figures = text.match(/\d[\d,]*(?:\.\d+)?/g) ?? [];
  const isWhole = figures.some((figure) => Number(figure.replaceAll(',', '')) >= MIN_BARE);
  return figures.length === 0 || isWhole || words.some(isBudgetUnit) ? text : `${text} ${unit}`;
}

const TOKEN = /\s+|(\d+(?:,\d+)*(?:\.\d+)?|\.\d+)|([\p{L}\p{M}]+)\.?|(\/-|[-‐‒–—―−~+<>≤≥]=?|&)|[₹:=*()]/guy;
/** `80,00,000` and `8,000,000`; not `1,5`. */
const GROUPED = /^\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$/;
const SIGN: Readonly<Record<string, string>> = {
  ...{ '-': '-', '‐': '-', '‒': '-', '–': '-', '—': '-', '―': '-', '−': '-', '~': '-', '&': '&' },
  ...{ '+': '>', '>': '>', '≥': '>', '<': '<', '≤': '<', '/': '' },
};

interface Figure {
  readonly value: number;
  /** The factor of its last unit; null without a unit. */
  readonly unit: number | null;
}

/** @returns null if it is not clear: `BUDGET_UNPARSED` */
export const parseBudget = memo((text: string): Budget | null => {
  const read = readFigures(text);
  const shape = read === null ? undefined : SHAPES[read.shape];
  if (read === null || shape === undefined) return null;
  const [least, greatest] = shape;
  // `0 - 50L` has no minimum.
  const fromZero = least === 0 && greatest === 1 && read.figures[0]?.value === 0;
  const values = applyUnits(fromZero ? read.figures.slice(1) : read.figures);
  if (values === null) return null;
  if (fromZero) return { min: null, max: values[0] ?? null };
  const min = least === null ? null : (values[least] ?? null);
  const max = greatest === null ? null : (values[greatest] ?? null);
  // Reversed ranges are swapped.
  return min !== null && max !== null && min > max ? { min: max, max: min } : { min, max };
});

/** One amount, for the columns of the minimum and the maximum budget. @returns whole rupees, or null as above */
export const parseRupees = memo((text: string): number | null => {
  const read = readFigures(text);
  if (read?.figures.length !== 1 || SHAPES[read.shape] === undefined) return null;
  return applyUnits(read.figures)?.[0] ?? null;
});

/** Splits a text into figures and the signs around them; null if a word is not known, such as another currency. */
function readFigures(text: string): { readonly shape: string; readonly figures: readonly Figure[] } | null {
  if (text.length > MAX_LENGTH) return null;
  const plain = oneLine(text);
  // NFKC may turn one character into a whole sentence (U+FDFA).
  if (plain.length > MAX_LENGTH) return null;
  let line = unitFirst(asciiDigits(plain).toLowerCase().replaceAll('_', ' '));
  for (const [phrase, sign] of PHRASES) line = line.replace(phrase, sign);
  const figures: { value: number; unit: number | null }[] = [];
  let shape = '';
  // The figure that may still get a unit or a smaller part.
  let open = false;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < line.length) {
    const match = TOKEN.exec(line);
    if (match === null) return null;
    const [, number, word, mark] = match;
    const last = open ? figures.at(-1) : undefined;
    if (number !== undefined) {
      const value = readNumber(number);
      if (value === null) return null;
      const part = nextUnit(line, TOKEN.lastIndex);
      if (last !== undefined && isPartOf(last, value, part?.unit)) {
        last.value += value * (part?.unit ?? 1);
        last.unit = part?.unit ?? null;
        TOKEN.lastIndex = part?.end ?? TOKEN.lastIndex;
      } else {
        figures.push({ value, unit: null });
        shape += 'n';
        open = true;
      }
      continue;
    }
    const unit = UNIT.get(word ?? '');
    if (unit !== undefined) {
      if (last === undefined || last.unit !== null) return null;
      last.value *= unit;
      last.unit = unit;
      continue;
    }
    const sign = word !== undefined ? MEANING.get(word) : SIGN[mark?.[0] ?? '/'];
    if (sign === undefined) return null;
    // `From ₹1 Cr onwards +` says it twice.
    if (!shape.endsWith(sign) || sign === '-') shape += sign;
    open &&= sign === '';
  }
  return { shape, figures };
}

/** `2+ Cr` -> `2 cr +`, `50 lakh(s)` -> `50 lakhs`, `~1 Cr` -> `1 Cr`. */
function unitFirst(line: string): string {
  return line
    .replace(/^\s*~/, '')
    .replace(/\(s\)/g, 's')
    .replace(/(\d)\s*\+\s*([\p{L}\p{M}]+)\.?/gu, (whole, digit: string, word: string) =>
      UNIT.has(word) ? `${digit} ${word} +` : whole,
    );
}

/** `1 crore 20 lakhs` is one figure: each part has a smaller unit than the part before and stays below it. */
function isPartOf(figure: Figure, value: number, unit: number | undefined): boolean {
  return figure.unit !== null && unit !== undefined && unit < figure.unit && value * unit < figure.unit;
}

const UNIT_AHEAD = /\s*([\p{L}\p{M}]+)\.?/uy;

/** The unit right after a number, and where it ends. */
function nextUnit(line: string, from: number): { readonly unit: number; readonly end: number } | null {
  UNIT_AHEAD.lastIndex = from;
  const unit = UNIT.get(UNIT_AHEAD.exec(line)?.[1] ?? '');
  return unit === undefined ? null : { unit, end: UNIT_AHEAD.lastIndex };
}

function readNumber(text: string): number | null {
  if (text.includes(',') && !GROUPED.test(text)) return null;
  return Number(text.replaceAll(',', ''));
}

/** Turns each figure into rupees; a small number without a unit takes the unit on its right. */
function applyUnits(figures: readonly Figure[]): readonly number[] | null {
  const values: number[] = [];
  for (const [index, figure] of figures.entries()) {
    const right = figures[index + 1];
    const borrowed = figure.unit === null && figure.value < MIN_BARE ? (right?.unit ?? null) : null;
    if (figure.unit === null && figure.value < MIN_BARE && borrowed === null) return null;
    const value = Math.round(figure.value * (borrowed ?? 1));
    if (borrowed !== null && right !== undefined && value > right.value * ODD_RATIO) return null;
    if (!(value > 0 && value <= GREATEST)) return null;
    values.push(value);
  }
  return values;
}
