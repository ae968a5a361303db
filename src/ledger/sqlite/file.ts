// The ledger's file: who may own it, how it is created so that only its owner (or its group) can read it, and SQLite's
// errors in plain words.

import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, messageOf, reasonOf } from '../../util/errors.ts';
import { makeFolders } from '../../util/make-folders.ts';
import { UsageError } from '../../util/usage-error.ts';
import { plantedLink } from '../../util/write-error.ts';
import type { MayMake } from '../path.ts';
import { LedgerUnusable } from '../unusable.ts';
import { isForeignLog, logSize } from './log-file.ts';

const OR_WITHOUT = { orWithout: true } as const;
const NOT_KNOWN = {
  first: 'Restore it from a backup',
  note: 'A new ledger does not know what was sent.',
} as const;

/**
 * Creates an empty file that only the user can read, before anything is written to it, and refuses files that must not
 * be opened. The folder is created only if the user did not name the ledger: a name may be mistyped.
 * @throws UsageError
 */
export function prepareFile(file: string, folders: MayMake): void {
  try {
    if (folders !== 'none' && !existsSync(dirname(file)))
      if (folders === 'all') makeFolders(dirname(file), 0o700);
      else mkdirSync(dirname(file), { mode: 0o700 });
    isEmpty(file, folders);
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new LedgerUnusable(`The ledger ${file} cannot be created: ${whyNoFile(file, error)}.`, OR_WITHOUT);
  }
}

/** Node calls a folder that could not be made below a read-only one "no such file": the folder that is there says why. */
function whyNoFile(file: string, error: unknown): string {
  let folder = dirname(file);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return messageOf(error);
  } catch (refusal) {
    return `the folder ${folder} cannot be written to (${reasonOf(refusal)})`;
  }
}

/** Whether there is no ledger yet. @throws UsageError if the file must not be used */
export function isEmpty(file: string, folders: MayMake): boolean {
  try {
    return looksEmpty(file, folders);
  } catch (error) {
    // Such as a file where a folder should be, or a folder that may not be looked into.
    if (error instanceof UsageError) throw error;
    throw cannotOpen(file, error);
  }
}

function looksEmpty(file: string, folders: MayMake): boolean {
  if (plantedLink(file) !== null) {
    throw new LedgerUnusable(
      `The ledger ${file} cannot be opened: it is a link that another user left in a folder that every user may write to.`,
      OR_WITHOUT,
    );
  }
  const found = look(file);
  if (found === null && folders === 'none' && !existsSync(dirname(file))) {
    throw new UsageError(
      `The ledger ${file} cannot be created: the folder ${dirname(file)} does not exist.`,
      'Correct the path, or create the folder. A new ledger does not know what was sent.',
    );
  }
  if (found !== null) refuseForeign(file, found);
  const log = look(`${file}-wal`);
  if (log !== null) checkLog(file, found);
  return (found?.size ?? 0) === 0;
}

/** The same for the same file, by whatever path or link; null: there is none. */
export function identityOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/** Files that are open in this process, by identity, with their number of handles. */
const open = new Map<string, number>();

/** @returns call it when the file is closed */
export function rememberOpen(file: string): () => void {
  const is = identityOf(file);
  if (is === null) return () => {};
  open.set(is, (open.get(is) ?? 0) + 1);
  return () => {
    const left = (open.get(is) ?? 1) - 1;
    if (left > 0) open.set(is, left);
    else open.delete(is);
  };
}

/** What is at the path, links followed, or null. @throws UsageError if it is not a regular file */
function look(path: string): Stats | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.isFile()) return found;
  const what = found.isDirectory() ? 'a folder' : 'not a regular file';
  throw new LedgerUnusable(`The ledger ${path} cannot be opened: it is ${what}.`, OR_WITHOUT);
}

