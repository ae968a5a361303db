// A run's id: eight characters of Crockford's base32, which are hard to misread; commands accept its first characters.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** @param random in [0, 1) */
export function newRunId(random: () => number): string {
  return Array.from({ length: 8 }, () => ALPHABET[Math.floor(random() * 32)] ?? '0').join('');
}

/** A typed run id in its stored form: upper case, O as 0, I and L as 1. */
export function normaliseRunId(text: string): string {
  return text.trim().toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}
