// Column values repeat: a file has a handful of cities, budgets and apartment types.

const LIMIT = 2_000;

/** Caches the results of a pure function; the cache is cleared when it is full. */
export function memo<T>(rule: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found.answer;
    if (known.size >= LIMIT) known.clear();
    const answer = rule(text);
    // Long texts are notes, which do not repeat.
    if (text.length <= 100) known.set(text, { answer });
    return answer;
  };
}
