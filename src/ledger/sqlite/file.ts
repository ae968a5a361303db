// The ledger's file: whose it may be, made so that only its owner (or its group) can read it, and what SQLite says of it in
// words for people.

import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, messageOf } from '../../util/errors.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { MayMake } from '../path.ts';
import { isForeignLog, logSize } from './log-file.ts';

const OTHER = 'Name another file with --ledger FILE, or send without a memory with --no-ledger.';

/**
 * Makes an empty file that only the user can read, before anything is written into it, and refuses what is not to be
 * opened. The folder is made only where the user did not name the ledger: a name may be mistyped.
 * @returns whether the ledger is a new one
 * @throws UsageError
 */
export function prepareFile(file: string, folders: MayMake): boolean {
  try {
    if (folders !== 'none' && !existsSync(dirname(file)))
      mkdirSync(dirname(file), { recursive: folders === 'all', mode: 0o700 });
    const empty = isEmpty(file, folders);
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    return empty;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The ledger ${file} cannot be made there: ${messageOf(error)}.`, OTHER);
  }
}

/** Nothing is there yet. @throws UsageError where it may not be used */
export function isEmpty(file: string, folders: MayMake): boolean {
  const found = look(file);
  if (found === null && folders === 'none' && !existsSync(dirname(file))) {
    throw new UsageError(
      `The ledger ${file} cannot be made: the folder ${dirname(file)} is not there.`,
      'Correct the path, or make the folder first: a mistyped name would be a second memory, from which all is sent again.',
    );
  }
  if (found !== null) refuseForeign(file, found);
  const log = look(`${file}-wal`);
  if (log !== null) checkLog(file, found);
  return (found?.size ?? 0) === 0;
}

/** Files that are open in this process, by what they are, with how often. */
const open = new Map<string, number>();

/** @returns forgets it */
export function rememberOpen(file: string): () => void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return () => {};
  const is = `${found.dev}:${found.ino}`;
  open.set(is, (open.get(is) ?? 0) + 1);
  return () => {
    const left = (open.get(is) ?? 1) - 1;
    if (left > 0) open.set(is, left);
    else open.delete(is);
  };
}

/** What is there, links followed, or null. @throws UsageError where it is no regular file */
function look(path: string): Stats | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.isFile()) return found;
  const what = found.isDirectory() ? 'a folder' : 'not a regular file';
  throw new UsageError(`The ledger ${path} cannot be opened: it is ${what}.`, OTHER);
}

/** What somebody else may have written tells nothing of what was sent. */
function refuseForeign(file: string, { uid, gid, mode }: Stats): void {
  // On Windows there are no such numbers.
  if (process.platform === 'win32' || process.getuid === undefined) return;
  const mine = uid === process.getuid() || uid === 0;
  const ours = process.getgroups?.().includes(gid) === true || process.getegid?.() === gid;
  if (!mine && !ours) {
    throw new UsageError(
      `The ledger ${file} belongs to another user, and to no group of yours: what it says of what was sent cannot be trusted.`,
      `Run leadpush as its owner, have it given to a group of yours, or name another file with --ledger FILE.`,
    );
  }
  if ((mode & 0o002) !== 0) {
    throw new UsageError(
      `The ledger ${file} can be written by every user: what it says of what was sent cannot be trusted.`,
      'If you know who wrote it, close it to others (chmod o-w), or name another file with --ledger FILE.',
    );
  }
}

function checkLog(file: string, found: Stats | null): void {
  if (found === null || found.size === 0) {
    if (logSize(file) === 0) return;
    throw new UsageError(
      `The ledger ${file} is ${found === null ? 'not there' : 'empty'}, but its log ${file}-wal is: what was sent stands in both together.`,
      `Put the file back that belongs to it; or, to begin a new memory, move these away: ${beside(file)}.`,
    );
  }
  // What is open in this process is its own, and another handle's close would give up its locks.
  if (open.has(`${found.dev}:${found.ino}`) || !isForeignLog(file)) return;
  throw new UsageError(
    `The log ${file}-wal does not belong to the ledger ${file}: it is of another file, or of another state of this one, such as an old copy put back. Nothing was opened.`,
    `If ${file} is the one that you want, move these away: ${beside(file)}. Otherwise put back the file that they belong to.`,
  );
}

function beside(file: string): string {
  return [`${file}-wal`, `${file}-shm`].filter((path) => existsSync(path)).join(', ');
}

/**
 * Older files may be readable by others. A ledger that its group may write is the group's: what SQLite makes beside it
 * (-wal, -shm) has to be as well, or the next of the group could not go on.
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
      // Not there, another user's, or on a system without modes.
    }
  }
}

export function cannotOpen(file: string | null, error: unknown): UsageError {
  const where = file ?? 'in the temporary folder';
  if (isMissingPart(error)) {
    return new UsageError(
      `The ledger needs the native part of libsql for ${process.platform}-${process.arch}, which is not installed.`,
      'Install leadpush again on the system that it is to run on, with optional packages: npm install --include=optional (a node_modules copied from another system, --omit=optional and --no-optional leave it out).',
    );
  }
  if (isBusy(error)) {
    return new UsageError(
      `The ledger ${where} is locked by another program (${sqliteCodeOf(error)}: ${messageOf(error)}).`,
      'Close what has it open, such as a database browser or a backup, and run it again.',
    );
  }
  const damaged = ['SQLITE_NOTADB', 'SQLITE_CORRUPT'].some((code) => sqliteCodeOf(error).startsWith(code));
  return damaged
    ? new UsageError(
        `${file} is no ledger, or is damaged: ${messageOf(error)}.`,
        'Name another file with --ledger FILE, or restore it from a backup: without it, leadpush cannot know what was sent.',
      )
    : new UsageError(
        `The ledger ${where} cannot be opened: ${messageOf(error)}.`,
        'Check the folder and its permissions, name another file with --ledger FILE, or send without a memory with --no-ledger.',
      );
}

/** libsql is made of a package for all systems and one for each, which npm leaves out where it is told to. */
function isMissingPart(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ERR_DLOPEN_FAILED' || (code === 'MODULE_NOT_FOUND' && /libsql/.test(messageOf(error)));
}

export function isBusy(error: unknown): boolean {
  return sqliteCodeOf(error).startsWith('SQLITE_BUSY') || sqliteCodeOf(error).startsWith('SQLITE_LOCKED');
}

/** SQLite's name of the error; empty for what is not SQLite's. */
export function sqliteCodeOf(error: unknown): string {
  const code = codeOf(error);
  return code.startsWith('SQLITE_') ? code : '';
}
