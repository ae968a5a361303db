// Whether whoever started us wants hangups (SIGHUP) ignored, as `nohup` does. A program inherits that, but Node gives every
// signal back to the system before it runs any of our code, so that only traces are left.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What nohup and its like leave behind. */
export interface Traces {
  /** The shell's `_`: the program that it started, which became us. */
  readonly started: string | undefined;
  /** /proc/PPID/status: what our parent ignores, it ignored when it started us. */
  readonly parentStatus: string | null;
  /** /proc/self/fdinfo/0 and where it leads: GNU nohup gives a standard input that cannot be read. */
  readonly stdin: string | null;
}

const SIGHUP_BIT = 1n;
const O_ACCMODE = 3;
const O_WRONLY = 1;

export function hangupsAreIgnored(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): boolean {
  const linux = platform === 'linux';
  return showIgnored({
    started: env['_'],
    parentStatus: linux ? textOf(`/proc/${process.ppid}/status`) : null,
    stdin: linux ? textOf('/proc/self/fdinfo/0') : null,
  });
}

/** As {@link hangupsAreIgnored}, from what is found. */
export function showIgnored({ started, parentStatus, stdin }: Traces): boolean {
  if (started !== undefined && basename(started) === 'nohup') return true;
  const [, ignored] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(parentStatus ?? '') ?? [];
  if (ignored !== undefined && (BigInt(`0x${ignored}`) & SIGHUP_BIT) !== 0n) return true;
  const [, flags] = /^flags:\s*([0-7]+)$/m.exec(stdin ?? '') ?? [];
  return flags !== undefined && (Number.parseInt(flags, 8) & O_ACCMODE) === O_WRONLY;
}

/** Null if the system has no such file, or we may not read it. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
