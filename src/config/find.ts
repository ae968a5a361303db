// Finding the configuration, by cosmiconfig's Explorer. Its factory function is not used: that one reads a
// meta-configuration from the working directory (.config/config.js and others) and runs it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ExplorerSync } from 'cosmiconfig/dist/ExplorerSync.js';
import { load as parseYaml, YAMLException } from 'js-yaml';
import { UsageError } from '../usage-error.ts';

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
const PLACES = [
  'package.json',
  '.leadpushrc',
  ...EXTENSIONS.map((extension) => `.leadpushrc.${extension}`),
  ...EXTENSIONS.map((extension) => `leadpush.config.${extension}`),
];
const USER_PLACES = [
  '.leadpushrc',
  ...PLACES.slice(2),
  ...EXTENSIONS.map((extension) => `config.${extension}`),
];
const EXECUTABLE = ['js', 'cjs', 'mjs', 'ts'].flatMap((extension) => [
  `leadpush.config.${extension}`,
  `.leadpushrc.${extension}`,
]);

/** The user's own configuration folder: XDG, and its macOS and Windows equivalents. */
export function userConfigFolder({ env, home, platform }: Where): string {
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
  if (named !== null) {
    const path = resolve(where.cwd, named);
    if (!existsSync(path) || statSync(path).isDirectory()) {
      throw new UsageError(`${flag === null ? 'LEADPUSH_CONFIG' : '--config'}: there is no file ${named}.`);
    }
    return { path, trust: 'named', ...read(path) };
  }
  for (const folder of upwards(where.cwd, where.home)) {
    const found = searchIn(folder, PLACES);
    if (found !== null) return { trust: 'found', ...found };
  }
  const found = searchIn(userConfigFolder(where), USER_PLACES);
  return found === null ? null : { trust: 'user', ...found };
}

/** A configuration that is a program is never run; its presence is worth a word. */
export function executableConfig(where: Where): string | null {
  for (const folder of upwards(where.cwd, where.home)) {
    const name = EXECUTABLE.find((candidate) => existsSync(join(folder, candidate)));
    if (name !== undefined) return join(folder, name);
  }
  return null;
}

/** From the working directory up to the project's root (.git), the home, or the file system's root. */
function upwards(cwd: string, home: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git')) || folder === home || dirname(folder) === folder) return folders;
  }
}

function searchIn(folder: string, places: readonly string[]): Omit<FoundConfig, 'trust'> | null {
  const explorer = new ExplorerSync({
    moduleName: 'leadpush',
    stopDir: folder,
    searchPlaces: [...places],
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
  const path = found.filepath;
  return { path, content: found.config, prefix: isPackage(path) ? 'leadpush' : '' };
}

function read(path: string): { readonly content: unknown; readonly prefix: string } {
  const content: unknown = load(path, readFileSync(path, 'utf8'));
  if (!isPackage(path)) return { content, prefix: '' };
  const own =
    typeof content === 'object' && content !== null && 'leadpush' in content ? content.leadpush : undefined;
  return { content: own, prefix: 'leadpush' };
}

function isPackage(path: string): boolean {
  return /[\\/]package\.json$/.test(path);
}

/** JSON is YAML: one loader, which makes plain data only. */
function load(path: string, text: string): unknown {
  let content: unknown;
  try {
    content = parseYaml(text.replace(/^\ufeff/, ''), { filename: path });
  } catch (error) {
    const line = error instanceof YAMLException ? ` line ${(error.mark?.line ?? 0) + 1}:` : '';
    const reason = error instanceof YAMLException ? error.reason : String(error);
    // cosmiconfig hands package.json files of any project to this; one that is broken is not ours to judge.
    throw new UsageError(
      `${path}:${line} ${reason}.`,
      'The configuration is neither YAML nor JSON as it stands.',
    );
  }
  const place = importIn(content, '');
  if (place !== null) {
    throw new UsageError(
      `${path}: ${place}: a configuration may not import another file.`,
      'Write the settings here, or name another file with --config.',
    );
  }
  return content;
}

/** Where `$import` stands; cosmiconfig would follow it, and run it where it is a program. */
function importIn(value: unknown, path: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (name === '$import') return here;
    const found = importIn(inner, here);
    if (found !== null) return found;
  }
  return null;
}
