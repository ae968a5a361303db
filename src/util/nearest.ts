// "Did you mean": the known word nearest to a mistyped one.
import { distance } from 'fastest-levenshtein';

const MAX_ERRORS = 3;

/** The nearest word, ignoring case; null if none is near: at most three errors, and fewer than half of its letters. */
export function nearest(given: string, known: readonly string[]): string | null {
  const wanted = given.trim().toLowerCase();
  let best: string | null = null;
  let least = MAX_ERRORS + 1;
  for (const word of known) {
    const candidate = word.trim().toLowerCase();
    // Texts whose lengths differ by more have more errors; long ones are slow to compare.
    if (Math.abs(candidate.length - wanted.length) > MAX_ERRORS) continue;
    const errors = distance(wanted, candidate);
    if (errors < least && errors * 2 < candidate.length) {
      best = word;
      least = errors;
    }
  }
  return best;
}

/** `, did you mean "concurrency"?`, or nothing if no known word is near. */
export function suggestion(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return near === null ? '' : `, did you mean "${near}"?`;
}
