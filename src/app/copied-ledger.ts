// A ledger in a file that was copied notes where to: who goes on with both sends again what the other has sent. A copy that nobody
// uses is a backup, and nothing is said of it.
import { statSync } from 'node:fs';
import { plain } from '../util/plain.ts';
import type { Context } from './context.ts';

/** Where it was copied to. */
interface CopiedTo {
  /** A path, or an address without its password. */
  readonly to: string;
  /** ISO 8601. */
  readonly at: string;
  /** Unix ms of the copy's last change then; null: it is no file. */
  readonly changedMs: number | null;
}

/** @param path of the copy; null: it is no file */
export function copyNote(to: string, path: string | null, now: number): string {
  const note: CopiedTo = {
    to,
    at: new Date(now).toISOString(),
    changedMs: path === null ? null : changeOf(path),
  };
  return JSON.stringify(note);
}

/** One line, where the copy is used. @param path of the ledger that was copied */
export function warnOfCopy(note: string, path: string, { stderr }: Pick<Context, 'stderr'>): void {
  const { to, at, changedMs } = copiedTo(note);
  if (to === undefined || at === undefined) return;
  const isFile = typeof changedMs === 'number';
  // A database cannot be asked as cheaply; it is where machines share a ledger, and seldom a backup.
  const now = isFile ? changeOf(to) : null;
  if (isFile && (now === null || now === changedMs)) return;
  const since = isFile ? ', which has been used since' : '';
  stderr.write(
    `leadpush: the ledger ${plain(path)} was copied to ${plain(to)} on ${plain(at.slice(0, 10))}${since}: what is sent with the one, the other does not know and would send again. Use one of them alone.\n`,
  );
}

function copiedTo(note: string): Partial<CopiedTo> {
  try {
    const read: unknown = JSON.parse(note);
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
}

/** Null: there is none. */
function changeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
