// The time zone in which the screen and the report show instants: the configuration's; without one, this machine's.
import type { Config } from '../config/configuration.ts';
import { shortTime } from '../output/short-time.ts';
import { UsageError } from '../util/usage-error.ts';
import { configurationOf } from './configuration.ts';
import type { Context } from './context.ts';

/** @returns an IANA name */
export function zoneOf({ inUse, timezone }: Pick<Config, 'inUse' | 'timezone'>): string {
  return inUse === null ? new Intl.DateTimeFormat().resolvedOptions().timeZone : timezone;
}

/**
 * The same for a command that needs nothing else of the configuration, and works also where that is wrong.
 * @param config `--config FILE`
 */
export async function screenZone(
  config: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
): Promise<string> {
  try {
    return zoneOf(await configurationOf(config, context));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

/** `2026-11-20 14:30 Asia/Kolkata`: an instant that stands alone. */
export async function zonedTime(
  instant: string,
  config: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
): Promise<string> {
  const zone = await screenZone(config, context);
  return `${shortTime(instant, zone)} ${zone}`;
}
