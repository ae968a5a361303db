// A calling code that stands in a cell of its own beside a number: `+1`, `971`, `00966`, `IN`, `IN +91`, `India (+91)`.
// The number is read with it and with nothing else; where both cannot be true it is not usable.
import { countryTitle, parseCountry } from './country.ts';
import { memo } from './memo.ts';
import type { ParsedPhone, PhoneHome, PhoneParser } from './phone.ts';
import { bad } from './phone-wrong.ts';
import { asciiDigits, isAbsent, oneLine } from './text.ts';

/** No country's code and area code together are longer: `+1-684`, `+44 1481`. */
const MAX_DIGITS = 7;

/**
 * What a cell says that holds a calling code: an ISO country, `+971`, or `+1684` with an area code; null for a cell that
 * does not look like one.
 */
export const besideCode: (text: string) => string | null = memo((text) => {
  // `971.0`: a number that a spreadsheet has written.
  const line = asciiDigits(oneLine(text)).replace(/^(\+?\d+)\.0+$/, '$1');
  if (isAbsent(line) || line.length > 80) return null;
  const digits = (/\+?\s*\d[\d\s-]*/.exec(line)?.[0] ?? '').replace(/\D/g, '').replace(/^0+/, '');
  if (digits !== '') {
    // `+1 (US), +44`: not one code.
    // An area code is only told from another number by the sign, or by what stands between the two.
    if (digits.length > 4 && !/[+\s-]/.test(line)) return null;
    if (digits.length > MAX_DIGITS || (line.match(/\d[\d\s-]*/g)?.length ?? 0) > 1) return null;
    return digits === '91' ? 'IN' : `+${digits}`;
  }
  // `No` is an answer; the country is written NO.
  return /^no$/i.test(line) && line !== 'NO' ? null : parseCountry(line);
});

/** @param codes the cells beside it, best first */
export function parseBeside(
  text: string,
  codes: readonly string[],
  home: PhoneHome,
  phones: PhoneParser,
): ParsedPhone | 'needs-library' {
  const code = codes.reduce<string | null>((found, cell) => found ?? besideCode(cell), null);
  if (code === null) return phones.parse(text, home);
  // `+1684`: the code of a country and of an area in it.
  const area = code.length > 4 ? code : null;
  const national = area === null ? text : `${area} ${text.trim().replace(/^0+/, '')}`;
  const own: PhoneHome =
    area === null || /^\s*\+/.test(text)
      ? { region: code, country: code }
      : { region: home.region, country: null };
  const read = phones.parse(area !== null && /^\s*\+/.test(text) ? text : national, own);
  if (read === 'needs-library') return read;
  if (read.kind === 'ok' && !read.warnings.some((warning) => warning.code === 'COUNTRY_GUESSED')) return read;
  if (read.kind === 'bad' && read.code !== 'PHONE_INVALID' && read.code !== 'PHONE_UNDECIDABLE') return read;
  const elsewhere =
    read.kind === 'ok' || read.code === 'PHONE_UNDECIDABLE'
      ? read
      : phones.parse(text, { region: home.region, country: null });
  if (elsewhere === 'needs-library') return elsewhere;
  if (elsewhere.kind === 'bad' && elsewhere.code !== 'PHONE_UNDECIDABLE') return read;
  return bad(
    'PHONE_UNDECIDABLE',
    `The phone is not a number of the country that stands beside it, ${countryTitle(code)}, only of another one.`,
    'Write it with + and the country code.',
  );
}
