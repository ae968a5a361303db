// Which run lives: by its process where that can be looked at, else by its lease. And what runs are called.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  type Liveness,
  linuxStartTime,
  livenessOf,
  type ProcessIdentity,
  psStartTime,
  systemProcessTable,
} from '../../src/ledger/process-table.ts';
import { newRunId, normaliseRunId } from '../../src/ledger/run-id.ts';
import { seededRandom } from '../delivery/sim/world.ts';

const NOW = 1_800_000_000_000;
const [FRESH, LAPSED] = [NOW + 1, NOW];

describe('a run is', () => {
  it.each<[string, Partial<ProcessIdentity>, string | null | undefined, number, Liveness]>([
    ['its process is there', {}, 'a', FRESH, 'alive'],
    ['its process is there, asleep for long', {}, 'a', LAPSED, 'alive'],
    ['its process is gone', {}, null, FRESH, 'gone'],
    ['its pid was given to another', {}, 'b', FRESH, 'gone'],
    ['its process cannot be seen: by the lease', {}, undefined, FRESH, 'alive'],
    ['its process cannot be seen: by the lease', {}, undefined, LAPSED, 'lapsed'],
    ['its start was not known: by the lease', { startTime: null }, 'a', FRESH, 'alive'],
    ['its start was not known: by the lease', { startTime: null }, 'a', LAPSED, 'lapsed'],
    ['its start was not known, and it is gone', { startTime: null }, null, FRESH, 'gone'],
    ['another boot, host or container: by the lease', { boot: 'elsewhere' }, null, FRESH, 'alive'],
    ['another boot, host or container: by the lease', { boot: 'elsewhere' }, 'a', LAPSED, 'lapsed'],
    ['a place that is not known: by the lease', { boot: null }, null, FRESH, 'alive'],
  ])('%s', (_, given, startTime, leaseUntil, expected) => {
    const run = { pid: 42, startTime: 'a', boot: 'here', ...given };
    const probe = { self: { pid: 7, startTime: 'z', boot: 'here' }, startTimeOf: () => startTime };
    expect(livenessOf(run, leaseUntil, probe, NOW)).toBe(expected);
  });

  it('where neither place is known, by the lease', () => {
    const run = { pid: 42, startTime: 'a', boot: null };
    const probe = { self: { pid: 7, startTime: 'z', boot: null }, startTimeOf: () => null };
    expect(livenessOf(run, FRESH, probe, NOW)).toBe('alive');
  });
});

describe('a start time is read from', () => {
  const tail = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 838599 20';
  it.each([
    [`42 (cat) R ${tail}`, '838599'],
    [`42 (a) R 1 (b c) S ${tail}`, '838599'],
    [`42 (cat) Z ${tail}`, null],
    [`42 (cat) X ${tail}`, null],
    ['', undefined],
  ])('proc: %j', (stat, expected) => {
    expect(linuxStartTime(stat)).toBe(expected);
  });
  it.each([
    ['S+   Tue Nov 24 12:00:00 2026\n', 'Tue Nov 24 12:00:00 2026'],
    ['Ss   Tue Nov  4 12:00:00 2026\n', 'Tue Nov 4 12:00:00 2026'],
    ['Z+   Tue Nov 24 12:00:00 2026\n', null],
    ['\n', undefined],
  ])('ps: %j', (line, expected) => {
    expect(psStartTime(line)).toBe(expected);
  });
});

describe.skipIf(process.platform === 'win32')('the system', () => {
  const probe = systemProcessTable();
  it('knows this process', () => {
    expect(probe.self.pid).toBe(process.pid);
    expect(probe.self.startTime).not.toBeNull();
    expect(probe.startTimeOf(process.pid)).toBe(probe.self.startTime);
    expect(systemProcessTable().self).toEqual(probe.self);
  });

  it('sees another process live and die, at once also where nobody has taken note of its death', async () => {
    // The shell becomes a process that never asks what became of its child: a zombie stays.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = await once(parent.stdout, 'data');
    const child = Number(String(said));
    const started = probe.startTimeOf(child);
    expect(started).toEqual(expect.any(String));
    process.kill(child, 'SIGKILL');
    await expect.poll(() => probe.startTimeOf(child), { timeout: 3_000 }).toBeNull();
    const exited = once(parent, 'exit');
    parent.kill('SIGKILL');
    await exited;
    expect(probe.startTimeOf(parent.pid ?? 0)).toBeNull();
  });
});

describe('a run id', () => {
  it('has eight characters that nobody misreads', () => {
    const random = seededRandom(1);
    const ids = Array.from({ length: 200 }, () => newRunId(random));
    expect(ids.every((id) => /^[0-9A-HJKMNP-TV-Z]{8}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(200);
    expect(newRunId(() => 0)).toBe('00000000');
    expect(newRunId(() => 0.999_999)).toBe('ZZZZZZZZ');
  });
  it.each([
    ['7f3k', '7F3K'],
    [' 7F3K ', '7F3K'],
    ['oil', '011'],
  ])('typed as %j is %j', (typed, expected) => {
    expect(normaliseRunId(typed)).toBe(expected);
  });
});
