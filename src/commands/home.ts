// Where the user's own files are, from the environment that the command was given.
import { homedir } from 'node:os';
import type { Where } from '../config/find.ts';
import type { Context } from './context.ts';

/** HOME as the environment says, else as the system does. */
export function whereOf({ env, cwd }: Pick<Context, 'env' | 'cwd'>): Where {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  return { env, cwd, home: home === '' ? homedir() : home, platform: process.platform };
}
