// What a summary says of warnings, of duplicates, and of how to go on.
import { describe, expect, it } from 'vitest';
import { emptyCounts, type Summary } from '../../src/delivery/outcome.ts';
import type { Code } from '../../src/lead/codes.ts';
import { CODE_TEXTS } from '../../src/output/messages.ts';
import type { FollowUp } from '../../src/output/next-commands.ts';
import { streamStyle } from '../../src/output/style.ts';
import { summaryText } from '../../src/output/summary-text.ts';
import { Tally } from '../../src/output/tally.ts';
import { WARNING_WORDS, warningsLine } from '../../src/output/warning-words.ts';

it.each(Object.entries(CODE_TEXTS).filter(([, { kind }]) => kind === 'warning'))(
  '%s has its words',
  (code) => {
    expect(WARNING_WORDS).toHaveProperty(code);
  },
);

it.each<[readonly (readonly [Code, number])[], string | null]>([
  [[], null],
  [[['EMAIL_INVALID', 1]], '1 warning: 1 e-mail left out'],
  [
    [
      ['EMAIL_INVALID', 1],
      ['BUDGET_UNPARSED', 2],
    ],
    '3 warnings: 2 budgets, 1 e-mail left out',
  ],
  [
    [
      ['NAME_MISSING', 1_200],
      ['BUDGET_UNPARSED', 2],
      ['ROW_SHORT', 1],
    ],
    '1,203 warnings: 2 budgets left out; 1,200 names missing, 1 short row',
  ],
])('%j', (counts, line) => {
  expect(warningsLine(new Map(counts))).toBe(line);
});

const VIEW = { style: streamStyle({}, {}), showPii: false, verbose: false, manyTargets: false };
const followUp = (same: readonly string[]): FollowUp => ({
  files: true,
  oneLead: false,
  remembered: true,
  places: [],
  check: [],
  retry: [],
  again: [],
  freeName: () => 'rejects.csv',
  send: () => [],
  same,
});

describe('after an interruption', () => {
  const summary = (more: Partial<Summary> = {}): Summary => ({
    run: '7F3K',
    records: 592,
    targets: ['greens'],
    counts: { ...emptyCounts(), created: 48, failed: 544 },
    durationMs: 3_210,
    interrupted: 'SIGINT',
    stops: [],
    ledgerFailure: null,
    maxFailuresReached: false,
    dryRun: null,
    unread: true,
    ...more,
  });
  const tally = Object.assign(new Tally(), { sent: 48, notSent: 544 });
  const lines = (said: Summary, same: readonly string[]) =>
    summaryText(said, VIEW, [], followUp(same), tally).trimEnd().split('\n');

  it('one command goes on, and what was never tried is no failure', () => {
    expect(lines(summary(), ['send', 'leads.csv', '--to', 'greens'])).toEqual([
      'Run 7F3K: 592 records to greens in 3.2 s',
      '      48 created   accepted by the provider',
      '     544 not sent  nothing arrived; sending is safe',
      'Interrupted (SIGINT): 592 records read, 48 sent, 544 not sent; the rest of the file was not read.',
      'Go on: leadpush send leads.csv --to greens',
    ]);
  });

  it.each<[string, Summary, readonly string[], string]>([
    [
      'a phone among its words',
      summary(),
      ['send', '--phone', '9876543210'],
      'Go on: the same command again',
    ],
    [
      'stdin, which has to come once more',
      summary(),
      ['send', '-', '--to', 'a'],
      'Go on: leadpush send - --to a, with the same input',
    ],
  ])('%s', (_, said, same, last) => {
    expect(lines(said, same).at(-1)).toBe(last);
  });

  it.each<[number, number, string]>([
    [1, 0, 'a test lead of the ad platform, not sent'],
    [2, 0, 'test leads of the ad platform, not sent'],
    [0, 1, 'a row that is no lead (a total, a repeated header), not sent'],
    [0, 3, 'rows that are no lead (a total, a repeated header), not sent'],
    [1, 2, '1 test lead of the ad platform, 2 rows that are no lead; not sent'],
  ])('%i test leads and %i rows that are no lead', (testLeads, notLeads, words) => {
    const skipped = { ...summary().counts, skipped: testLeads + notLeads };
    const text = summaryText(
      summary({ counts: skipped }),
      VIEW,
      [],
      followUp([]),
      Object.assign(new Tally(), { testLeads, notLeads }),
    );
    expect(text).toContain(`skipped   ${words}\n`);
  });

  it.each<[Partial<Tally>, string]>([
    [{ sent: 48, undelivered: 0, notSent: 544 }, '592 records read, 48 sent, 544 not sent.'],
    [
      { sent: 48, undelivered: 16, notSent: 528 },
      '592 records read, 48 sent, 16 not delivered, 528 not sent.',
    ],
    [{ sent: 591, undelivered: 1, notSent: 0 }, '592 records read, 591 sent, 1 not delivered.'],
    [{ sent: 592, undelivered: 0, notSent: 0 }, '592 records read, 592 sent, 0 not sent.'],
  ])('what was tried and refused is told apart: %j', (counts, words) => {
    const { unread: _, ...read } = summary();
    const text = summaryText(read, VIEW, [], followUp([]), Object.assign(new Tally(), counts));
    expect(text).toContain(`Interrupted (SIGINT): ${words}\n`);
  });

  it('results that could not be written: nothing is counted that was not shown', () => {
    const text = summaryText(summary({ interrupted: 'OUTPUT' }), VIEW, [], followUp([]), new Tally());
    expect(text).toContain(
      'Interrupted (its results could not be written): 592 records read; the rest of the file was not read.\n',
    );
  });

  it('an input that was read to its end has no rest', () => {
    const { unread: _, ...read } = summary();
    expect(lines(read, ['send', 'leads.csv']).at(-2)).toMatch(/544 not sent\.$/);
  });
});

