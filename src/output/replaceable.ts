// Which files an output may replace: a regular file that is not a database or a configuration. The same rule for every
// option that names an output, checked before anything is sent and again when the file is created.
import {
  closeSync,
  existsSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../util/usage-error.ts';
import { plantedLink } from '../util/write-error.ts';

/** The real path of an output. */
export interface Place {
  /** Links followed. */
  readonly path: string;
  /** Written directly, not renamed into place: a device or an open stream. */
  readonly through: boolean;
}

/** Files that SQLite keeps beside a database in use. */
export const BESIDE_LEDGER = ['-wal', '-shm', '-journal'] as const;
const BESIDE = new RegExp(`(${BESIDE_LEDGER.join('|')})$`);
/** The first bytes of a database, of its two kinds of log, and of its journal (sqlite.org/fileformat2.html). */
const DATABASES: readonly string[] = [
  Buffer.from('SQLite format 3\0').toString('hex'),
  '377f0682',
  '377f0683',
  'd9d505f920a163d7',
];
const CONFIGURATION = /^(?:\.leadpushrc(?:\.(?:json|ya?ml))?|leadpush\.config\.(?:json|ya?ml))$/i;
/** Names of streams that are already open. */
const OPEN_ALREADY = /^\/(?:dev\/(?:stdout|stderr|null|fd\/\d+)|proc\/self\/fd\/\d+)$/;
const MAX_LINKS = 40;
const NAME_ANOTHER = 'Name another file, or one that does not exist yet.';

/**
 * The real path for this name.
 * @param what the option that names it, for the message
 * @param given as the user wrote it, relative to `cwd`
 * @param through for a single document, which may also go to an open stream or device: /dev/stdout, /dev/null
 * @throws UsageError if something that must not be replaced is there
 */
export function placeOf(what: string, given: string, cwd: string, through: boolean): Place {
  if (given.trim() === '')
    throw new UsageError(`${what}: the name of the file is empty.`, 'Name a file, or leave the option out.');
  const absolute = resolve(cwd, given);
  if (through && isOpenAlready(absolute)) {
    return { path: absolute, through: true };
  }
  const refuse = (why: string): UsageError => new UsageError(`${what}: ${given} ${why}`, NAME_ANOTHER);
  if (isPlanted(absolute)) {
    throw refuse(
      'is a link that another user left in a folder that every user may write to; it is not followed.',
    );
  }
  const path = followed(absolute);
  // An open stream such as /dev/stdout can only be reached by its name.
  const found = statOf(absolute) ?? statOf(path);
  if (found === null && /[\\/]$/.test(given)) throw refuse('names a folder.');
  if (found !== null && !found.isFile()) {
    const kind = kindOf(found);
    throw refuse(`exists and is not a regular file${kind === '' ? '' : `, but ${kind}`}.`);
  }
  const database = path.replace(BESIDE, '');
  if (database !== path && existsSync(database)) {
    throw refuse(`belongs to the database ${basename(database)}; writing it would destroy the database.`);
  }
  if (found !== null) {
    if (BESIDE_LEDGER.some((suffix) => existsSync(path + suffix))) {
      throw refuse('is a database in use: it has a log beside it.');
    }
    const first = firstBytes(path, 16)?.toString('hex') ?? null;
    if (first === null) throw refuse('exists and cannot be read, so it is not replaced.');
    if (DATABASES.some((magic) => first.startsWith(magic))) {
      throw refuse('is a database, such as a ledger, so it is not replaced.');
    }
    if (CONFIGURATION.test(basename(path))) throw refuse('is a configuration, so it is not replaced.');
  }
  return { path, through: false };
}

/** How the files begin that an option may replace. */
export interface Alike {
  /** `a report page of leadpush` */
  readonly words: string;
  readonly isOne: (start: string) => boolean;
}

/** Bytes that tell. */
const START = 4096;

/**
 * Whether what is there was made by the same option; an empty file may be replaced by anything.
 * @param path of {@link placeOf}
 * @throws UsageError
 */
export function refuseUnlike(what: string, given: string, { path, through }: Place, alike: Alike): void {
  const found = through ? null : firstBytes(path, START);
  if (found === null || found.length === 0 || alike.isOne(found.toString('utf8'))) return;
  throw new UsageError(`${what}: ${given} is not ${alike.words}, so it is not replaced.`, NAME_ANOTHER);
}

/** False where it cannot be known: then creating the file fails with the reason. */
function isPlanted(absolute: string): boolean {
  try {
    return plantedLink(absolute) !== null;
  } catch {
    return false;
  }
}

/** Such as /dev/stdout. */
export function isOpenAlready(absolute: string): boolean {
  return OPEN_ALREADY.test(absolute);
}

/** The same for two names of one file, also through links, and for a file that does not exist yet. */
export function identityOf(absolute: string): string {
  const path = followed(absolute);
  for (const name of [absolute, path]) {
    try {
      const { dev, ino } = statSync(name, { bigint: true });
      return `${dev}:${ino}`;
    } catch {
      // It does not exist yet.
    }
  }
  return path;
}

/** Follows links, also a link to a file that does not exist yet. */
function followed(absolute: string): string {
  let path = absolute;
  for (let links = 0; links < MAX_LINKS; links++) {
    try {
      return realpathSync(path);
    } catch {
      const target = linkOf(path);
      if (target === null) break;
      path = resolve(dirname(path), target);
    }
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Null: nothing is there, or nothing that we may see; then creating the file fails with the reason. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Null if it cannot be read. */
function firstBytes(path: string, most: number): Buffer | null {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(most);
      return bytes.subarray(0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isCharacterDevice() || found.isBlockDevice() ? 'a device' : '';
}
