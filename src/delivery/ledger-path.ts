// Where the ledger is: the flag, the variable, or the user's state folder.
import { join, resolve } from 'node:path';

/**
 * @param flag `--ledger FILE`
 * @param env LEADPUSH_LEDGER, XDG_STATE_HOME, HOME, LOCALAPPDATA
 * @returns an absolute path
 */
export function ledgerPath(
  flag: string | null,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  home: string,
  platform: NodeJS.Platform,
): string {
  const named = flag ?? env['LEADPUSH_LEDGER'] ?? '';
  if (named !== '') return resolve(cwd, named);
  return join(stateFolder(env, home, platform), 'ledger.db');
}

/** The XDG base directory specification, and its equivalents; env-paths would read the process's own home at import. */
function stateFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  platform: NodeJS.Platform,
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'leadpush');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'leadpush');
  const state = env['XDG_STATE_HOME'] ?? '';
  // The specification: a relative path is to be ignored.
  return join(state.startsWith('/') ? state : join(home, '.local', 'state'), 'leadpush');
}

/**
 * LEADPUSH_TEST_LEASE_MS, for tests alone: a lease of so many milliseconds instead of a minute, by which alone runs know
 * each other, as if each were in a container of its own.
 * @returns null where it is not set
 */
export function testLeaseMs(env: Readonly<Record<string, string | undefined>>): number | null {
  const ms = Number(env['LEADPUSH_TEST_LEASE_MS']);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : null;
}

/**
 * LEADPUSH_TEST_MAX_PAGES, a test's way to a full disk: the ledger may not grow beyond so many pages of 4 KiB.
 * @returns null where it is not set
 */
export function testMaxPages(env: Readonly<Record<string, string | undefined>>): number | null {
  const pages = Number(env['LEADPUSH_TEST_MAX_PAGES']);
  return Number.isSafeInteger(pages) && pages > 0 ? pages : null;
}
