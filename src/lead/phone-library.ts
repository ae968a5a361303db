// The only file that uses libphonenumber-js. Its metadata takes 80 ms to load, so it is imported only for numbers that
// the fast path cannot read. `max`: the `mobile` metadata refuses one in six valid Indian mobiles.
import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';

/** A valid number as the library reads it. */
export interface ReadNumber {
  /** E.164. */
  readonly phone: string;
  /** Without the calling code. */
  readonly national: string;
  /** ISO 3166-1 alpha-2; null for numbers without a country. */
  readonly country: string | null;
  readonly kind: 'landline' | 'service' | 'other';
}

/** How to read a number without `+`: an ISO country, or a calling code such as `+971`. */
export type Home = string;

const SERVICE: ReadonlySet<string> = new Set(['TOLL_FREE', 'SHARED_COST', 'PREMIUM_RATE']);

/** @param digits with `+` if they include the calling code @returns null if the number is not valid */
export function readNumber(digits: string, home: Home | null): ReadNumber | null {
  const options = optionsFor(home);
  const number = parsePhoneNumberFromString(digits, { extract: false, ...options });
  if (number === undefined || !number.isValid()) return null;
  const type = number.getType();
  return {
    phone: number.number,
    national: number.nationalNumber,
    country: number.country ?? null,
    kind: type === 'FIXED_LINE' ? 'landline' : type !== undefined && SERVICE.has(type) ? 'service' : 'other',
  };
}

let callingCodes: ReadonlySet<string> | null = null;

/** `IN` and `+91` -> `91`; null for a country without phones and a code without country. */
export function callingCode(home: Home): string | null {
  if (!home.startsWith('+')) return isSupportedCountry(home) ? getCountryCallingCode(home) : null;
  callingCodes ??= new Set(getCountries().map((country) => getCountryCallingCode(country)));
  const code = home.slice(1);
  return callingCodes.has(code) ? code : null;
}

/** The calling codes with which these digits begin. */
export function codesAt(digits: string): readonly string[] {
  return [1, 2, 3].map((size) => digits.slice(0, size)).filter((code) => callingCode(`+${code}`) !== null);
}

/** The library throws for an unknown calling code. */
function optionsFor(home: Home | null): Parameters<typeof parsePhoneNumberFromString>[1] & object {
  const code = home === null ? null : callingCode(home);
  if (home === null || code === null) return {};
  return isSupportedCountry(home) ? { defaultCountry: home } : { defaultCallingCode: code };
}
