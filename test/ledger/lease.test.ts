// Runs that know each other by their leases alone, as in containers of their own: who may take a claim over, when what it
// finds may be asked about, and what is kept of a run that was only paused.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Status } from '../../src/delivery/outcome.ts';
import type { ClaimAnswer, Ledger } from '../../src/ledger/ledger.ts';
import { systemClock } from '../../src/util/clock.ts';
import { claimOf, completionOf, ENDED_AT, open, summaryOf } from './contract.ts';
import { openHere, tempFolder } from './world.ts';

const RULES = { resend: false, knownSince: null };
const START = 1_800_000_000_000;
const LEASE = 60_000;
/** Of a lease of 60 s: the last moment at which a run that did not renew hands over a request. */
const SENDS = 40_000;

let folder: ReturnType<typeof tempFolder>;
let ledgers: Ledger[];
let time: { wall: number; monotonic: number };

beforeEach(() => {
  folder = tempFolder();
  ledgers = [];
  time = { wall: START, monotonic: 0 };
});
afterEach(async () => {
  for (const ledger of ledgers) await ledger.close();
  folder.remove();
});

async function runAs(id: string, pid = 1, boot: string | null = null): Promise<Ledger> {
  const clock = { ...systemClock, now: () => time.wall, monotonic: () => time.monotonic };
  const gone = { self: { pid, startTime: 'x', boot }, startTimeOf: () => null };
  const ledger = await openHere(join(folder.path, 'ledger.db'), { clock, probe: gone });
  ledgers.push(ledger);
  await open(ledger, id);
  return ledger;
}

const claim = async (ledger: Ledger, run: string, held = false, timeoutMs = 30_000): Promise<ClaimAnswer> => {
  const [answer] = await ledger.commit(run, [], [claimOf(0, { held, timeoutMs })], RULES);
  if (answer === undefined) throw new Error('no answer');
  return answer;
};
const end = async (ledger: Ledger, run: string, status: Status): Promise<void> => {
  await ledger.commit(run, [completionOf(run, claimOf(0), status)], [], RULES);
};
const pass = (ms: number): void => {
  time.wall += ms;
  time.monotonic += ms;
};

describe('a claim of a run of which only the lease tells', () => {
  it('is taken over when the lease has run out, and its request may be in progress until its timeout', async () => {
    const paused = await runAs('PAUSED');
    await claim(paused, 'PAUSED', false, 120_000);
    const next = await runAs('NEXT', 2);
    pass(LEASE - 1);
    expect(await claim(next, 'NEXT')).toMatchObject({ kind: 'busy', run: 'PAUSED' });
    pass(1);
    const notBefore = START + SENDS + 120_000;
    expect(await claim(next, 'NEXT')).toMatchObject({ kind: 'unsettled', run: 'PAUSED', notBefore });
    // The next but one is told the same, whoever of the two dies first, and whatever the second says of its own end.
    pass(2 * LEASE);
    const third = await runAs('THIRD', 3);
    expect(await claim(third, 'THIRD')).toMatchObject({ kind: 'unsettled', run: 'NEXT', notBefore });
    await end(third, 'THIRD', 'unknown');
    const fourth = await runAs('FOURTH', 4);
    expect(await claim(fourth, 'FOURTH')).toMatchObject({ run: 'THIRD', notBefore });
  });

  it.each([
    ['process is gone', (_: Ledger) => Promise.resolve()],
    ['run has ended', (ledger: Ledger) => ledger.closeRun('PAUSED', summaryOf('PAUSED'), 0, ENDED_AT)],
  ])('has no request in progress where its %s', async (_, leave) => {
    const paused = await runAs('PAUSED', 1, 'here');
    await claim(paused, 'PAUSED');
    await leave(paused);
    const next = await runAs('NEXT', 2, 'here');
    expect(await claim(next, 'NEXT')).toMatchObject({ kind: 'unsettled', notBefore: null });
  });

  it('stays its own while it renews', async () => {
    const slow = await runAs('SLOW');
    await claim(slow, 'SLOW');
    const next = await runAs('NEXT', 2);
    for (let i = 0; i < 10; i++) {
      pass(LEASE / 4);
      await slow.renew('SLOW');
      expect(await claim(next, 'NEXT')).toMatchObject({ kind: 'busy' });
    }
  });
});

