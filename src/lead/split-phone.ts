// One number that a sign splits after its area code or in the middle: `0120/4567890`, `98117:00059`. Strict on purpose: what
// could as well be two numbers, a date, an amount or an id is not put together.
import type { Home, ReadNumber } from './phone-library.ts';

type Library = Pick<typeof import('./phone-library.ts'), 'callingCode' | 'readNumber'>;

/** The digits before and after the sign. */
export interface SplitPhone {
  /** With `+` if it was written (or `00`). */
  readonly head: string;
  readonly tail: string;
}

const SPLIT = /^([+(]{0,2}\d[\d ()-]*?) ?[/|:\\] ?(\d+(?:[ -]\d+)*)$/;
/** An area code with its zero, or the first half of a mobile. Shorter or longer ones are dates, scores and local numbers. */
const HEAD = /^(?:0[1-9]\d{0,4}|[1-9]\d{2,4}|\+\d{3,8})$/;
/** A shorter one abbreviates a second number or is an extension; a longer one is a number by itself. */
const TAIL = /^\d{5,8}$/;
const YEAR = /^(?:19|20)\d\d$/;
/** Fewer digits are no number with its area code. */
const MIN_DIGITS = 9;
/** How much of a number stands before the sign, without calling code and zero. */
const OWN_HEAD = { min: 1, max: 5 };

/** @param line the whole cell @returns null if it is not two groups of digits with one sign between them */
export function splitPhone(line: string): SplitPhone | null {
  const [, before = '', after = ''] = SPLIT.exec(line) ?? [];
  const digits = before.replace(/\D/g, '');
  const head = /^\(?\+/.test(before) ? `+${digits}` : digits.replace(/^00(?=[1-9])/, '+');
  const tail = after.replace(/\D/g, '');
  const isRound = head.endsWith('00') && tail.endsWith('00');
  const mayBe = HEAD.test(head) && TAIL.test(tail) && head.length + tail.length >= MIN_DIGITS;
  return mayBe && !YEAR.test(head) && !isRound ? { head, tail } : null;
}

/**
 * @param own the lead's home
 * @returns null if the digits are not one whole number of its home; `unclear` if a part of it is a number, too
 */
export function joinSplit(
  { head, tail }: SplitPhone,
  own: Home,
  library: Library,
): ReadNumber | 'unclear' | null {
  const number = library.readNumber(head + tail, head.startsWith('+') ? null : own);
  if (number === null || !number.phone.startsWith(`+${library.callingCode(own)}`)) return null;
  const ownHead = number.national.length - tail.length;
  if (ownHead < OWN_HEAD.min || ownHead > OWN_HEAD.max) return null;
  // Without + there is nothing before it but the zero.
  if (!head.startsWith('+') && (head + tail).replace(/^0/, '') !== number.national.replace(/^0/, ''))
    return null;
  // `22/26116101` is an area code only where a zero or + says so.
  if (number.kind === 'service' || (number.kind === 'landline' && !/^[0+]/.test(head))) return null;
  const isPart = [head, tail].some(
    (part) => library.readNumber(part, part.startsWith('+') ? null : own) !== null,
  );
  return isPart ? 'unclear' : number;
}
