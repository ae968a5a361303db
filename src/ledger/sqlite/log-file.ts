// Whether the write-ahead log beside a ledger (its -wal) belongs to it: SQLite would use the log of another file, or of
// another state of this file (a restored copy), and mix the two. Each write increments a mark on its own page, so that
// every log contains that page: the log must continue from the file's count.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const PREFIX = 'leadpush-log:';
const MARK = /leadpush-log:([0-9a-f]{32}):([0-9]{16});/;

/** The table of the mark, for a schema's step: one row. */
export const makeMark = (schema: string): string => `
  CREATE TABLE ${schema}.log_mark (mark TEXT NOT NULL);
  INSERT INTO ${schema}.log_mark SELECT '${PREFIX}' || lower(hex(randomblob(16))) || printf(':%016d;', 0);`;

/** Increments the mark; the text keeps its length, so that it is overwritten in place. */
export const COUNT_MARK = `UPDATE log_mark SET mark = substr(mark, 1, 46) || printf('%016d;', substr(mark, 47, 16) + 1)`;

/** SQLite's file format, section 4: https://sqlite.org/fileformat2.html#walformat */
const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;
const PIECE = 1024 * 1024;

interface Mark {
  readonly id: string;
  readonly count: number;
}

interface Log {
  /** The page with the mark. */
  readonly page: number;
  readonly pageSize: number;
  readonly first: Mark;
  readonly last: Mark;
}

const TRIES = 4;
const BETWEEN_MS = 40;

/**
 * Whether the log belongs to another file. Reads the file without SQLite; closing it would release this process's
 * locks, so never call it for a file that is open here.
 */
export function isForeignLog(file: string): boolean {
  // A run in progress may move its log into the file between two reads.
  for (let i = 0; i < TRIES; i++) {
    if (i > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_MS);
    if (!looksForeign(file)) return false;
  }
  return true;
}

/** Bytes of the log; 0 if there is none. */
export function logSize(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function looksForeign(file: string): boolean {
  if (logSize(file) === 0) return false;
  const log = withFile(`${file}-wal`, readLog);
  if (log === 'empty' || log === 'foreign') return log === 'foreign';
  if (log === 'unmarked') return withFile(file, findMark) !== null;
  const mark = withFile(file, (fd) => markOnPage(fd, log) ?? findMark(fd));
  // The log of a ledger that has just got its mark.
  if (mark === null) return log.first.count !== 0;
  return mark.id !== log.first.id || mark.count < log.first.count - 1 || mark.count > log.last.count;
}

function withFile<T>(path: string, read: (fd: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return read(fd);
  } finally {
    closeSync(fd);
  }
}

/** `empty`: SQLite would find nothing in it. `unmarked`: pages without a mark, from an older version. */
function readLog(fd: number): Log | 'empty' | 'unmarked' | 'foreign' {
  const header = Buffer.alloc(HEADER);
  if (readSync(fd, header, 0, HEADER, 0) < HEADER) return 'empty';
  if (header.every((byte) => byte === 0)) return 'empty';
  if ((header.readUInt32BE(0) & ~1) >>> 0 !== MAGIC) return 'foreign';
  const pageSize = header.readUInt32BE(8);
  if (pageSize < 512 || pageSize > 65_536) return 'foreign';
  const salts = header.subarray(16, 24);
  const frame = Buffer.alloc(FRAME_HEADER + pageSize);
  let [first, last, page, found, committed]: [Mark | null, Mark | null, number, Mark | null, boolean] = [
    null,
    null,
    0,
    null,
    false,
  ];
  let foundOn = 0;
  for (let at = HEADER; readSync(fd, frame, 0, frame.length, at) === frame.length; at += frame.length) {
    // Left over from an earlier use of the log.
    if (!frame.subarray(8, 16).equals(salts)) break;
    const mark = markIn(frame);
    if (mark !== null) {
      found = mark;
      foundOn = frame.readUInt32BE(0);
    }
    // Not the last page of a transaction: SQLite ignores it until the last page is there.
    if (frame.readUInt32BE(4) === 0) continue;
    committed = true;
    if (found === null) continue;
    if (first === null) page = foundOn;
    first ??= found;
    last = found;
  }
  if (!committed) return 'empty';
  return first === null || last === null ? 'unmarked' : { page, pageSize, first, last };
}

function markOnPage(fd: number, { page, pageSize }: Log): Mark | null {
  const bytes = Buffer.alloc(pageSize);
  readSync(fd, bytes, 0, pageSize, (page - 1) * pageSize);
  return markIn(bytes);
}

/** On any page: a rewritten file has its pages elsewhere. */
function findMark(fd: number): Mark | null {
  const { size } = fstatSync(fd);
  const bytes = Buffer.alloc(PIECE + 128);
  for (let at = 0; at < size; at += PIECE) {
    const mark = markIn(bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, at)));
    if (mark !== null) return mark;
  }
  return null;
}

function markIn(bytes: Buffer): Mark | null {
  for (let at = bytes.indexOf(PREFIX); at >= 0; at = bytes.indexOf(PREFIX, at + 1)) {
    const [, id, count] = MARK.exec(bytes.toString('latin1', at, at + 64)) ?? [];
    if (id !== undefined && count !== undefined) return { id, count: Number(count) };
  }
  return null;
}
