// The lines of `leadpush check`, and those that need no network: what a check says, and when a clock is wrong.
import { UsageError } from '../util/usage-error.ts';
import type { Config } from './config.ts';

/** One line of the check. */
export interface Check {
  /** Null: the configuration as a whole. */
  readonly target: string | null;
  readonly name:
    | 'configuration'
    | 'permissions'
    | 'settings'
    | 'defaults'
    | 'proxy'
    | 'dns'
    | 'tls'
    | 'reachability'
    | 'clock'
    | 'sources';
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do; null where nothing is to be done. */
  readonly next: string | null;
}

/** A signature covers the second it was made in; how far that may be off, no document says. */
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

/** Each line of a refusal as a failed check; any other error goes on its way. */
export function refusals(error: unknown, target: string | null, name: Check['name']): readonly Check[] {
  if (!(error instanceof UsageError)) throw error;
  const hint = error.hint === 'Nothing was sent.' ? null : error.hint;
  return error.message.split('\n').map((message) => {
    const variable = /the variable (\w+) is not set/.exec(message)?.[1];
    return line(target, name, 'failed', message, variable === undefined ? hint : `export ${variable}='…'`);
  });
}

/** What is to be said of the file itself. @param named a target was named: then no file is needed */
export function configurationChecks(
  { inUse, targetNames, warnings }: Config,
  named: boolean,
): readonly Check[] {
  if (inUse === null) {
    const ignored = warnings.map((message) => line(null, 'configuration', 'warning', message));
    if (named) return ignored;
    const next = 'leadpush init writes one; --config FILE names one.';
    return [...ignored, line(null, 'configuration', 'failed', 'there is no configuration.', next)];
  }
  const none = targetNames.length === 0 && !named;
  return [
    line(null, 'configuration', 'ok', inUse),
    ...(none
      ? [line(null, 'configuration', 'warning', 'it has no targets.', 'Add one below "targets:".')]
      : []),
    ...warnings.map((message) => line(null, 'permissions', 'warning', message)),
    ...(warnings.length === 0
      ? [line(null, 'permissions', 'ok', 'no secret stands in it that others could read.')]
      : []),
  ];
}

/**
 * @param skewMs our clock less the server's; null where it did not say
 * @param signed the provider's requests are signed with the time, so that a wrong clock is refused
 */
export function clockCheck(target: string, skewMs: number | null, signed: boolean): Check {
  if (skewMs === null) {
    const message = 'the server sends no Date, so the clock could not be compared.';
    return signed
      ? line(target, 'clock', 'warning', message, "Look at this machine's clock.")
      : line(target, 'clock', 'ok', message);
  }
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (seconds <= CLOCK_WARNING_S) {
    return line(target, 'clock', 'ok', `agrees with the provider's (${seconds} s apart).`);
  }
  const apart = `this machine's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the provider's`;
  const why = signed
    ? '; requests are signed with the time, and a wrong one is refused like a wrong key (401)'
    : '';
  return line(
    target,
    'clock',
    signed && seconds > CLOCK_FAILED_S ? 'failed' : 'warning',
    `${apart}${why}.`,
    'Set the clock and switch on its synchronisation (Linux: timedatectl set-ntp true).',
  );
}

/** 0; 2 where something on this side is to be mended; else 4: a provider is unreachable. */
export function checkStatus(checks: readonly Check[]): 0 | 2 | 4 {
  const failed = checks.filter((check) => check.status === 'failed');
  if (failed.length === 0) return 0;
  return failed.some((check) => !UNREACHABLE.has(check.name)) ? 2 : 4;
}
