// Letters that stand in a phone among its digits: a slip of the hand, which the message can name.
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
/** A letter or two right behind a digit, or between a separator and a digit: no word. */
const STRAY = /(?<=\d)(?<!\p{L})\p{L}{1,2}(?!\p{L})|(?<=\d[-\s().]{1,3})\p{L}{1,2}(?=\d)/gu;
const REST = /^[\d\s().+\-‐-―]*$/;
const MIN_DIGITS = 7;
const MAX_SIGNS = 15;
const MAX_LETTERS = 3;

/** @returns the letters, each once, where all the rest of the text is one number; none where it is not */
export function strayLetters(text: string): readonly string[] {
  const letters = [...(text.match(STRAY) ?? []).join('')];
  const digits = text.match(/\d/g)?.length ?? 0;
  const isOne = letters.length <= MAX_LETTERS && digits >= MIN_DIGITS && digits + letters.length <= MAX_SIGNS;
  return isOne && REST.test(text.replace(STRAY, '')) ? [...new Set(letters)] : [];
}

/** `the letter O stands among the digits, where 0 may be meant` */
export function strayText(letters: readonly string[]): string {
  const meant = letters.map((letter) => MEANT[letter]).filter((digit) => digit !== undefined);
  const [noun, verb] = letters.length === 1 ? ['letter', 'stands'] : ['letters', 'stand'];
  const perhaps =
    meant.length === letters.length ? `, where ${listed([...new Set(meant)], 'and')} may be meant` : '';
  return `the ${noun} ${listed(letters, 'and')} ${verb} among the digits${perhaps}`;
}
