// Where a configuration may stand, and whether anything stands there. Apart from find.ts, which reads it: most calls to the
// sandbox have none, and need no reader of YAML.
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type UserEnvironment, userFolder } from '../util/user-folders.ts';

const EXTENSIONS = ['json', 'yaml', 'yml'];
const OWN_PLACES = [
  '.leadpushrc',
  ...EXTENSIONS.map((extension) => `.leadpushrc.${extension}`),
  ...EXTENSIONS.map((extension) => `leadpush.config.${extension}`),
];
export const PLACES = ['package.json', ...OWN_PLACES];
export const USER_PLACES = [...OWN_PLACES, ...EXTENSIONS.map((extension) => `config.${extension}`)];
export const PROGRAMS = ['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx'];
const EXECUTABLE = PROGRAMS.flatMap((extension) => [
  `leadpush.config${extension}`,
  `.leadpushrc${extension}`,
]);
export const DATA_ONLY = 'a configuration is data (YAML or JSON), never a program';

/**
 * Whether there is anything to read. What is there may still be another tool's package.json, or another user's file.
 * @param flag `--config FILE`
 */
export function mayBeConfigured(flag: string | null, user: UserEnvironment): boolean {
  if (flag !== null || (user.env['LEADPUSH_CONFIG'] ?? '') !== '') return true;
  if ((user.env['LEADPUSH_CONFIG_TEXT'] ?? '') !== '') return true;
  const own = userFolder('config', user);
  if (own !== null && placesIn(own, USER_PLACES).length > 0) return true;
  return upwards(user.cwd, user.home).some((folder) => placesIn(folder, PLACES).length > 0);
}

/** A configuration that is a program is never run, but reported. @returns the warning, or null */
export function executableConfig({ cwd, home }: UserEnvironment): string | null {
  for (const folder of upwards(cwd, home)) {
    const name = EXECUTABLE.find((candidate) => existsSync(join(folder, candidate)));
    if (name !== undefined) return `${join(folder, name)} is ignored: ${DATA_ONLY}.`;
  }
  return null;
}

/** From the working directory up to the project's root (.git), the home folder, or the file system's root. */
export function upwards(cwd: string, home: string | null): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(folder);
    const isHome = home !== null && isSame(folder, home);
    if (isHome || existsSync(join(folder, '.git')) || dirname(folder) === folder) return folders;
  }
}

/** The working directory has its links resolved; HOME may not. */
export function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

/** The existing ones. An unreadable file is not skipped: leads would then go where another file says. */
export function placesIn(folder: string, places: readonly string[]): readonly string[] {
  let names: ReadonlySet<string>;
  try {
    names = new Set(readdirSync(folder));
  } catch {
    return [];
  }
  return places.filter(
    (place) => names.has(place) && (place !== 'package.json' || isReadable(folder, place)),
  );
}

/** A file without our settings belongs to another tool. */
function isReadable(folder: string, place: string): boolean {
  try {
    accessSync(join(folder, place), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
