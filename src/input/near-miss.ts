// "Did you mean": the header, field or preset that a mistyped one is nearest to.
import { distance } from 'fastest-levenshtein';

/** The candidate that `word` is a slip of, whatever its case; null where none is near: three errors, and fewer than half of it. */
export function nearMiss(word: string, candidates: readonly string[]): string | null {
  const wanted = word.trim().toLowerCase();
  let best: string | null = null;
  let least = 4;
  for (const candidate of candidates) {
    const known = candidate.trim().toLowerCase();
    const errors = distance(wanted, known);
    if (errors < least && errors * 2 < known.length) {
      best = candidate;
      least = errors;
    }
  }
  return best;
}
