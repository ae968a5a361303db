// What the live line says, and what goes first where there is little room.
import { expect, it } from 'vitest';
import { emptyCounts } from '../../src/delivery/outcome.ts';
import type { RunState } from '../../src/delivery/run-options.ts';
import { progressText, RecentRate } from '../../src/output/progress-text.ts';
import { widthOf } from '../../src/util/text.ts';

function state(done: number, given: Partial<RunState> & { readonly bad?: number } = {}): RunState {
  const { bad = 0, ...rest } = given;
  return {
    records: done,
    done,
    total: null,
    counts: { ...emptyCounts(), created: done - bad, rejected: bad },
    inProgress: 0,
    targets: [target('a')],
    ...rest,
  };
}
const target = (name: string, heldMs = 0) => ({
  name,
  ...{
    inProgress: 0,
    requests: 0,
    slowDowns: 0,
    elsewhere: 0,
    asking: 0,
    retrying: 0,
    canary: 0,
    heldMs,
    limit: 16,
    rate: null,
  },
  patience: { answered: true, askedMs: heldMs, givesUpMs: null },
});
const exact = (records: number) => ({ records, exact: true });
const about = (records: number) => ({ records, exact: false });

it.each<[string, RunState, Parameters<typeof progressText>[1], string]>([
  ['a stream', state(1204), { expected: null, rate: null, columns: 80 }, '1,204 done · 1,204 created'],
  ['one lead', state(0), { expected: exact(1), rate: null, columns: 80 }, '0 of 1'],
  [
    'counted',
    state(50),
    { expected: exact(200), rate: 12.4, columns: 80 },
    '██████░░░░░░░░░░░░░░░░░░ 50 of 200 · 12/s · 13 s left · 50 created',
  ],
  [
    'estimated, at 50 columns',
    state(12_000, { bad: 31 }),
    { expected: about(100_000), rate: 95.6, columns: 50 },
    '░░░░░░░░ 12,000 of ~100,000 · 31 need attention',
  ],
  [
    'with room for the rate',
    state(40, { bad: 1 }),
    { expected: exact(400), rate: 60, columns: 50 },
    '█░░░░░░░░░ 40 of 400 · 1 needs attention · 60/s',
  ],
  [
    'no room for a bar',
    state(123_456, { bad: 1200 }),
    { expected: about(1_000_000), rate: 95, columns: 45 },
    '123,456 of ~1,000,000 · 1,200 need attent…',
  ],
  [
    'two targets',
    state(100, { targets: [target('a'), target('b')] }),
    { expected: exact(100), rate: null, columns: 50 },
    '███████████░░░░░░░░░░░ 100 of 200 · 100 created',
  ],
  [
    'a retry of some of two targets',
    state(10, { targets: [target('a'), target('b')] }),
    { expected: { ...exact(20), results: 20 }, rate: null, columns: 50 },
    '████████████░░░░░░░░░░░░ 10 of 20 · 10 created',
  ],
  [
    'read to its end',
    state(10, { total: 20 }),
    { expected: about(900), rate: null, columns: 36 },
    '█████░░░░░░ 10 of 20 · 10 created',
  ],
  [
    'more than was thought',
    state(60, { records: 80 }),
    { expected: about(50), rate: null, columns: 34 },
    '██████░░ 60 of ~80 · 60 created',
  ],
  [
    'a pause',
    state(4, { targets: [target('crm', 8200)] }),
    { expected: null, rate: 0, columns: 80 },
    '4 done · crm pauses for 9 s · 0.0/s · 4 created',
  ],
])('%s', (_, now, view, expected) => {
  const text = progressText(now, view);
  expect(text).toBe(expected);
  expect(widthOf(text)).toBeLessThanOrEqual((view.columns ?? 0) - 3);
});

it('the rate is that of the last seconds', () => {
  const rate = new RecentRate();
  expect(rate.at(0, 0)).toBeNull();
  expect(rate.at(900, 90)).toBeNull();
  expect(rate.at(2000, 200)).toBe(100);
  for (let ms = 2100; ms <= 20_000; ms += 100) rate.at(ms, 200 + (ms - 2000) / 100);
  expect(rate.at(20_100, 381)).toBeCloseTo(10, 0);
  for (let ms = 20_200; ms <= 30_000; ms += 100) rate.at(ms, 381);
  expect(rate.at(30_100, 381)).toBe(0);
});
