// "Did you mean": the header, field or preset that a mistyped one is nearest to.
import { distance } from 'fastest-levenshtein';

/** The candidate that `word` is a slip of, whatever its case; null where none is near: at most a third of its letters, and three. */
export function nearMiss(word: string, candidates: readonly string[]): string | null {
  const wanted = word.trim().toLowerCase();
  let best: string | null = null;
  let least = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of candidates) {
    const errors = distance(wanted, candidate.trim().toLowerCase());
    if (errors < least) {
      best = candidate;
      least = errors;
    }
  }
  return best;
}
