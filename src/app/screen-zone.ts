// The time zone in which the screen and the report show instants: the configuration's, or its default.
import { TOP_DEFAULTS } from '../config/settings.ts';
import { shortTime } from '../output/short-time.ts';
import { UsageError } from '../util/usage-error.ts';
import { configurationOf } from './configuration.ts';
import type { Context } from './context.ts';

/**
 * For a command that needs nothing else of the configuration, and works also where that is wrong.
 * @param config `--config FILE`
 * @returns an IANA name
 */
export async function screenZone(
  config: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
): Promise<string> {
  try {
    return (await configurationOf(config, context)).timezone;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return TOP_DEFAULTS.timezone;
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
