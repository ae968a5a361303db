// What is wrong with a phone, and what to do with its lead.
import type { Code } from './codes.ts';
import { strayText } from './stray-signs.ts';

export interface BadPhone {
  readonly kind: 'bad';
  readonly code: Code;
  /** What is wrong with it, one sentence. */
  readonly wrong: string;
  /** The same, and what to do with the lead. */
  readonly message: string;
}

export const CORRECT = 'Correct it and send this lead again.';

export const EMPTY = bad('PHONE_MISSING', 'The phone is missing.', 'Add a number and send this lead again.');
export const SHEET_ERROR = bad(
  'PHONE_MISSING',
  'The phone is missing: the sheet shows an error in its place.',
  'Correct the formula or widen the column, and export it again.',
);
export const PLACEHOLDER = bad(
  'PHONE_JUNK',
  'The phone is a placeholder, not a real number.',
  'Enter the real number, or delete this lead.',
);
export const ROUNDED = bad(
  'PHONE_SCIENTIFIC',
  'A spreadsheet rounded this phone to scientific notation, and its last digits are lost.',
  'In the original file, format the column as Text and export it again.',
);
export const MASKED = bad(
  'PHONE_INVALID',
  'Not a valid phone number: some of its digits are masked.',
  'Export it again with full numbers.',
);
export const WORDS = bad('PHONE_INVALID', 'Not a valid phone number: it is text without a number.', CORRECT);
export const SERVICE = bad(
  'PHONE_INVALID',
  'Not a personal phone number: it is a toll-free or service number.',
  CORRECT,
);

/** What stands among the digits says more than how many digits are left without it. */
export function withStray(read: BadPhone, strays: readonly string[]): BadPhone {
  if (strays.length === 0 || read.code !== 'PHONE_INVALID') return read;
  return bad('PHONE_INVALID', `Not a valid phone number: ${strayText(strays)}.`, CORRECT);
}

export function notANumber(what: string): BadPhone {
  return bad(
    'PHONE_INVALID',
    `Not a phone number: it is ${what}.`,
    "Add the person's number and send this lead again.",
  );
}

/** @param next what to do with the lead */
export function bad(code: Code, wrong: string, next: string): BadPhone {
  return { kind: 'bad', code, wrong, message: `${wrong} ${next}` };
}
