// Reads the texts of a configuration, with variables filled in, and collects problems.
import { type Problem, suggestion, variablesLike } from './problem.ts';
import { isRecord } from './schema.ts';
import { EXPECTED_VARIABLE, expand, variablesIn } from './variables.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** Settings below one path of the file, `targets.greens`. */
export class SettingReader {
  readonly problems: Problem[] = [];
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #prefix: string;
  readonly #env: Env;

  constructor(values: Readonly<Record<string, unknown>>, prefix: string, env: Env) {
    this.#values = values;
    this.#prefix = prefix;
    this.#env = env;
  }

  /** The value as in the file. */
  raw(key: string): unknown {
    return this.#values[key];
  }

  complain(key: string, message: string): void {
    this.problems.push({ path: this.#prefix === '' ? key : `${this.#prefix}.${key}`, message });
  }

  /**
   * A text, or a number or boolean as text.
   * @returns null if there is none, or a variable is missing or empty (already reported)
   */
  text(key: string): string | null {
    const value = this.#values[key];
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (typeof value !== 'string') return null;
    const text = this.#expand(value, key);
    if (text === null || text.trim() !== '' || variablesIn(value).length === 0) return text;
    this.complainOfEmpty(key, value);
    return null;
  }

  /** In a job, a secret that does not exist arrives as an empty variable. @param given as in the file */
  complainOfEmpty(key: string, given: unknown): void {
    const names = variablesIn(String(given));
    if (names.length === 0) this.complain(key, 'is empty; expected a text');
    for (const name of new Set(names)) this.complain(key, `the variable ${name} is empty`);
  }

  /** The variables that a text is taken from, those that are set; empty: from the file itself. */
  variablesOf(key: string): readonly string[] {
    const value = this.#values[key];
    if (typeof value !== 'string') return [];
    return variablesIn(value).filter((name) => (this.#env[name] ?? '') !== '');
  }

  /** Pairs such as `defaults`; the parts of a list joined by commas. */
  texts(key: string): Readonly<Record<string, string>> {
    const value = this.#values[key];
    const texts: [string, string][] = [];
    for (const [name, inner] of Object.entries(isRecord(value) ? value : {})) {
      const parts = (Array.isArray(inner) ? inner : [inner]).map((part) =>
        this.#expand(String(part), `${key}.${name}`),
      );
      if (!parts.includes(null)) texts.push([name, parts.join(',')]);
    }
    return Object.fromEntries(texts);
  }

  /** The texts of a list, each with its value in the file; null if there is no list. */
  list(key: string): readonly { readonly text: string; readonly raw: string }[] | null {
    const value = this.#values[key];
    if (!Array.isArray(value)) return null;
    return value.flatMap((part: unknown, index) => {
      const text = this.#expand(String(part), `${key}[${index}]`);
      return text === null ? [] : [{ text, raw: String(part) }];
    });
  }

  #expand(text: string, key: string): string | null {
    const { text: expanded, missing, malformed } = expand(text, this.#env);
    if (malformed) this.complain(key, EXPECTED_VARIABLE);
    for (const name of missing) {
      const near = suggestion(name, variablesLike(name, Object.keys(this.#env)));
      this.complain(key, `the variable ${name} is not set${near}`);
    }
    return malformed || missing.length > 0 ? null : expanded;
  }
}
