// Where the user's own files are, from the environment that the command was given.
import { homedir } from 'node:os';
import type { Context } from '../app/context.ts';
import type { Where } from '../config/find.ts';

/** HOME as the environment says, else as the system does; null where neither knows one (a container's bare user id). */
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
