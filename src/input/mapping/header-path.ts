// The objects around a JSON key: which one it stands in, whose that is, and which one is around the lead.
import { isNumeral, saysNothing, wordsIn } from './header-split.ts';
import { GROUPS, PHONE_KINDS, PHONE_NOUNS } from './header-words.ts';

/** The object in which a JSON key stands, `contact.phone` for `contact.phone.number`; `` for a column. */
export function containerOf(header: string): string {
  const end = header.search(/(?<=\S)\.(?=[^\s.]+$)/);
  return end < 0 ? '' : header.slice(0, end);
}

/**
 * The object around the lead, `rawRequest` for `rawRequest.q4_phone.full`: what holds its phone without being named after a
 * person or a phone; `` for none.
 */
export function wrapperOf(phone: string): string {
  const around = pathOf(phone).slice(0, -1);
  const end = around.findLastIndex((segment) => !wordsIn(segment).every(saysWhoseOrPhone));
  return around.slice(0, end + 1).join('.');
}

/** The object that a value belongs to, `customer` for `customer.name.first`: without those for a name, phone or mail. */
export function holderOf(header: string): string {
  const around = pathOf(header).slice(0, -1);
  const end = around.findLastIndex(
    (segment) =>
      !wordsIn(segment).every(
        (word) => GROUPS.has(word) || PHONE_NOUNS.has(word) || PHONE_KINDS.has(word) || isNumeral(word),
      ),
  );
  return around.slice(0, end + 1).join('.');
}

function saysWhoseOrPhone(word: string): boolean {
  return saysNothing(word) || GROUPS.has(word) || PHONE_NOUNS.has(word) || PHONE_KINDS.has(word);
}

/** How far the object around a value is from the one that holds the phone; values of other objects come last. */
export function distance(header: string, around: string): number {
  const own = holderOf(header);
  if (own !== '' && own !== around && !around.startsWith(`${own}.`)) return FAR;
  const levels = (path: string) => (path === '' ? 0 : path.split('.').length);
  return levels(around) - levels(own);
}

const FAR = 100;

/** `contact.phone` -> its names. */
export function pathOf(header: string): readonly string[] {
  return header.trim().split(/(?<=\S)\.(?=\S)/);
}
