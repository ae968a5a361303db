// A workbook's cell as text. Pure: ECMA-376 part 1, 18.3.1.4 (cells), 18.8.30 (number formats), 18.17.4 (dates).

/** Built-in formats that show dates or times (18.8.30 and its locale tables). */
const DATE_FORMATS: readonly (readonly [from: number, to: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** @param code the format's own code, if the workbook has one */
export function showsDate(id: number, code: string | undefined): boolean {
  if (code === undefined) return DATE_FORMATS.some(([from, to]) => id >= from && id <= to);
  // Letters in literal text, escapes, colours and currencies do not mean a date.
  const [positive = ''] = code.replace(/"[^"]*"|[\\_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '').split(';');
  return /[ymdhs]/i.test(positive) && !/general/i.test(positive);
}

const DAY_MS = 86_400_000;
/** 9999-12-31. */
const LAST_SERIAL = 2_958_466;

/**
 * A date's serial number as `2026-10-05 14:03:22`, without the time if it is midnight, without the day below 1; null if
 * it is not a date. The 1900 system counts a 29 February 1900 that did not exist.
 */
export function dateText(serial: number, date1904: boolean): string | null {
  if (!(serial >= 0 && serial < LAST_SERIAL)) return null;
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const iso = new Date(epoch + Math.round(serial * 86_400) * 1000).toISOString();
  const [day = '', time = ''] = iso.slice(0, 19).split('T');
  if (serial < 1 && !date1904) return time;
  return (epoch + Math.round(serial * 86_400) * 1000) % DAY_MS === 0 ? day : `${day} ${time}`;
}

/** A number as digits: no exponent, and no more digits than a spreadsheet keeps. */
export function numberText(raw: string): string {
  if (/^-?\d+$/.test(raw)) return raw;
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (Number.isInteger(value)) return BigInt(value).toString();
  // A spreadsheet shows 15 digits; the rest is rounding noise.
  const short = Number(value.toPrecision(15));
  return Math.abs(short) < 1e-6 ? short.toFixed(20).replace(/0+$/, '') : String(short);
}

/** `_x000D_` stands for a character that XML cannot hold. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Texts by their number. */
export interface SharedTexts {
  at(index: number): string | undefined;
}

export interface WorkbookContext {
  readonly strings: SharedTexts;
  /** For each style, whether it shows dates. */
  readonly dates: readonly boolean[];
  readonly date1904: boolean;
}

/** @param type the cell's `t` @param style its `s` */
export function cellText(type: string, style: number, raw: string, context: WorkbookContext): string {
  switch (type) {
    case 's':
      return context.strings.at(Number(raw)) ?? '';
    case 'inlineStr':
    case 'str':
      return unescaped(raw);
    case 'b':
      return raw.trim() === '1' || raw.trim() === 'true' ? 'TRUE' : 'FALSE';
    case 'e':
      return raw;
    case 'd':
      return raw.replace('T', ' ').replace(/(\.\d+)?Z?$/, '');
    default: {
      if (raw === '') return '';
      const date = context.dates[style] === true ? dateText(Number(raw), context.date1904) : null;
      return date ?? numberText(raw);
    }
  }
}

/** `AB12` -> 27; -1 if it is not a cell. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const code = reference.charCodeAt(i) & ~32;
    if (code < 65 || code > 90) return column - 1;
    column = column * 26 + code - 64;
  }
  return -1;
}
