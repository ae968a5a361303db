// Opens a file with the program that this system has for it, without a shell.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { reasonOf } from '../util/errors.ts';
import type { Context } from './context.ts';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'open',
  win32: 'explorer.exe',
};

const AT_ONCE_MS = 1000;

/** @returns null where it was handed over, or why not */
export async function openPage(
  path: string,
  { env, cwd }: Pick<Context, 'env' | 'cwd'>,
  platform: NodeJS.Platform,
): Promise<string | null> {
  if ((env['CI'] ?? '') !== '') return 'this is CI';
  const opener = OPENERS[platform] ?? 'xdg-open';
  try {
    const child = spawn(opener, [resolve(cwd, path)], { stdio: 'ignore', detached: true, env: { ...env } });
    await once(child, 'spawn');
    // It may live as long as the browser; one that finds none ends at once.
    const ended = once(child, 'exit').then(([status]) =>
      status === 0 ? null : `${opener} found no browser`,
    );
    child.unref();
    return await Promise.race([ended, setTimeout(AT_ONCE_MS, null)]);
  } catch (error) {
    return `${opener}: ${reasonOf(error)}`;
  }
}
