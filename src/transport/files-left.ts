// Whether this process can still open files. The system's name look-up needs some; without them it only says that the
// name does not exist.
import { closeSync, openSync } from 'node:fs';
import { codeOf } from '../util/errors.ts';

/** A socket to a DNS server and the files that say which. */
const NEEDED = 4;

/** @returns EMFILE or ENFILE; null if that is not the problem */
export function outOfFiles(): Error | null {
  const opened: number[] = [];
  try {
    while (opened.length < NEEDED) opened.push(openSync(process.execPath, 'r'));
    return null;
  } catch (error) {
    const code = codeOf(error);
    return /^E[MN]FILE$/.test(code)
      ? Object.assign(new Error(`${code}: too many open files`), { code })
      : null;
  } finally {
    for (const file of opened) closeSync(file);
  }
}
