// What date cells say about the order of day and month: they prove it, or the future disproves one, or it is assumed.
import { describe, expect, test } from 'vitest';
import { DateVotes, dateNote } from '../../../src/input/mapping/date-order.ts';

const NOW = Date.UTC(2026, 10, 29);
const ZONE = 'Asia/Kolkata';

function votesOf(cells: readonly string[], now = NOW): DateVotes {
  const votes = new DateVotes(now);
  for (const cell of cells) votes.add(cell, ZONE);
  return votes;
}

describe('proven', () => {
  test.each<[string, readonly string[], 'DMY' | 'MDY' | null, boolean]>([
    ['nothing', [], null, false],
    ['ISO dates need no order', ['2026-10-13', '2026-10-05T14:03:22+05:30'], null, false],
    ['epochs and serials need none', ['1791189202', '46300.5', ''], null, false],
    ['words need none', ['5 Oct 2026', 'October 13, 2026'], null, false],
    ['both small', ['05-10-2026', '01/02/2026 10:00'], null, true],
    ['a day first', ['05-10-2026', '13/10/2026 09:05'], 'DMY', true],
    ['a month first', ['10/05/2026', '10/13/2026 9:05 PM'], 'MDY', true],
    ['short years', ['13.10.26'], 'DMY', true],
    ['most of them', ['13/10/2026', '14/10/2026', '10/15/2026'], 'DMY', true],
    ['as many this as that', ['13/10/2026', '10/15/2026'], null, true],
  ])('%s', (_, cells, verdict, ordered) => {
    const votes = votesOf(cells);
    expect([votes.proven?.order ?? null, votes.ordered]).toEqual([verdict, ordered]);
  });
});

describe('settled', () => {
  test.each<[string, readonly string[], string]>([
    ['both small and past', ['05/10/2024', '03/04/2024'], 'DMY assumed 05/10/2024'],
    ['day first would be ahead', ['05/10/2024', '11/12/2026'], 'MDY future 11/12/2026'],
    ['month first would be ahead', ['12/11/2026'], 'DMY future 12/11/2026'],
    ['one ahead either way says nothing', ['05/10/2062', '03/04/2024'], 'DMY assumed 05/10/2062'],
    ['each order puts one ahead', ['11/12/2026', '12/11/2026'], 'DMY assumed 11/12/2026'],
    ['a proof beats the future', ['13/10/2024', '11/12/2026'], 'DMY proven 13/10/2024'],
    ['as many proofs for each', ['13/10/2024', '10/15/2024'], 'DMY contradicted 13/10/2024'],
    ['equal proofs, and the future', ['13/10/2026', '10/15/2026', '11/12/2026'], 'MDY future 11/12/2026'],
    ['the same day and month', ['12/12/2026'], 'DMY assumed 12/12/2026'],
    ['less than a day and a half ahead', ['11/30/2026', '01/12/2026'], 'MDY proven 11/30/2026'],
    ['with a time', ['11-12-2026 09:05'], 'MDY future 11-12-2026 09:05'],
  ])('%s', (_, cells, expected) => {
    const { order, why, cell } = votesOf(cells).settled;
    expect(`${order} ${why} ${cell}`).toBe(expected);
  });

  test('36 hours are no future', () => {
    const now = Date.UTC(2026, 4, 1, 18, 30);
    // 3 May by day first, midnight in India is 2 May 18:30 in UTC: 24 hours ahead.
    expect(votesOf(['03/05/2026'], now).settled.why).toBe('assumed');
    expect(votesOf(['03/05/2026 18:00'], now).settled).toMatchObject({ order: 'MDY', why: 'future' });
  });
});

test.each([
  [['05/10/2024'], /assumed: DMY \(day first\).*If "05\/10\/2024" is month first, add --date-order MDY\./],
  [
    ['13/10/2024', '10/15/2024'],
    /"13\/10\/2024" is day first, "10\/15\/2024" is month first; .*--date-order/,
  ],
  [['13/10/2024'], /is DMY \(day first\), proven by "13\/10\/2024"\./],
  [['11/12/2026'], /is MDY \(month first\): by DMY, "11\/12\/2026" would lie in the future\..*--date-order/],
])('what is said of %j', (cells, expected) => {
  expect(dateNote(votesOf(cells).settled)).toEqual({ kind: 'dates', text: expect.stringMatching(expected) });
});
