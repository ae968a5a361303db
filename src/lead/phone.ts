// Phones: any cell -> E.164 with its country, or a code that says what is wrong.
import { counted } from '../util/counted.ts';
import type { Code } from './codes.ts';
import { countryTitle } from './country.ts';
import { readPhoneCell } from './phone-cell.ts';
import { plainIndianMobile } from './phone-indian.ts';
import type { Home, ReadNumber } from './phone-library.ts';
import {
  type BadPhone,
  bad,
  CORRECT,
  EMPTY,
  MASKED,
  notANumber,
  PLACEHOLDER,
  ROUNDED,
  SERVICE,
  SHEET_ERROR,
  WORDS,
  withStray,
} from './phone-wrong.ts';
import { joinSplit, type SplitPhone } from './split-phone.ts';

type Library = typeof import('./phone-library.ts');

/** A code with its message; the caller adds the header. */
export interface Finding {
  readonly code: Code;
  readonly message: string;
}

export type ParsedPhone =
  | {
      readonly kind: 'ok';
      /** E.164. */
      readonly phone: string;
      /** ISO 3166-1 alpha-2; null for numbers without a country. */
      readonly country: string | null;
      /** The second number of the cell, E.164, if there is one. */
      readonly altPhone: string | null;
      /** The usable numbers of the cell after these two, E.164; absent if there are none. */
      readonly further?: readonly string[];
      readonly warnings: readonly Finding[];
    }
  | BadPhone;

/** How to read numbers without `+`. */
export interface PhoneHome {
  /** ISO 3166-1 alpha-2, from the configuration or `--region`. */
  readonly region: string;
  /** The lead's own country, as parseCountry returns it (`AE` or `+971`); it takes precedence over the region. */
  readonly country: string | null;
}

/**
 * Reads phones. Plain Indian mobiles need no library. For other numbers `parse` returns `needs-library` until `load` has
 * resolved, so that callers only wait when they must.
 */
export interface PhoneParser {
  readonly load: () => Promise<void>;
  readonly parse: (text: string, home: PhoneHome) => ParsedPhone | 'needs-library';
}

/** libphonenumber calls several of them valid. */
const JUNK: ReadonlySet<string> = new Set(['1234567890', '0123456789']);
/** The same after a country code: `+1 123 456 7890`, `+1 999 999 9999`. */
const JUNK_TAIL = /^\d{0,3}(?:1234567890|0123456789|(\d)\1{7,})$/;
const NOTHING: readonly Finding[] = [];

const CODE_TWICE: readonly Finding[] = [
  {
    code: 'PHONE_CODE_TWICE',
    message: 'The country code is written twice; the number is read with one of them.',
  },
];

export function createPhoneParser(): PhoneParser {
  let library: Library | null = null;
  return {
    load: async () => {
      library ??= await import('./phone-library.ts');
    },
    parse: (text, home) => {
      const national = plainIndianMobile(text, (home.country ?? home.region) === 'IN');
      return national !== null && !isJunk(national)
        ? { kind: 'ok', phone: `+91${national}`, country: 'IN', altPhone: null, warnings: NOTHING }
        : parseCell(text, home, library);
    },
  };
}

function parseCell(text: string, home: PhoneHome, library: Library | null): ParsedPhone | 'needs-library' {
  const cell = readPhoneCell(text);
  if (cell.kind === 'empty') return EMPTY;
  if (cell.kind === 'sheet-error') return SHEET_ERROR;
  if (cell.kind === 'no-number-id') return notANumber(cell.what);
  if (cell.kind === 'rounded') return ROUNDED;
  if (cell.kind === 'masked') return MASKED;
  const whole = cell.split === null ? null : parseSplit(cell.split, home, library);
  if (whole === 'unclear') return withStray(WORDS, cell.stray);
  if (whole !== null) return whole;
  if (cell.kind === 'words') return withStray(WORDS, cell.stray);
  const found: (ParsedPhone & { kind: 'ok' })[] = [];
  let first: BadPhone | null = null;
  for (const digits of cell.numbers) {
    const read = parseNumber(digits, home, library);
    if (read === 'needs-library') return read;
    if (read.kind === 'ok') found.push(read);
    else first ??= read;
  }
  const [main] = found;
  if (main === undefined) return withStray(first ?? WORDS, cell.stray);
  // `22/67721234` is no number of the Solomon Islands.
  if (cell.stray.length > 0 && main.warnings.some(({ code }) => code === 'COUNTRY_GUESSED')) {
    return withStray(WORDS, cell.stray);
  }
  const [other = null, ...further] = new Set(
    found.map(({ phone }) => phone).filter((phone) => phone !== main.phone),
  );
  const warnings = [...main.warnings];
  if (cell.several) {
    warnings.push({
      code: 'PHONE_MULTIPLE',
      message:
        other === null
          ? 'The cell holds several numbers; the valid one is the phone.'
          : `The cell holds several numbers; the first is the phone, the second is altPhone${further.length === 0 ? '' : ', further ones are kept in extra'}.`,
    });
  }
  if (cell.words) {
    warnings.push({
      code: 'PHONE_EXTRA_TEXT',
      message: 'The cell holds text beside the number; only the number is used.',
    });
  }
  if (cell.extension) {
    warnings.push({
      code: 'PHONE_EXTENSION_DROPPED',
      message: 'The extension is dropped; only the number is used.',
    });
  }
  const all = { ...main, altPhone: other, warnings };
  return further.length === 0 ? all : { ...all, further };
}

