// Which process a run belongs to, and whether it still lives. A pid alone is not enough: it is given out again, and
// containers that share a kernel have pids of their own.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from '../util/errors.ts';

/** How long a run counts as living after its last sign where its process cannot be looked at. */
export const LEASE_MS = 60_000;

export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in the system's own words; null where it cannot be told. */
  readonly startTime: string | null;
  /** Host, boot and pid namespace: where the pid means something. Null where that cannot be told. */
  readonly boot: string | null;
}

/** What the system knows of processes, as arguments. */
export interface ProcessTable {
  readonly self: ProcessIdentity;
  /** The start time of that process now; null where there is none; undefined where it cannot be told. */
  readonly startTimeOf: (pid: number) => string | null | undefined;
}

/** `gone`: the process is, and its connections with it. `lapsed`: only its lease is over; it may be paused and go on. */
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
 * Looks at the real system.
 * @param byLease a test's way to runs that know each other by their leases alone, as in containers of their own
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
      const boot = execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], {
        encoding: 'utf8',
      }).trim();
      return `${hostname()}|${boot}`;
    }
  } catch {
    // Then the lease tells.
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
      // The same words for the same instant, whatever the language and time zone of who asks.
      const env = { LC_ALL: 'C', TZ: 'UTC' };
      return psStartTime(
        execFileSync('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', env }),
      );
    }
  } catch {
    // Gone between the two looks, or not ours to look at.
  }
  return undefined;
}

/** Field 22 of /proc/PID/stat (proc(5)); the second field may hold blanks and parentheses. A zombie is dead. */
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
