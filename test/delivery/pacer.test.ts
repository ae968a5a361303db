// The pacer against providers with limits, in virtual time.
import { describe, expect, it } from 'vitest';
import { Pacer } from '../../src/delivery/pacer.ts';
import { SendState } from '../../src/delivery/send-state.ts';
import { World } from './sim/world.ts';

interface Load {
  readonly world: World;
  readonly ok: number[];
  readonly refused: number[];
}

/** Sends `leads` requests as fast as the pacer allows; `refuses` judges each at its arrival. */
async function load(
  seed: number,
  options: {
    concurrency: number;
    rate: number | null;
    leads: number;
    latencyMs: number;
    retryAfterMs?: number;
  },
  refuses: (state: {
    atOnce: number;
    arrivals: readonly number[];
    now: number;
  }) => 429 | 503 | 'reset' | 'unreachable' | null,
): Promise<Load> {
  const world = new World(seed);
  const owner = world.boot(null);
  const pacer = new Pacer(world.clock(owner), new SendState(), options.concurrency, options.rate);
  const ok: number[] = [];
  const refused: number[] = [];
  const arrivals: number[] = [];
  let left = options.leads;
  let atOnce = 0;
  const worker = async () => {
    while (left > 0) {
      left--;
      for (;;) {
        const permit = await pacer.acquire();
        if (permit === null) return;
        atOnce++;
        const status = refuses({ atOnce, arrivals, now: world.now });
        if (status === null) arrivals.push(world.now);
        const cut = status === 'reset' || status === 'unreachable';
        await world.wait(cut ? 1 : options.latencyMs * world.between(0.8, 1.2), owner);
        atOnce--;
        if (status === null) {
          ok.push(world.now);
          pacer.release(permit, { kind: 'answered', waitMs: null });
          break;
        }
        refused.push(world.now);
        if (cut) pacer.release(permit, { kind: status });
        else pacer.release(permit, { kind: 'throttled', status, waitMs: options.retryAfterMs ?? null });
      }
    }
  };
  let running = options.concurrency * 2;
  for (let i = 0; i < options.concurrency * 2; i++) void worker().then(() => running--);
  await world.runUntil(() => running === 0, owner);
  return { world, ok, refused };
}

function wasted(result: Load, afterMs: number): number {
  const start = 1_800_000_000_000 + afterMs;
  const refused = result.refused.filter((at) => at > start).length;
  const ok = result.ok.filter((at) => at > start).length;
  return refused / Math.max(1, refused + ok);
}

const beyondRate = (limit: number) => (state: { arrivals: readonly number[]; now: number }) => {
  const [first] = state.arrivals.slice(-limit);
  return state.arrivals.length >= limit && first !== undefined && first > state.now - 1000 ? 429 : null;
};