/** @param digits as readPhoneCell returns them */
function parseNumber(
  digits: string,
  home: PhoneHome,
  library: Library | null,
): ParsedPhone | 'needs-library' {
  const hint = home.country ?? home.region;
  const bare = digits.startsWith('+') ? digits.slice(1) : digits;
  if (isJunk(bare) || isJunk(bare.replace(/^0*91(?=\d{10}$)/, ''))) return PLACEHOLDER;
  const plain = plainIndianMobile(digits, hint === 'IN');
  if (plain !== null && isJunk(plain)) return PLACEHOLDER;
  if (plain !== null)
    return { kind: 'ok', phone: `+91${plain}`, country: 'IN', altPhone: null, warnings: NOTHING };
  if (library === null) return 'needs-library';
  const own = ownHome(home, library);
  const code = library.callingCode(own);
  // `+91-`: the form filled in the code, the person entered nothing.
  if ([code, library.callingCode(home.region)].includes(bare.replace(/^0+/, ''))) return EMPTY;
  if (digits.startsWith('+')) {
    return (
      accept(library.readNumber(digits, null), NOTHING) ??
      codeTwice(bare, library.codesAt(bare), library) ??
      invalid(bare, null, library.codesAt(bare)[0])
    );
  }
  // In its own country: as written, or with the calling code after a trunk zero, `091-98200 12345`.
  const inOwn =
    library.readNumber(digits, own) ??
    (code !== null && new RegExp(`^0+${code}`).test(digits)
      ? library.readNumber(`+${digits.replace(/^0+/, '')}`, null)
      : null);
  if (inOwn !== null) return accept(inOwn, NOTHING) ?? invalid(bare, own);
  const codes = [code, library.callingCode(home.region)].filter((known) => known !== null);
  return (
    codeTwice(digits.replace(/^0+/, ''), codes, library) ??
    guess(digits, own, home.region, library) ??
    invalid(bare, own)
  );
}

/** The lead's country; the region where that is one without phones, or a cell that only looked like a code. */
function ownHome({ country, region }: PhoneHome, library: Library): Home {
  return country === null || library.callingCode(country) === null ? region : country;
}

/** @returns null where the digits around the sign are not one number */
function parseSplit(
  split: SplitPhone,
  home: PhoneHome,
  library: Library | null,
): ParsedPhone | 'needs-library' | 'unclear' | null {
  if (library === null) return 'needs-library';
  const number = joinSplit(split, ownHome(home, library), library);
  if (number === 'unclear') return number;
  const read = accept(number, NOTHING);
  return read?.kind === 'ok' ? read : null;
}

/** `+91 +91 98200 12345`, `91 91 98200 12345`: one code too many, where the rest is one whole number. */
function codeTwice(digits: string, codes: readonly string[], library: Library): ParsedPhone | null {
  for (const code of codes) {
    const rest = new RegExp(`^${code}0{0,2}${code}(?=\\d)`).exec(digits)?.[0];
    if (rest === undefined) continue;
    const number = library.readNumber(`+${code}${digits.slice(rest.length)}`, null);
    if (number !== null) return accept(number, CODE_TWICE);
  }
  return null;
}

/** Not valid in its own country: try it with the missing `+`, or in the region if the lead named another country. */
function guess(digits: string, own: Home, region: Home, library: Library): ParsedPhone | null {
  const readings = [
    digits.startsWith('0') ? null : library.readNumber(`+${digits}`, null),
    own === region ? null : library.readNumber(digits, region),
  ].filter((reading) => reading !== null);
  const [only] = readings;
  if (only === undefined) return null;
  if (readings.some((reading) => reading.phone !== only.phone)) {
    return bad(
      'PHONE_UNDECIDABLE',
      'The phone is valid in several countries.',
      'Write it with + and the country code.',
    );
  }
  const country = only.country === null ? 'no single country' : countryTitle(only.country);
  return accept(only, [
    {
      code: 'COUNTRY_GUESSED',
      message: `The phone has no + and is not valid in ${countryTitle(own)}; it was read as a number from ${country}. To be sure, write it with + and the country code.`,
    },
  ]);
}

function accept(number: ReadNumber | null, warnings: readonly Finding[]): ParsedPhone | null {
  if (number === null) return null;
  if (isJunk(number.national)) return PLACEHOLDER;
  if (number.kind === 'service') return SERVICE;
  const landline: readonly Finding[] =
    number.kind === 'landline'
      ? [{ code: 'PHONE_LANDLINE', message: 'The phone is a landline: it gets no SMS or WhatsApp messages.' }]
      : NOTHING;
  return {
    kind: 'ok',
    phone: number.phone,
    country: number.country,
    altPhone: null,
    warnings: [...warnings, ...landline],
  };
}

/** @param code the calling code that was written with `+`: its digits are not the number's */
function invalid(digits: string, home: Home | null, code?: string): BadPhone {
  if (JUNK_TAIL.test(digits)) return PLACEHOLDER;
  const [where, abroad] =
    home === null ? ['', ''] : [` in ${countryTitle(home)}`, ' One of another country needs + and its code.'];
  return bad(
    'PHONE_INVALID',
    `Not a valid phone number${where}: it has ${counted(digits.length - (code ?? '').length, 'digit')}${code === undefined ? '' : ` after +${code}`}.`,
    `${CORRECT}${abroad}`,
  );
}

/** All digits the same, or a keyboard run, as people type to get past a form. */
function isJunk(digits: string): boolean {
  return JUNK.has(digits) || (digits.length > 1 && allSame(digits));
}

function allSame(digits: string): boolean {
  const code = digits.charCodeAt(0);
  for (let index = 1; index < digits.length; index++) if (digits.charCodeAt(index) !== code) return false;
  return true;
}
