// What the commands print about the configuration in use, and the ledger that it names.
import { type Config, loadConfig, type Used } from '../config/config.ts';
import { PROVIDERS } from '../providers/index.ts';
import type { Secret } from '../util/secret.ts';
import { userFolders } from '../util/user-folders.ts';
import type { Context } from './context.ts';

/**
 * The configuration of a call.
 * @param flag `--config FILE`
 * @param used the targets that the call is about
 * @throws UsageError where it is wrong
 */
export function configurationOf(
  flag: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
  used?: Used,
): Config {
  return loadConfig(flag, userFolders(context), PROVIDERS, used);
}

/** Its warnings; with `--verbose` also which configuration it is. */
export function announceConfig(
  { warnings, inUse }: Pick<Config, 'warnings' | 'inUse'>,
  verbose: boolean,
  { stderr }: Pick<Context, 'stderr'>,
): void {
  for (const warning of warnings) stderr.write(`leadpush: ${warning}\n`);
  if (verbose) stderr.write(`leadpush: configuration: ${inUse ?? 'none'}\n`);
}

/**
 * The ledger that the configuration names, for a command that needs nothing else of it. Where the call or the
 * environment names one, none is looked for.
 * @param flag `--ledger FILE`
 * @param config `--config FILE`
 * @throws UsageError where the configuration is wrong
 */
export function configuredLedger(
  flag: string | null,
  config: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
): string | Secret | null {
  if (flag !== null || (context.env['LEADPUSH_LEDGER'] ?? '') !== '') return null;
  return configurationOf(config, context).ledger;
}
