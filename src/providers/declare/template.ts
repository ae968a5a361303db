// Texts with names in braces: `Bearer {token}`, `/leads/{channel}`, `{lead.phone:digits}`.

/** The value of a name; undefined where it has none. */
export type Scope = (name: string) => string | undefined;

interface Part {
  readonly text: string;
  /** Null: the text stands as it is. */
  readonly name: string | null;
}

const NAME = /\{([A-Za-z][\w.]*(?::[A-Za-z]+)?)\}/g;

function partsOf(template: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of template.matchAll(NAME)) {
    if (found.index > end) parts.push({ text: template.slice(end, found.index), name: null });
    parts.push({ text: found[0], name: found[1] ?? '' });
    end = found.index + found[0].length;
  }
  if (end < template.length || parts.length === 0) parts.push({ text: template.slice(end), name: null });
  return parts;
}

/** The names in a text, each once. */
export function namesIn(template: string): readonly string[] {
  return [...new Set([...template.matchAll(NAME)].map(([, name = '']) => name))];
}

/** What stands in braces and is no name. */
export function oddBraces(template: string): string | null {
  return /[{}]/.exec(template.replace(NAME, '')) === null ? null : template;
}

/**
 * The text with its names filled in; undefined where one has no value.
 * @param encode of each value, not of the text around it
 */
export function fill(
  template: string,
  scope: Scope,
  encode: (value: string) => string = (value) => value,
): string | undefined {
  let text = '';
  for (const part of partsOf(template)) {
    if (part.name === null) text += part.text;
    else {
      const value = scope(part.name);
      if (value === undefined) return undefined;
      text += encode(value);
    }
  }
  return text;
}
