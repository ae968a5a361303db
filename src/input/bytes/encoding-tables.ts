// Single-byte tables: the upper halves of the two old encodings that lead files come in, and what is valid UTF-8.

/** Bytes 0x80 to 0xff in Windows-1252 (WHATWG Encoding, index windows-1252): Latin-1 except for its first 32 places. */
export const WINDOWS_1252: string =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178' +
  String.fromCharCode(...Array.from({ length: 96 }, (_, i) => 0xa0 + i));

/** Bytes 0x80 to 0xff in Mac Roman (WHATWG Encoding, index macintosh). */
export const MACINTOSH: string =
  'ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªº\u03a9æø' +
  '¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ';

/** Length in bytes of the UTF-8 character at `i`; 0 if it is not valid (Unicode 15, table 3-7). */
export function sequenceAt(bytes: Buffer, i: number): number {
  const lead = bytes[i] ?? 0xff;
  if (lead < 0x80) return 1;
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  const second = bytes[i + 1] ?? 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (size === 0 || second < least || second > most) return 0;
  for (let at = i + 2; at < i + size; at++) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return 0;
  return size;
}

/** How many bytes are whole characters: a sequence that is cut off at the end waits for the next piece. */
export function completeUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
