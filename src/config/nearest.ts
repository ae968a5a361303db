// "Did you mean": the known word that a typing error most likely meant.
import { distance } from 'fastest-levenshtein';

/** @returns null where none is near: at most two errors, and fewer than half of the word */
export function nearest(given: string, known: readonly string[]): string | null {
  let best: { readonly word: string; readonly errors: number } | null = null;
  for (const word of known) {
    const errors = distance(given.toLowerCase(), word.toLowerCase());
    if (errors <= 2 && errors * 2 < word.length && (best === null || errors < best.errors))
      best = { word, errors };
  }
  return best?.word ?? null;
}
