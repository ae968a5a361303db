// Finds the configuration: the named one, else the first in the folders from here upwards, else the user's own. Data
// files only. cosmiconfig only gets regular files that are small and not another user's.
import { existsSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { type Read, readSmallFile } from '../util/read-file.ts';
import { UsageError } from '../util/usage-error.ts';
import { type UserEnvironment, userFolder } from '../util/user-folders.ts';
import { firstSettings, prefixOf } from './explorer.ts';
import { currentUser, type User, whyUntrusted } from './owner.ts';
import { CONFIG_TEXT, parseConfig } from './parse.ts';
import { DATA_ONLY, isSame, PLACES, PROGRAMS, placesIn, USER_PLACES, upwards } from './places.ts';

/** How far a file is trusted: only one that was named, or is the user's own, may decide where credentials go. */
export type Trust = 'named' | 'user' | 'found' | 'none';

export interface FoundConfig {
  /** The file, or the name of the variable that holds the text. */
  readonly path: string;
  /** Null: the text is in a variable. */
  readonly file: { readonly mode: number } | null;
  /** Relative paths start here. */
  readonly folder: string;
  readonly trust: Exclude<Trust, 'none'>;
  readonly content: unknown;
  /** The key of the content in the file, `leadpush` in a package.json. */
  readonly prefix: string;
  /** As it was read. */
  readonly text: string;
}

const MAX_FOUND = 1024 * 1024;
const MAX_NAMED = 16 * 1024 * 1024;
const NAME_IT =
  'If you trust it, name it with --config FILE or LEADPUSH_CONFIG; otherwise name your own. Nothing was sent.';

const NAME_ANOTHER =
  'Move it away, or name your own with --config FILE or LEADPUSH_CONFIG. Nothing was sent.';

/**
 * @param flag `--config FILE`
 * @returns null if there is none
 * @throws UsageError if a named file is missing, a file cannot be read, or a found file may be another user's
 */
export function findConfig(flag: string | null, user: UserEnvironment): FoundConfig | null {
  const variable = user.env['LEADPUSH_CONFIG'] ?? '';
  const text = user.env[CONFIG_TEXT] ?? '';
  if (flag !== null) return readNamed('--config', flag, user.cwd);
  if (variable !== '' && text !== '') {
    throw new UsageError(
      'LEADPUSH_CONFIG and LEADPUSH_CONFIG_TEXT are both set; only one is allowed.',
      'Unset one of them. Nothing was sent.',
    );
  }
  if (variable !== '') return readNamed('LEADPUSH_CONFIG', variable, user.cwd);
  if (text !== '') return readVariable(CONFIG_TEXT, text, user.cwd);
  const own = userFolder('config', user);
  for (const folder of upwards(user.cwd, user.home)) {
    const found = searchIn(folder, PLACES, user.platform);
    if (found !== null) return { ...found, trust: own !== null && isSame(folder, own) ? 'user' : 'found' };
  }
  const found = own === null ? null : searchIn(own, USER_PLACES, user.platform);
  return found === null ? null : { ...found, trust: 'user' };
}

/** The configuration file in exactly this folder, or null. @throws UsageError */
export function configIn(folder: string, platform: NodeJS.Platform): string | null {
  return searchIn(folder, PLACES, platform)?.path ?? null;
}

/** What no file is called, but a configuration begins with or holds. It may have a key in it, so it is never shown. */
const IS_TEXT = /^\s*\{|(?:^|[\r\n{,])\s*["']?\w+["']?\s*:(?:[\s"'[{]|$)/;

function readNamed(by: string, named: string, cwd: string): FoundConfig {
  const path = resolve(cwd, named);
  if (IS_TEXT.test(named) && !existsSync(path)) {
    throw new UsageError(
      `${by}: expected the name of a file, found the text of a configuration.`,
      `Put the text into ${CONFIG_TEXT}, or into a file. Nothing was sent.`,
    );
  }
  if (PROGRAMS.includes(extname(path).toLowerCase())) throw new UsageError(`${by}: ${named}: ${DATA_ONLY}.`);
  const read = readSmallFile(path, MAX_NAMED, true);
  if (!read.ok) {
    if (read.code === 'ENOENT')
      throw new UsageError(`${by}: the file ${named} does not exist.`, 'Check the name and the folder.');
    throw new UsageError(
      `${by}: ${named}: ${read.problem}.`,
      read.code === null ? 'To pass a configuration as text, set LEADPUSH_CONFIG_TEXT.' : null,
    );
  }
  const prefix = prefixOf(path);
  const content = parseConfig(path, read.text, prefix);
  if (prefix !== '' && content === undefined) throw new UsageError(`${path}: "${prefix}" is missing.`);
  return { path, file: read.stats, folder: dirname(path), trust: 'named', content, prefix, text: read.text };
}

/** A path, where the text of the file belongs. */
const FILE_NAME = /^(?:~|\.{1,2})?[\\/].*$|^.*(?:\.ya?ml|\.json|\.leadpushrc)$/i;

function readVariable(name: string, text: string, cwd: string): FoundConfig {
  const content = parseConfig(name, text, '');
  if (typeof content === 'string' && FILE_NAME.test(content)) {
    throw new UsageError(
      `${name}: it holds what looks like the name of a file, not settings.`,
      `Put the name into LEADPUSH_CONFIG instead and unset ${name}, or give it with --config. Nothing was sent.`,
    );
  }
  return { path: name, file: null, folder: cwd, trust: 'named', content, prefix: '', text };
}

/** The first file with settings. The search stops at a refused file. */
function searchIn(
  folder: string,
  places: readonly string[],
  platform: NodeJS.Platform,
): Omit<FoundConfig, 'trust'> | null {
  const user = currentUser(platform);
  const own = new Map<string, Readable>();
  let refused: UsageError | null = null;
  for (const place of placesIn(folder, places)) {
    const judged = judge(join(folder, place), user);
    if (judged.kind === 'own') own.set(place, judged.read);
    if (judged.kind === 'refused') {
      refused = judged.why;
      break;
    }
  }
  const texts = new Map([...own].map(([place, { text }]) => [place, text]));
  const found = firstSettings(folder, texts);
  const file = own.get(found?.place ?? '');
  if (found !== null && file !== undefined) {
    const path = join(folder, found.place);
    const { stats, text } = file;
    return { path, file: stats, folder, content: found.content, prefix: prefixOf(path), text };
  }
  if (refused !== null) throw refused;
  return null;
}

type Readable = Extract<Read, { readonly ok: true }>;

type Judged =
  | { readonly kind: 'own'; readonly read: Readable }
  /** Another user's file, without settings. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly why: UsageError };

/** Another user could replace the file at any moment, so it is opened only once. */
function judge(path: string, user: User | null): Judged {
  const read = readSmallFile(path, MAX_FOUND);
  if (!read.ok) {
    const why = new UsageError(`${path}: ${read.problem}.`, read.code === null ? NAME_ANOTHER : null);
    return { kind: 'refused', why };
  }
  const untrusted = user === null ? null : whyUntrusted(path, read.stats, user);
  if (untrusted === null) return { kind: 'own', read };
  return holdsSettings(path, read.text)
    ? { kind: 'refused', why: untrustedFile(untrusted) }
    : { kind: 'nothing' };
}

/** A text that cannot be parsed may be settings. */
function holdsSettings(path: string, text: string): boolean {
  try {
    const content = parseConfig(path, text, prefixOf(path));
    return content !== undefined && content !== null;
  } catch (error) {
    if (error instanceof UsageError) return true;
    throw error;
  }
}

function untrustedFile(untrusted: string): UsageError {
  return new UsageError(
    `${untrusted}: this configuration is not used, because it could send leads and keys elsewhere.`,
    NAME_IT,
  );
}
