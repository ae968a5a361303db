// What a file that is written may replace: nothing, or a regular file that is no database of ours. One answer for every
// option that names a file, before anything is sent and again when the file is made.
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

/** Where a file goes in truth. */
export interface Place {
  /** Links followed. */
  readonly path: string;
  /** It is written straight through: there is nothing to put a file in the place of. */
  readonly through: boolean;
}

/** What SQLite keeps beside a database while it is in use. */
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
/** Not files, but names of what is open already. */
const OPEN_ALREADY = /^\/(?:dev\/(?:stdout|stderr|null|fd\/\d+)|proc\/self\/fd\/\d+)$/;
const MAX_LINKS = 40;
const NAME_ANOTHER = 'Name a file that may be replaced, or one that is not there yet.';

/**
 * Where a file of that name would be put.
 * @param what the option that names it, for the error
 * @param given as the user wrote it, relative to `cwd`
 * @param through one document, which may also go to what is open already: /dev/stdout, /dev/null
 * @throws UsageError where something stands there that must not be replaced
 */
export function placeOf(what: string, given: string, cwd: string, through: boolean): Place {
  const absolute = resolve(cwd, given);
  if (through && isOpenAlready(absolute)) {
    return { path: absolute, through: true };
  }
  const path = followed(absolute);
  const refuse = (why: string): UsageError => new UsageError(`${what}: ${given} ${why}`, NAME_ANOTHER);
  // Of what is open already, such as /dev/stdout, only the name itself leads there.
  const found = statOf(absolute) ?? statOf(path);
  if (found === null && /[\\/]$/.test(given)) throw refuse('names a folder.');
  if (found !== null && !found.isFile()) {
    const kind = kindOf(found);
    throw refuse(`is there and is not a regular file${kind === '' ? '' : `, but ${kind}`}.`);
  }
  const database = path.replace(BESIDE, '');
  if (database !== path && existsSync(database)) {
    throw refuse(`belongs to the database beside it, ${basename(database)}, which it would destroy.`);
  }
  if (found !== null) {
    if (BESIDE_LEDGER.some((suffix) => existsSync(path + suffix))) {
      throw refuse('is a database that is in use: its log lies beside it.');
    }
    const first = firstBytes(path);
    if (first === null) throw refuse('is there and cannot be looked into, so it is not replaced.');
    if (DATABASES.some((magic) => first.startsWith(magic))) {
      throw refuse('is a database, such as a ledger, and is not replaced.');
    }
    if (CONFIGURATION.test(basename(path))) throw refuse('is a configuration, and is not replaced.');
  }
  return { path, through: false };
}

/** A name such as /dev/stdout. */
export function isOpenAlready(absolute: string): boolean {
  return OPEN_ALREADY.test(absolute);
}

/** The same for two names of one file, also through links, and where it is not there yet. */
export function identityOf(absolute: string): string {
  const path = followed(absolute);
  for (const name of [absolute, path]) {
    try {
      const { dev, ino } = statSync(name, { bigint: true });
      return `${dev}:${ino}`;
    } catch {
      // Not there yet.
    }
  }
  return path;
}

/** Where links lead, also one to what is not there yet. */
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

/** Null: nothing is there, or nothing that can be seen; making the file then says why. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** As hex; null where it cannot be read. */
function firstBytes(path: string): string | null {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(16);
      return bytes.subarray(0, readSync(file, bytes)).toString('hex');
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
