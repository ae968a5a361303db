// When a run that shows no live line says that it waits, and in which words.
import { expect, it } from 'vitest';
import { emptyCounts } from '../../src/delivery/outcome.ts';
import type { RunState } from '../../src/delivery/run-options.ts';
import { WaitNotes } from '../../src/output/wait-notes.ts';

/** Each second until then. */
type Seen = readonly [seconds: number, done: number, heldMs: number, inProgress: number];

const START = new Date(2026, 10, 24, 14, 0, 0).getTime();

function state(done: number, heldMs: number, inProgress: number, records = 10): RunState {
  return {
    records,
    done,
    total: null,
    counts: emptyCounts(),
    inProgress,
    targets: [
      {
        name: 'greens',
        inProgress,
        requests: inProgress,
        slowDowns: 0,
        elsewhere: 0,
        asking: 0,
        retrying: 0,
        canary: 0,
        heldMs,
        patience: { answered: true, askedMs: heldMs, givesUpMs: null },
        limit: 16,
        rate: null,
      },
    ],
  };
}

function said(seen: readonly Seen[], records = 10): readonly string[] {
  const notes = new WaitNotes(1_000);
  let second = 0;
  return seen.flatMap(([until, done, heldMs, inProgress]) => {
    const lines: string[] = [];
    const from = second;
    for (; second < until; second++) {
      const left = Math.max(0, heldMs - (second - from) * 1000);
      const ms = second * 1000;
      const line = notes.at(1_000 + ms, START + ms, state(done, left, inProgress, records));
      if (line !== null) lines.push(`${second} ${line}`);
    }
    return lines;
  });
}

const paused = (until: string, leads: string, from = 30, so = '30 s', more = '') =>
  `${from} waiting: greens pauses until ${until}. The run goes on by itself; ${leads}, for ${so} so far${more}.`;
const PAUSE = paused('14:04:00', '10 leads wait');

it.each<[string, readonly Seen[], readonly string[]]>([
  ['a pause of half a minute at most', [[29, 0, 29_000, 0]], []],
  ['results keep coming', Array.from({ length: 50 }, (_, i): Seen => [i * 10, i, 0, 4]), []],
  [
    'a pause, and its end',
    [
      [70, 0, 240_000, 0],
      [80, 3, 0, 4],
    ],
    [PAUSE, '70 goes on after 70 s.'],
  ],
  [
    'one that lasts is said each minute',
    [[240, 0, 240_000, 0]],
    [
      PAUSE,
      paused('14:04:00', '10 leads wait', 90, '90 s'),
      paused('14:04:00', '10 leads wait', 150, '2 min 30 s'),
      paused('14:04:00', '10 leads wait', 210, '3 min 30 s'),
    ],
  ],
  [
    'short pauses one after the other are one wait',
    Array.from({ length: 10 }, (_, i): Seen => [(i + 1) * 10, 0, 10_000, 0]),
    [paused('14:00:40', '10 leads wait'), paused('14:01:40', '10 leads wait', 90, '90 s')],
  ],
  [
    'one that comes back is not',
    [
      [60, 0, 240_000, 0],
      [62, 1, 0, 4],
      [120, 1, 60_000, 0],
      [130, 2, 0, 4],
    ],
    [PAUSE, '60 goes on after 60 s.'],
  ],
  [
    'but later, with the time of all of them',
    [
      [60, 0, 60_000, 0],
      [280, 1, 240_000, 0],
    ],
    [
      paused('14:01:00', '10 leads wait'),
      '60 goes on after 60 s.',
      paused('14:05:00', '9 leads wait', 210, '2 min 30 s', ' (3 min 30 s in this run)'),
      paused('14:05:00', '9 leads wait', 270, '3 min 30 s', ' (4 min 30 s in this run)'),
    ],
  ],
  [
    'a provider that does not answer',
    [[40, 2, 0, 3]],
    ['30 waiting: 3 leads in progress at greens; none has ended for 30 s.'],
  ],
  ['for something else', [[40, 0, 0, 0]], ['30 waiting: 10 leads cannot be sent yet, for 30 s now.']],
  ['for input', [[400, 10, 0, 0]], []],
])('%s', (_, seen, lines) => {
  expect(said(seen)).toEqual(lines);
});

it('nothing has been read yet', () => {
  expect(said([[400, 0, 0, 0]], 0)).toEqual([]);
});

