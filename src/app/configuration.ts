// What the commands print about the configuration in use, and the ledger that it names.
import type { Config, Used } from '../config/configuration.ts';
import { noConfig } from '../config/none.ts';
import { mayBeConfigured } from '../config/places.ts';
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
export async function configurationOf(
  flag: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
  used?: Used,
): Promise<Config> {
  const user = userFolders(context);
  // Without one, its reader (a fifth of what a dry run loads) is not needed.
  if (!mayBeConfigured(flag, user)) return noConfig(user, PROVIDERS);
  const { loadConfig } = await import('../config/config.ts');
  return loadConfig(flag, user, PROVIDERS, used);
}

/**
 * `--config FILE` for a command that is proposed: as this call was given it, or as its variable names it, which is not set in
 * the shell of who reads the mail of a job.
 * @param flag `--config FILE`
 */
export function configPlace(flag: string | null, { env }: Pick<Context, 'env'>): readonly string[] {
  const file = flag ?? env['LEADPUSH_CONFIG'] ?? '';
  return file === '' ? [] : ['--config', file];
}

/** `--config FILE`, where another command would find this configuration only by it. */
export function configWords({ path, trust }: Pick<Config, 'path' | 'trust'>): readonly string[] {
  return trust === 'named' && path !== null ? ['--config', path] : [];
}

/** Its warnings; with `--verbose` also which configuration it is. */
export function announceConfig(
  { warnings, bareVariables, inUse }: Pick<Config, 'warnings' | 'bareVariables' | 'inUse'>,
  verbose: boolean,
  { stderr }: Pick<Context, 'stderr'>,
): void {
  for (const warning of [...warnings, ...bareVariables]) stderr.write(`leadpush: ${warning}\n`);
  if (verbose) stderr.write(`leadpush: configuration: ${inUse ?? 'none'}\n`);
}

/**
 * The ledger that the configuration names, for a command that needs nothing else of it. Where the call or the
 * environment names one, none is looked for.
 * @param flag `--ledger FILE`
 * @param config `--config FILE`
 * @throws UsageError where the configuration is wrong
 */
export async function configuredLedger(
  flag: string | null,
  config: string | null,
  context: Pick<Context, 'env' | 'cwd'>,
): Promise<string | Secret | null> {
  if (flag !== null || (context.env['LEADPUSH_LEDGER'] ?? '') !== '') return null;
  return (await configurationOf(config, context)).ledger;
}
