// Characters that are not allowed in a setting, depending on where it is sent: in a header or in a part of a path. They
// are pasted from word processors and chats (dashes, quotes, invisible spaces); the request would fail or reach a wrong
// account.

import type { SettingSpec } from '../providers/provider.ts';

/** Where a setting is sent. */
type Travels = NonNullable<SettingSpec['travels']>;

const NAMES: ReadonlyMap<string, string> = new Map([
  ['\t', 'tab'],
  ['\n', 'line feed'],
  ['\r', 'carriage return'],
  [' ', 'space'],
  ['\u00a0', 'no-break space'],
  ['\u00ad', 'soft hyphen'],
  ['\u200b', 'zero-width space'],
  ['\u200c', 'zero-width non-joiner'],
  ['\u200d', 'zero-width joiner'],
  ['\u200e', 'left-to-right mark'],
  ['\u200f', 'right-to-left mark'],
  ['\u2010', 'hyphen'],
  ['\u2011', 'non-breaking hyphen'],
  ['\u2013', 'en dash'],
  ['\u2014', 'em dash'],
  ['\u2018', 'left single quotation mark'],
  ['\u2019', 'right single quotation mark'],
  ['\u201c', 'left double quotation mark'],
  ['\u201d', 'right double quotation mark'],
  ['\u2026', 'ellipsis'],
  ['\u202f', 'narrow no-break space'],
  ['\u2060', 'word joiner'],
  ['\ufeff', 'byte order mark'],
  ['\ufffd', 'replacement character'],
]);

/** Characters that only look like a dash, a quote or nothing: they were pasted. */
const PASTED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Pi}\p{Pf}\ufffd]|(?![ ])\p{Zs}|(?!-)\p{Pd}/u;

/** Letters of other scripts are allowed in a path (encoded) and in a key that only signs. */
const FORBIDDEN: Readonly<Record<Travels, RegExp>> = {
  header: /[^\x20-\x7e]/u,
  path: PASTED,
  signature: PASTED,
  body: /[\p{Cc}\p{Cs}]/u,
};

const PLACES: Readonly<Record<Travels, string>> = {
  header: 'which is not allowed in a header',
  path: 'which is not allowed in a path',
  signature: 'which is probably not part of it',
  body: 'which is not allowed in a one-line text',
};

/**
 * @returns what is wrong, with the character but without its neighbours (it may be a secret): `holds U+2013 (en dash),
 * which no header can carry`; null if nothing is
 */
export function uncarriable(text: string, travels: Travels): string | null {
  if (FORBIDDEN[travels].test('\n') && /^[^\r\n]+[\r\n]+$/.test(text))
    return 'ends with a line break (U+000A), as echo writes one; set it again without';
  const found = FORBIDDEN[travels].exec(text)?.[0];
  if (found !== undefined) return `holds ${characterName(found)}, ${PLACES[travels]}; type it again`;
  const edge = /^\s/u.exec(text)?.[0] ?? /\s$/u.exec(text)?.[0];
  if (edge !== undefined) return `begins or ends with ${characterName(edge)}; remove it`;
  if (travels === 'path' && /^\.{1,2}$/.test(text)) return 'is "." or "..", which leads to another path';
  return null;
}

/** `U+2013 (en dash)`. */
function characterName(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const name = NAMES.get(character);
  return `U+${point}${name === undefined ? '' : ` (${name})`}`;
}

/** Whether a part of this path is `.` or `..`, also percent-encoded. */
export function hasDotSegment(path: string): boolean {
  return path.split('/').some((part) => /^(?:\.|%2e){1,2}$/i.test(part));
}