describe('a run that was paused and asks for its claim again', () => {
  it.each<[Status | 'nothing', Partial<ClaimAnswer>]>([
    ['nothing', { kind: 'busy', run: 'NEXT', on: 'key-0' }],
    ['created', { kind: 'known', status: 'created', run: 'NEXT' }],
    ['duplicate', { kind: 'known', status: 'duplicate', run: 'NEXT' }],
    ['rejected', { kind: 'taken', status: 'rejected', run: 'NEXT' }],
    ['failed', { kind: 'taken', status: 'failed', run: 'NEXT' }],
    ['unknown', { kind: 'taken', status: 'unknown', run: 'NEXT' }],
  ])('is told what another made of it: %s', async (status, expected) => {
    const paused = await runAs('PAUSED');
    await claim(paused, 'PAUSED');
    expect(await claim(paused, 'PAUSED', true)).toEqual({ kind: 'ours' });
    pass(LEASE);
    const next = await runAs('NEXT', 2);
    await claim(next, 'NEXT');
    if (status !== 'nothing') await end(next, 'NEXT', status);
    await paused.renew('PAUSED');
    expect(await claim(paused, 'PAUSED', true)).toMatchObject(expected);
    // What it asked for has left the other's claim as it was.
    const third = await runAs('THIRD', 3);
    if (status === 'nothing')
      expect(await claim(third, 'THIRD')).toMatchObject({ kind: 'busy', run: 'NEXT' });
  });

  it('is told so with --resend too: the other sent in its place', async () => {
    const paused = await runAs('PAUSED');
    await claim(paused, 'PAUSED');
    pass(LEASE);
    const next = await runAs('NEXT', 2);
    await claim(next, 'NEXT');
    await end(next, 'NEXT', 'created');
    const rules = { resend: true, knownSince: null };
    const [answer] = await paused.commit('PAUSED', [], [claimOf(0, { held: true })], rules);
    expect(answer).toMatchObject({ kind: 'known', run: 'NEXT' });
  });
});

describe('what a paused run was answered all the same', () => {
  it.each<[Status, Partial<ClaimAnswer>]>([
    ['created', { kind: 'known', status: 'created', run: 'PAUSED', leadId: 'lead-0' }],
    ['duplicate', { kind: 'known', status: 'duplicate', run: 'PAUSED' }],
    ['rejected', { kind: 'ours' }],
    ['failed', { kind: 'ours' }],
    ['unknown', { kind: 'ours' }],
  ])('%s: its successor, before it sends, is told', async (status, expected) => {
    const paused = await runAs('PAUSED');
    await claim(paused, 'PAUSED');
    pass(LEASE);
    const next = await runAs('NEXT', 2);
    await claim(next, 'NEXT');
    await end(paused, 'PAUSED', status);
    expect(await claim(next, 'NEXT', true)).toMatchObject(expected);
  });

  it('does not replace what its successor was told first', async () => {
    const paused = await runAs('PAUSED');
    await claim(paused, 'PAUSED');
    pass(LEASE);
    const next = await runAs('NEXT', 2);
    await claim(next, 'NEXT');
    await end(next, 'NEXT', 'created');
    await end(paused, 'PAUSED', 'duplicate');
    const third = await runAs('THIRD', 3);
    expect(await claim(third, 'THIRD')).toMatchObject({ kind: 'known', status: 'created', run: 'NEXT' });
  });
});

describe('the time since the last renewal', () => {
  it('is the larger of both clocks, from before the write', async () => {
    const ledger = await runAs('RUN1');
    expect(ledger.sinceRenewal('RUN1')).toBe(0);
    time.wall += 50_000;
    expect(ledger.sinceRenewal('RUN1')).toBe(50_000);
    time.wall -= 3_600_000;
    time.monotonic += 41_000;
    expect(ledger.sinceRenewal('RUN1')).toBe(41_000);
    await ledger.renew('RUN1');
    expect(ledger.sinceRenewal('RUN1')).toBe(0);
    expect(ledger.sinceRenewal('OTHER')).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not count where nobody else can open the ledger', async () => {
    const ledger = await openHere(null);
    ledgers.push(ledger);
    expect(ledger.sinceRenewal('RUN1')).toBe(0);
  });
});
