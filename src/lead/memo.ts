// Columns repeat themselves: a file has a handful of cities, budgets and configurations.

const LIMIT = 2_000;

/** Remembers answers of a pure rule for the texts it saw last; forgets all of them when there are too many. */
export function memo<T>(rule: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found.answer;
    if (known.size >= LIMIT) known.clear();
    const answer = rule(text);
    // Long texts are remarks; they do not come twice.
    if (text.length <= 100) known.set(text, { answer });
    return answer;
  };
}
