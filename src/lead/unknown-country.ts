// A country cell that names no country: the region then says which country's a number without + is, which may be wrong.
import { nearest } from '../util/nearest.ts';
import { besideCode } from './beside-code.ts';
import type { Problem } from './codes.ts';
import { countryTitle, countryTitles, parseCountry } from './country.ts';
import { memo } from './memo.ts';
import { asciiDigits, isAbsent, oneLine } from './text.ts';

/** What forms offer beside the countries. */
const OPEN: ReadonlySet<string> = new Set([
  'unknown',
  'other',
  'others',
  'select',
  'select country',
  'not known',
  'country',
]);
/** Longer texts are notes. */
const MAX_SHOWN = 40;

/** What the cell says, and which country it may mean; null for a country, and for nothing at all, such as `N/A`. */
const wordsOf = memo((text: string): string | null => {
  const line = oneLine(text);
  // Digits alone are a calling code as a spreadsheet writes it, or a number under the wrong header.
  if (!/\p{L}/u.test(line) || isAbsent(line) || OPEN.has(line.toLowerCase())) return null;
  if (parseCountry(line) !== null) return null;
  const near = nearest(line, countryTitles());
  const shown = line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
  return `"${shown}" is not a country${near === null ? '.' : `, did you mean "${near}"?`}`;
});

/** A cell of the lead's phone, and what stands beside it. */
interface NumberCell {
  readonly text: string;
  readonly codes?: readonly string[];
}

/**
 * @param cell of the country @param cells of the number @param phone the lead's, E.164 @param country as it was read
 * @returns the warning, where no cell of the number says its country
 */
export function unknownCountry(
  cell: { readonly text: string; readonly header: string },
  cells: readonly NumberCell[],
  phone: string,
  country: string | null,
): Problem | null {
  const words = wordsOf(cell.text);
  if (words === null || cells.some((one) => saysCountry(one, phone))) return null;
  const where = country === null ? 'in the default country' : `as a number from ${countryTitle(country)}`;
  return {
    field: cell.header,
    code: 'COUNTRY_GUESSED',
    message: `${words} The phone has no + and was read ${where}. To be sure, write it with + and the country code.`,
  };
}

/** Whether it holds the calling code too, or one stands beside it. */
function saysCountry({ text, codes = [] }: NumberCell, phone: string): boolean {
  if (codes.some((code) => besideCode(code) !== null)) return true;
  const line = asciiDigits(oneLine(text));
  return line.includes('+') || line.replace(/\D/g, '').includes(phone.slice(1));
}