/** A ledger that somebody else may have written does not prove what was sent. */
function refuseForeign(file: string, { uid, gid, mode }: Stats): void {
  // Windows has no such numbers.
  if (process.platform === 'win32' || process.getuid === undefined) return;
  const mine = uid === process.getuid() || uid === 0;
  const ours = process.getgroups?.().includes(gid) === true || process.getegid?.() === gid;
  if (!mine && !ours) {
    throw new LedgerUnusable(
      `The ledger ${file} belongs to another user and to none of your groups, so it cannot be trusted.`,
      { first: 'Run leadpush as its owner, ask for a group that you are in' },
    );
  }
  if ((mode & 0o002) !== 0) {
    throw new LedgerUnusable(`The ledger ${file} can be written by every user, so it cannot be trusted.`, {
      first: 'If you know who wrote it, run chmod o-w on it',
    });
  }
}

function checkLog(file: string, found: Stats | null): void {
  if (found === null || found.size === 0) {
    if (logSize(file) === 0) return;
    throw new UsageError(
      `The ledger ${file} is ${found === null ? 'missing' : 'empty'}, but its log ${file}-wal exists; only both together say what was sent.`,
      `Restore the file that belongs to the log. To start a new ledger, move these away: ${beside(file)}.`,
    );
  }
  // A file that is open in this process is its own, and closing another handle would release its locks.
  if (open.has(`${found.dev}:${found.ino}`) || !isForeignLog(file)) return;
  throw new UsageError(
    `The log ${file}-wal does not belong to the ledger ${file}: it is from another file, or from another state of this file, such as a restored copy. Nothing was opened.`,
    `If ${file} is the right file, move these away: ${beside(file)}. Otherwise restore the file that they belong to.`,
  );
}

function beside(file: string): string {
  return [`${file}-wal`, `${file}-shm`].filter((path) => existsSync(path)).join(', ');
}

/**
 * Older files may be readable by others. A ledger that its group may write belongs to the group: the files that SQLite
 * creates beside it (-wal, -shm) must be writable too, or the next member could not continue.
 */
export function protect(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  const wanted = (found.mode & 0o020) === 0 ? 0o600 : 0o600 | (found.mode & 0o060);
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    try {
      const { mode, uid, gid } = statSync(path);
      if (gid !== found.gid) chownSync(path, uid, found.gid);
      if ((mode & 0o777) !== wanted) chmodSync(path, wanted);
    } catch {
      // It does not exist, belongs to another user, or the system has no modes.
    }
  }
}

export function cannotOpen(file: string | null, error: unknown): UsageError {
  const where = file ?? 'in the temporary folder';
  if (isMissingPart(error)) {
    return new UsageError(
      `The ledger needs the native part of libsql for ${process.platform}-${process.arch}, which is not installed.`,
      'Install leadpush again on this system with optional packages: npm install --include=optional. (It is missing after --omit=optional, --no-optional, or a node_modules copied from another system.)',
    );
  }
  if (isBusy(error)) {
    return new UsageError(
      `The ledger ${where} is locked by another program (${sqliteCodeOf(error)}: ${messageOf(error)}).`,
      'Close the program that has it open, such as a database browser or a backup, and run the command again.',
    );
  }
  const damaged = ['SQLITE_NOTADB', 'SQLITE_CORRUPT'].some((code) => sqliteCodeOf(error).startsWith(code));
  return damaged
    ? new LedgerUnusable(`${file} is not a ledger, or is damaged: ${messageOf(error)}.`, NOT_KNOWN)
    : new LedgerUnusable(`The ledger ${where} cannot be opened: ${messageOf(error)}.`, {
        first: 'Check the folder and its permissions',
        ...OR_WITHOUT,
      });
}

export function cannotRead(file: string | null, error: unknown): UsageError {
  return new LedgerUnusable(
    `The ledger ${file ?? 'in the temporary folder'} cannot be read: ${messageOf(error)}.`,
    NOT_KNOWN,
  );
}

/** libsql has one package for all systems and one per system, which npm may leave out. */
function isMissingPart(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ERR_DLOPEN_FAILED' || (code === 'MODULE_NOT_FOUND' && /libsql/.test(messageOf(error)));
}

export function isBusy(error: unknown): boolean {
  return sqliteCodeOf(error).startsWith('SQLITE_BUSY') || sqliteCodeOf(error).startsWith('SQLITE_LOCKED');
}

/** SQLite's name of the error; empty for other errors. */
export function sqliteCodeOf(error: unknown): string {
  const code = codeOf(error);
  return code.startsWith('SQLITE_') ? code : '';
}
