// Whether a cell is, as a whole, a phone or an e-mail address: how data is told from a header.
import { parseEmail } from '../../lead/email.ts';
import { createPhoneParser, type PhoneParser } from '../../lead/phone.ts';
import { plainIndianMobile } from '../../lead/phone-indian.ts';
import { splitPhone } from '../../lead/split-phone.ts';
import { asciiDigits, oneLine } from '../../lead/text.ts';

/** Judges single cells of the first rows. */
export interface ContactCells {
  readonly isPhone: (cell: string) => boolean;
  readonly isEmail: (cell: string) => boolean;
  /** A cell may be a phone that can only be judged after {@link load}. */
  readonly needsLoad: (cell: string) => boolean;
  readonly load: () => Promise<void>;
}

/** The first character of a phone, after a guard or a platform's prefix. */
const STARTS = /^\s*["'’=]*\s*(?:(?:p|tel|whatsapp)\s*:\s*)?[+(\d\p{Nd}]/iu;
const MIN_DIGITS = 7;
/** A longer cell is a note. */
const MAX_LENGTH = 60;
/** A date, or a decimal number, has as many digits as a phone. */
const NOT_A_PHONE =
  /^\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s|$)|\d+\.\d*[1-9]\d*\s*$)/;
const NO_WARNING_OF = new Set<string>(['COUNTRY_GUESSED', 'PHONE_EXTRA_TEXT', 'PHONE_EXTENSION_DROPPED']);

export function contactCells(region: string, phones: PhoneParser = createPhoneParser()): ContactCells {
  let loaded = false;
  const home = { region, country: null };
  const india = region === 'IN';
  const known = new Map<string, boolean>();
  const read = (cell: string): boolean => {
    // In a column of phones it is one; by itself it may be an id.
    if (splitPhone(oneLine(asciiDigits(cell))) !== null) return false;
    const parsed = phones.parse(cell, home);
    if (parsed === 'needs-library') return false;
    if (parsed.kind === 'ok') return !parsed.warnings.some(({ code }) => NO_WARNING_OF.has(code));
    if (parsed.code === 'PHONE_JUNK') return digitsOf(cell) >= 10;
    return parsed.code === 'PHONE_SCIENTIFIC';
  };
  return {
    isPhone: (cell) => {
      if (!mayBePhone(cell)) return false;
      if (plainIndianMobile(cell, india) !== null) return true;
      if (!loaded) return false;
      let found = known.get(cell);
      if (found === undefined) {
        found = read(cell);
        known.set(cell, found);
      }
      return found;
    },
    isEmail: (cell) => cell.includes('@') && parseEmail(cell)?.others === false,
    needsLoad: (cell) => !loaded && mayBePhone(cell) && plainIndianMobile(cell, india) === null,
    load: async () => {
      await phones.load();
      loaded = true;
    },
  };
}

function mayBePhone(cell: string): boolean {
  return (
    cell.length >= MIN_DIGITS &&
    cell.length <= MAX_LENGTH &&
    STARTS.test(cell) &&
    !NOT_A_PHONE.test(cell) &&
    digitsOf(cell) >= MIN_DIGITS
  );
}

function digitsOf(cell: string): number {
  return cell.match(/\p{Nd}/gu)?.length ?? 0;
}
