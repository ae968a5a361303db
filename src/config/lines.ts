// On which line of a configuration a value stands. The text is parsed once more for it, so it is asked only for messages.
import { load } from 'js-yaml';

/** What the parser's listener is given; its types leave it out. */
interface ParserState {
  readonly line: number;
  readonly result?: unknown;
}

/**
 * @param path keys and positions from the top of the file; the line is that of the innermost map or list on the way
 * @returns from 1; null where the text cannot be parsed
 */
export function lineAt(text: string, path: readonly string[]): number | null {
  const lines = new Map<unknown, number>();
  const open: number[] = [];
  const listener = (event: string, state: ParserState) => {
    if (event === 'open') open.push(state.line);
    else {
      const line = open.pop() ?? 0;
      if (typeof state.result === 'object' && state.result !== null && !lines.has(state.result)) {
        lines.set(state.result, line + 1);
      }
    }
  };
  let value: unknown;
  try {
    value = load(text, { listener });
  } catch {
    return null;
  }
  let line = lines.get(value) ?? null;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) break;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
    line = lines.get(value) ?? line;
  }
  return line;
}
