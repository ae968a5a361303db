// Where --output and --rejects may write: they replace what is there, so never over what this run reads or remembers.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

interface Named {
  /** What it is to the user: `--output`, `the input`. */
  readonly what: string;
  /** As the user wrote it. */
  readonly path: string;
}

/**
 * @param written the files that the run will replace
 * @param kept the files that it reads or remembers in
 * @throws UsageError where two are one file, or one to be written is there and no regular file
 */
export function checkResultPaths(written: readonly Named[], kept: readonly Named[], cwd: string): void {
  const known = kept.map((file) => ({ ...file, is: identityOf(file.path, cwd) }));
  for (const { what, path } of written) {
    const is = identityOf(path, cwd);
    if (is === null) {
      throw new UsageError(
        `${what}: ${path} is there and is not a regular file.`,
        'Name a file that may be replaced, or one that is not there yet.',
      );
    }
    const same = known.find((other) => other.is === is);
    if (same !== undefined) {
      throw new UsageError(
        `${what}: ${path} is the same file as ${same.what} (${same.path}), which it would replace.`,
        'Name another file. Nothing was sent.',
      );
    }
    known.push({ what, path, is });
  }
}

/** Two names of one file have one identity, also through links. Null: there is something other than a file. */
function identityOf(path: string, cwd: string): string | null {
  const absolute = resolve(cwd, path);
  const found = statSync(absolute, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return absolute;
  return found.isFile() ? `${found.dev}:${found.ino}` : null;
}
