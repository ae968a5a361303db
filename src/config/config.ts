// The configuration for the commands: found, checked against its schema, and resolved (variables, key files) one target
// at a time, when the target is used.
import { resolve } from 'node:path';
import { parseCountry } from '../lead/country.ts';
import type { ColumnTarget } from '../lead/lead.ts';
import { isTimeZone } from '../lead/zone.ts';
import { type DeclaredProvider, declaredProvider } from '../providers/declare/load.ts';
import type { Provider } from '../providers/provider.ts';
import { sandboxTargetsOf } from '../providers/sandbox-target.ts';
import { Secret } from '../util/secret.ts';
import { shellQuoted } from '../util/shell.ts';
import type { UserEnvironment } from '../util/user-folders.ts';
import type { Config } from './configuration.ts';
import { feedProblems, feedsOf, hasLiteralFeedSecret } from './feeds.ts';
import { type FoundConfig, findConfig } from './find.ts';
import { foundProblems, isAddress, TRUST_IT, TRUSTED_ONLY } from './found-rules.ts';
import { lineAt } from './lines.ts';
import { noConfig, noSuchTarget } from './none.ts';
import { presetProblems, presetsOf } from './presets.ts';
import { NOTHING_SENT, type Problem, refused, suggestion } from './problem.ts';
import { type Env, SettingReader } from './reader.ts';
import { checkShape, isColumnTarget, isRecord, unknownField } from './schema.ts';
import { TOP_DEFAULTS } from './settings.ts';
import { resolveTarget } from './target.ts';
import { expand, isLiteral } from './variables.ts';

const TRUST_WORDS: Readonly<Record<FoundConfig['trust'], string>> = {
  named: 'named',
  user: 'in your own configuration folder',
  found: 'found',
};
const { region: REGION, timezone: TIMEZONE } = TOP_DEFAULTS;

/**
 * Finds and checks the configuration; without one, defaults and no targets.
 * @param flag `--config FILE`
 * @throws UsageError with one line for each problem
 */
export function loadConfig(
  flag: string | null,
  user: UserEnvironment,
  providers: readonly Provider[],
): Config {
  const found = findConfig(flag, user);
  if (found === null) return noConfig(user, providers);
  const content = found.content ?? {};
  const fill = (text: string) => filled(text, user.env);
  const strange =
    found.trust === 'found' && isRecord(content)
      ? foundProblems(content, { folder: found.folder, providers, filled: fill })
      : [];
  // A setting that only a trusted file may have is reported once.
  const declarations = isRecord(content) && isRecord(content['providers']) ? content['providers'] : {};
  // What a found file declares is refused as a whole.
  const read =
    found.trust === 'found'
      ? []
      : Object.entries(declarations).map((entry) => readDeclared(entry, providers));
  const declared = read.flatMap((one) => ('provider' in one ? [one] : []));
  const all = [...providers, ...declared.map(({ provider }) => provider)];
  const unread = Object.keys(declarations).filter((name) => !all.some((one) => one.name === name));
  const shape = checkShape(content, { providers: all, unread }, fill).filter(
    ({ path }) => !(TRUSTED_ONLY.has(path) && strange.some((problem) => problem.path === path)),
  );
  const badly = read.flatMap((one) => ('provider' in one ? [] : one.problems));
  // A found file's feeds are refused as a whole.
  const feeds = found.trust === 'found' ? [] : feedProblems(content);
  const problems = [...shape, ...presetProblems(content), ...feeds, ...strange, ...badly];
  const hint = strange.length > 0 ? TRUST_IT : NOTHING_SENT;
  if (problems.length > 0 || !isRecord(content)) throw refused(found, problems, hint);
  return fullConfig(found, content, user, all, declared);
}

function readDeclared(
  [name, content]: readonly [string, unknown],
  providers: readonly Provider[],
): DeclaredProvider | { readonly problems: readonly Problem[] } {
  const taken = providers.map((provider) => provider.name);
  const read = declaredProvider(name, content, taken);
  if ('provider' in read) return read;
  const at = `providers.${name}`;
  return {
    problems: read.map(({ path, message }) => ({ path: path === '' ? at : `${at}.${path}`, message })),
  };
}

