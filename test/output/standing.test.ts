// What later runs made of a run, in words and in counts.
import { expect, it } from 'vitest';
import { type Counts, emptyCounts } from '../../src/delivery/outcome.ts';
import type { Change } from '../../src/ledger/ledger.ts';
import { changesText, countsText, foldedCounts } from '../../src/output/standing.ts';

const own: Counts = { ...emptyCounts(), created: 5, rejected: 1, failed: 3, unknown: 12 };
const change = (was: Change['was'], now: Change['now'], by: string, count: number): Change => ({
  was,
  now,
  by,
  count,
});

it.each<[string, readonly Change[], readonly string[], Partial<Counts>]>([
  ['nothing', [], [], {}],
  [
    'all settled',
    [change('unknown', 'created', 'X', 11), change('unknown', 'duplicate', 'X', 1)],
    ['12 unknown, all settled by run X'],
    { created: 16, duplicate: 1, unknown: 0 },
  ],
  [
    'some, by two runs',
    [change('unknown', 'created', 'X', 2), change('unknown', 'created', 'Y', 3)],
    ['12 unknown, 5 settled by runs X, Y'],
    { created: 10, unknown: 7 },
  ],
  [
    'in several ways',
    [
      change('failed', 'rejected', 'X', 1),
      change('unknown', 'failed', 'X', 10),
      change('unknown', 'created', 'X', 1),
    ],
    ['3 failed, 1 rejected in run X', '12 unknown, 1 settled by run X, 10 found not delivered by run X'],
    { created: 6, rejected: 2, failed: 12, unknown: 1 },
  ],
  ['as it was, after another try', [change('failed', 'failed', 'X', 3)], [], {}],
  [
    'in progress: it stands as it did',
    [change('failed', 'sending', 'X', 3)],
    ['3 failed, all in progress in run X'],
    {},
  ],
  [
    'by many runs',
    ['A', 'B', 'C', 'D', 'E'].map((by) => change('unknown', 'created', by, 1)),
    ['12 unknown, 5 settled by runs A, B, C and 2 others'],
    { created: 10, unknown: 7 },
  ],
])('%s', (_, changes, words, counts) => {
  expect(changesText({ own, ownNotSent: 0, changes, taken: [], inProgress: 0 })).toEqual(words);
  expect(foldedCounts(own, changes)).toEqual({ ...own, ...counts });
});

it('what it had in progress when it died was unknown, too', () => {
  const taken = [change('unknown', 'created', 'X', 2)];
  const changes = [change('unknown', 'created', 'X', 12), ...taken];
  const about = { own, ownNotSent: 0, changes, taken };
  expect(changesText({ ...about, inProgress: 0 })).toEqual(['14 unknown, all settled by run X']);
  expect(changesText({ ...about, inProgress: 1 })).toEqual(['15 unknown, 14 settled by run X']);
});

it.each<[number, string]>([
  [0, '3 failed, 2 settled by run X'],
  [1, '3 failed or not sent, 2 settled by run X'],
  [3, '3 not sent, 2 settled by run X'],
])('of the failed %i were never tried', (ownNotSent, words) => {
  const changes = [change('failed', 'created', 'X', 2)];
  expect(changesText({ own, ownNotSent, changes, taken: [], inProgress: 0 })).toEqual([words]);
});

it.each<[number, string]>([
  [0, '5 created, 1 rejected, 3 failed, 12 unknown'],
  [1, '5 created, 1 rejected, 2 failed, 1 not sent, 12 unknown'],
  [3, '5 created, 1 rejected, 3 not sent, 12 unknown'],
])('a list of counts, of which %i were never tried', (notSent, words) => {
  expect(countsText(own, notSent)).toBe(words);
});
