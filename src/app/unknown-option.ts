// What tells about leads that stayed unknown: asking the provider, which sends nothing; or, where none of their providers can be
// asked, only sending them again.
import type { Config } from '../config/configuration.ts';
import { sandboxProvider } from '../providers/index.ts';
import { placeholders, settingsFrom } from '../providers/sandbox-target.ts';
import { UsageError } from '../util/usage-error.ts';
import { configurationOf } from './configuration.ts';
import type { Context } from './context.ts';
import { bound } from './targets.ts';

export type UnknownOption = '--settle' | '--unknown';

/** @param asked of each target that has unknown leads, whether its provider can be asked */
export function unknownOption(asked: readonly boolean[]): UnknownOption {
  return asked.length > 0 && !asked.includes(true) ? '--unknown' : '--settle';
}

/** The same for targets by their names, of which some may be in another configuration. */
export function unknownOptionFor(targets: Iterable<string>, config: Config): UnknownOption {
  return unknownOption([...targets].map((name) => canBeAsked(name, config)));
}

/** The same for a call that works also where the configuration is wrong. @param config `--config FILE` */
export async function unknownOptionHere(
  targets: Iterable<string>,
  config: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
): Promise<UnknownOption> {
  try {
    return unknownOptionFor(targets, await configurationOf(config, context));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return '--settle';
  }
}

function canBeAsked(name: string, config: Config): boolean {
  const kind = sandboxProvider(name);
  try {
    const endpoint =
      kind === null
        ? bound(config.target(name), config).endpoint
        : kind.bind(settingsFrom(kind, placeholders(kind, 'sandbox')), { baseUrl: 'http://127.0.0.1:9' });
    return endpoint.reconciliation.kind === 'ask';
  } catch (error) {
    // A target of another configuration, or one whose variables are not set here: `retry` says which.
    if (error instanceof UsageError) return true;
    throw error;
  }
}
