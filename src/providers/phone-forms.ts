// A phone in the form that a provider wants: the national number, or all digits. It does not use libphonenumber's metadata,
// which would add 80 ms to every start: no calling code begins with another, so the first digits of an E.164 number tell
// where the national number begins.

/** Calling codes of one and of two digits (ITU-T E.164, list of assigned codes); all others have three. */
const ONE = new Set(['1', '7']);
const TWO = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
);
/** Codes that belong to no country (freephone, satellites, networks). */
const NO_COUNTRY = new Set('800 808 870 878 881 882 883 888 979'.split(' '));

/** `+919988776655` -> `9988776655`. @param phone E.164 */
export function nationalNumber(phone: string): string {
  const digits = phone.slice(1);
  if (ONE.has(digits.slice(0, 1))) return digits.slice(1);
  return TWO.has(digits.slice(0, 2)) ? digits.slice(2) : digits.slice(3);
}

/** Whether the number belongs to no country, and so has no national form. @param phone E.164 */
export function isOfNoCountry(phone: string): boolean {
  return NO_COUNTRY.has(phone.slice(1, 4));
}

/** `+919988776655` -> `919988776655`. @param phone E.164 */
export function internationalDigits(phone: string): string {
  return phone.slice(1);
}
