// `leadpush config path` and `config show`: which configuration counts, and where each value comes from.
import { configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { type ShownConfig, type ShownSetting, shownConfig, withoutPassword } from '../../config/show.ts';
import { ledgerPath } from '../../ledger/path.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import { tableText } from '../../output/table-text.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import { userFolder, userFolders } from '../../util/user-folders.ts';
import { type Flags, isSet, text } from '../flags.ts';

/** @returns the exit status @throws UsageError if there is no configuration, or `show` finds it wrong */
export async function configAction(what: 'path' | 'show', flags: Flags, context: Context): Promise<number> {
  const flag = text(flags, 'config');
  const json = isSet(flags, 'json');
  if (what === 'path') {
    const { source } = found(shownConfig(flag, userFolders(context), PROVIDERS));
    context.stdout.write(json ? `${JSON.stringify({ type: 'config', source })}\n` : `${plain(source)}\n`);
    return 0;
  }
  const { trust, warnings, providers } = await configurationOf(flag, context);
  // With the declared providers: they say which of their settings are secrets.
  const shown = found(shownConfig(flag, userFolders(context), providers));
  const { source } = shown;
  const settings = withLedger(shown.settings, context);
  for (const warning of warnings) context.stderr.write(`leadpush: ${warning}\n`);
  if (json) {
    context.stdout.write(`${JSON.stringify({ type: 'config', source, trust, settings })}\n`);
    return 0;
  }
  const rows = settings.map((setting): [string, string, string] => [
    plain(setting.path),
    setting.value === null ? '(not set)' : plain(maskMobiles(setting.value)),
    plain(originOf(setting)),
  ]);
  context.stdout.write(`${plain(source)}\n\n${tableText([['SETTING', 'VALUE', 'FROM'], ...rows])}`);
  return 0;
}

function found(shown: ShownConfig | null): ShownConfig {
  if (shown !== null) return shown;
  throw new UsageError(
    'No configuration was found.',
    'Write one with leadpush init, or name one with --config FILE.',
  );
}

/** The ledger that counts for a call without `--ledger`: the variable beats the file, and there is always one. */
function withLedger(settings: readonly ShownSetting[], context: Context): readonly ShownSetting[] {
  const own = userFolders(context);
  const variable = own.env['LEADPUSH_LEDGER'] ?? '';
  const others = settings.filter(({ path }) => path !== 'ledger');
  if (variable !== '') {
    const value = withoutPassword(variable);
    return [...others, { path: 'ledger', value, from: 'variable', variables: ['LEADPUSH_LEDGER'] }];
  }
  // Without a home there is none until a call names one.
  if (others.length < settings.length || userFolder('state', own) === null) return settings;
  const value = ledgerPath(null, own.env, own.cwd, own.home, own.platform);
  return [...others, { path: 'ledger', value, from: 'default', variables: [] }];
}

function originOf({ value, from, variables }: ShownSetting): string {
  const named = variables.map((name) => `$${name}`).join(', ');
  if (value === null) return `${named}, which is not set`;
  if (from === 'default') return 'default';
  if (variables.length === 0) return 'file';
  return from === 'variable' ? named : `file (${named} is not set)`;
}
