// A file that leadpush is about to replace and that is not as leadpush left it: somebody has worked on it, so it stays, under a
// name of its own.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { codeOf } from '../util/errors.ts';
import { filesystem } from '../util/filesystem.ts';

/** What is known of files that were written before, by what they hold: a digest says nothing of it. */
export interface WrittenBefore {
  readonly has: (digest: string) => Promise<boolean>;
  readonly add: (digest: string) => Promise<void>;
  /** Names as the user may write them. */
  readonly kept: (file: string, as: string) => void;
}

/** Called with the new file, whole, before it replaces the old one. */
export type BeforeReplacing = (named: string, path: string, fresh: string) => Promise<void>;

/** Keeps what a person made of the file, however often the command runs: what leadpush wrote itself is replaced. */
export function keepingEdits(written: WrittenBefore): BeforeReplacing {
  return async (named, path, fresh) => {
    const [now, old] = await Promise.all([digestOf(fresh), digestOf(path)]);
    if (old !== null && old !== now && !(await written.has(old))) {
      const as = await keep(path);
      const isAsNamed = resolve(named) === path;
      written.kept(named, isAsNamed ? join(dirname(named), basename(as)) : as);
    }
    if (now !== null) await written.add(now);
  };
}

/** @returns null where there is no file, or nothing in it */
async function digestOf(path: string): Promise<string | null> {
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

/** `r.csv` also as `r.backup-1.csv`, or the next that is free. @returns its path */
async function keep(path: string): Promise<string> {
  const extension = extname(path);
  const stem = join(dirname(path), basename(path, extension));
  const { link, copyFile, chmod, constants } = filesystem();
  for (let number = 1; ; number++) {
    const as = `${stem}.backup-${number}${extension}`;
    try {
      try {
        await link(path, as);
      } catch (error) {
        if (codeOf(error) === 'EEXIST') throw error;
        // Not every file system has links.
        await copyFile(path, as, constants.COPYFILE_EXCL);
      }
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      throw error;
    }
    await chmod(as, 0o600).catch(() => {});
    return as;
  }
}
