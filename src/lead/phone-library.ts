// The one file that knows libphonenumber-js. Its metadata costs 80 ms at start, so it is only loaded (by import()) for
// numbers that the fast path does not answer. `max`: the `mobile` metadata refuses one in six valid Indian mobiles.
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
  /** ISO 3166-1 alpha-2; null for numbers of no country. */
  readonly country: string | null;
  readonly kind: 'landline' | 'service' | 'other';
}

/** What a number without `+` is read in: an ISO country, or a calling code as `+971`. */
export type Home = string;

const SERVICE: ReadonlySet<string> = new Set(['TOLL_FREE', 'SHARED_COST', 'PREMIUM_RATE']);

/** @param digits digits, with `+` where the calling code is among them @returns null where it is no valid number */
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

/** The library throws at a calling code that does not exist. */
function optionsFor(home: Home | null): Parameters<typeof parsePhoneNumberFromString>[1] & object {
  const code = home === null ? null : callingCode(home);
  if (home === null || code === null) return {};
  return isSupportedCountry(home) ? { defaultCountry: home } : { defaultCallingCode: code };
}
