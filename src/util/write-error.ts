// Why something could not be written, in plain words, and when that is not an error; and where nothing should be.
import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, messageOf } from './errors.ts';

/** The reader has left: `| head`. */
export function readerLeft(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

/** A file of results that could not be written; `path` as it was named. */
export class UnwrittenFile extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = 'UnwrittenFile';
    this.path = path;
  }
}

/** The end of a sentence, without its full stop. */
export function whyUnwritten(error: unknown): string {
  const cause = error instanceof UnwrittenFile ? error.cause : error;
  return WORDS[codeOf(cause)] ?? messageOf(cause);
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EROFS: 'the disk is read-only',
  EIO: 'the disk or terminal failed (EIO)',
};

const MAX_LINKS = 40;

/**
 * The first link on the way from this path to its file that somebody else left where everybody may write, such as /tmp:
 * whoever writes to that name writes to a file of the stranger's choice. Linux refuses to follow these where
 * fs.protected_symlinks is on, but only to who opens the link itself, and not to who reads where it leads, as we and SQLite
 * do. Null: there is none.
 */
export function plantedLink(path: string): string | null {
  const uid = process.geteuid?.();
  // Windows has no such owners.
  if (uid === undefined || process.platform === 'win32') return null;
  let at = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found === undefined || !found.isSymbolicLink()) return null;
    const folder = realpathSync(dirname(at));
    const isOurs = found.uid === uid || found.uid === 0;
    if (!isOurs && (statSync(folder).mode & 0o002) !== 0) return join(folder, basename(at));
    at = resolve(folder, readlinkSync(at));
  }
  return null;
}
