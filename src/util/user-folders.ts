// The user's folders, from the command's environment.
import { homedir } from 'node:os';
import type { Context } from '../app/context.ts';
import type { Where } from '../config/find.ts';

/** HOME from the environment, else from the system; null if neither has one (a container's user id without an entry). */
export function userFolders({ env, cwd }: Pick<Context, 'env' | 'cwd'>): Where {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  return { env, cwd, home: home === '' ? systemHome() : home, platform: process.platform };
}

function systemHome(): string | null {
  try {
    return homedir();
  } catch {
    return null;
  }
}
