// Kinds of flat (docs/behaviour.md, "A lead"): `2 BHK`, `2BHK, 3BHK`, `2/3 BHK`, `3+ BHK`, `2.5 BHK`, `1RK`, `2 bedroom`.
import { memo } from './memo.ts';
import { asciiDigits, oneLine } from './text.ts';

export interface Apartments {
  /** Lower case without blanks, each once, as they came: `2bhk`, `3+bhk`, `2.5bhk`, `1rk`, `studio`. */
  readonly types: readonly string[];
  /** Every part of the text was understood. */
  readonly complete: boolean;
}

/** More rooms than this is a size or a typing error. */
const MAX_ROOMS = 20;
/** Longer texts are remarks. */
const MAX_LENGTH = 500;

const RK = 'r[. ]?k|room[ -]*kitchen';
const UNIT = `b[. ]?h[. ]?k|बीएचके|bed[ -]*rooms?|beds?|br|${RK}`;
/** `+` counts at the end or before a separator: in `3 BHK + study` it is none. */
const PLUS = '(\\+)(?!\\s*[\\p{L}\\d])';
const NUMBER = '\\d+(?:\\.\\d+)?';
const TYPE = new RegExp(
  `(?<![\\d.]|\\+\\s*)(?:(\\d+)\\s*(?:-|–|—|to)\\s*)?(${NUMBER})\\s*(\\+)?\\s*-?\\s*(?:(${UNIT})s?(?![\\p{L}\\d]))\\.?\\s*(?:${PLUS})?`,
  'gu',
);
const BARE = new RegExp(`^(?:(\\d+)\\s*(?:-|–|—|to)\\s*)?(${NUMBER})\\s*(\\+)?$`, 'u');
const IS_RK = new RegExp(`^(?:${RK})$`);
const STUDIO = /(?<!\p{L})studio(?!\p{L})/u;
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six'];
const NUMBER_WORD = new RegExp(`\\b(?:${NUMBERS.join('|')})\\b`, 'g');

/** Reads a cell of flats. `types` is empty where nothing was understood: `APARTMENT_UNPARSED`. */
export const parseApartments = memo((text: string): Apartments => {
  if (text.length > MAX_LENGTH) return { types: [], complete: false };
  const plain = oneLine(text.replace(/\s*½/g, '.5'));
  // One sign may stand for a whole sentence (U+FDFA).
  if (plain.length > MAX_LENGTH) return { types: [], complete: false };
  const line = asciiDigits(plain)
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/[[\]"']/g, '')
    .replace(NUMBER_WORD, (word) => String(NUMBERS.indexOf(word) + 1))
    .replace(
      /\s*(?:(?:\band|&|\bor)\s+(?:above|more|up|over|higher|bigger|larger)\b|\bonwards?\b|\bplus\b)/g,
      '+',
    )
    .replace(/(\d)\s+1\/2\b/g, '$1.5')
    // `1-2-3 BHK` is a list, no range.
    .replace(/\b(\d)\s*-\s*(\d)\s*-\s*(\d)\b/g, '$1,$2,$3')
    .replace(/(?<=\d\s?)(bhk|rk)(?=\d)/g, '$1 ')
    .replace(/(?<![\d.+]\s?-?)\bbhk\s*[-:]?\s*(\d+(?:\.\d+)?\+?)(?!\s*(?:bhk|rk))/g, '$1 bhk')
    .replace(/\b(?:above|over|min|minimum|at least|more than)\s+(\d+(?:\.\d+)?)\s*/g, '$1+');
  const types = new Set<string>();
  let complete = true;
  // Bare numbers wait for the unit on their right: `2/3 BHK`. In a column of flats a number alone is bedrooms.
  let waiting: RegExpExecArray[] = [];
  const settle = (unit: string) => {
    for (const match of waiting) complete = add(types, match[1], match[2], match[3] ?? '', unit) && complete;
    waiting = [];
  };
  for (const part of line.split(/[,;|/&]|\band\b|\bor\b/).map((piece) => piece.trim())) {
    if (part === '') continue;
    const bare = BARE.exec(part);
    if (bare !== null) {
      waiting.push(bare);
      continue;
    }
    let found = false;
    let before: RegExpExecArray | null = null;
    for (const match of part.matchAll(TYPE)) {
      const [, from, rooms, plus, word = '', plusAfter] = match;
      const unit = IS_RK.test(word) ? 'rk' : 'bhk';
      settle(unit);
      const first = from ?? rangeStart(before, match, part);
      complete = add(types, first, rooms, plus ?? plusAfter ?? '', unit) && complete;
      found = true;
      before = match;
    }
    if (!found && STUDIO.test(part)) {
      types.add('studio');
      found = true;
    }
    complete &&= found;
  }
  settle('bhk');
  return { types: [...types], complete: complete && types.size > 0 };
});

/** `2 BHK to 4 BHK`: the rooms of the type before, where only the word of a range stands between the two. */
function rangeStart(
  before: RegExpExecArray | null,
  match: RegExpExecArray,
  part: string,
): string | undefined {
  if (before === null) return undefined;
  const between = part.slice(before.index + before[0].length, match.index).trim();
  const [first, last] = [Number(before[2]), Number(match[2])];
  return /^(?:to|-|–|—)$/.test(between) && Number.isInteger(first) && first < last ? before[2] : undefined;
}

/** Adds one type, or each whole number of a range `2-4`. @returns false where the numbers make no sense */
function add(
  types: Set<string>,
  from: string | undefined,
  rooms: string | undefined,
  plus: string,
  unit: string,
): boolean {
  const last = Number(rooms);
  const first = from === undefined ? last : Number(from);
  if (!(first > 0 && last >= first && last <= MAX_ROOMS)) return false;
  for (let value = first; value < last; value++) types.add(`${value}${unit}`);
  types.add(`${last}${plus}${unit}`);
  return true;
}
