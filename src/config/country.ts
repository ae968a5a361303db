// What is wrong with a country or a region that a call or a configuration names: one rule, whoever names it.
import { countryTitles, parseCountry } from '../lead/country.ts';
import { isAbsent, oneLine } from '../lead/text.ts';
import { nearest } from '../util/nearest.ts';

/** `near`: what may be meant, as it is to be written; null: nothing is near. */
export interface NotACountry {
  readonly expected: string;
  readonly near: string | null;
}

/** @returns null for a name or a code, and for nothing at all, such as `N/A` */
export function countryProblem(given: string): NotACountry | null {
  const text = oneLine(given);
  if (isAbsent(text) || parseCountry(text) !== null) return null;
  return { expected: 'a country, such as India, IN or +91', near: nearest(text, countryTitles()) };
}

/** @returns null for the code of a country, two capital letters */
export function regionProblem(given: string): NotACountry | null {
  if (given === 'IN') return null;
  const country = parseCountry(given);
  if (country === given && isCode(country)) return null;
  const near = country ?? parseCountry(nearest(given, countryTitles()) ?? '');
  return {
    expected: 'a country code of two letters such as IN',
    near: near !== null && isCode(near) ? near : null,
  };
}

const isCode = (text: string) => /^[A-Z]{2}$/.test(text);

/** For a configuration: what was expected, without the value, which may come from a variable. */
export function expectedText({ expected, near }: NotACountry): string {
  return `expected ${expected}${near === null ? '' : `, did you mean "${near}"?`}`;
}
