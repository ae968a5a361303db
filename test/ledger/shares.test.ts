// Who gets how many places of a target that several runs send to.
import { describe, expect, it } from 'vitest';
import { allot, fairPlaces, type Share, SLICE_MS } from '../../src/ledger/shares.ts';
import { seededRandom } from '../delivery/sim/world.ts';

function share(holder: string, given: Partial<Share> = {}): Share {
  return { holder, wanted: 100, held: 0, limit: 16, rate: null, ...given };
}

describe('places', () => {
  const cases: readonly (readonly [
    string,
    total: number,
    wanted: readonly number[],
    places: readonly number[],
  ])[] = [
    ['of one run', 16, [3], [16]],
    ['of two that want more', 16, [100, 100], [8, 8]],
    ['of two, one wants little', 16, [2, 100], [2, 14]],
    ['of two that want little: what is left is shared', 16, [1, 3], [7, 9]],
    ['of one that wants nothing', 16, [0, 100], [0, 16]],
    ['of three that do not divide', 16, [100, 100, 100], [6, 5, 5]],
    ['of fewer than runs', 1, [5, 5, 5], [1, 0, 0]],
    ['of fewer than runs, the first wants none', 1, [0, 5, 5], [0, 1, 0]],
  ];
  it.each(cases)('%s', (_, total, wanted, places) => {
    const shares = wanted.map((n, i) => share(`run ${i}`, { wanted: n }));
    expect([...fairPlaces(shares, total, 0).values()]).toEqual(places);
  });

  it('too few for all go round', () => {
    const shares = ['a', 'b', 'c'].map((holder) => share(holder));
    const first = [0, 1, 2, 3].map(
      (slice) => [...fairPlaces(shares, 1, slice * SLICE_MS)].find(([, n]) => n === 1)?.[0],
    );
    expect(first).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('an allotment', () => {
  const cases: readonly (readonly [string, Share, readonly Share[], object])[] = [
    ['alone: all at once', share('a', { wanted: 1 }), [], { places: 16, held: 16, alone: true }],
    [
      'a newcomer waits for what is given back',
      share('b'),
      [share('a', { held: 16 })],
      { places: 0, held: 0 },
    ],
    ['and gets as much as was', share('b'), [share('a', { held: 13 })], { places: 3, held: 3 }],
    ['never more than is fair', share('b'), [share('a', { held: 2 })], { places: 8, held: 8 }],
    [
      'who has more keeps what is in progress',
      share('a', { held: 16 }),
      [share('b')],
      { places: 8, held: 16 },
    ],
    [
      'the smallest limit counts',
      share('a', { held: 8 }),
      [share('b', { limit: 4 })],
      { places: 2, held: 8 },
    ],
    [
      'and the smallest rate, by places',
      share('a', { rate: 10 }),
      [share('b', { rate: 4 })],
      { places: 8, rate: 2 },
    ],
    ['a rate that only the other has', share('a'), [share('b', { rate: 4 })], { rate: 2 }],
    ['alone, the whole rate', share('a', { rate: 10 }), [], { rate: 10 }],
  ];
  it.each(cases)('%s', (_, mine, others, expected) => {
    expect(allot(mine, others, 0)).toMatchObject(expected);
  });
});

/** Runs that come, go, want more or less, and ask in any order: what they hold together is looked at after each step. */
describe('by chance', () => {
  it('together they never hold more than the limit, and all is handed out once nobody comes or goes', () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const upTo = (most: number) => Math.floor(random() * (most + 1));
      const limit = 1 + upTo(20);
      const runs = new Map<string, { share: Share; ceiling: number; inUse: number }>();
      let now = 0;
      const ask = (holder: string) => {
        const run = runs.get(holder);
        if (run === undefined) return;
        const others = [...runs.values()].map((one) => one.share).filter((one) => one.holder !== holder);
        const mine = { ...run.share, held: Math.max(run.ceiling, run.inUse) };
        const { places, held } = allot(mine, others, now);
        run.share = { ...mine, held };
        run.ceiling = places;
      };
      const total = () => [...runs.values()].reduce((sum, { share: { held } }) => sum + held, 0);
      for (let step = 0; step < 200; step++) {
        now += upTo(1_500);
        const holder = `run ${upTo(5)}`;
        const run = runs.get(holder);
        if (run === undefined)
          runs.set(holder, { share: share(holder, { limit, wanted: upTo(30) }), ceiling: 0, inUse: 0 });
        else if (random() < 0.05) runs.delete(holder);
        else {
          run.share = { ...run.share, wanted: upTo(30) };
          // What is in progress ends, and new requests leave up to the ceiling.
          run.inUse = Math.max(upTo(run.inUse), Math.min(run.ceiling, run.inUse + upTo(5)));
        }
        ask(holder);
        if (total() > limit) wrong.push(`seed ${seed}: ${total()} of ${limit} are held`);
        for (const one of runs.values())
          if (one.inUse > one.share.held) wrong.push(`seed ${seed}: more than held`);
      }
      if (runs.size === 0) continue;
      for (const run of runs.values()) run.share = { ...run.share, wanted: 30 };
      for (let round = 0; round < 3; round++) {
        for (const [holder, run] of runs) {
          run.inUse = Math.min(run.inUse, run.ceiling);
          ask(holder);
        }
      }
      if (total() !== limit) wrong.push(`seed ${seed}: at last ${total()} of ${limit} are held`);
      const held = [...runs.values()].map((one) => one.share.held);
      if (Math.max(...held) - Math.min(...held) > 1) wrong.push(`seed ${seed}: unfair: ${held.join(' ')}`);
    }
    expect(wrong).toEqual([]);
  });

  it('none waits for ever', () => {
    const holders = ['a', 'b', 'c', 'd', 'e'];
    const had = new Set<string>();
    const shares = new Map(holders.map((holder) => [holder, share(holder, { limit: 2 })]));
    const ceilings = new Map<string, number>();
    for (let now = 0; now < holders.length * SLICE_MS; now += 200) {
      for (const [holder, one] of shares) {
        const others = [...shares.values()].filter((other) => other.holder !== holder);
        const { places, held } = allot({ ...one, held: ceilings.get(holder) ?? 0 }, others, now);
        shares.set(holder, { ...one, held });
        ceilings.set(holder, places);
        if (places > 0) had.add(holder);
      }
    }
    expect([...had].sort()).toEqual(holders);
  });
});