describe('what comes next is said of one lead and of several', () => {
  const ended = (counts: Partial<Summary['counts']>): Summary => ({
    run: '7F3K',
    records: 2,
    targets: ['greens'],
    counts: { ...emptyCounts(), ...counts },
    durationMs: 1,
    interrupted: null,
    stops: [],
    ledgerFailure: null,
    maxFailuresReached: false,
    dryRun: null,
  });
  const known = (ledger: number): Partial<Tally> => ({
    duplicates: { ledger, input: 0, account: 0, provider: 0, again: 0 },
  });
  it.each<
    [
      what: string,
      counts: readonly (keyof Summary['counts'])[],
      more: Partial<FollowUp>,
      rejects: readonly (readonly string[])[],
      one: string,
      two: string,
    ]
  >([
    [
      'rows to fix',
      ['invalid'],
      {},
      [[], []],
      'Next: add --rejects rejects.csv to get the row to fix in a file of its own',
      'Next: add --rejects rejects.csv to get the rows to fix in a file of their own',
    ],
    [
      'rows to fix in the file that was sent',
      ['invalid'],
      { rejected: ['r 1.csv'], same: ['send', 'r 1.csv'] },
      [[], []],
      "Next: fix the row that is still wrong in r 1.csv, then send it again:\n  leadpush send 'r 1.csv'",
      "Next: fix the rows that are still wrong in r 1.csv, then send it again:\n  leadpush send 'r 1.csv'",
    ],
    [
      'rows to fix in several of them, sent with a phone',
      ['invalid'],
      { rejected: ['r.csv', 's.csv'], same: ['send', 'r.csv', 's.csv', '--set', 'altPhone=9876500001'] },
      [[], []],
      'Next: fix the row that is still wrong in r.csv or s.csv, then the same command again',
      'Next: fix the rows that are still wrong in r.csv and s.csv, then the same command again',
    ],
    [
      'their files',
      ['invalid'],
      {},
      [['r.csv'], ['r-a.csv', 'r b.csv']],
      'Next: fix r.csv, then send it:\n  leadpush send r.csv --to greens',
      "Next: fix r-a.csv and r b.csv, then send them:\n  leadpush send r-a.csv 'r b.csv' --to greens",
    ],
    [
      'rejected by a retry',
      ['rejected'],
      { files: false },
      [[], []],
      'Next: correct what the provider says of it, and send it again; if',
      'Next: correct what the provider says of them, and send them again; if',
    ],
    [
      'failed, without a ledger',
      ['failed'],
      { remembered: false },
      [[], []],
      'Next: put the failed row in a file and send it (',
      'Next: put the failed rows in a file and send it (',
    ],
    [
      'unknown, without a ledger',
      ['unknown'],
      { remembered: false },
      [[], []],
      'Next: look up the unknown lead at the provider before you send it again (',
      'Next: look up the unknown leads at the provider before you send them again (',
    ],
    [
      'unknown, and counted',
      ['unknown'],
      { none: true },
      [[], []],
      '1 unknown   may have been accepted; look it up before you send it again',
      '2 unknown   may have been accepted; look them up before you send them again',
    ],
    [
      'forgotten by a test server',
      ['duplicate'],
      { local: true },
      [[], []],
      'Next: if the server was restarted and has forgotten it, as a sandbox has: the same',
      'Next: if the server was restarted and has forgotten them, as a sandbox has: the same',
    ],
    [
      'of a retry',
      ['failed'],
      { first: '4AAA' },
      [[], []],
      'Next: leadpush retry 4AAA\n  Run 4AAA is the one that this run retried.',
      'Next: leadpush retry 4AAA\n  Run 4AAA is the one that this run retried.',
    ],
    [
      'elsewhere',
      ['created'],
      { elsewhere: { what: 'Run 4AAA has left 3 not delivered.', command: 'leadpush retry 4AAA' } },
      [[], []],
      'Run 4AAA has left 3 not delivered.\nNext: leadpush retry 4AAA',
      'Run 4AAA has left 3 not delivered.\nNext: leadpush retry 4AAA',
    ],
  ])('%s', (_, [status = 'created'], more, rejects, one, two) => {
    for (const [n, words] of [one, two].entries()) {
      const text = summaryText(
        ended({ [status]: n + 1 }),
        VIEW,
        rejects[n] ?? [],
        { ...followUp([]), ...more },
        Object.assign(new Tally(), status === 'duplicate' ? known(n + 1) : {}),
      );
      expect(text).toContain(words);
    }
  });
});

it.each<[string, Partial<Summary['counts']>, boolean]>([
  ['leads are left', { created: 1, failed: 2 }, true],
  ['later runs have sent all', { created: 3 }, false],
])('a stopped target, where %s', (_, counts, advised) => {
  const said: Summary = {
    run: '7F3K',
    records: 3,
    targets: ['greens'],
    counts: { ...emptyCounts(), ...counts },
    durationMs: 1,
    interrupted: null,
    stops: [{ target: 'greens', code: 'CREDENTIALS_REFUSED', message: 'HTTP 401.' }],
    ledgerFailure: null,
    maxFailuresReached: false,
    dryRun: null,
  };
  const text = summaryText(said, VIEW, [], followUp([]), new Tally());
  expect(text).toContain('Target greens was stopped: HTTP 401.');
  expect(text.includes('Check the key')).toBe(advised);
});
