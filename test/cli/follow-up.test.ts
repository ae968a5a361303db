// The next command can be pasted: it has what this call was told, quoted for a shell.
import { expect, it } from 'vitest';
import type { Flags } from '../../src/cli/flags.ts';
import { followUpFor, placesOf } from '../../src/cli/follow-up.ts';
import { emptyCounts, type Summary } from '../../src/delivery/outcome.ts';
import { NO_TEXT_FORMAT, type SourceInfo } from '../../src/input/record.ts';
import type { DateOrder } from '../../src/lead/date.ts';
import {
  checkCommand,
  type FollowUp,
  joinPlaces,
  type NextStep,
  nextCommands,
  nextStep,
  sameCall,
} from '../../src/output/next-commands.ts';

const info: SourceInfo = {
  ...{ ...NO_TEXT_FORMAT, file: 'l.csv', format: 'csv', headers: ['1', '2', '3'], headerLine: 1 },
  ...{ titles: 0, sheet: null },
};

/** Only what is asked of inputs: the day order of each file, and its columns where it has no header. */
const files = (...orders: readonly (DateOrder | null)[]) => ({
  cwd: '/',
  sources: orders.map((dateOrder) => ({ dateOrder, info, columns: [] })),
});

const NO_VARIABLES = { env: {} };

const summary = (counts: Partial<Summary['counts']>, more: Partial<Summary> = {}): Summary => ({
  run: '7F3K',
  records: 1,
  targets: ['a', 'p'],
  counts: { ...emptyCounts(), ...counts },
  durationMs: 1,
  interrupted: null,
  stops: [],
  ledgerFailure: null,
  maxFailuresReached: false,
  dryRun: null,
  ...more,
});

it.each<[string, Record<string, unknown>, readonly (DateOrder | null)[], Summary, readonly string[]]>([
  ['nothing to do', {}, [null], summary({ created: 1, duplicate: 2 }), []],
  [
    'failed',
    { config: 'my c.yaml' },
    [null],
    summary({ failed: 1 }),
    ["leadpush retry 7F3K --config 'my c.yaml'"],
  ],
  [
    'unknown',
    { ledger: 'l.db' },
    [null],
    summary({ unknown: 1 }),
    ['leadpush retry 7F3K --settle --ledger l.db'],
  ],
  [
    'own fields',
    { field: ['x=1', "y=it's"] },
    [null],
    summary({ failed: 1 }),
    ["leadpush retry 7F3K --field x=1 --field 'y=it'\\''s'"],
  ],
  ['rejected', {}, [null], summary({ rejected: 1 }), ['leadpush send r.csv --to a,p']],
  [
    'how files are read',
    {
      column: ['Mobile No.=phone'],
      set: ['city=Pune'],
      campaignId: 'greens',
      region: 'AE',
      includeTest: true,
      sheet: '2',
    },
    ['DMY'],
    summary({ invalid: 1 }),
    [
      "leadpush send r.csv --to a,p --column 'Mobile No.=phone' --region AE --set city=Pune --include-test --campaign-id greens",
    ],
  ],
  [
    'a day order that some rows may leave open',
    {},
    ['MDY'],
    summary({ invalid: 1 }),
    ['leadpush send r.csv --to a,p --date-order MDY'],
  ],
  [
    'a day order that was given',
    { dateOrder: 'YMD' },
    [null],
    summary({ invalid: 1 }),
    ['leadpush send r.csv --to a,p --date-order YMD'],
  ],
  ['files of two orders', {}, ['MDY', 'DMY'], summary({ invalid: 1 }), ['leadpush send r.csv --to a,p']],
  [
    'no ledger, so nothing to retry',
    { ledger: false },
    [null],
    summary({ failed: 1, unknown: 1, invalid: 1 }),
    ['leadpush send r.csv --to a,p --no-ledger'],
  ],
  [
    'the first that matters, then the rows to fix',
    {},
    [null],
    summary({ failed: 1, unknown: 1, invalid: 1 }),
    ['leadpush retry 7F3K', 'leadpush send r.csv --to a,p'],
  ],
])('%s', (_, flags, orders, said, expected) => {
  expect(nextCommands(said, ['r.csv'], followUpFor(flags, files(...orders), NO_VARIABLES))).toEqual(expected);
});

it.each<[string, Partial<Summary['counts']>, rejects: readonly string[], NextStep]>([
  [
    'all is corrected',
    { invalid: 1 },
    ['r.backup-1.csv'],
    { command: 'leadpush send r.backup-1.csv --to a,p' },
  ],
  [
    'new rows, too',
    { invalid: 2 },
    ['r.csv', 'r.backup-1.csv'],
    {
      command: 'leadpush send r.csv --to a,p',
      first: 'fix r.csv, then send it',
      below: ['Your corrections wait: leadpush send r.backup-1.csv --to a,p'],
      later: ['leadpush send r.backup-1.csv --to a,p'],
    },
  ],
  [
    'and leads to retry',
    { failed: 1, invalid: 2 },
    ['r.csv', 'r.backup-1.csv'],
    {
      command: 'leadpush retry 7F3K',
      below: [
        'Then: fix r.csv, then send it: leadpush send r.csv --to a,p',
        'Your corrections wait: leadpush send r.backup-1.csv --to a,p',
      ],
      later: ['leadpush send r.csv --to a,p', 'leadpush send r.backup-1.csv --to a,p'],
    },
  ],
])('corrections that wait: %s', (_, counts, rejects, expected) => {
  const followUp = { ...followUpFor({}, files(null), NO_VARIABLES), corrected: ['r.backup-1.csv'] };
  expect(nextStep(summary(counts), rejects, followUp)).toEqual(expected);
});

