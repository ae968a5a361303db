// A name for the file of rejected rows that no file has yet, so that a proposed command replaces nothing.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** `rejects.csv`, else `rejects-2.csv` … @param ending with its dot */
export function freeRejectsName(cwd: string, ending: string): string {
  for (let number = 1; ; number++) {
    const name = `rejects${number === 1 ? '' : `-${number}`}${ending}`;
    if (!existsSync(resolve(cwd, name))) return name;
  }
}
