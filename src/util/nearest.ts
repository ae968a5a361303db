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

/** The variables that may be meant by this name: that of another setting, CRM_URL for CRM_KEY, is no typing error. */
export function variablesLike(name: string, known: readonly string[]): readonly string[] {
  const parts = name.split('_');
  return known.filter((candidate) => {
    const others = candidate.split('_');
    return (
      others.length !== parts.length || parts.every((part, i) => nearest(part, [others[i] ?? '']) !== null)
    );
  });
}

/** `, did you mean "concurrency"?`, or nothing if no known word is near. */
export function suggestion(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return near === null ? '' : `, did you mean "${near}"?`;
}
