// Reads a small file that somebody may have put there: a plain one of bounded size, judged by what was opened. A pipe
// or a device would be waited for, or read, for ever.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { codeOf } from './errors.ts';

export type Read =
  | { readonly ok: true; readonly text: string; readonly stats: Stats }
  /** `code`: the system's, such as ENOENT; null where the file itself is not what it has to be. */
  | { readonly ok: false; readonly code: string | null; readonly problem: string };

/** `bash` gives `<(command)` such a name; somebody writes into it by the same call. */
const DESCRIPTOR = /^\/(?:dev\/fd\/\d+|proc\/self\/fd\/\d+|dev\/stdin)$/;

/**
 * @param most bytes; a longer file is refused
 * @param pipes take what a shell hands over in place of a file, too
 */
export function readSmallFile(path: string, most: number, pipes = false): Read {
  const handed = pipes && DESCRIPTOR.test(path);
  let descriptor: number | null = null;
  try {
    // Opening a device may already do something; a pipe that is put there afterwards is opened without waiting.
    if (!handed && !statSync(path).isFile()) return notPlain();
    const nonblocking = handed ? 0 : constants.O_NONBLOCK;
    // Windows has no such flag.
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

/** Null where there is more. The size that the system tells is not believed: a file may grow. */
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
