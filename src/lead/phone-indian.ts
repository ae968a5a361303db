// The fast path: plain Indian mobiles, nine of ten numbers in practice, without loading libphonenumber's metadata.
// A property test compares it with libphonenumber-js `max`.

/**
 * libphonenumber's own pattern of Indian mobiles, without those that start with 9 (all of those are mobiles).
 * Other numbers that start with 6, 7 or 8 are landlines, which the library reads.
 */
const MOBILE =
  /^(?:(?:6(?:1279|828[01489])|7(?:887[02-9]|9313)|8(?:079[04-9]|(?:84|91)7[02-8]))\d{5}|(?:6(?:(?:12|[2-4]1|5[17]|6[13]|80)[0189]|7(?:1[0189]|86))|7(?:1(?:2[0189]|9[0-5])|3(?:2[5-8]|[34][017-9]|9[016-9])|5(?:[15][017-9]|2[04-9]|9[7-9])|6(?:0[0-47]|1[0-257-9]|2[0-4]|3[19]|5[4589])|70[0289]|88[089])|8(?:0(?:6[67]|7[02-8])|70[017-9]|84[01489]|91[0-289]))\d{6}|(?:731|8(?:16|2[014]|3[126]|6[136]|7[78]|83))(?:[0189]\d|7[02-8])\d{5}|(?:6(?:(?:1[1358]|2[2457]|3[2-4]|4[235-7]|5[2-689]|6[24578])\d|7(?:[23569]\d|4[0189]|8[0-57-9])|8(?:[14-6]\d|2[0-79]))|7(?:1(?:[013-8]\d|9[6-9])|3(?:2[0-49]|9[2-5])|5(?:2[1-3]|9[0-6])|6(?:0[5689]|2[5-9]|3[02-8]|4\d|5[0-367])|70[13-7]|881))[0189]\d{5}|(?:6(?:[09]\d|1[04679]|2[03689]|3[05-9]|4[0489]|50|6[069]|7[07]|8[7-9])|7(?:[024]\d|3[05-8]|5[0346-8]|6[6-9]|7[1-9]|8[0-79]|9[06-9])|8(?:0[01589]|1[0-57-9]|2[235-9]|3[03-57-9]|[45]\d|6[02457-9]|7[1-69]|8[0-25-9]|9[02-9]))\d{7})$/;

/** Prefixes allowed before the ten digits. */
const PREFIXES: readonly string[] = ['', '0', '91', '091', '910', '0091', '00910', '+91', '+910'];

const MAX_LENGTH = 40;

/**
 * The ten digits of a plain Indian mobile in any usual spelling: `98200 12345`, `+91-98200-12345`, `0 98200 12345`,
 * `0091…`, `+91 (0) …`. Digits, spaces, dashes, dots and round brackets only.
 * @param home whether a number without + is Indian
 * @returns null for everything else, valid or not
 */
export function plainIndianMobile(text: string, home: boolean): string | null {
  if (text.length < 10 || text.length > MAX_LENGTH) return null;
  let digits = '';
  let plus = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) digits += text[index];
    else if (code === 43 && digits === '' && !plus) plus = true;
    // Space, dash, dot, brackets.
    else if (code !== 32 && code !== 45 && code !== 46 && code !== 40 && code !== 41) return null;
  }
  if (digits.length < 10) return null;
  const national = digits.slice(-10);
  const prefix = (plus ? '+' : '') + digits.slice(0, -10);
  if (!PREFIXES.includes(prefix)) return null;
  if (!home && !plus && !prefix.startsWith('00')) return null;
  return national.charCodeAt(0) === 57 || MOBILE.test(national) ? national : null;
}
