// Links that somebody else left where everybody may write, such as /tmp: whoever writes to a name there would write to a
// file of the stranger's choice. Linux refuses to follow them where fs.protected_symlinks is on, but only to who opens the
// link itself, and not to who reads where it leads, as we and SQLite do.
import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const MAX_LINKS = 40;

/** The first such link on the way from this path to its file, or null. */
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
