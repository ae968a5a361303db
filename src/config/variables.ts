// ${NAME} and ${NAME:-default} in the texts of a configuration; $${ stands for itself.

export interface Expanded {
  readonly text: string;
  /** Names of variables that are not set and have no default. */
  readonly missing: readonly string[];
}

const VARIABLE = /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** An empty variable counts as set; with `:-` it takes the default, as in a shell. */
export function expand(text: string, env: Readonly<Record<string, string | undefined>>): Expanded {
  const missing: string[] = [];
  const expanded = text.replace(
    VARIABLE,
    (_, escaped: string | undefined, name: string, otherwise: string | undefined) => {
      if (escaped !== undefined) return '${';
      const value = env[name];
      if (otherwise !== undefined) return value === undefined || value === '' ? otherwise : value;
      if (value === undefined) missing.push(name);
      return value ?? '';
    },
  );
  return { text: expanded, missing };
}

/** Whether the text takes anything from a variable. */
export function hasVariable(text: string): boolean {
  return /(^|[^$])\$\{[A-Za-z_]/.test(text);
}
