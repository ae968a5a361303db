// What date cells say about the order of day and month.
import { describe, expect, test } from 'vitest';
import { DateVotes } from '../../../src/input/mapping/date-order.ts';

describe('votes', () => {
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
    const votes = new DateVotes();
    for (const cell of cells) votes.add(cell);
    expect([votes.verdict, votes.ordered]).toEqual([verdict, ordered]);
  });
});
