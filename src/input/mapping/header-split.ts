// A header as words: written together, in camel case or with signs between them.
import { foldLetters } from '../../lead/fields.ts';
import { FORMS, NUMBER_WORDS, QUALIFIERS, VOCABULARY } from './header-words.ts';

/** `mobileNumber2`, `E-mail`, `mobileno` -> mobile number 2, email, mobile no. */
export function wordsIn(text: string): readonly string[] {
  const spaced = text
    .replace(/__p?c\s*$/i, '')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
  const folded = foldLetters(spaced)
    .replace(/\be[\s_-]?mail/g, 'email')
    .replace(/\bwhats[\s_-]?app/g, 'whatsapp')
    .replace(/\btele[\s_-]?call/g, 'telecall')
    .replace(/\be[\s_.-]?164\b/g, 'international')
    .replace(/['’]s\b/g, '')
    .replace(/#\s*$/, ' number');
  const tokens = folded.match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? [];
  return tokens.flatMap((token) => (VOCABULARY.has(token) ? [token] : (apart(token) ?? [token])));
}

const LONGEST_JOINED = 40;

/** A token that consists of known words; null for any other. */
function apart(token: string): readonly string[] | null {
  if (token.length < 4 || token.length > LONGEST_JOINED) return null;
  /** How each beginning of the token is made of words. */
  const made: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= token.length; end++) {
    for (let start = 0; start < end && made[end] === undefined; start++) {
      const before = made[start];
      const word = token.slice(start, end);
      if (before !== undefined && word.length > 1 && VOCABULARY.has(word)) made[end] = [...before, word];
    }
  }
  return made[token.length] ?? null;
}

/** It says nothing about which of several phones is meant. */
export function saysNothing(word: string): boolean {
  return NUMBER_WORDS.has(word) || FORMS.has(word) || QUALIFIERS.has(word) || isNumeral(word);
}

export function isNumeral(word: string): boolean {
  return /^\p{N}+$/u.test(word);
}
