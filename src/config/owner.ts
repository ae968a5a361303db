// Whether a file that was found, not named, can only have been written by this user or by root.
import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Who runs this. */
export interface User {
  readonly uid: number;
  /** Groups whose members are this user alone. */
  readonly ownGroup: (gid: number) => boolean;
}

type Ownership = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/** What makes this a stranger's, as the end of a sentence; null where it is the user's own or root's. */
export function strangersPart({ uid, gid, mode }: Ownership, user: User): string | null {
  if (uid !== user.uid && uid !== 0) return `belongs to another user (uid ${uid})`;
  // Also where the sticky bit keeps others from replacing it: they could put another one beside it.
  if ((mode & 0o002) !== 0) return 'may be written by every user';
  if ((mode & 0o020) !== 0 && !user.ownGroup(gid)) return `may be written by a group (gid ${gid})`;
  return null;
}

/**
 * @param path where the file was found; links are followed, so its folder and that of what it leads to both count
 * @param stats of the file as it was opened
 * @returns what is wrong, `/tmp/.leadpushrc belongs to another user (uid 12)`; null where nothing is
 */
export function strangersFile(path: string, stats: Ownership, user: User): string | null {
  const own = strangersPart(stats, user);
  if (own !== null) return `${path} ${own}`;
  for (const folder of new Set([dirname(path), dirname(realpathSync(path))])) {
    const part = strangersPart(statSync(folder), user);
    if (part !== null) return `${path}: its folder ${part}`;
  }
  return null;
}

/** Null on systems without owners and modes. */
export function currentUser(platform: NodeJS.Platform): User | null {
  const uid = process.geteuid?.();
  const primary = process.getegid?.();
  if (platform === 'win32' || uid === undefined || primary === undefined) return null;
  return {
    uid,
    ownGroup: (gid) =>
      // Who is in root's group has root's trust.
      gid === primary && (gid === 0 || !sharedGroup(gid, uid, textOf('/etc/passwd'), textOf('/etc/group'))),
  };
}

/** Whether others are in this group: by their own entry, or by the group's list of members. */
export function sharedGroup(gid: number, uid: number, passwd: string, group: string): boolean {
  const users = entries(passwd);
  const own = new Set(users.filter(([, , id]) => Number(id) === uid).map(([name]) => name));
  // A user of a directory service: its groups stand nowhere here.
  if (own.size === 0) return gid !== uid;
  const others = users.some(([, , id, primary]) => Number(primary) === gid && Number(id) !== uid);
  const members = entries(group)
    .filter(([, , id]) => Number(id) === gid)
    .flatMap(([, , , names = '']) => names.split(',').filter((name) => name !== ''));
  return others || members.some((name) => !own.has(name));
}

/** Lines of fields between colons. */
function entries(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

/** A system without these files has no other users to share with. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
