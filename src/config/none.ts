// What is in use where there is no configuration.
import type { Provider } from '../providers/provider.ts';
import { sandboxTargetsOf } from '../providers/sandbox-target.ts';
import { plain } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import type { UserEnvironment } from '../util/user-folders.ts';
import type { Config } from './configuration.ts';
import { NO_FEEDS } from './feed.ts';
import { executableConfig } from './places.ts';
import { suggestion } from './problem.ts';
import { TOP_DEFAULTS } from './settings.ts';

/** Defaults and no targets. A configuration that is a program is not run, but reported. */
export function noConfig(user: UserEnvironment, providers: readonly Provider[]): Config {
  const ignored = executableConfig(user);
  const empty = emptyNames(user);
  const none = (name: string): never => {
    throw noTargetAtAll(name, sandboxTargetsOf(providers), empty);
  };
  return {
    path: null,
    inUse: null,
    trust: 'none',
    keyFiles: [],
    defaultTarget: null,
    region: TOP_DEFAULTS.region,
    timezone: TOP_DEFAULTS.timezone,
    columns: {},
    presets: [],
    feeds: NO_FEEDS,
    ledger: null,
    targetNames: [],
    providers,
    declared: [],
    lineOf: () => null,
    warnings: [
      ...(ignored === null ? [] : [ignored]),
      ...empty.map((name) => `${name} is empty, and counts as not set.`),
    ],
    emptyVariables: empty,
    targets: (names) => names.map(none),
    bareVariables: [],
    target: none,
  };
}

export function noSuchTarget(name: string, known: readonly string[]): UsageError {
  const near = suggestion(name, known);
  return new UsageError(
    `There is no target "${plain(name)}"${near === '' ? '.' : near}`,
    `The targets are ${known.map(plain).join(', ')}.${near === '' ? ' Another configuration is named with --config FILE.' : ''}`,
  );
}

/** The target may be in a configuration that was not found from here: a job that runs in another folder, a name that is not searched. */
function noTargetAtAll(name: string, known: readonly string[], empty: readonly string[]): UsageError {
  if (suggestion(name, known) !== '') return noSuchTarget(name, known);
  return new UsageError(
    `There is no target "${plain(name)}": no configuration was found from this folder upwards${emptyText(empty)}.`,
    `Name the configuration with --config FILE, or write one with leadpush init. Without one there are ${known.map(plain).join(', ')}.`,
  );
}

/** In a job, a secret that does not exist arrives as an empty text. */
function emptyNames({ env }: UserEnvironment): readonly string[] {
  return ['LEADPUSH_CONFIG', 'LEADPUSH_CONFIG_TEXT'].filter((name) => env[name] === '');
}

/** @param names of variables */
export function emptyText(names: readonly string[]): string {
  return names.map((name) => `, and ${name} is empty`).join('');
}
