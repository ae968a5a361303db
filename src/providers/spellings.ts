// Takes secrets out of texts, however somebody wrote them: as they are, percent-encoded (every character may be), as
// JSON, as HTML, in hex, in base64 at any place of a longer text, and mixtures of these. Pure.

export const MASK = '***';

/** From so many characters on, a secret is taken out wherever it stands. */
const ANYWHERE = 6;
/** From so many on, where it stands alone; a shorter one only where it is all that the text is: it stands in too many words. */
const ALONE = 4;
/** Encoded parts shorter than this may be part of anything. */
const SHORTEST_CORE = 7;
/** Of a very long secret, each part is looked for by itself. */
const LONGEST_PART = 256;

/** Gives a text without the secrets. */
export type Hide = (text: string) => string;

/** @param secrets that are `***` in what the function gives; texts without any come back as they are */
export function hider(secrets: readonly string[]): Hide {
  const known = [...new Set(secrets)].filter((secret) => secret !== '');
  const whole = new Set(known.map((secret) => secret.toLowerCase()));
  let pattern: RegExp | null | undefined;
  return (text) => {
    if (text.length <= 1024 && whole.has(text.trim().toLowerCase())) return MASK;
    if (text.length < ALONE) return text;
    if (pattern === undefined) pattern = patternOf(known);
    return pattern === null ? text : text.replace(pattern, MASK);
  };
}

/** Null where no secret is long enough. */
function patternOf(secrets: readonly string[]): RegExp | null {
  const sources = secrets.flatMap((secret) => {
    const length = [...secret].length;
    if (length < ALONE) return [];
    if (length < ANYWHERE) return [`(?<![\\p{L}\\p{N}])${anySpelling(secret)}(?![\\p{L}\\p{N}])`];
    return partsOf(secret).flatMap((part) => [anySpelling(part), ...encoded(part)]);
  });
  // The longest first: of two that begin alike the first counts.
  const sorted = [...new Set(sources)].sort((a, b) => b.length - a.length);
  return sorted.length === 0 ? null : new RegExp(sorted.join('|'), 'giu');
}

function partsOf(secret: string): readonly string[] {
  const letters = [...secret];
  const count = Math.ceil(letters.length / LONGEST_PART);
  const size = Math.ceil(letters.length / count);
  return Array.from({ length: count }, (_, i) => letters.slice(i * size, (i + 1) * size).join(''));
}

/** Each character in any of its spellings, so that mixtures are found as well. */
function anySpelling(secret: string): string {
  return [...secret].map(spellingsOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '|amp',
  '<': '|lt',
  '>': '|gt',
  '"': '|quot',
  "'": '|apos',
};

function spellingsOf(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const bytes = [...Buffer.from(letter)];
  const plain = escapeOf(code);
  const units = Array.from({ length: letter.length }, (_, i) => hex(letter.charCodeAt(i), 4));
  const forms = [
    bytes.map((byte) => `%(?:25){0,2}${hex(byte, 2)}`).join(''),
    units.map((unit) => `\\\\{1,4}u${unit}`).join(''),
    `&(?:amp;){0,2}(?:#0{0,5}${code}|#x0{0,5}${code.toString(16)}${ENTITIES[letter] ?? ''});?`,
  ];
  if (code < 0x100) forms.push(`\\\\{1,4}x${hex(code, 2)}`);
  // In forms the one stands for the other.
  if (letter === ' ') forms.push(escapeOf(0x2b));
  if (letter === '+') forms.push(escapeOf(0x20));
  // UTF-8 that was read as Latin-1.
  if (code > 0x7f) forms.push(bytes.map(escapeOf).join(''), '\\u{fffd}{1,4}');
  // Last, as what is encoded may begin like it. JSON and shells put a backslash before what is no letter, JSON within JSON
  // several.
  forms.push(/[\p{L}\p{N}]/u.test(letter) ? plain : `\\\\{0,4}${plain}`);
  return `(?:${forms.join('|')})`;
}

const IN_BASE64 = '[a-z0-9+\\/_-]?';

/** In hex, and in base64 wherever in a longer text it stood, with the letters that hold a part of its first and last byte. */
function encoded(part: string): readonly string[] {
  const bytes = Buffer.from(part);
  const sources = bytes.length * 2 < SHORTEST_CORE ? [] : [bytes.toString('hex')];
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    if (to - from < SHORTEST_CORE) continue;
    const core = [...text.slice(from, to)].map(base64Letter).join('');
    const last = ((before + bytes.length) * 8) % 6 === 0 ? '' : IN_BASE64;
    sources.push(`${before === 0 ? '' : IN_BASE64}${core}${last}(?:=|%3d){0,2}`);
  }
  return sources;
}

function base64Letter(letter: string): string {
  if (letter === '+') return '(?:[-+ ]|%(?:25){0,2}2b|\\\\{1,4}u002b|&(?:amp;)?#(?:43|x2b);)';
  if (letter === '/') return '(?:\\\\{0,4}[\\/_]|%(?:25){0,2}2f|\\\\{1,4}u002f|&(?:amp;)?#(?:47|x2f);)';
  return letter;
}

function escapeOf(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