describe('pace', () => {
  it.each([1, 2, 3, 4])('503 beyond 8 at once wastes under a tenth (seed %i)', async (seed) => {
    const options = { concurrency: 16, rate: null, leads: 3000, latencyMs: 20 };
    const result = await load(seed, options, ({ atOnce }) => (atOnce > 8 ? 503 : null));
    expect(result.ok.length).toBe(3000);
    expect(wasted(result, 2000)).toBeLessThan(0.1);
    // and it does not crawl: 8 at once at 20 ms are 400 a second
    expect(result.world.now - 1_800_000_000_000).toBeLessThan(15_000);
  });

  it.each([
    [1, 5, undefined],
    [2, 20, undefined],
    [3, 100, undefined],
    [4, 5, 1000],
    [5, 20, 1000],
  ])(
    '429 beyond 50 a second wastes under a tenth (seed %i, %i ms, Retry-After %s)',
    async (seed, latencyMs, retryAfterMs) => {
      const options = {
        concurrency: 16,
        rate: null,
        leads: 2000,
        latencyMs,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      };
      const result = await load(seed, options, beyondRate(50));
      expect(result.ok.length).toBe(2000);
      expect(wasted(result, 3000)).toBeLessThan(0.1);
      // 2,000 at 50 a second are 40 s
      expect(result.world.now - 1_800_000_000_000).toBeLessThan(65_000);
    },
  );

  it.each([10, 75, 400])("keeps the user's rate of %i a second", async (rate) => {
    const options = { concurrency: 16, rate, leads: rate * 4, latencyMs: 10 };
    const { ok } = await load(1, options, () => null);
    const most = Math.max(...ok.map((at, i) => ok.filter((other, j) => j >= i && other < at + 1000).length));
    expect(most).toBeLessThanOrEqual(Math.ceil(rate * 1.05) + 1);
    expect((ok.at(-1) ?? 0) - (ok[0] ?? 0)).toBeLessThan(4500);
  });

  it.each<[429 | 503, number]>([
    [429, 0.02],
    [503, 0.03],
  ])('refusals by chance, %i for a share of %f, do not make it crawl', async (status, share) => {
    const seconds: number[] = [];
    for (let seed = 1; seed <= 5; seed++) {
      const chance = new World(seed + 100);
      const options = { concurrency: 16, rate: null, leads: 2_000, latencyMs: 50 };
      const { ok } = await load(seed, options, () => (chance.chance(share) ? status : null));
      seconds.push(((ok.at(-1) ?? 0) - (ok[0] ?? 0)) / 1000);
    }
    // Without any refusal it were 6.
    expect(Math.max(...seconds)).toBeLessThan(15);
  });

  it.each<['reset' | 'unreachable', number]>([
    ['reset', 1],
    ['reset', 3],
    ['reset', 10],
    ['unreachable', 3],
  ])('%s beyond %i connections costs few leads, and it does not crawl', async (how, most) => {
    for (let seed = 1; seed <= 5; seed++) {
      const options = { concurrency: 16, rate: null, leads: 500, latencyMs: 30 };
      const result = await load(seed, options, ({ atOnce }) => (atOnce > most ? how : null));
      expect(result.ok.length).toBe(500);
      expect(result.refused.length).toBeLessThan(30);
      const best = (500 * 30) / most;
      expect(result.world.now - 1_800_000_000_000).toBeLessThan(best * 3);
    }
  });

  it('resets by chance, 2 of 100, do not make it crawl', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const chance = new World(seed + 100);
      const options = { concurrency: 16, rate: null, leads: 2_000, latencyMs: 50 };
      const { ok } = await load(seed, options, () => (chance.chance(0.02) ? 'reset' : null));
      // Without any they were 6 s.
      expect(((ok.at(-1) ?? 0) - (ok[0] ?? 0)) / 1000).toBeLessThan(18);
    }
  });

  it('recovers when the provider does', async () => {
    const options = { concurrency: 16, rate: null, leads: 20_000, latencyMs: 20 };
    const started = 1_800_000_000_000;
    const result = await load(7, options, ({ atOnce, now }) =>
      now < started + 3000 && atOnce > 2 ? 503 : null,
    );
    const late = result.ok.filter((at) => at > started + 20_000 && at <= started + 21_000).length;
    expect(late).toBeGreaterThan(600);
  });

  it('holds the whole target for a Retry-After', async () => {
    let first = true;
    const result = await load(
      1,
      { concurrency: 8, rate: null, leads: 50, latencyMs: 10, retryAfterMs: 5000 },
      () => {
        const refuse = first;
        first = false;
        return refuse ? 429 : null;
      },
    );
    const start = 1_800_000_000_000;
    const inside = result.ok.filter((at) => at > start + 30 && at < start + 5000);
    expect(inside).toEqual([]);
    expect(result.ok.length).toBe(50);
  });

  it('gives nothing more once closed, but to the urgent', async () => {
    const world = new World(1);
    const owner = world.boot(null);
    const state = new SendState();
    const pacer = new Pacer(world.clock(owner), state, 1, null);
    const first = pacer.acquire();
    const second = Promise.resolve(pacer.acquire());
    state.apply({ kind: 'interrupted' });
    expect(await second).toBeNull();
    expect(pacer.acquire()).toBeNull();
    const urgent = Promise.resolve(pacer.acquire(true));
    if (first === null || first instanceof Promise) throw new Error('the first permit was to be free');
    pacer.release(first, { kind: 'answered', waitMs: null });
    expect(await urgent).not.toBeNull();
  });

  it('takes a permit back once', async () => {
    const pacer = new Pacer(new World(1).clock(new World(1).boot(null)), new SendState(), 1, null);
    const [permit] = [pacer.acquire()];
    if (permit === null || permit instanceof Promise) throw new Error('the first permit was to be free');
    pacer.release(permit, { kind: 'none' });
    pacer.release(permit, { kind: 'none' });
    expect(pacer.inProgress).toBe(0);
    expect(pacer.acquire()).not.toBeNull();
    expect(pacer.inProgress).toBe(1);
  });
});
