// Whether only this user or root can have written a found file.
import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The user who runs this. */
export interface User {
  readonly uid: number;
  /** Groups whose members are this user alone. */
  readonly ownGroup: (gid: number) => boolean;
}

type Ownership = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/** Why others may have written this, as the end of a sentence; null if only the user or root can. */
export function strangersPart({ uid, gid, mode }: Ownership, user: User): string | null {
  if (uid !== user.uid && uid !== 0) return `belongs to another user (uid ${uid})`;
  // Also with the sticky bit, which keeps others from replacing it: they could add another file beside it.
  if ((mode & 0o002) !== 0) return 'may be written by every user';
  if ((mode & 0o020) !== 0 && !user.ownGroup(gid)) return `may be written by a group (gid ${gid})`;
  return null;
}

/**
 * @param path where the file was found; links are followed, so the folder of the link and that of its target both count
 * @param stats of the file as it was opened
 * @returns what is wrong, `/tmp/.leadpushrc belongs to another user (uid 12)`; null if nothing is
 */
export function whyUntrusted(path: string, stats: Ownership, user: User): string | null {
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
      // Members of root's group are trusted like root.
      gid === primary && (gid === 0 || !sharedGroup(gid, uid, textOf('/etc/passwd'), textOf('/etc/group'))),
  };
}

/** Whether others are in this group, by their own entry or by the group's list of members. */
export function sharedGroup(gid: number, uid: number, passwd: string, group: string): boolean {
  const users = entries(passwd);
  const own = new Set(users.filter(([, , id]) => Number(id) === uid).map(([name]) => name));
  // A user of a directory service: its groups are not in these files.
  if (own.size === 0) return gid !== uid;
  const others = users.some(([, , id, primary]) => Number(primary) === gid && Number(id) !== uid);
  const members = entries(group)
    .filter(([, , id]) => Number(id) === gid)
    .flatMap(([, , , names = '']) => names.split(',').filter((name) => name !== ''));
  return others || members.some((name) => !own.has(name));
}

/** Lines of fields separated by colons. */
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
