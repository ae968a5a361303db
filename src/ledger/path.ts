// Where the ledger is: the flag, the variable, the configuration, or the user's state folder.
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../util/usage-error.ts';
import { userFolder } from '../util/user-folders.ts';

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
  const state = userFolder('state', { env, home, platform });
  if (state === null) {
    throw new UsageError(
      'There is no place for the ledger: HOME is not set, and this user has no home.',
      'Set HOME, or name the ledger with --ledger FILE or LEADPUSH_LEDGER. Nothing was sent.',
    );
  }
  return { path: join(state, 'ledger.db'), named: false, folders: 'all' };
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
    throw new UsageError(`${where}: the ledger's name is empty.`, 'Name a file, or leave the option out.');
  }
  const address = ADDRESS.exec(text);
  if (address !== null) {
    // The rest may hold a password.
    throw new UsageError(
      `${where}: a ledger is a file; one at ${address[1]?.toLowerCase()}://… is not supported by this version.`,
      'Name a file, such as /var/lib/leadpush/ledger.db.',
    );
  }
  if (QUOTED.test(text)) {
    throw new UsageError(
      `${where}: the name ${text} stands in quotes, which no shell took off.`,
      `Write it without: ${text.slice(1, -1)}`,
    );
  }
  if (HOME.test(text) && home !== null) {
    throw new UsageError(
      `${where}: no shell expanded ${text}; leadpush takes names as they are.`,
      `Write the whole path: ${text.replace(HOME, () => home)}`,
    );
  }
  if (UNEXPANDED.test(text)) {
    throw new UsageError(
      `${where}: no shell expanded ${text}; leadpush takes names as they are.`,
      'Write the whole path, beginning with /; a file whose name really begins so is ./NAME.',
    );
  }
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
