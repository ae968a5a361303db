// Warnings of a whole file in one line: `3 warnings: 2 budgets, 1 e-mail left out`. What each code counts.
import type { Code } from '../lead/codes.ts';
import { counted } from '../util/counted.ts';

interface Words {
  readonly one: string;
  readonly many: string;
  /** The value is not sent. */
  readonly leftOut: boolean;
}

const leftOut = (one: string, many = `${one}s`): Words => ({ one, many, leftOut: true });
const noted = (one: string, many = `${one}s`): Words => ({ one, many, leftOut: false });

/** By code; a code without words is counted under its own name. */
export const WARNING_WORDS: Readonly<Record<string, Words>> = {
  BUDGET_UNPARSED: leftOut('budget'),
  EMAIL_INVALID: leftOut('e-mail'),
  APARTMENT_UNPARSED: leftOut('apartment type'),
  BOOL_UNPARSED: leftOut('yes-or-no value'),
  DATE_INVALID: leftOut('date'),
  PHONE_EXTENSION_DROPPED: leftOut('phone extension'),
  NAME_MISSING: noted('name missing', 'names missing'),
  PHONE_LANDLINE: noted('landline'),
  PHONE_MULTIPLE: noted('cell with several phones', 'cells with several phones'),
  PHONE_FALLBACK: noted('phone from another column', 'phones from another column'),
  PHONE_CODE_TWICE: noted('phone with its country code twice', 'phones with their country code twice'),
  PHONE_EXTRA_TEXT: noted('phone with other text', 'phones with other text'),
  COUNTRY_GUESSED: noted('country guessed', 'countries guessed'),
  ROW_SHORT: noted('short row'),
  NUL_REMOVED: noted('row with NUL characters', 'rows with NUL characters'),
  EARLIER_ATTEMPT_UNCERTAIN: noted('uncertain earlier attempt'),
};

/** Without the hint how to see them. @returns null where there are none */
export function warningsLine(counts: ReadonlyMap<Code, number>): string | null {
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  const parts = [...counts].map(([code, count]) => ({
    count,
    words: WARNING_WORDS[code] ?? { one: code, many: code, leftOut: false },
  }));
  parts.sort((a, b) => b.count - a.count);
  const list = (wanted: boolean) =>
    parts
      .filter(({ words }) => words.leftOut === wanted)
      .map(({ count, words }) => counted(count, words.one, words.many))
      .join(', ');
  const dropped = list(true);
  const all = [dropped === '' ? '' : `${dropped} left out`, list(false)].filter((part) => part !== '');
  return `${counted(total, 'warning')}: ${all.join('; ')}`;
}
