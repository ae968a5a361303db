// Phones (docs/behaviour.md, "Phones"): any cell -> E.164 with its country, or a code that says why not.
import type { Code } from './codes.ts';
import { readPhoneCell } from './phone-cell.ts';
import { plainIndianMobile } from './phone-indian.ts';
import type { Home, ReadNumber } from './phone-library.ts';

type Library = typeof import('./phone-library.ts');

/** A code with its message; the caller knows the header. */
export interface Finding {
  readonly code: Code;
  readonly message: string;
}

type ParsedPhone =
  | {
      readonly kind: 'ok';
      /** E.164. */
      readonly phone: string;
      /** ISO 3166-1 alpha-2; null for numbers of no country. */
      readonly country: string | null;
      /** The second number of the cell, E.164, where there was one. */
      readonly altPhone: string | null;
      readonly warnings: readonly Finding[];
    }
  | { readonly kind: 'bad'; readonly code: Code; readonly message: string };

/** How numbers without `+` are read. */
export interface PhoneHome {
  /** ISO 3166-1 alpha-2 of the configuration or `--region`. */
  readonly region: string;
  /** The lead's own country, as parseCountry gives it (`AE` or `+971`); it goes before the region. */
  readonly country: string | null;
}

/**
 * Reads phones. Plain Indian mobiles need nothing; for any other number libphonenumber's metadata must be there:
 * `parse` then answers `needs-library` until `load` has resolved, so that no caller awaits without need.
 */
export interface PhoneParser {
  readonly load: () => Promise<void>;
  readonly parse: (text: string, home: PhoneHome) => ParsedPhone | 'needs-library';
}

/** libphonenumber calls several of them valid. */
const JUNK: ReadonlySet<string> = new Set(['1234567890', '0123456789']);
/** The same behind a country code: `+1 123 456 7890`, `+1 999 999 9999`. */
const JUNK_TAIL = /^\d{0,3}(?:1234567890|0123456789|(\d)\1{7,})$/;
const NOTHING: readonly Finding[] = [];

const EMPTY = bad('PHONE_MISSING', 'The phone is empty. Add a number and send this lead again.');
const PLACEHOLDER = bad(
  'PHONE_JUNK',
  'The phone is a placeholder, not a real number. Ask for the number, or leave this lead out.',
);
const ROUNDED = bad(
  'PHONE_SCIENTIFIC',
  'Spreadsheet software rounded this phone to scientific notation and its digits are lost. ' +
    'Format the column as Text and export again.',
);
const MASKED = bad(
  'PHONE_INVALID',
  'Not a possible phone number for its country: some of its digits are masked. Export with full numbers.',
);
const WORDS = bad(
  'PHONE_INVALID',
  'Not a possible phone number for its country: the cell holds words, no number. Correct it and send this lead again.',
);
const SERVICE = bad(
  'PHONE_INVALID',
  "Not a person's phone number: it is a toll-free or service number. Correct it and send this lead again.",
);

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
  if (cell.kind === 'rounded') return ROUNDED;
  if (cell.kind === 'masked') return MASKED;
  if (cell.kind === 'words') return WORDS;
  const found: (ParsedPhone & { kind: 'ok' })[] = [];
  let first: ParsedPhone | null = null;
  for (const digits of cell.numbers) {
    const read = parseNumber(digits, home, library);
    if (read === 'needs-library') return read;
    first ??= read;
    if (read.kind === 'ok') found.push(read);
  }
  const [main] = found;
  if (main === undefined) return first ?? WORDS;
  const other = found.find((number) => number.phone !== main.phone);
  const warnings = [...main.warnings];
  if (cell.several) {
    warnings.push({
      code: 'PHONE_MULTIPLE',
      message:
        other === undefined
          ? 'The cell holds several numbers; the one that can be called is sent.'
          : 'The cell holds several numbers: the first is sent, the second goes to altPhone.',
    });
  }
  if (cell.words) {
    warnings.push({
      code: 'PHONE_EXTRA_TEXT',
      message: 'The cell holds words beside the number; only the number is sent.',
    });
  }
  if (cell.extension) {
    warnings.push({
      code: 'PHONE_EXTENSION_DROPPED',
      message: 'The extension is left out; only the number is sent.',
    });
  }
  return { ...main, altPhone: other?.phone ?? null, warnings };
}

/** @param digits as readPhoneCell gives them */
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
  // A country without phones (or a cell that only looked like a code) is no hint.
  const own = library.callingCode(hint) === null ? home.region : hint;
  const code = library.callingCode(own);
  // `+91-`: the form filled in the code, the person nothing.
  if ([code, library.callingCode(home.region)].includes(bare.replace(/^0+/, ''))) return EMPTY;
  if (digits.startsWith('+')) {
    return accept(library.readNumber(digits, null), NOTHING) ?? invalid(bare, null);
  }
  // In its own country: as it stands, or with the calling code after a trunk zero, `091-98200 12345`.
  const inOwn =
    library.readNumber(digits, own) ??
    (code !== null && new RegExp(`^0+${code}`).test(digits)
      ? library.readNumber(`+${digits.replace(/^0+/, '')}`, null)
      : null);
  if (inOwn !== null) return accept(inOwn, NOTHING) ?? invalid(bare, own);
  return guess(digits, own, home.region, library) ?? invalid(bare, own);
}

/** Not valid where it should be at home: with the `+` that is missing, or in the region where the lead's country was another. */
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
      'The phone can be read as a number of several countries. Write it with + and the country code.',
    );
  }
  const country = only.country ?? 'no single country';
  return accept(only, [
    {
      code: 'COUNTRY_GUESSED',
      message: `The phone has no + and is not valid in ${own}; it was read as a number of ${country}. Write it with + and the country code to be sure.`,
    },
  ]);
}

function accept(number: ReadNumber | null, warnings: readonly Finding[]): ParsedPhone | null {
  if (number === null) return null;
  if (isJunk(number.national)) return PLACEHOLDER;
  if (number.kind === 'service') return SERVICE;
  const landline: readonly Finding[] =
    number.kind === 'landline'
      ? [{ code: 'PHONE_LANDLINE', message: 'The phone is a landline: it gets no SMS or WhatsApp message.' }]
      : NOTHING;
  return {
    kind: 'ok',
    phone: number.phone,
    country: number.country,
    altPhone: null,
    warnings: [...warnings, ...landline],
  };
}

function invalid(digits: string, home: Home | null): ParsedPhone {
  if (JUNK_TAIL.test(digits)) return PLACEHOLDER;
  const where = home === null ? '' : ` (${home})`;
  return bad(
    'PHONE_INVALID',
    `Not a possible phone number for its country${where}: it has ${digits.length} digits. Correct it and send this lead again.`,
  );
}

/** All digits the same, or a row of them as people type to get past a form. */
function isJunk(digits: string): boolean {
  return JUNK.has(digits) || (digits.length > 1 && allSame(digits));
}

function allSame(digits: string): boolean {
  const code = digits.charCodeAt(0);
  for (let index = 1; index < digits.length; index++) if (digits.charCodeAt(index) !== code) return false;
  return true;
}

function bad(code: Code, message: string): ParsedPhone {
  return { kind: 'bad', code, message };
}
