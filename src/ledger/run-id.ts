// A run's name: eight characters of Crockford's base32, which nobody misreads; commands take its first ones.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** @param random in [0, 1) */
export function newRunId(random: () => number): string {
  return Array.from({ length: 8 }, () => ALPHABET[Math.floor(random() * 32)] ?? '0').join('');
}

/** What a person typed as a run's id, in the form that is stored: upper case, O as 0, I and L as 1. */
export function normaliseRunId(text: string): string {
  return text.trim().toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}
