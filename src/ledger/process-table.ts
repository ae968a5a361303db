// The process of a run, and whether it still lives. A pid alone is not enough: pids are reused, and containers that
// share a kernel have their own pids.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from '../util/errors.ts';

/** How long a run counts as living after its last renewal, if its process cannot be checked. */
export const LEASE_MS = 60_000;

export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in the system's own format; null if not known. */
  readonly startTime: string | null;
  /** Host, boot and pid namespace, within which the pid is valid. Null if not known. */
  readonly boot: string | null;
}

/** What the system knows about processes, injected. */
export interface ProcessTable {
  readonly self: ProcessIdentity;
  /** The start time of that process now; null if there is no such process; undefined if not known. */
  readonly startTimeOf: (pid: number) => string | null | undefined;
}

/**
 * `gone`: the process and its connections are gone. `lapsed`: only its lease has ended; it may be paused and continue.
 */
export type Liveness = 'alive' | 'gone' | 'lapsed';

/**
 * Whether the process of a run lives: by pid and start time on the same boot, else by its lease.
 * @param leaseUntil Unix ms
 */
export function livenessOf(
  run: ProcessIdentity,
  leaseUntil: number,
  probe: ProcessTable,
  now: number,
): Liveness {
  if (run.boot !== null && run.boot === probe.self.boot) {
    const started = probe.startTimeOf(run.pid);
    if (started === null) return 'gone';
    if (started !== undefined && run.startTime !== null) {
      return started === run.startTime ? 'alive' : 'gone';
    }
  }
  return now < leaseUntil ? 'alive' : 'lapsed';
}

/**
 * Reads the real system.
 * @param byLease for tests: runs only know each other by their leases, as in separate containers
 */
export function systemProcessTable(byLease = false): ProcessTable {
  return {
    self: {
      pid: process.pid,
      startTime: startTimeOf(process.pid) ?? null,
      boot: byLease ? null : bootIdentity(),
    },
    startTimeOf,
  };
}

function bootIdentity(): string | null {
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return `${hostname()}|${boot}|${readlinkSync('/proc/self/ns/pid')}`;
    }
    if (process.platform === 'darwin') {
      const boot = outputOf('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']).trim();
      return `${hostname()}|${boot}`;
    }
  } catch {
    // Then the lease decides.
  }
  return null;
}

function startTimeOf(pid: number): string | null | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if (codeOf(error) === 'ESRCH') return null;
  }
  try {
    if (process.platform === 'linux') return linuxStartTime(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (process.platform === 'darwin') {
      // The same text for the same instant, whatever the caller's language and time zone.
      const env = { LC_ALL: 'C', TZ: 'UTC' };
      return psStartTime(outputOf('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env }));
    }
  } catch {
    // It ended between the two calls, or we may not see it.
  }
  return undefined;
}

/** Linux, where no program has to be asked, starts without node:child_process and all that it loads. */
function outputOf(
  program: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): string {
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  return execFileSync(program, args, { encoding: 'utf8', ...options });
}

/** Field 22 of /proc/PID/stat (proc(5)); the second field may contain spaces and parentheses. A zombie is dead. */
export function linuxStartTime(stat: string): string | null | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return fields[19];
}

/** One line of `ps -o stat=,lstart=`: `S+   Tue Nov 24 12:00:00 2026`. A zombie is dead. */
export function psStartTime(line: string): string | null | undefined {
  const [state, ...start] = line.trim().split(/\s+/);
  if (state?.startsWith('Z')) return null;
  return start.length === 0 ? undefined : start.join(' ');
}
