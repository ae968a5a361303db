// A database whose connection is lost: what was asked is repeated, nothing may leave meanwhile, and nobody is taken over who
// may only be on its way back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { parseAddress } from '../../src/ledger/postgres/address.ts';
import type { PostgresDeps } from '../../src/ledger/postgres/ledger.ts';
import { Secret } from '../../src/util/secret.ts';
import { all, claimOf, completionOf, open } from '../ledger/contract.ts';
import { PASSWORD, whyNoPostgres } from './cluster.ts';
import { RoughWay } from './rough-way.ts';
import { newStore, type Store } from './world.ts';

const missing = whyNoPostgres();
const RULES = { resend: false, knownSince: null };
const LEASE = 3_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(missing !== null)(
  `a lost database${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    let store: Store;
    let proxy: RoughWay;
    let told: string[];
    /** By the proxy. */
    let ledger: Ledger;
    /** By the socket. */
    let other: Ledger;

    const byProxy = (deps: Partial<PostgresDeps> = {}) =>
      store.open({
        address: parseAddress(
          `postgresql://leadpush@127.0.0.1:${proxy.port}/leadpush?schema=${store.schema}`,
          'test',
          { env: {}, systemUser: null },
        ),
        password: () => new Secret(PASSWORD),
        leaseMs: LEASE,
        tell: (line) => told.push(line),
        ...deps,
      });

    beforeEach(async () => {
      store = await newStore();
      proxy = new RoughWay(store.cluster.port);
      await proxy.listen();
      told = [];
      ledger = await byProxy();
      other = await store.open({ leaseMs: LEASE });
      await open(ledger, 'RUN1');
    });
    afterEach(async () => {
      await store.end();
      await proxy.close();
    });

    it('is asked again, and what had happened although its answer was lost happens once', async () => {
      await ledger.commit('RUN1', [], [claimOf(0)], RULES);
      proxy.loseAnswers();
      const answer = ledger.commit(
        'RUN1',
        [completionOf('RUN1', claimOf(0), 'created')],
        [claimOf(1)],
        RULES,
      );
      await pause(100);
      expect(store.sql('SELECT count(*) FROM $S.results')).toBe('1');
      proxy.cut();
      expect(await answer).toEqual([{ kind: 'ours' }]);
      expect(await all(ledger.results('RUN1'))).toMatchObject([{ seq: 0, status: 'created' }]);
      await open(other, 'RUN2');
      expect(await other.commit('RUN2', [], [claimOf(0), claimOf(1)], RULES)).toMatchObject([
        { kind: 'known', run: 'RUN1' },
        { kind: 'busy', run: 'RUN1', on: 'key-1' },
      ]);
      expect(told).toEqual([
        expect.stringMatching(
          /^lost the connection to the ledger postgresql:.*Nothing is sent until it is back\.$/,
        ),
        expect.stringMatching(/is connected again\.$/),
      ]);
    });

    it('tells of a takeover whose answer was lost that it was one', async () => {
      await open(other, 'RUN0');
      await other.commit('RUN0', [], [claimOf(0, { submissionId: 'first', leadIdWatermark: '7' })], RULES);
      await other.commit('RUN0', [completionOf('RUN0', claimOf(0), 'unknown')], [], RULES);
      // The first call tells what is known, the second takes it over.
      let calls = 0;
      const lost = await byProxy({
        clock: {
          now: () => {
            calls++;
            if (calls > 2) proxy.loseAnswers();
            return Date.now();
          },
          monotonic: () => performance.now(),
          sleep: (ms) => pause(ms).then(() => {}),
          yieldToEventLoop: () => Promise.resolve(),
          random: Math.random,
        },
      });
      await open(lost, 'RUN2');
      const answer = lost.commit('RUN2', [], [claimOf(0, { submissionId: 'second' })], RULES);
      while (store.sql('SELECT run FROM $S.keys') !== 'RUN2') await pause(20);
      proxy.cut();
      expect(await answer).toMatchObject([
        { kind: 'unsettled', submissionId: 'first', leadIdWatermark: '7', run: 'RUN0' },
      ]);
    });

    it.each([
      [0, []],
      [0.2, []],
      [1.1, ['RUN2, last heard of 1 s ago']],
      [2, ['RUN2, last heard of 2 s ago']],
    ])('says once of a run that is silent for %d s that it is waited for: %j', async (seconds, expected) => {
      await open(other, 'RUN2');
      await other.commit('RUN2', [], [claimOf(0), claimOf(1)], RULES);
      store.sql(
        `UPDATE $S.runs SET renewed_at = extract(epoch FROM clock_timestamp()) * 1000 - ${seconds * 1_000} WHERE id = 'RUN2'`,
      );
      for (const seq of [0, 1, 0]) {
        expect(await ledger.commit('RUN1', [], [claimOf(seq)], RULES)).toMatchObject([
          { kind: 'busy', run: 'RUN2' },
        ]);
      }
      expect(
        told.map(
          (line) =>
            /^waiting for run (.*?)\. If it was killed, .* after 3 s, and asks the provider .*, or sends it again where the provider cannot be asked\.$/.exec(
              line,
            )?.[1],
        ),
      ).toEqual(expected);
    });

    it('lets nothing leave before it is back and the lease renewed', async () => {
      expect(ledger.sinceRenewal('RUN1')).toBeLessThan(LEASE);
      proxy.cut();
      await pause(50);
      expect(ledger.sinceRenewal('RUN1')).toBe(Number.POSITIVE_INFINITY);
      await ledger.commit('RUN1', [], [claimOf(0)], RULES);
      expect(ledger.sinceRenewal('RUN1')).toBe(Number.POSITIVE_INFINITY);
      await ledger.renew('RUN1');
      expect(ledger.sinceRenewal('RUN1')).toBeLessThan(LEASE);
    });

    it('is noticed where it only stalls', async () => {
      proxy.stall();
      const started = performance.now();
      const renewed = ledger.renew('RUN1');
      await renewed;
      expect(performance.now() - started).toBeLessThan(LEASE);
      expect(proxy.connections).toBe(2);
    });

    it('is given up after five leases, and sooner by who wants to leave', async () => {
      const brief = await byProxy({ leaseMs: 200 });
      await open(brief, 'RUN3');
      proxy.down();
      const started = performance.now();
      await expect(brief.commit('RUN3', [], [claimOf(3)], RULES)).rejects.toMatchObject({
        name: 'LedgerWriteError',
        message: expect.stringContaining('cannot be reached'),
      });
      expect(performance.now() - started).toBeGreaterThan(1_000);
      // From then on each call tries once.
      const again = performance.now();
      await expect(brief.renew('RUN3')).rejects.toThrow(/cannot be reached/);
      expect(performance.now() - again).toBeLessThan(500);

      const patient = ledger.commit('RUN1', [], [claimOf(0)], RULES);
      patient.catch(() => {});
      await pause(300);
      ledger.hurry?.();
      await expect(patient).rejects.toMatchObject({ name: 'LedgerWriteError' });
      proxy.up();
      expect(await ledger.commit('RUN1', [], [claimOf(0)], RULES)).toEqual([{ kind: 'ours' }]);
    });

    it('that has forgotten what it had confirmed is not trusted again', async () => {
      await ledger.commit('RUN1', [], [claimOf(0)], RULES);
      await ledger.commit('RUN1', [completionOf('RUN1', claimOf(0), 'created')], [], RULES);
      proxy.cut();
      store.sql('DELETE FROM $S.results');
      await expect(ledger.commit('RUN1', [], [claimOf(1)], RULES)).rejects.toMatchObject({
        name: 'LedgerWriteError',
        message: expect.stringContaining('no longer has what it had confirmed'),
      });
    });

    it('that has forgotten the run only has it opened again', async () => {
      store.sql('DELETE FROM $S.runs');
      await ledger.renew('RUN1');
      expect(await other.runs()).toMatchObject([{ id: 'RUN1', state: 'running' }]);
    });

    it('is no reason to take others over before it has been connected for a lease', async () => {
      await open(other, 'RUN2');
      await other.commit('RUN2', [], [claimOf(0)], RULES);
      proxy.cut();
      store.sql("UPDATE $S.runs SET renewed_at = 0 WHERE id = 'RUN2'");
      const claim = async () => (await ledger.commit('RUN1', [], [claimOf(0)], RULES))[0]?.kind;
      expect(await claim()).toBe('busy');
      await pause(LEASE / 2);
      expect(await claim()).toBe('busy');
      await pause(LEASE / 2 + 200);
      expect(await claim()).toBe('unsettled');
    });

    it('that was started just now is treated like one that is back', async () => {
      await open(other, 'RUN2');
      await other.commit('RUN2', [], [claimOf(0)], RULES);
      store.sql("UPDATE $S.runs SET renewed_at = 0 WHERE id = 'RUN2'");
      // No cluster of a test is an hour old.
      const hour = 3_600_000;
      store.sql(
        `UPDATE $S.runs SET renewed_at = extract(epoch from now()) * 1000 - ${hour + 1} WHERE id = 'RUN2'`,
      );
      const late = await store.open({ leaseMs: hour, serverIsSettled: false });
      await open(late, 'RUN3');
      expect(await late.commit('RUN3', [], [claimOf(0)], RULES)).toMatchObject([{ kind: 'busy' }]);
      const settled = await store.open({ leaseMs: hour, serverIsSettled: true });
      await open(settled, 'RUN4');
      expect(await settled.commit('RUN4', [], [claimOf(0)], RULES)).toMatchObject([{ kind: 'unsettled' }]);
    });

    it('wakes who waits for a key, when it is freed or the connection was lost', async () => {
      const slow = { ...RULES };
      const waiting = await store.open();
      await open(waiting, 'RUN2');
      await ledger.commit('RUN1', [], [claimOf(0), claimOf(1)], slow);
      expect(await waiting.commit('RUN2', [], [claimOf(0)], slow)).toMatchObject([{ kind: 'busy' }]);
      const wait = async (key: string) => {
        const started = performance.now();
        await waiting.whenEnded?.(key, new AbortController().signal);
        return performance.now() - started;
      };
      const woken = wait('key-0');
      await pause(50);
      await ledger.commit('RUN1', [completionOf('RUN1', claimOf(0), 'created')], [], slow);
      expect(await woken).toBeLessThan(1_000);
      // Nobody waits for this one: nobody is told.
      expect(store.sql("SELECT string_agg(wanted::text, ' ' ORDER BY key) FROM $S.keys")).toBe('true false');
      const stopped = new AbortController();
      const never = waiting.whenEnded?.('key-1', stopped.signal);
      stopped.abort();
      await never;
    });
  },
);

describe.skipIf(missing !== null)('two that commit at once', () => {
  it('do not wait for each other for ever, whatever the order of their keys', async () => {
    const store = await newStore();
    const [one, two] = [await store.open(), await store.open()];
    await open(one, 'RUN1');
    await open(two, 'RUN2');
    const keys = Array.from({ length: 300 }, (_, i) => i);
    const started = performance.now();
    const answers = await Promise.all([
      one.commit(
        'RUN1',
        [],
        keys.map((key) => claimOf(key)),
        RULES,
      ),
      two.commit(
        'RUN2',
        [],
        keys.toReversed().map((key) => claimOf(key)),
        RULES,
      ),
    ]);
    expect(answers.flat().filter(({ kind }) => kind === 'ours')).toHaveLength(300);
    expect(answers.flat().filter(({ kind }) => kind === 'busy')).toHaveLength(300);
    expect(performance.now() - started).toBeLessThan(900);
    await store.end();
  });
});
