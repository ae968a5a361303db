// Secrets that ride in input files: Google Ads sends its webhook's shared key with each lead (`google_key`). They are
// dropped when read, so that no later part can leak them.

const SECRET = /^\s*google[\s_-]*key\s*$/i;

/** A column or member whose value is a secret. */
export function isSecret(name: string): boolean {
  return SECRET.test(name);
}

/** Whether a JSON text may name one, escaped or not. */
export function mayHoldSecret(text: string): boolean {
  const plain = text.includes('\\u00')
    ? text.replace(/\\u00([0-7][0-9a-f])/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
  return /google[\s_-]*key/i.test(plain);
}
