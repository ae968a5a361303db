// What a header says beside the name of its value: `(required)`, `(with country code)`, `if any`.
import { foldLetters } from '../../lead/fields.ts';
import { wordsIn } from './header-split.ts';
import { CODE_WORDS, CONDITION, NUMBER_WORDS, PHONE_NOUNS, WITH_CODE } from './header-words.ts';

/** `Alternate No (if any)` -> `Alternate No`. */
export function withoutCondition(header: string): string {
  return header.replace(CONDITION, '');
}

/** `Mobile (with country code)`, `Phone (+ISD)` -> without the remark. */
export function withoutCodeRemark(leaf: string): string {
  const outside = leaf.replace(/[([{][^)\]}]*[)\]}]?/g, ' ');
  const inside = leaf.slice(leaf.search(/[([{]/) + 1);
  const remark = wordsIn(inside);
  const isRemark = outside !== leaf && remark.some((word) => CODE_WORDS.has(word) || word === 'isd');
  if (isRemark && wordsIn(outside).some((word) => PHONE_NOUNS.has(word))) return outside;
  const text = foldLetters(leaf).replace(/[_-]/g, ' ');
  return WITH_CODE.test(text) ? text.replace(WITH_CODE, ' ') : leaf;
}

/** The words that stand only in brackets behind a phone: `Mobile (India)`, `Phone (WhatsApp only)`. */
export function remarkBeside(text: string): ReadonlySet<string> {
  const start = text.search(/[([{]/);
  if (start < 0) return NO_WORDS;
  const outside = wordsIn(text.replace(/[([{][^)\]}]*[)\]}]?/g, ' '));
  if (!outside.some((word) => PHONE_NOUNS.has(word) || NUMBER_WORDS.has(word))) return NO_WORDS;
  return new Set(wordsIn(text.slice(start)).filter((word) => !outside.includes(word)));
}

const NO_WORDS: ReadonlySet<string> = new Set();
