// Letters and signs that stand in a phone among its digits: a slip of the hand, which the message can name.
import { listed } from '../util/counted.ts';

/** What a person meant who typed it, or a program that read a picture. */
const MEANT: Readonly<Record<string, string>> = {
  O: '0',
  o: '0',
  О: '0',
  о: '0',
  Q: '0',
  D: '0',
  I: '1',
  l: '1',
  Z: '2',
  z: '2',
  S: '5',
  s: '5',
  G: '6',
  B: '8',
};
/** A letter or two right behind a digit, or between a separator and a digit, and the letter O for a zero: no word. */
const LETTER =
  /(?<=\d)(?<!\p{L})\p{L}{1,2}(?!\p{L})|(?<=\d[-\s().]{1,3})\p{L}{1,2}(?=\d)|(?<!\p{L})[OoОо]+(?!\p{L})/gu;
/** Signs between two digits that do not group the digits of a number. */
const SIGNS = /(?<=\d[\s().-]{0,3})(?:(?![-().+~_‐-―−])[\p{P}\p{S}]\s{0,2}){1,3}(?=[\s().+-]{0,3}\d)/gu;
const WORD = /\p{L}[\p{L}\p{M}.:]*/u;
const NUMBER = /^[\d\s().+~_\-‐-―−]*$/;
const MIN_DIGITS = 7;
const MAX_LENGTH = 15;
/** Different ones; more are no slip of the hand. */
const MAX_STRAYS = 3;

const NONE: readonly string[] = [];

/** @returns the letters and signs, each once, where all the rest of the text is one number; none where it is not */
export function strayLetters(text: string): readonly string[] {
  const letters = (text.match(LETTER) ?? []).join('');
  const digits = digitsOf(text);
  if (letters === '' || digits < MIN_DIGITS || digits + letters.length > MAX_LENGTH) return NONE;
  const rest = text.replace(LETTER, (found) => '0'.repeat(found.length));
  return NUMBER.test(rest.replace(SIGNS, '')) ? few(letters + signsOf(rest)) : NONE;
}

/** @returns the signs, each once, of the whole text, or of what stands beside words and is long enough for a number */
export function straySigns(text: string): readonly string[] {
  const pieces = text.split(WORD);
  const piece = pieces.find((one) => pieces.length === 1 || digitsOf(one) >= MIN_DIGITS);
  return few(signsOf(piece ?? ''));
}

function signsOf(text: string): string {
  return (text.match(SIGNS) ?? []).join('').replace(/\s/g, '');
}

function digitsOf(text: string): number {
  return text.match(/\d/g)?.length ?? 0;
}

function few(found: string): readonly string[] {
  const strays = new Set(found);
  return strays.size > MAX_STRAYS ? NONE : [...strays];
}

/** `the letter O stands among the digits, where 0 may be meant`, `the letter O and the sign / stand among the digits` */
export function strayText(strays: readonly string[]): string {
  const letters = strays.filter((stray) => /\p{L}/u.test(stray));
  const signs = strays.filter((stray) => !letters.includes(stray));
  const meant = letters.map((letter) => MEANT[letter]).filter((digit) => digit !== undefined);
  const named = [theNamed('letter', letters), theNamed('sign', signs)].filter((name) => name !== '');
  const perhaps =
    meant.length === strays.length ? `, where ${listed([...new Set(meant)], 'and')} may be meant` : '';
  return `${listed(named, 'and')} ${strays.length === 1 ? 'stands' : 'stand'} among the digits${perhaps}`;
}

function theNamed(noun: string, found: readonly string[]): string {
  return found.length === 0 ? '' : `the ${noun}${found.length === 1 ? '' : 's'} ${listed(found, 'and')}`;
}
