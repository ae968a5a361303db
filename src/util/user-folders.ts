// The user's folders, from the command's environment: the XDG base directory specification, and what macOS and Windows have
// instead. (env-paths would read the process's own home as soon as it is imported.)
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Whose folders, and from where relative names count. */
export interface UserEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Null: this user has none. */
  readonly home: string | null;
  readonly platform: NodeJS.Platform;
}

/**
 * HOME from the environment, else from the system; null if neither has one (a container's user id without an entry). A
 * relative one would make a folder of whoever owns the working directory the user's own.
 */
export function userFolders({ env, cwd }: Pick<UserEnvironment, 'env' | 'cwd'>): UserEnvironment {
  const given = env['HOME'] ?? env['USERPROFILE'] ?? '';
  return { env, cwd, home: isAbsolute(given) ? given : systemHome(), platform: process.platform };
}

function systemHome(): string | null {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch {
    return null;
  }
}

/** `other` and `darwin` stand below the home. */
interface Places {
  readonly xdg: string;
  readonly other: string;
  readonly darwin: string;
  readonly win32: { readonly variable: string; readonly other: string; readonly below?: string };
}

const LOCAL = { variable: 'LOCALAPPDATA', other: 'AppData/Local' };
const PLACES = {
  config: {
    xdg: 'XDG_CONFIG_HOME',
    other: '.config',
    darwin: 'Library/Preferences',
    win32: { variable: 'APPDATA', other: 'AppData/Roaming' },
  },
  state: {
    xdg: 'XDG_STATE_HOME',
    other: '.local/state',
    darwin: 'Library/Application Support',
    win32: LOCAL,
  },
  cache: {
    xdg: 'XDG_CACHE_HOME',
    other: '.cache',
    darwin: 'Library/Caches',
    win32: { ...LOCAL, below: 'cache' },
  },
} as const satisfies Readonly<Record<string, Places>>;

/** leadpush's own folder of this kind, which may not be there yet; null where only a home could tell, and there is none. */
export function userFolder(
  kind: keyof typeof PLACES,
  { env, home, platform }: Pick<UserEnvironment, 'env' | 'home' | 'platform'>,
): string | null {
  const { xdg, other, darwin, win32 }: Places = PLACES[kind];
  const below = (base: string | null, ...more: readonly string[]) =>
    base === null ? null : join(base, 'leadpush', ...more);
  const at = (path: string) => (home === null ? null : join(home, path));
  if (platform === 'darwin') return below(at(darwin));
  if (platform === 'win32') {
    return below(env[win32.variable] ?? at(win32.other), ...(win32.below === undefined ? [] : [win32.below]));
  }
  const given = env[xdg] ?? '';
  // The specification: a relative path is to be ignored.
  return below(given.startsWith('/') ? given : at(other));
}
