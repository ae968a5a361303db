// Which column of calling codes belongs to which number: the one whose name it shares, else the one after it, else the
// one before it. In JSON only within the same object, or the objects around it.
import { ownWords } from './header-meaning.ts';
import { containerOf } from './header-path.ts';
import { CODE_OF, CODE_WORDS, PHONE_NOUNS } from './header-words.ts';

export interface NamedColumn {
  readonly column: number;
  readonly header: string;
}

/** Number's column -> the columns of its code, best first. */
export type CodesOf = ReadonlyMap<number, readonly number[]>;

/** @param numbers in the order of their columns @param codes likewise */
export function pairCodes(numbers: readonly NamedColumn[], codes: readonly NamedColumn[]): CodesOf {
  const found = new Map<number, number[]>();
  const add = (number: NamedColumn, code: NamedColumn) => {
    const own = found.get(number.column);
    if (own === undefined) found.set(number.column, [code.column]);
    else if (saysCalling(code.header)) own.unshift(code.column);
    else own.push(code.column);
  };
  const open: NamedColumn[] = [];
  for (const code of codes) {
    const named = sharing(code, nearest(code, numbers));
    if (named === null) open.push(code);
    else add(named, code);
  }
  const alternating = alternatingPairs(numbers, open);
  if (alternating !== null) {
    for (const [number, code] of alternating) add(number, code);
    return found;
  }
  for (const code of open) {
    const near = nearest(code, numbers);
    const free = near.filter(({ column }) => !found.has(column));
    const among = free.length > 0 ? free : near;
    const next = among.find(({ column }) => column > code.column) ?? among.at(-1);
    if (next !== undefined) add(next, code);
  }
  return found;
}

/** A calling code tells more than a country: `+1` is what the number is read with. */
function saysCalling(header: string): boolean {
  return /dial|call|isd|prefix|intl/i.test(header);
}

/** `Phone, Code, Mobile, Code`: the only order in which codes stand behind their numbers. */
function alternatingPairs(
  numbers: readonly NamedColumn[],
  codes: readonly NamedColumn[],
): readonly (readonly [NamedColumn, NamedColumn])[] | null {
  if (codes.length < 2 || codes.length !== numbers.length) return null;
  const pairs: (readonly [NamedColumn, NamedColumn])[] = [];
  for (const [i, number] of numbers.entries()) {
    const code = codes[i];
    const after = numbers[i + 1];
    if (code === undefined || code.column < number.column) return null;
    if (after !== undefined && after.column < code.column) return null;
    if (containerOf(code.header) !== containerOf(number.header)) return null;
    pairs.push([number, code]);
  }
  return pairs;
}

/** The number whose name the code shares best; null where it shares none. */
function sharing({ header }: NamedColumn, numbers: readonly NamedColumn[]): NamedColumn | null {
  const own = ownWords(header);
  let best: NamedColumn | null = null;
  let most = 0;
  for (const number of numbers) {
    const words = ownWords(number.header);
    const shared = [...own].filter((word) => words.has(word)).length;
    if (shared === 0) continue;
    // More in common first, then less that only one of them has.
    const score = shared * 100 - (own.size - shared) - (words.size - shared);
    if (score > most) {
      best = number;
      most = score;
    }
  }
  return best;
}

/** The numbers in the object of the code, or in the nearest one around or inside it. */
function nearest({ header }: NamedColumn, numbers: readonly NamedColumn[]): readonly NamedColumn[] {
  const at = containerOf(header);
  let best: NamedColumn[] = [];
  let deepest = -1;
  for (const number of numbers) {
    const other = containerOf(number.header);
    const common = commonOf(at, other);
    // `phone.country_code` of `phone_number` beside it: only what is named after phone or country may stand deeper.
    if (at !== common && other !== common) continue;
    if (at !== common && !isOfPhone(at.slice(common.length))) continue;
    const depth = common === '' ? 0 : common.split('.').length;
    if (depth > deepest) {
      best = [];
      deepest = depth;
    }
    if (depth === deepest) best.push(number);
  }
  return best;
}

function isOfPhone(path: string): boolean {
  const spaced = path.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const words = spaced.match(/[a-z]+/g) ?? [];
  return words.every((word) => PHONE_NOUNS.has(word) || CODE_OF.has(word) || CODE_WORDS.has(word));
}

/** The object that both stand in. */
function commonOf(one: string, other: string): string {
  const [a, b] = [one.split('.'), other.split('.')];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return a.slice(0, same).join('.');
}
