// A file that leadpush is about to replace and that holds what nothing else has: somebody has worked on it, or it has the
// rejected rows of another input. It stays, under a name of its own.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { codeOf } from '../util/errors.ts';
import { filesystem } from '../util/filesystem.ts';
import { asOpen } from './rejects-message.ts';

/** What a file is that is about to be replaced. `unknown`: no ledger remembers. */
export type Standing = 'own' | Kept;
/** Why it stays. `sent`: a run has read what it holds. `output`: a file of all results. */
export type Kept = 'other input' | 'corrected' | 'sent' | 'foreign' | 'output' | 'unknown';

/** A file as it is, without what it says. */
export interface Marked {
  /** Absolute. */
  readonly path: string;
  /** Differs when what the file holds does. */
  readonly mark: string;
  /** The inputs whose rows are for this file. */
  readonly inputs: readonly string[];
}

/** What is known of files that were written before. */
export interface WrittenBefore {
  readonly standing: (old: Marked) => Promise<Standing>;
  /** @param rows see {@link RowsOf} */
  readonly add: (fresh: Marked, rows: string | null) => Promise<void>;
  /** Names as the user may write them. @param old what is kept @param rows those of what replaces it; see {@link RowsOf} */
  readonly kept: (file: string, as: string, why: Kept, old: Marked, rows: string | null) => Promise<void>;
}

/** Called with the new file, whole, before it replaces the old one. */
export type BeforeReplacing = (named: string, path: string, fresh: string) => Promise<void>;

/** Which rows the file is for, and which it has. */
export interface RowsOf {
  readonly inputs: readonly string[];
  /** Differs when the rows do, not when one of them was fixed since; null: there are none. */
  readonly rows: () => string | null;
}

/** Keeps what only the old file has, however often the command runs: what leadpush can write again is replaced. */
export function keepingRejects(written: WrittenBefore, { inputs, rows }: RowsOf): BeforeReplacing {
  return async (named, path, fresh) => {
    const [now, old] = await Promise.all([digestOf(fresh), digestOf(path)]);
    if (old !== null && old !== now) {
      const marked = { path, mark: old, inputs };
      const was = await written.standing(marked);
      const mayBeIn = was === 'other input' || was === 'unknown';
      if (was !== 'own' && !(mayBeIn && (await isWithin(path, fresh))))
        await written.kept(named, await keep(named, path), was, marked, rows());
    }
    if (now !== null) await written.add({ path, mark: now, inputs }, rows());
  };
}

/**
 * The same for a file of all results, which may be large: its size and time tell whether somebody has worked on it. Without a
 * ledger nobody knows, and each run would leave a copy of the last one.
 */
export function keepingResults(written: WrittenBefore): BeforeReplacing {
  return async (named, path, fresh) => {
    const [now, old] = await Promise.all([stampOf(path, fresh), stampOf(path, path)]);
    if (old !== null) {
      const marked = { path, mark: old, inputs: [] };
      const was = await written.standing(marked);
      if (was !== 'own' && was !== 'unknown')
        await written.kept(named, await keep(named, path), 'output', marked, null);
    }
    if (now !== null) await written.add({ path, mark: now, inputs: [] }, null);
  };
}

/** @returns null where there is no file, or nothing in it */
async function stampOf(path: string, at: string): Promise<string | null> {
  try {
    const { size, mtimeNs } = await filesystem().stat(at, { bigint: true });
    return size === 0n ? null : JSON.stringify([path, String(size), String(mtimeNs)]);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** @returns null where there is no file, or nothing in it */
export async function digestOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  let isEmpty = true;
  try {
    for await (const part of createReadStream(path)) {
      hash.update(part);
      isEmpty = false;
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  return isEmpty ? null : hash.digest('base64url');
}

/** Bytes; a larger file is kept unread. */
const MAX_COMPARED = 32 * 1024 * 1024;

/** Whether the new file has every line of the old one, so that nothing is lost. */
async function isWithin(path: string, fresh: string): Promise<boolean> {
  const { stat, readFile } = filesystem();
  for (const one of [path, fresh]) if ((await stat(one)).size > MAX_COMPARED) return false;
  // Between records of a JSON array, the last one has no comma.
  const linesOf = async (of: string) =>
    asOpen(await readFile(of, 'latin1'))
      .split('\n')
      .map((line) => line.replace(/,?\r?$/, ''));
  const lines = new Set(await linesOf(fresh));
  return (await linesOf(path)).every((line) => lines.has(line));
}

/** What was kept of a file, as far as it is still there: names as the user may write them. */
export async function keptOf(named: string): Promise<readonly string[]> {
  const extension = extname(named);
  const start = `${basename(named, extension)}.backup-`;
  const beside = await filesystem()
    .readdir(dirname(named))
    .catch(() => []);
  return beside
    .filter((name) => name.startsWith(start) && isKept(name) && name.endsWith(extension))
    .map((name) => join(dirname(named), name));
}

/** Whether it has such a name. */
export function isKept(name: string): boolean {
  return /\.backup-\d+(?:\.[^.]*)?$/.test(name);
}

/** `r.csv` also as `r.backup-1.csv`, or the next that is free or has just this. @returns its name, as the user would write it */
async function keep(named: string, path: string): Promise<string> {
  const extension = extname(path);
  const stem = join(dirname(path), basename(path, extension));
  for (let number = 1; ; number++) {
    const as = `${stem}.backup-${number}${extension}`;
    if (!(await isMade(path, as)) && !(await isSame(path, as))) continue;
    return resolve(named) === path ? join(dirname(named), basename(as)) : as;
  }
}

/** @returns false if there is one already */
async function isMade(path: string, as: string): Promise<boolean> {
  const { link, copyFile, chmod, constants } = filesystem();
  try {
    try {
      await link(path, as);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw error;
      // Not every file system has links.
      await copyFile(path, as, constants.COPYFILE_EXCL);
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await chmod(as, 0o600).catch(() => {});
  return true;
}

/** Whether both are regular files that hold the same. */
async function isSame(path: string, as: string): Promise<boolean> {
  const { lstat } = filesystem();
  const [one, other] = await Promise.all([lstat(path), lstat(as)]);
  if (!other.isFile() || one.size !== other.size) return false;
  const [digest, kept] = await Promise.all([digestOf(path), digestOf(as)]);
  return digest === kept;
}
