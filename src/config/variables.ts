// ${NAME} and ${NAME:-default} in the texts of a configuration; $${ is a literal ${.

export interface Expanded {
  readonly text: string;
  /** Names of variables that are not set and have no default. */
  readonly missing: readonly string[];
  /** A `${` that is not a variable: a dash in the name, a default inside a default, no end. */
  readonly malformed: boolean;
}

/** A default cannot contain a variable: the first `}` ends it. */
const VARIABLE = /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{)[^}])*))?\}|(\$\{)/g;

/** What is expected, for malformed texts. */
export const EXPECTED_VARIABLE =
  'expected $' + '{NAME} or $' + '{NAME:-default}; write $$' + '{ for the characters themselves';

/** With `:-`, an empty variable takes the default, as in a shell; without it, the value is empty. */
export function expand(text: string, env: Readonly<Record<string, string | undefined>>): Expanded {
  if (!text.includes('${')) return { text, missing: [], malformed: false };
  const missing: string[] = [];
  let malformed = false;
  const expanded = text.replace(
    VARIABLE,
    (
      whole: string,
      escaped: string | undefined,
      name: string | undefined,
      otherwise: string | undefined,
    ): string => {
      if (escaped !== undefined) return escaped;
      if (name === undefined) {
        malformed = true;
        return whole;
      }
      // Own properties only: `constructor` is a function.
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (otherwise !== undefined) return value === undefined || value === '' ? otherwise : value;
      if (value === undefined) missing.push(name);
      return value ?? '';
    },
  );
  return { text: expanded, missing, malformed };
}

/** A name as variables are called, `MY_CRM` for `my-crm`. */
export function upperName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/** The names of the variables in a text. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, , name]) => (name === undefined ? [] : [name]));
}

/** A CI server's variable that nobody has filled in, and a shell's: other messages say so. By chance, a password is neither. */
const UNFILLED = /^\s*(?:\$\{\{[^{}]*\}\}|\$[A-Z_][A-Z0-9_]+)\s*$/;

/** Whether the text itself holds the secret: no variable, or a variable with a default. */
export function isLiteral(text: string): boolean {
  if (UNFILLED.test(text)) return false;
  const parts = [...text.matchAll(VARIABLE)].filter(([, , name]) => name !== undefined);
  return text !== '' && (parts.length === 0 || parts.some(([, , , otherwise]) => (otherwise ?? '') !== ''));
}
