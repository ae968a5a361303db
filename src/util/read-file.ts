// Reads a small file that somebody else may have placed: it must be a regular file of limited size, checked on the
// opened file. A pipe or a device could block, or never end.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { codeOf } from './errors.ts';

export type Read =
  | { readonly ok: true; readonly text: string; readonly stats: Stats }
  /** `code`: the system's, such as ENOENT; null if the file is of the wrong kind or too large. */
  | { readonly ok: false; readonly code: string | null; readonly problem: string };

/** `bash` passes `<(command)` under such a name. */
const DESCRIPTOR = /^\/(?:dev\/fd\/\d+|proc\/self\/fd\/\d+|dev\/stdin)$/;

/**
 * @param most bytes; a larger file is refused
 * @param pipes also accept a pipe from the shell, `<(command)`
 */
export function readSmallFile(path: string, most: number, pipes = false): Read {
  const handed = pipes && DESCRIPTOR.test(path);
  let descriptor: number | null = null;
  try {
    // Opening a device may already have an effect; a pipe that replaces the file afterwards is opened without blocking.
    if (!handed && !statSync(path).isFile()) return notPlain();
    const nonblocking = handed ? 0 : constants.O_NONBLOCK;
    // Windows does not have this flag.
    descriptor = openSync(path, constants.O_RDONLY | (nonblocking ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile() && !(handed && stats.isFIFO())) return notPlain();
    const bytes = readUpTo(descriptor, most);
    if (bytes === null) return { ok: false, code: null, problem: `it is larger than ${sizeText(most)}` };
    return { ok: true, text: bytes.toString('utf8'), stats };
  } catch (error) {
    const code = codeOf(error) || 'unknown';
    return { ok: false, code, problem: `the file cannot be read (${code})` };
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function notPlain(): Read {
  return { ok: false, code: null, problem: 'it is not a regular file' };
}

/** Null if there is more. The size from the system is not trusted: a file may grow. */
function readUpTo(descriptor: number, most: number): Buffer | null {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, most + 1 - size));
    const count = readSync(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks);
    size += count;
    if (size > most) return null;
    chunks.push(chunk.subarray(0, count));
  }
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`;
}