it.each<[string, Partial<RunState['targets'][number]>, string]>([
  [
    'a provider that asks to slow down: that is an answer',
    { requests: 1, slowDowns: 24 },
    'waiting: greens asks to slow down (24 answers since). The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'no more leads than there are requests',
    { requests: 16, inProgress: 21 },
    'waiting: 16 leads in progress at greens; none has ended for 60 s.',
  ],
  [
    'a pause that outlasts the time for it',
    { heldMs: 200_000, patience: { answered: true, askedMs: 200_000, givesUpMs: 60_000 } },
    'waiting: greens pauses until 14:03:20, but this run begins nothing more after 14:01:00 (see --max-wait). 10 leads wait, for 60 s so far.',
  ],
  [
    'a pause after the time for it, where the last request may still end',
    { heldMs: 200_000, patience: { answered: true, askedMs: 200_000, givesUpMs: 0 } },
    'waiting: greens pauses until 14:03:20, but the time for it is up (see --max-wait). 10 leads wait, for 60 s so far.',
  ],
  [
    'a pause that does not',
    { heldMs: 20_000, patience: { answered: true, askedMs: 20_000, givesUpMs: 60_000 } },
    'waiting: greens pauses until 14:00:20. The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'a pause until another day',
    { heldMs: 36_000_000 },
    'waiting: greens pauses until 2026-11-25 00:00:00. The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'a time for a provider that asks to slow down',
    { requests: 1, slowDowns: 24, patience: { answered: true, askedMs: 0, givesUpMs: 60_000 } },
    'waiting: greens asks to slow down (24 answers since), and this run begins nothing more after 14:01:00 (see --max-wait). 10 leads wait, for 60 s so far.',
  ],
  [
    'a provider that is asked about lost answers, now and then',
    { asking: 3 },
    'waiting: greens is asked whether 3 leads arrived. The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'the question itself is a request',
    { asking: 1, requests: 1 },
    'waiting: greens is asked whether 1 lead arrived. The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'questions beside leads that are sent',
    { asking: 1, requests: 3 },
    'waiting: 3 leads in progress at greens; none has ended for 60 s.',
  ],
  [
    'questions for as long as there is time',
    { asking: 1, patience: { answered: true, askedMs: 0, givesUpMs: 60_000 } },
    'waiting: greens is asked whether 1 lead arrived, and this run begins nothing more after 14:01:00 (see --max-wait). 10 leads wait, for 60 s so far.',
  ],
  [
    'a pause of the provider is one for questions, too',
    { asking: 1, heldMs: 20_000 },
    'waiting: greens pauses until 14:00:20. The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'the time between two tries',
    { retrying: 2 },
    'waiting: 2 leads will soon be tried again at greens. The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'the lead that went first',
    { canary: 1 },
    'waiting: greens is asked how it has filed the canary. The run goes on by itself; 10 leads wait, for 60 s so far.',
  ],
  [
    'leads that another run has',
    { inProgress: 9, elsewhere: 9 },
    'waiting: another run has 9 leads of these, or had when it was killed: its end is waited for, or the end of its lease of a minute, for 60 s now.',
  ],
])('%s', (_, target, line) => {
  const { targets, ...run } = state(0, 0, 0);
  const now = { ...run, targets: targets.map((one) => ({ ...one, ...target })) };
  expect(new WaitNotes(0).at(60_000, START, now)).toBe(line);
});

it('a provider that asks to slow down as soon as its last result is there', () => {
  const { targets, ...run } = state(3, 0, 1);
  const now = { ...run, targets: targets.map((one) => ({ ...one, requests: 1, slowDowns: 5 })) };
  const notes = new WaitNotes(0);
  // The first look that sees the result already sees what came after it.
  expect([5_000, 36_000].map((ms) => notes.at(ms, START, now))).toEqual([
    null,
    'waiting: greens asks to slow down (5 answers since). The run goes on by itself; 7 leads wait, for 31 s so far.',
  ]);
});

it('a lead that is read back: after half a minute, then each minute, and the last time is said as such', () => {
  const notes = new WaitNotes(0);
  const lines = Array.from({ length: 40 }, (_, i) => i * 5_000).flatMap((ms) => {
    const line = notes.atReadBack(ms, START + ms, 'greens', 100_000 - ms);
    return line === null ? [] : [`${ms / 1000} ${line}`];
  });
  expect(lines).toEqual([
    '30 waiting: greens is asked to show the lead, until 14:01:40 (twice its settleAfter); 30 s so far.',
    '90 waiting: greens is asked to show the lead, until 14:01:40 (twice its settleAfter); 90 s so far.',
    '150 waiting: greens is asked to show the lead for the last time; 2 min 30 s so far.',
  ]);
});
