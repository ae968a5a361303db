// Where the ledger is: the flag, the variable, the configuration, or the user's state folder.
import { join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

/**
 * @param flag `--ledger FILE`
 * @param env LEADPUSH_LEDGER, XDG_STATE_HOME, HOME, LOCALAPPDATA
 * @param home null: the user has none
 * @param configured what the configuration says, absolute; null: nothing
 * @returns an absolute path
 * @throws UsageError where nothing says where it is, and there is no home for it either
 */
export function ledgerPath(
  flag: string | null,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  home: string | null,
  platform: NodeJS.Platform,
  configured: string | null = null,
): string {
  const named = flag ?? env['LEADPUSH_LEDGER'] ?? '';
  if (named !== '') return resolve(cwd, named);
  if (configured !== null) return configured;
  return join(stateFolder(env, home, platform), 'ledger.db');
}

/** The XDG base directory specification, and its equivalents; env-paths would read the process's own home at import. */
function stateFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string | null,
  platform: NodeJS.Platform,
): string {
  const at = (...parts: readonly string[]): string => {
    if (home !== null) return join(home, ...parts);
    throw new UsageError(
      'There is no place for the ledger: HOME is not set, and this user has no home.',
      'Set HOME, or name the ledger with --ledger FILE or LEADPUSH_LEDGER. Nothing was sent.',
    );
  };
  if (platform === 'darwin') return at('Library', 'Application Support', 'leadpush');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? at('AppData', 'Local'), 'leadpush');
  const state = env['XDG_STATE_HOME'] ?? '';
  // The specification: a relative path is to be ignored.
  return join(state.startsWith('/') ? state : at('.local', 'state'), 'leadpush');
}

/**
 * LEADPUSH_TEST_MAX_PAGES, a test's way to a full disk: the ledger may not grow beyond so many pages of 4 KiB.
 * @returns null where it is not set
 */
export function testMaxPages(env: Readonly<Record<string, string | undefined>>): number | null {
  const pages = Number(env['LEADPUSH_TEST_MAX_PAGES']);
  return Number.isSafeInteger(pages) && pages > 0 ? pages : null;
}
