// Where the ledger is: the flag, the variable, the configuration, or the user's state folder.
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../util/usage-error.ts';

export interface LedgerPlace {
  /** Absolute. */
  readonly path: string;
  /** The user named it, so that a new one is told. */
  readonly named: boolean;
  /** Folders that may be made for it: all above what nobody named; for what was named none, but one right in the user's home. */
  readonly folders: MayMake;
}

/** `one`: the folder of the ledger, where the one above it is there. */
export type MayMake = 'all' | 'one' | 'none';

/** A name as it was given, and by what. */
interface Given {
  readonly text: string;
  /** For messages: the flag or the variable. */
  readonly where: string;
}

/**
 * @param flag `--ledger FILE`
 * @param env LEADPUSH_LEDGER, XDG_STATE_HOME, HOME, LOCALAPPDATA
 * @param home null: the user has none
 * @param configured what the configuration says, absolute and checked where it was read; null: nothing
 * @throws UsageError where the name is one that a shell was to expand, or an address, and where nothing says where it is
 * and there is no home for it either
 */
export function ledgerPlace(
  flag: string | null,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  home: string | null,
  platform: NodeJS.Platform,
  configured: string | null = null,
): LedgerPlace {
  const variable = env['LEADPUSH_LEDGER'] ?? '';
  const given: Given | null =
    flag !== null
      ? { text: flag, where: '--ledger' }
      : variable !== ''
        ? { text: variable, where: 'LEADPUSH_LEDGER' }
        : null;
  if (given !== null) {
    refuseUnexpanded(given, home);
    return namedPlace(resolve(cwd, given.text), home);
  }
  if (configured !== null) return namedPlace(configured, home);
  return { path: join(stateFolder(env, home, platform), 'ledger.db'), named: false, folders: 'all' };
}

/** `~/leads/ledger.db` is where people put it first; anywhere else a folder that is not there is a mistyped name. */
function namedPlace(path: string, home: string | null): LedgerPlace {
  return { path, named: true, folders: home !== null && dirname(dirname(path)) === home ? 'one' : 'none' };
}

/** As {@link ledgerPlace}. @returns an absolute path */
export function ledgerPath(...args: Parameters<typeof ledgerPlace>): string {
  return ledgerPlace(...args).path;
}

const ADDRESS = /^([a-z][a-z0-9+.-]*):\/\//i;
const HOME = /^(?:~(?=$|[/\\])|\$HOME\b|\$\{HOME\})/;
/** `$NAME` and `%NAME%` as a part of the path begins, `${NAME}` anywhere, another user's home. */
const UNEXPANDED = /^~|(?:^|[/\\])(?:\$[a-z_]|%[a-z_]\w*%)|\$\{/i;
const QUOTED = /^(["']).*\1$/s;

/** What nobody expanded would make a second memory in a folder named `~`, from which every lead is sent again. */
function refuseUnexpanded({ text, where }: Given, home: string | null): void {
  if (text === '') {
    throw new UsageError(`${where}: the name of the ledger is empty.`, 'Name a file, or remove the option.');
  }
  const address = ADDRESS.exec(text);
  if (address !== null) {
    // The rest may hold a password.
    throw new UsageError(
      `${where}: this version does not support a ledger at ${address[1]?.toLowerCase()}://….`,
      'Name a file, such as /var/lib/leadpush/ledger.db.',
    );
  }
  if (QUOTED.test(text)) {
    throw new UsageError(
      `${where}: the name ${text} includes its quotes.`,
      `Write it without quotes: ${text.slice(1, -1)}`,
    );
  }
  if (HOME.test(text) && home !== null) {
    throw new UsageError(
      `${where}: the shell did not expand ${text}, and leadpush does not expand names.`,
      `Write the full path: ${text.replace(HOME, () => home)}`,
    );
  }
  if (UNEXPANDED.test(text)) {
    throw new UsageError(
      `${where}: the shell did not expand ${text}, and leadpush does not expand names.`,
      'Write the full path, starting with /. For a file whose name really starts like this, write ./NAME.',
    );
  }
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
      'There is no folder for the ledger: HOME is not set, and this user has no home.',
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
