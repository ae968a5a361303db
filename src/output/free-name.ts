// A name to propose for a file: never one that is taken.
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** `rejects.csv`, or `rejects-2.csv` where that exists. */
export function freeName(name: string): string {
  const extension = extname(name);
  const stem = join(dirname(name), basename(name, extension));
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${stem}-${n}${extension}`;
    if (!existsSync(free)) return free;
  }
}
