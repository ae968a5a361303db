// The ledger's file: made so that only its owner can read it, and what SQLite says of it in words for people.
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** Makes the folder and an empty file that only the user can read, before anything is written into it. */
export function prepareFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder');
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw new UsageError(
      `The ledger ${file} cannot be made there: ${messageOf(error)}.`,
      'Name another file with --ledger FILE, or send without a memory with --no-ledger.',
    );
  }
}

/** Nothing is there yet. */
export function isEmpty(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/** Older files may be readable by others; -wal and -shm are made with the modes of the file. */
export function protect(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    try {
      if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    } catch {
      // Not there, another user's, or on a system without modes.
    }
  }
}

export function cannotOpen(file: string | null, error: unknown): UsageError {
  const damaged = ['SQLITE_NOTADB', 'SQLITE_CORRUPT'].some((code) => codeOf(error).startsWith(code));
  return damaged
    ? new UsageError(
        `${file} is no ledger, or is damaged: ${messageOf(error)}.`,
        'Name another file with --ledger FILE, or restore it from a backup: without it, leadpush cannot know what was sent.',
      )
    : new UsageError(
        `The ledger ${file ?? 'in the temporary folder'} cannot be opened: ${messageOf(error)}.`,
        'Check the folder and its permissions, name another file with --ledger FILE, or send without a memory with --no-ledger.',
      );
}

/** SQLite's name of the error; empty for what is not SQLite's. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return '';
  return error.code.startsWith('SQLITE_') ? error.code : '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
