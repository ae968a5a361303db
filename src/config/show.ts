// The configuration as it counts: each setting with its value and where the value comes from. Secrets are masked here,
// so that no caller has them.
import type { Provider } from '../providers/provider.ts';
import type { UserEnvironment } from '../util/user-folders.ts';
import { findConfig } from './find.ts';
import { isRecord } from './schema.ts';
import { COMMON, type Limit, TOP_DEFAULTS } from './settings.ts';
import { expand, variablesIn } from './variables.ts';

export interface ShownSetting {
  /** `targets.greens.timeout` */
  readonly path: string;
  /** Null: a variable is missing. */
  readonly value: string | null;
  readonly from: 'file' | 'variable' | 'default';
  /** The variables that it takes, also those that are not set. */
  readonly variables: readonly string[];
}

export interface ShownConfig {
  /** The file, or the variable that holds the text. */
  readonly source: string;
  readonly settings: readonly ShownSetting[];
}

const MASK = '***';
/** A shorter secret would mask parts of words. */
const MIN_SECRET = 4;

type Env = Readonly<Record<string, string | undefined>>;

/** @returns null if there is no configuration @throws UsageError as loadConfig does for a file that cannot be read */
export function shownConfig(
  flag: string | null,
  user: UserEnvironment,
  providers: readonly Provider[],
): ShownConfig | null {
  const found = findConfig(flag, user);
  if (found === null) return null;
  const content = isRecord(found.content) ? found.content : {};
  const leaves = leavesIn(content, []);
  const isSecret = secretPaths(content, providers, user.env);
  const secrets = leaves
    .filter(({ path }) => isSecret(path))
    .map(({ text }) => expand(text, user.env).text)
    .filter((text) => text.length >= MIN_SECRET);
  const given = leaves.map(({ path, text }): ShownSetting => {
    const { text: full, missing } = expand(text, user.env);
    const variables = variablesIn(text);
    const taken = variables.some((name) => (user.env[name] ?? '') !== '');
    const shown = isSecret(path) ? MASK : withoutPassword(maskedIn(full, secrets));
    return {
      path: path.join('.'),
      value: missing.length > 0 ? null : shown,
      from: taken ? 'variable' : 'file',
      variables,
    };
  });
  return { source: found.path, settings: [...given, ...defaultsBeside(content, providers, user.env)] };
}

interface Leaf {
  readonly path: readonly string[];
  readonly text: string;
}

function leavesIn(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([name, inner]) => leavesIn(inner, [...path, name]));
  }
  if (value === null || value === undefined) return [];
  if (Array.isArray(value) && value.some(isRecord)) {
    return value.flatMap((inner: unknown, index) => leavesIn(inner, [...path, String(index)]));
  }
  return [{ path, text: Array.isArray(value) ? value.map(String).join(', ') : String(value) }];
}

/** Secret settings of a target's provider, of any provider where it is not known, and headers of feeds. */
function secretPaths(
  content: Readonly<Record<string, unknown>>,
  providers: readonly Provider[],
  env: Env,
): (path: readonly string[]) => boolean {
  return ([top = '', name = '', key = '']) => {
    if (top === 'feeds') return key === 'headers';
    if (top !== 'targets') return false;
    const kind = kindOf(content, name, providers, env);
    return (kind === null ? providers : [kind]).some(({ settings }) =>
      settings.some((setting) => setting.kind === 'secret' && setting.name === key),
    );
  };
}

function kindOf(
  content: Readonly<Record<string, unknown>>,
  target: string,
  providers: readonly Provider[],
  env: Env,
): Provider | null {
  const { targets } = content;
  const own = isRecord(targets) ? targets[target] : null;
  const named = isRecord(own) ? expand(String(own['provider']), env).text : '';
  return providers.find(({ name }) => name === named) ?? null;
}

/** What is not set and has a default. */
function defaultsBeside(
  content: Readonly<Record<string, unknown>>,
  providers: readonly Provider[],
  env: Env,
): readonly ShownSetting[] {
  const { targets } = content;
  const usual = (path: string, value: string): ShownSetting => ({
    path,
    value,
    from: 'default',
    variables: [],
  });
  const top = Object.entries(TOP_DEFAULTS).filter(([name]) => content[name] === undefined);
  return [
    ...top.map(([name, value]) => usual(name, value)),
    ...Object.entries(isRecord(targets) ? targets : {}).flatMap(([name, target]) => {
      const { settings = [], limits = {} } = kindOf(content, name, providers, env) ?? {};
      const common = { ...usualLimits(), ...limits };
      const all: readonly (readonly [string, string | number | undefined])[] = [
        ...settings.map((setting) => [setting.name, setting.defaultText] as const),
        ...Object.entries(common),
      ];
      return all.flatMap(([key, value]) =>
        value === undefined || (isRecord(target) && target[key] !== undefined)
          ? []
          : [usual(`targets.${name}.${key}`, String(value))],
      );
    }),
  ];
}

/** Of a target whose provider says nothing else. */
function usualLimits(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(COMMON).map(([key, limit]: [string, Limit]) => [key, limit.usual]),
  );
}

function maskedIn(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

/** An address's password and query: `postgresql://asha:***@host/leads`, `https://portal.example.com/leads?***`. */
export function withoutPassword(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return text.replace(/^([^/]*\/\/[^/:@?#]*):[^@]*@/, `$1:${MASK}@`).replace(/([?#]).*$/s, `$1${MASK}`);
}
