// Finding the configuration, by cosmiconfig's Explorer. Its factory function is not used: that one reads a
// meta-configuration from the working directory (.config/config.js and others) and runs it.
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { ExplorerSync } from 'cosmiconfig/dist/ExplorerSync.js';
import { UsageError } from '../usage-error.ts';
import { parseConfig } from './parse.ts';

/** How far what stands in a file is trusted: only one that was named, or is the user's own, may say where credentials go. */
export type Trust = 'named' | 'user' | 'found' | 'none';

export interface FoundConfig {
  readonly path: string;
  readonly trust: Trust;
  readonly content: unknown;
  /** Where the content stands in the file, `leadpush` in a package.json. */
  readonly prefix: string;
}

export interface Where {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

const EXTENSIONS = ['json', 'yaml', 'yml'];
const OWN_PLACES = [
  '.leadpushrc',
  ...EXTENSIONS.map((extension) => `.leadpushrc.${extension}`),
  ...EXTENSIONS.map((extension) => `leadpush.config.${extension}`),
];
const PLACES = ['package.json', ...OWN_PLACES];
const USER_PLACES = [...OWN_PLACES, ...EXTENSIONS.map((extension) => `config.${extension}`)];
const PROGRAMS = ['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx'];
const EXECUTABLE = PROGRAMS.flatMap((extension) => [
  `leadpush.config${extension}`,
  `.leadpushrc${extension}`,
]);
const DATA_ONLY = 'a configuration is data (YAML or JSON), never a program';

/** The user's own configuration folder: XDG, and its macOS and Windows equivalents. */
function userConfigFolder({ env, home, platform }: Where): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'leadpush');
  if (platform === 'darwin') return join(home, 'Library', 'Preferences', 'leadpush');
  const given = env['XDG_CONFIG_HOME'] ?? '';
  return join(given.startsWith('/') ? given : join(home, '.config'), 'leadpush');
}

/**
 * @param flag `--config FILE`
 * @returns null where there is none
 * @throws UsageError where a named file is missing, or one cannot be read
 */
export function findConfig(flag: string | null, where: Where): FoundConfig | null {
  const variable = where.env['LEADPUSH_CONFIG'] ?? '';
  const named = flag ?? (variable === '' ? null : variable);
  if (named !== null) return readNamed(flag === null ? 'LEADPUSH_CONFIG' : '--config', named, where.cwd);
  const own = userConfigFolder(where);
  for (const folder of upwards(where.cwd, where.home)) {
    const found = searchIn(folder, PLACES);
    if (found !== null) return { trust: isSame(folder, own) ? 'user' : 'found', ...found };
  }
  const found = searchIn(own, USER_PLACES);
  return found === null ? null : { trust: 'user', ...found };
}

/** A configuration that is a program is never run; its presence is worth a word. @returns that word, or null */
export function executableConfig({ cwd, home }: Where): string | null {
  for (const folder of upwards(cwd, home)) {
    const name = EXECUTABLE.find((candidate) => existsSync(join(folder, candidate)));
    if (name !== undefined) return `${join(folder, name)} is ignored: ${DATA_ONLY}.`;
  }
  return null;
}

/** The file of this very folder that holds a configuration; null where there is none. @throws UsageError */
export function configIn(folder: string): string | null {
  return searchIn(folder, PLACES)?.path ?? null;
}

/** From the working directory up to the project's root (.git), the home, or the file system's root. */
function upwards(cwd: string, home: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git')) || isSame(folder, home) || dirname(folder) === folder)
      return folders;
  }
}

/** The working directory comes with links resolved, HOME as it was set. */
function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

function readNamed(by: string, named: string, cwd: string): FoundConfig {
  const path = resolve(cwd, named);
  if (!existsSync(path) || statSync(path).isDirectory()) {
    throw new UsageError(`${by}: there is no file ${named}.`);
  }
  if (PROGRAMS.includes(extname(path).toLowerCase())) throw new UsageError(`${by}: ${named}: ${DATA_ONLY}.`);
  const prefix = prefixOf(path);
  const content = parseConfig(path, readText(path), prefix);
  if (prefix !== '' && content === undefined) throw new UsageError(`${path}: it has no "${prefix}".`);
  return { path, trust: 'named', content, prefix };
}

function searchIn(folder: string, places: readonly string[]): Omit<FoundConfig, 'trust'> | null {
  const present = placesIn(folder, places);
  if (present.length === 0) return null;
  const explorer = new ExplorerSync({
    moduleName: 'leadpush',
    stopDir: folder,
    searchPlaces: [...present],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: true,
    applyPackagePropertyPathToConfiguration: false,
    loaders: { '.json': load, '.yaml': load, '.yml': load, noExt: load },
    transform: (result) => result,
    cache: false,
    metaConfigFilePath: null,
    mergeImportArrays: false,
    mergeSearchPlaces: false,
    packageProp: 'leadpush',
  });
  const found = explorer.search(folder);
  if (found === null) return null;
  return { path: found.filepath, content: found.config, prefix: prefixOf(found.filepath) };
}

/** Cosmiconfig passes over a file that it may not read; leads would then go where another one says. */
function placesIn(folder: string, places: readonly string[]): readonly string[] {
  let names: ReadonlySet<string>;
  try {
    names = new Set(readdirSync(folder));
  } catch {
    return [];
  }
  const present = places.filter((place) => names.has(place));
  for (const place of present) {
    if (place === 'package.json') continue;
    try {
      accessSync(join(folder, place), constants.R_OK);
    } catch (error) {
      throw unreadable(join(folder, place), error);
    }
  }
  return present;
}

/** Of a package.json only our part is handed on, so that cosmiconfig follows nothing else in it. */
function load(path: string, text: string): unknown {
  const prefix = prefixOf(path);
  const content = parseConfig(path, text, prefix);
  return prefix === '' ? content : { [prefix]: content };
}

function prefixOf(path: string): string {
  return /[\\/]package\.json$/.test(path) ? 'leadpush' : '';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new UsageError(`${path}: the file cannot be read${code}.`);
}
