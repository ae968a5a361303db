// What a found file may not set: somebody else may have written it (a clone, a download), so it must not decide where
// credentials go, nor put values from other files or variables into a lead. Checked for all targets, used or not.
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Provider } from '../providers/provider.ts';
import type { Problem } from './problem.ts';
import { isRecord } from './schema.ts';
import { upperName, variablesIn } from './variables.ts';

/** Top-level settings for trusted files only, and why. */
export const TRUSTED_ONLY: ReadonlyMap<string, string> = new Map([
  ['providers', 'it decides which hosts get credentials'],
  ['feeds', 'it names addresses to read, with headers that may hold secrets'],
]);

const FOUND = 'in a file that was found, not named';
/** What to do about these problems. */
export const TRUST_IT =
  'If you trust this file, name it with --config or LEADPUSH_CONFIG, or move it to your own configuration folder. Nothing was sent.';

/** A variable with one of these words is probably a secret. */
const SECRET_WORD =
  /(?:^|_)(?:(?:(?:api|app|private|secret|access)?key|token|secret|password|passphrase|credential|cred|pat)s?|pass|passwd|pwd|auth|private|bearer|cookie|jwt|dsn)(?:_|$)/i;
/** Settings of leadpush itself that may hold a password or a whole configuration. */
const OWN_SECRETS: ReadonlySet<string> = new Set(['LEADPUSH_LEDGER', 'LEADPUSH_CONFIG_TEXT']);
export const SECRETS_FOLDER = '/run/secrets';

export interface FoundContext {
  /** The folder of the file. */
  readonly folder: string;
  readonly providers: readonly Provider[];
  /** A text with its variables filled in; null if one is missing. */
  readonly filled: (text: string) => string | null;
}

/** One problem for each setting that a found file may not have. */
export function foundProblems(
  content: Readonly<Record<string, unknown>>,
  context: FoundContext,
): readonly Problem[] {
  const { targets, ...top } = content;
  const trusted = [...TRUSTED_ONLY].filter(([name]) => Object.hasOwn(content, name));
  return [
    ...trusted.map(([name, why]) => ({ path: name, message: `is not allowed ${FOUND}: ${why}` })),
    ...variableProblems(top, '', null),
    ...ledgerProblem(content['ledger'], context),
    ...Object.entries(isRecord(targets) ? targets : {}).flatMap(([name, target]) =>
      isRecord(target) ? targetProblems(`targets.${name}`, target, context) : [],
    ),
  ];
}

function targetProblems(
  path: string,
  target: Readonly<Record<string, unknown>>,
  context: FoundContext,
): readonly Problem[] {
  const given = target['provider'];
  const named = typeof given === 'string' ? context.filled(given) : null;
  const kind = context.providers.find((provider) => provider.name === named) ?? null;
  // Without a known provider, a secret of any provider counts as a secret.
  const secrets = new Set(
    (kind === null ? context.providers : [kind]).flatMap(({ settings }) =>
      settings.filter((setting) => setting.kind === 'secret').map(({ name }) => name),
    ),
  );
  const plain = Object.fromEntries(Object.entries(target).filter(([name]) => !secrets.has(name)));
  return [
    ...variableProblems(plain, path, kind?.name ?? null),
    ...[...secrets].flatMap((name) => keyFileProblem(`${path}.${name}File`, target[`${name}File`], context)),
  ];
}

/** Variables allowed outside secrets: leadpush's or the provider's own, unless the name suggests a secret. */
export function mayFill(variable: string, provider: string | null): boolean {
  const upper = variable.toUpperCase();
  const own = provider === null ? null : `${upperName(provider)}_`;
  const prefix = [own, 'LEADPUSH_'].find((one) => one !== null && upper.startsWith(one));
  // A provider's own name may hold such a word.
  return (
    typeof prefix === 'string' && !SECRET_WORD.test(upper.slice(prefix.length)) && !OWN_SECRETS.has(upper)
  );
}

/** The allowed names of variables, for messages. */
export function expectedVariable(provider: string | null): string {
  const own = provider === null ? '' : ` or ${upperName(provider)}_…`;
  return `a variable named LEADPUSH_…${own}, without a word such as KEY or TOKEN in the name`;
}

function variableProblems(value: unknown, path: string, provider: string | null): readonly Problem[] {
  return textsIn(value, path, new Set()).flatMap(([place, text]) =>
    variablesIn(text)
      .filter((name) => !mayFill(name, provider))
      .map((name) => ({
        path: place,
        message: `\${${name}} is not allowed here ${FOUND}; expected ${expectedVariable(provider)}`,
      })),
  );
}

/** All texts below, each with its path; anchors can make a cycle. */
function textsIn(value: unknown, path: string, above: Set<object>): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null || above.has(value)) return [];
  above.add(value);
  return Object.entries(value).flatMap(([name, inner]) =>
    textsIn(inner, path === '' ? name : `${path}.${name}`, above),
  );
}

function keyFileProblem(path: string, value: unknown, { folder, filled }: FoundContext): readonly Problem[] {
  const file = typeof value === 'string' ? filled(value) : null;
  if (file === null || isWithin(resolve(folder, file), [folder, SECRETS_FOLDER])) return [];
  return [
    {
      path,
      message: `${FOUND}, expected a path below its own folder or ${SECRETS_FOLDER}`,
    },
  ];
}

function ledgerProblem(value: unknown, { folder, filled }: FoundContext): readonly Problem[] {
  const file = typeof value === 'string' ? filled(value) : null;
  if (file === null || (!isAddress(file) && isWithin(resolve(folder, file), [folder]))) return [];
  return [{ path: 'ledger', message: `${FOUND}, expected a path below its own folder` }];
}

/** `postgresql://…` or `file:…`, which is not a path. */
export function isAddress(text: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]+:\/\/|(?:file|sqlite3?|libsql|postgres(?:ql)?|mysql|mariadb):)/i.test(text);
}

/** Whether this path is below one of the folders, with links resolved. Also for a file that does not exist yet. */
export function isWithin(path: string, folders: readonly string[]): boolean {
  const real = realPath(path);
  return folders.some((folder) => {
    const way = relative(realPath(folder), real);
    return way !== '' && way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
  });
}

/** The path with links resolved as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), basename(path));
  }
}
