// The lines of `leadpush check`, and the checks that need no network.
import { shellQuoted } from '../util/shell.ts';
import { UsageError } from '../util/usage-error.ts';
import type { Config } from './configuration.ts';
import { settingOf } from './problem.ts';

/** One line of the check. */
export interface Check {
  /** Null: the whole configuration. */
  readonly target: string | null;
  readonly name:
    | 'configuration'
    | 'permissions'
    | 'ledger'
    | 'lookup'
    | 'settings'
    | 'defaults'
    | 'proxy'
    | 'dns'
    | 'tls'
    | 'reachability'
    | 'clock'
    | 'key'
    | 'sources'
    | 'examples'
    | 'feeds';
  /** `untested`: nothing was found wrong, and nothing was found out. */
  readonly status: 'ok' | 'untested' | 'warning' | 'failed';
  readonly message: string;
  /** What to do next; null if nothing. */
  readonly next: string | null;
}

/** Signed requests carry the time; no vendor documents how far it may be off. */
const CLOCK_WARNING_S = 60;
const CLOCK_FAILED_S = 240;
const UNREACHABLE: ReadonlySet<Check['name']> = new Set(['dns', 'tls', 'reachability']);

export function line(
  target: string | null,
  name: Check['name'],
  status: Check['status'],
  message: string,
  next: string | null = null,
): Check {
  return { target, name, status, message, next };
}

/** Each line of a UsageError as a failed check; any other error is thrown again. */
export function refusals(error: unknown, target: string | null, name: Check['name']): readonly Check[] {
  if (!(error instanceof UsageError)) throw error;
  // How to set all of the missing variables stands with each of them.
  const hint = /(?:^|\n)Nothing was sent\.$/.test(error.hint ?? '') ? null : error.hint;
  return error.message.split('\n').map((message) => {
    const variable = /the variable (\w+) is (?:not set|empty)/.exec(message)?.[1];
    return line(target, name, 'failed', message, variable === undefined ? hint : settingOf(variable));
  });
}

/**
 * The checks of the file itself.
 * @param named a target was named: then no file is needed
 * @param readable key files that other users can read
 */
export function configurationChecks(
  { inUse, targetNames, warnings, bareVariables }: Config,
  named: boolean,
  readable: readonly string[],
): readonly Check[] {
  if (inUse === null) {
    const ignored = warnings.map((message) => line(null, 'configuration', 'warning', message));
    if (named) return ignored;
    const next = 'Write one with leadpush init, or name one with --config FILE.';
    return [...ignored, line(null, 'configuration', 'failed', 'no configuration was found.', next)];
  }
  const none = targetNames.length === 0 && !named;
  return [
    line(null, 'configuration', 'ok', inUse),
    ...(none
      ? [
          line(
            null,
            'configuration',
            'warning',
            'the configuration has no targets.',
            'Add one under "targets:".',
          ),
        ]
      : []),
    ...bareVariables.map((message) => line(null, 'configuration', 'warning', message)),
    ...warnings.map((message) => line(null, 'permissions', 'warning', message)),
    ...readable.map((path) =>
      line(
        null,
        'permissions',
        'warning',
        `${path} holds a key, and others can read it.`,
        `chmod 600 ${shellQuoted(path)}`,
      ),
    ),
    ...(warnings.length === 0 && readable.length === 0
      ? [line(null, 'permissions', 'ok', 'no secrets that other users can read.')]
      : []),
  ];
}

/**
 * @param skewMs our clock minus the server's; null if the server sent no time
 * @param signed the provider's requests are signed with the time, so a wrong clock is refused
 */
export function clockCheck(target: string, skewMs: number | null, signed: boolean): Check {
  if (skewMs === null) {
    const message = 'the server sends no Date header, so the clock could not be compared.';
    return signed
      ? line(target, 'clock', 'warning', message, "Check this machine's clock.")
      : line(target, 'clock', 'untested', message);
  }
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (seconds <= CLOCK_WARNING_S) {
    return line(target, 'clock', 'ok', `agrees with the provider's (${seconds} s apart).`);
  }
  const apart = `this machine's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the provider's`;
  const why = signed
    ? '; requests are signed with the time, and a wrong time is refused like a wrong key (401)'
    : '';
  return line(
    target,
    'clock',
    signed && seconds > CLOCK_FAILED_S ? 'failed' : 'warning',
    `${apart}${why}.`,
    'Set the clock and turn on time synchronisation (Linux: timedatectl set-ntp true).',
  );
}

/** Every feed of the configuration, used or not: its address, its headers and their variables. Nothing is asked for. */
export function feedChecks({ feeds }: Config): readonly Check[] {
  const problems = feeds.names.flatMap((name) => {
    try {
      feeds.feed(name);
      return [];
    } catch (error) {
      return refusals(error, null, 'feeds');
    }
  });
  if (problems.length > 0 || feeds.names.length === 0) return problems;
  const names = feeds.names.map((name) => `feed:${name}`).join(', ');
  return [line(null, 'feeds', 'ok', `${names}; every variable is set.`)];
}

/** 0; 3 if a provider refuses the key; 2 if something else on this side needs fixing; else 4: one is unreachable. */
export function checkStatus(checks: readonly Check[]): 0 | 2 | 3 | 4 {
  const failed = checks.filter((check) => check.status === 'failed');
  if (failed.length === 0) return 0;
  if (failed.some(({ name }) => name === 'key')) return 3;
  return failed.some((check) => !UNREACHABLE.has(check.name)) ? 2 : 4;
}