function fullConfig(
  found: FoundConfig,
  content: Readonly<Record<string, unknown>>,
  { env, platform }: UserEnvironment,
  providers: readonly Provider[],
  declared: readonly DeclaredProvider[],
): Config {
  const reader = new SettingReader(content, '', env);
  const targets = new Map(Object.entries(isRecord(content['targets']) ? content['targets'] : {}));
  const targetNames = [...targets.keys()];
  const known = [...targetNames, ...sandboxTargetsOf(providers)];
  const defaultTarget = reader.text('defaultTarget');
  if (defaultTarget !== null && !known.includes(defaultTarget)) {
    // Do not show the value of a variable: it may be a secret.
    const shown = reader.raw('defaultTarget');
    const near = shown === defaultTarget ? suggestion(defaultTarget, known) : '';
    reader.complain('defaultTarget', `there is no target "${String(shown)}"${near}`);
  }
  const config: Omit<Config, 'target' | 'warnings'> = {
    path: found.file === null ? null : found.path,
    inUse: `${found.path} (${TRUST_WORDS[found.trust]})`,
    trust: found.trust,
    keyFiles: keyFilesOf(found.folder, targets, (text) => filled(text, env)),
    defaultTarget,
    region: regionOf(reader),
    timezone: timezoneOf(reader),
    columns: columnsOf(reader),
    presets: presetsOf(content),
    feeds: feedsOf(found, content, env),
    ledger: ledgerOf(reader, found),
    targetNames,
    providers,
    declared,
    lineOf: (path) => lineAt(found.text, found.prefix === '' ? path : [found.prefix, ...path]),
  };
  if (reader.problems.length > 0) throw refused(found, reader.problems);
  return {
    ...config,
    warnings: platform === 'win32' ? [] : permissionWarnings(found, content, targets, providers),
    target: (name) => {
      const raw = targets.get(name);
      if (!isRecord(raw)) throw noSuchTarget(name, known);
      const own = new SettingReader(raw, `targets.${name}`, env);
      const named = own.text('provider');
      const kind = providers.find((provider) => provider.name === named);
      if (kind === undefined) throw refused(found, own.problems);
      return resolveTarget(name, own, kind, found);
    },
  };
}

function filled(text: string, env: Env): string | null {
  const expanded = expand(text, env);
  return expanded.malformed || expanded.missing.length > 0 ? null : expanded.text;
}

function regionOf(reader: SettingReader): string {
  const region = (reader.text('region') ?? REGION).toUpperCase();
  if (region === REGION) return region;
  const country = parseCountry(region);
  if (country !== region) {
    const near = country !== null && /^[A-Z]{2}$/.test(country) ? `, did you mean "${country}"?` : '';
    reader.complain('region', `expected a country code of two letters such as IN${near}`);
  }
  return region;
}

function timezoneOf(reader: SettingReader): string {
  const timezone = reader.text('timezone') ?? TIMEZONE;
  if (!isTimeZone(timezone)) reader.complain('timezone', 'expected a time zone such as Asia/Kolkata');
  return timezone;
}

function columnsOf(reader: SettingReader): Readonly<Record<string, ColumnTarget>> {
  const columns: [string, ColumnTarget][] = [];
  const raw = reader.raw('columns');
  for (const [header, target] of Object.entries(reader.texts('columns'))) {
    if (isColumnTarget(target)) columns.push([header, target]);
    else reader.complain(`columns.${header}`, unknownField(String(isRecord(raw) ? raw[header] : target)));
  }
  return Object.fromEntries(columns);
}

/** Relative to the file. A shared ledger's address may contain a password, so it is never shown. */
function ledgerOf(reader: SettingReader, { folder }: FoundConfig): string | Secret | null {
  const given = reader.text('ledger');
  if (given === null) return null;
  const complain = (message: string) => {
    reader.complain('ledger', message);
    return null;
  };
  if (given.trim() === '' || given.includes('\0')) return complain('expected a file such as leads.db');
  if (/^postgres(?:ql)?:\/\//i.test(given)) return new Secret(given);
  if (isAddress(given))
    return complain('expected a file such as leads.db, or postgresql://USER@HOST/DATABASE');
  if (/^(?:~|\$)/.test(given)) {
    return complain(`"${given.slice(0, 1)}" is not expanded here; expected a path, or \${VARIABLE}`);
  }
  return resolve(folder, given);
}

/** Of all targets, used or not; a path with a missing variable is ignored. */
function keyFilesOf(
  folder: string,
  targets: ReadonlyMap<string, unknown>,
  fill: (text: string) => string | null,
): readonly string[] {
  return [...targets.values()].flatMap((target) =>
    Object.entries(isRecord(target) ? target : {}).flatMap(([name, value]) => {
      const file = name.endsWith('File') && typeof value === 'string' ? fill(value) : null;
      return file === null ? [] : [resolve(folder, file)];
    }),
  );
}

/** A warning if the file itself holds a secret and others can read it. */
function permissionWarnings(
  { path, file }: FoundConfig,
  content: Readonly<Record<string, unknown>>,
  targets: ReadonlyMap<string, unknown>,
  providers: readonly Provider[],
): readonly string[] {
  const secrets = new Set(
    providers.flatMap(({ settings }) =>
      settings.filter(({ kind }) => kind === 'secret').map(({ name }) => name),
    ),
  );
  const literal =
    hasLiteralFeedSecret(content) ||
    [...targets.values()].some(
      (target) =>
        isRecord(target) &&
        [...secrets].some((name) => target[name] !== undefined && isLiteral(String(target[name]))),
    );
  if (!literal || file === null || (file.mode & 0o077) === 0) return [];
  return [
    `${path} holds a secret, and others can read it. Run chmod 600 ${shellQuoted(path)}, or replace the secret by \${VARIABLE}.`,
  ];
}