it('without a header, the columns that were found are named', () => {
  const columns = [
    { header: '1', target: 'name' },
    { header: '2', target: 'phone' },
    { header: '3', target: null },
  ] as const;
  const inputs = { cwd: '/', sources: [{ dateOrder: null, info: { ...info, headerLine: null }, columns }] };
  const flags = { header: false, column: ['1=name'] };
  expect(nextCommands(summary({ invalid: 1 }), ['r.csv'], followUpFor(flags, inputs, NO_VARIABLES))).toEqual([
    'leadpush send r.csv --to a,p --column 1=name --no-header --column 2=phone',
  ]);
});

const SAME = ['send', 'my leads.csv', '--to', 'a'];

it.each<[string, Partial<FollowUp>, Summary, readonly string[]]>([
  [
    'interrupted: the same command',
    { same: SAME },
    summary({ failed: 1, unknown: 1 }, { interrupted: 'SIGINT' }),
    ["leadpush send 'my leads.csv' --to a"],
  ],
  [
    'a ledger that could not be written, which does not know all of it',
    { same: SAME },
    summary({ failed: 9 }, { ledgerFailure: 'full' }),
    ["leadpush send 'my leads.csv' --to a"],
  ],
  [
    'interrupted before its input was read to the end, and the command is not known',
    {},
    summary({ failed: 1 }, { interrupted: 'SIGTERM', unread: true }),
    [],
  ],
  [
    'interrupted when all was read, and the command is not known',
    {},
    summary({ unknown: 1 }, { interrupted: 'SIGTERM' }),
    ['leadpush retry 7F3K --settle'],
  ],
  [
    'interrupted when all was read and had its outcome',
    { same: SAME },
    summary({ created: 3 }, { interrupted: 'SIGINT' }),
    [],
  ],
  [
    'interrupted, and all that was read had its outcome',
    { same: SAME },
    summary({ created: 3 }, { interrupted: 'SIGINT', unread: true }),
    ["leadpush send 'my leads.csv' --to a"],
  ],
  [
    'interrupted, and nothing remembers what was sent',
    { same: SAME, remembered: false },
    summary({ failed: 1 }, { interrupted: 'SIGINT' }),
    [],
  ],
  ['a retry names the first run', { first: 'AB12' }, summary({ failed: 1 }), ['leadpush retry AB12']],
  [
    'a provider that cannot be asked',
    { unknown: '--unknown' },
    summary({ unknown: 1 }),
    ['leadpush retry 7F3K --unknown'],
  ],
  ['nothing is left to this run', { none: true }, summary({ failed: 1, unknown: 1 }), []],
])('%s', (_, more, said, expected) => {
  expect(nextCommands(said, [], { ...followUpFor({}, null, NO_VARIABLES), ...more })).toEqual(expected);
});

it('the check has the configuration of the call', () => {
  expect(checkCommand(followUpFor({ config: 'c.yaml', ledger: 'l.db' }, null, NO_VARIABLES))).toBe(
    'leadpush check --config c.yaml',
  );
});

it.each<[Flags, Record<string, string>, readonly string[]]>([
  [{}, {}, []],
  [{}, { LEADPUSH_LEDGER: 'l.db', LEADPUSH_CONFIG: 'c.yaml' }, ['--config', 'c.yaml', '--ledger', 'l.db']],
  [{}, { LEADPUSH_LEDGER: '', LEADPUSH_CONFIG: '' }, []],
  [
    { config: 'd.yaml', ledger: 'm.db' },
    { LEADPUSH_LEDGER: 'l.db', LEADPUSH_CONFIG: 'c.yaml' },
    ['--config', 'd.yaml', '--ledger', 'm.db'],
  ],
  [{ ledger: false }, { LEADPUSH_LEDGER: 'l.db' }, []],
  [{}, { LEADPUSH_LEDGER: 'postgresql://me:hunter22@db/leads' }, ['--ledger', 'postgresql://me@db/leads']],
])('places of %j with the variables %j', (flags, env, expected) => {
  expect(placesOf(flags, { env })).toEqual(expected);
  expect(nextCommands(summary({ failed: 1 }), [], followUpFor(flags, null, { env }))).toEqual(
    flags['ledger'] === false ? [] : [['leadpush retry 7F3K', ...expected].join(' ')],
  );
});

it.each([
  [['send', 'a.csv'], ['--config', 'c', '--ledger', 'l'], 'send a.csv --config c --ledger l'],
  [['send', '--config=d', 'a.csv'], ['--config', 'c', '--ledger', 'l'], 'send --config=d a.csv --ledger l'],
  [
    ['send', '--ledger', 'm', '--', '-a.csv'],
    ['--config', 'c', '--ledger', 'l'],
    'send --ledger m --config c -- -a.csv',
  ],
  [['send', '--', '--config'], ['--config', 'c'], 'send --config c -- --config'],
])('the same call: %j with %j', (args, places, expected) => {
  expect(sameCall(args, places).join(' ')).toBe(expected);
});

it('the configuration of a run is named instead of that of the call', () => {
  expect(joinPlaces(['--field', 'a=1', '--config', 'c', '--ledger', 'l'], ['--config', 'd'])).toEqual([
    '--field',
    'a=1',
    '--ledger',
    'l',
    '--config',
    'd',
  ]);
});
