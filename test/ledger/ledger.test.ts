// The ledger's contract, kept by each of its implementations, and by SQLite as by the model whatever happens.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Claim, ClaimAnswer, Completion } from '../../src/ledger/ledger.ts';
import { systemClock } from '../../src/util/clock.ts';
import {
  all,
  claimOf,
  completionOf,
  type LedgerProcess,
  type LedgerWorld,
  ledgerContract,
  open,
  summaryOf,
} from './contract.ts';
import { fileWorld, modelWorld, privateWorld } from './world.ts';

ledgerContract('SQLite in a file', () => fileWorld(), { shared: true, followsKeys: true });
ledgerContract('SQLite in private', privateWorld, { shared: false, followsKeys: true });
ledgerContract("the simulation's model", () => modelWorld(), { shared: true, followsKeys: false });

const SLOTS = 3;
const step = fc.record({
  slot: fc.nat({ max: SLOTS - 1 }),
  next: fc.constantFrom('go on', 'go on', 'go on', 'die', 'close'),
  keys: fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 5 }),
  ends: fc.array(fc.constantFrom('created', 'duplicate', 'failed', 'rejected', 'unknown', null), {
    minLength: 6,
    maxLength: 6,
  }),
  rules: fc.record({
    resend: fc.boolean(),
    knownSince: fc.constantFrom(null, null, '2027-01-15T08:00:03.000Z'),
  }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Three runs at once, each in its own process, that claim, end, close and die; tells all that was answered. */
async function play(world: LedgerWorld, steps: readonly Step[], clock: { at: number }): Promise<unknown[]> {
  const told: unknown[] = [];
  const runs: string[] = [];
  const boot = async (): Promise<{ process: LedgerProcess; run: string; flying: Claim[]; seq: number }> => {
    const process = await world.boot();
    const run = `RUN${runs.length}`;
    runs.push(run);
    await open(process.ledger, run);
    return { process, run, flying: [], seq: 0 };
  };
  const slots = [await boot(), await boot(), await boot()];
  for (const { slot, next, keys, ends, rules } of steps) {
    const current = slots[slot];
    if (current === undefined) continue;
    clock.at += 1_000;
    const { ledger } = current.process;
    const at = new Date(clock.at).toISOString();
    const over: Completion[] = [];
    current.flying = current.flying.filter((claim, i) => {
      const status = ends[i] ?? null;
      if (status !== null) over.push({ ...completionOf(current.run, claim, status), at });
      return status === null;
    });
    const claims = keys.map((key) => {
      const seq = current.seq++;
      return claimOf(seq, {
        key: `key-${key}`,
        submissionId: `${current.run}-${seq}`,
        leadIdWatermark: String(seq),
      });
    });
    const answers: readonly ClaimAnswer[] = await ledger.commit(current.run, over, claims, rules);
    told.push(answers, await ledger.lookUp(['key-0', 'key-3', 'key-7'], rules));
    claims.forEach((claim, i) => {
      if (answers[i]?.kind === 'ours' || answers[i]?.kind === 'unsettled') current.flying.push(claim);
    });
    if (next === 'close') await ledger.closeRun(current.run, summaryOf(current.run), 0, at);
    if (next === 'die') await current.process.die();
    if (next !== 'go on') slots[slot] = await boot();
  }
  const { ledger } = await world.boot();
  for (const run of runs) {
    told.push(await all(ledger.results(run)), await all(ledger.unfinished(run, ['sending'])));
  }
  await world.end();
  return told;
}

it('SQLite answers as the model does, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const [sqlite, model] = [{ at: 1_800_000_000_000 }, { at: 1_800_000_000_000 }];
      const real = await fileWorld({ ...systemClock, now: () => sqlite.at });
      const simple = await modelWorld({ ...systemClock, now: () => model.at });
      expect(await play(real, steps, sqlite)).toEqual(await play(simple, steps, model));
    }),
    { numRuns: 60 },
  );
});
