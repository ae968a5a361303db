// A home with a project in it, made of real files, and the configuration that is found there.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadConfig } from '../../src/config/config.ts';
import type { Config } from '../../src/config/configuration.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { UsageError } from '../../src/util/usage-error.ts';

export interface Folder {
  readonly home: string;
  /** `project` in the home. */
  readonly cwd: string;
  /** @param path below the home @returns the absolute path */
  readonly put: (path: string, content: string, mode?: number) => string;
  readonly load: (env?: Record<string, string>, flag?: string | null) => Config;
  readonly remove: () => void;
}

export function makeFolder(providers: readonly Provider[] = PROVIDERS): Folder {
  const home = mkdtempSync(join(tmpdir(), 'leadpush-config-'));
  const cwd = join(home, 'project');
  mkdirSync(cwd);
  return {
    home,
    cwd,
    put: (path, content, mode = 0o600) => {
      const file = join(home, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      chmodSync(file, mode);
      return file;
    },
    load: (env = {}, flag = null) => loadConfig(flag, { env, cwd, home, platform: 'linux' }, providers),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The message of the UsageError that this ends with. */
export function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}
