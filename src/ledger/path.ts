// Where the ledger is: the flag, the variable, the configuration, or the user's state folder.
import { dirname, join, resolve } from 'node:path';
import { Secret } from '../util/secret.ts';
import { UsageError } from '../util/usage-error.ts';
import { userFolder } from '../util/user-folders.ts';
import { isPostgresAddress } from './postgres/is-address.ts';

export type LedgerPlace = LedgerFile | LedgerAddress;

/** A database that several machines share. */
export interface LedgerAddress {
  readonly kind: 'address';
  /** It may hold a password. */
  readonly address: Secret;
  /** Where it was named, for messages: the flag, the variable or the setting. */
  readonly where: string;
}

export interface LedgerFile {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
  /** The user named it; then a new ledger is reported. */
  readonly named: boolean;
  /**
   * Folders that may be created: all for the default ledger; for a named one none, except one directly in the user's
   * home.
   */
  readonly folders: MayMake;
}

/** `one`: the folder of the ledger, if its parent exists. */
export type MayMake = 'all' | 'one' | 'none';

/** A name as given, and its source. */
interface Given {
  readonly text: string;
  /** For messages: the flag or the variable. */
  readonly where: string;
}

/**
 * @param flag `--ledger FILE`, or an address
 * @param env LEADPUSH_LEDGER, XDG_STATE_HOME, HOME, LOCALAPPDATA
 * @param home null: the user has none
 * @param configured from the configuration, absolute and already checked, or an address; null: nothing
 * @param option what `flag` is called, for messages
 * @throws UsageError if the name needs expansion by a shell or is an address of something else, or if there is no name and
 * no home
 */
export function ledgerPlace(
  flag: string | null,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  home: string | null,
  platform: NodeJS.Platform,
  configured: string | Secret | null = null,
  option = '--ledger',
): LedgerPlace {
  const variable = env['LEADPUSH_LEDGER'] ?? '';
  const given: Given | null =
    flag !== null
      ? { text: flag, where: option }
      : variable !== ''
        ? { text: variable, where: 'LEADPUSH_LEDGER' }
        : null;
  if (given !== null) {
    refuseBlanks(given);
    if (isPostgresAddress(given.text)) {
      return { kind: 'address', address: new Secret(given.text), where: given.where };
    }
    refuseUnexpanded(given, home);
    return namedPlace(resolve(cwd, given.text), home);
  }
  if (configured instanceof Secret) {
    return { kind: 'address', address: configured, where: 'ledger in the configuration' };
  }
  if (configured !== null) return namedPlace(configured, home);
  const state = userFolder('state', { env, home, platform });
  if (state === null) {
    throw new UsageError(
      'There is no place for the ledger: HOME is not set, and this user has no home.',
      'Set HOME, or name the ledger with --ledger FILE or LEADPUSH_LEDGER. Nothing was sent.',
    );
  }
  return { kind: 'file', path: join(state, 'ledger.db'), named: false, folders: 'all' };
}

/** Many put it in `~/leads/ledger.db` first; anywhere else, a folder that does not exist is probably a mistyped name. */
function namedPlace(path: string, home: string | null): LedgerFile {
  return {
    kind: 'file',
    path,
    named: true,
    folders: home !== null && dirname(dirname(path)) === home ? 'one' : 'none',
  };
}

/** As {@link ledgerPlace}. @returns an absolute path; null: it is no file */
export function ledgerPath(...args: Parameters<typeof ledgerPlace>): string | null {
  const place = ledgerPlace(...args);
  return place.kind === 'file' ? place.path : null;
}

/** `file:` and `sqlite:` also without slashes: other tools for SQLite take them, and here they would make such a file. */
const ADDRESS = /^(?:([a-z][a-z0-9+.-]*):\/\/|(file|sqlite3?|libsql|postgres(?:ql)?|mysql|mariadb):)/i;
const HOME = /^(?:~(?=$|[/\\])|\$HOME\b|\$\{HOME\})/;
/** `$NAME` and `%NAME%` at the start of a part of the path, `${NAME}` anywhere, another user's home. */
const UNEXPANDED = /^~|(?:^|[/\\])(?:\$[a-z_]|%[a-z_]\w*%)|\$\{/i;
const QUOTED = /^(["']).*\1$/s;

/** A blank beside an address makes a file's name of it, password and all; beside any other name nobody would see it. */
function refuseBlanks({ text, where }: Given): void {
  if (text.trim() === text || text.trim() === '') return;
  throw new UsageError(
    `${where}: the name of the ledger begins or ends with a blank.`,
    'Write it without the blank.',
  );
}

/** An unexpanded name would create a second ledger in a folder named `~`, and every lead would be sent again. */
function refuseUnexpanded({ text, where }: Given, home: string | null): void {
  if (text.trim() === '') {
    throw new UsageError(`${where}: the name of the ledger is empty.`, 'Name a file, or remove the option.');
  }
  const address = ADDRESS.exec(text);
  if (address !== null) {
    const [scheme] = address;
    // The rest may contain a password.
    throw new UsageError(
      `${where}: a ledger cannot be at ${scheme.toLowerCase()}….`,
      'Name a file, such as /var/lib/leadpush/ledger.db, or a database: postgresql://USER@HOST/DATABASE.',
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

/**
 * LEADPUSH_TEST_LEASE_MS, for tests only: a lease of so many milliseconds instead of a minute. Runs then only know each
 * other by their leases, as if each were in its own container.
 * @returns null if it is not set
 */
export function testLeaseMs(env: Readonly<Record<string, string | undefined>>): number | null {
  const ms = Number(env['LEADPUSH_TEST_LEASE_MS']);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : null;
}

/**
 * LEADPUSH_TEST_MAX_PAGES, for tests only: simulates a full disk at so many pages of 4 KiB.
 * @returns null if it is not set
 */
export function testMaxPages(env: Readonly<Record<string, string | undefined>>): number | null {
  const pages = Number(env['LEADPUSH_TEST_MAX_PAGES']);
  return Number.isSafeInteger(pages) && pages > 0 ? pages : null;
}
