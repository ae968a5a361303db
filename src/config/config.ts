// The configuration for the commands: found, checked against its schema, and resolved (variables, key files) one target
// at a time, when the target is used.
import { resolve } from 'node:path';
import { type DeclaredProvider, declaredProvider } from '../providers/declare/load.ts';
import type { Provider } from '../providers/provider.ts';
import { sandboxTargetsOf } from '../providers/sandbox-target.ts';
import type { UserEnvironment } from '../util/user-folders.ts';
import { bareVariables } from './bare-variables.ts';
import { type Config, EVERY_TARGET, type Used } from './configuration.ts';
import { feedProblems, feedsOf } from './feeds.ts';
import { type FoundConfig, findConfig } from './find.ts';
import { foundProblems, TRUST_IT, TRUSTED_ONLY } from './found-rules.ts';
import { lineAt } from './lines.ts';
import { noConfig, noSuchTarget } from './none.ts';
import { permissionWarnings } from './permission.ts';
import { presetProblems, presetsOf } from './presets.ts';
import { NOTHING_SENT, type Problem, refused, suggestion } from './problem.ts';
import { type Env, SettingReader } from './reader.ts';
import { checkShape, isRecord } from './schema.ts';
import { resolveTarget, type TargetConfig } from './target.ts';
import { columnsOf, ledgerOf, regionOf, timezoneOf } from './top.ts';
import { expand } from './variables.ts';

const TRUST_WORDS: Readonly<Record<FoundConfig['trust'], string>> = {
  named: 'named',
  user: 'in your own configuration folder',
  found: 'found',
};

/**
 * Finds and checks the configuration; without one, defaults and no targets.
 * @param flag `--config FILE`
 * @param used where something else is wrong, the problems of these targets are told, too
 * @throws UsageError with one line for each problem
 */
export function loadConfig(
  flag: string | null,
  user: UserEnvironment,
  providers: readonly Provider[],
  used?: Used,
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
  if (!isRecord(content)) throw refused(found, problems, hint);
  const values = readValues(found, content, user.env, all, declared);
  const wrong = [...problems, ...values.problems];
  if (wrong.length === 0) {
    const warnings = warningsOf(found, content, user, all);
    const bare = bareVariables(found, content, user.env);
    return { ...values.config, presets: presetsOf(content), warnings, bareVariables: bare };
  }
  // No key file is read for one that may not be trusted.
  const own = strange.length > 0 ? [] : values.targetProblems(usedNames(used, content));
  const told = new Set(problems.map(({ path }) => path));
  const more = [...values.problems, ...own].filter(({ path }) => !told.has(path));
  throw refused(found, [...problems, ...more], hint);
}

/** Without a name, as `targetNames` of the commands: the default, else the only one. */
function usedNames(used: Used, content: Readonly<Record<string, unknown>>): readonly string[] {
  const { defaultTarget } = content;
  const all = Object.keys(isRecord(content['targets']) ? content['targets'] : {});
  if (used === undefined) return [];
  if (used === EVERY_TARGET) return all;
  if (used !== null) return typeof used === 'string' ? used.split(',').map((name) => name.trim()) : used;
  if (typeof defaultTarget === 'string') return [defaultTarget];
  const [only, ...others] = all;
  return only === undefined || others.length > 0 ? [] : [only];
}

function warningsOf(
  found: FoundConfig,
  content: Readonly<Record<string, unknown>>,
  { platform }: UserEnvironment,
  providers: readonly Provider[],
): readonly string[] {
  return platform === 'win32' ? [] : permissionWarnings(found, content, providers);
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

interface Values {
  readonly config: Omit<Config, 'presets' | 'warnings' | 'bareVariables'>;
  /** Of what stands outside of the targets. */
  readonly problems: readonly Problem[];
  /** Of these targets; one that is not there has none. */
  readonly targetProblems: (names: readonly string[]) => readonly Problem[];
}

/** What the texts say, once variables are filled in; a value of a wrong type counts as none. */
function readValues(
  found: FoundConfig,
  content: Readonly<Record<string, unknown>>,
  env: Env,
  providers: readonly Provider[],
  declared: readonly DeclaredProvider[],
): Values {
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
  const config: Omit<Config, 'targets' | 'target' | 'presets' | 'warnings' | 'bareVariables'> = {
    emptyVariables: [],
    path: found.file === null ? null : found.path,
    inUse: `${found.path} (${TRUST_WORDS[found.trust]})`,
    trust: found.trust,
    keyFiles: keyFilesOf(found.folder, targets, (text) => filled(text, env)),
    defaultTarget,
    region: regionOf(reader),
    timezone: timezoneOf(reader),
    columns: columnsOf(reader),
    feeds: feedsOf(found, content, env),
    ledger: ledgerOf(reader, found),
    targetNames,
    providers,
    declared,
    lineOf: (path) => lineAt(found.text, found.prefix === '' ? path : [found.prefix, ...path]),
  };
  const read = (name: string) => {
    const raw = targets.get(name);
    if (!isRecord(raw)) return null;
    const own = new SettingReader(raw, `targets.${name}`, env);
    const named = own.text('provider');
    const kind = providers.find((provider) => provider.name === named);
    const target = kind === undefined ? null : resolveTarget(name, own, kind, found);
    return { target, problems: own.problems };
  };
  const readAll = (names: readonly string[]): readonly TargetConfig[] => {
    const all = names.map((name) => {
      const one = read(name);
      if (one === null) throw noSuchTarget(name, known);
      return one;
    });
    const problems = all.flatMap((one) => one.problems);
    if (problems.length > 0) throw refused(found, problems);
    return all.flatMap(({ target }) => target ?? []);
  };
  return {
    config: {
      ...config,
      targets: readAll,
      target: (name) => {
        const [target] = readAll([name]);
        if (target === undefined) throw noSuchTarget(name, known);
        return target;
      },
    },
    problems: reader.problems,
    targetProblems: (names) => names.flatMap((name) => read(name)?.problems ?? []),
  };
}

function filled(text: string, env: Env): string | null {
  const expanded = expand(text, env);
  return expanded.malformed || expanded.missing.length > 0 ? null : expanded.text;
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
