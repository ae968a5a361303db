// "Did you mean": the known word that a typing error most likely meant.
import { distance } from 'fastest-levenshtein';

const MAX_ERRORS = 3;

/** The word that `given` is a slip of, whatever its case; null where none is near: at most three errors, and fewer than half of it. */
export function nearest(given: string, known: readonly string[]): string | null {
  const wanted = given.trim().toLowerCase();
  let best: string | null = null;
  let least = MAX_ERRORS + 1;
  for (const word of known) {
    const candidate = word.trim().toLowerCase();
    // Texts whose lengths differ by more have more errors; long ones take long to compare.
    if (Math.abs(candidate.length - wanted.length) > MAX_ERRORS) continue;
    const errors = distance(wanted, candidate);
    if (errors < least && errors * 2 < candidate.length) {
      best = word;
      least = errors;
    }
  }
  return best;
}
