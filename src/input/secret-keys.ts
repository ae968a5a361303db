// Secrets in input files: Google Ads sends its webhook's shared key with each lead (`google_key`). They are dropped when
// read, so that no later step can leak them.

/** The most separators between the two words. */
const BETWEEN = 100;
const SECRET = new RegExp(`^\\s*google[\\s_-]{0,${BETWEEN}}key\\s*$`, 'i');

const PLAIN = new RegExp(`google[\\s_-]{0,${BETWEEN}}key`, 'i');

/** The same in JSON text, where any character may be escaped. */
const ESCAPED = new RegExp(
  `${anyForm('google')}(?:[\\s_-]|\\\\u00(?:0[9a-d]|20|2d|5f|a0)){0,${BETWEEN}}${anyForm('key')}`,
  'i',
);

/** Whether the value of this column or member is a secret. */
export function isSecret(name: string): boolean {
  return SECRET.test(name);
}

/** Whether a JSON text may contain one, escaped or not. */
export function mayHoldSecret(text: string): boolean {
  return text.includes('\\u00') ? ESCAPED.test(text) : PLAIN.test(text);
}

function anyForm(word: string): string {
  const code = (letter: string) => letter.charCodeAt(0).toString(16);
  return [...word]
    .map((letter) => `(?:${letter}|\\\\u00(?:${code(letter)}|${code(letter.toUpperCase())}))`)
    .join('');
}
