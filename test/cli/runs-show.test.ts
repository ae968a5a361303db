// `runs` and `show` over a real ledger in a file.
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/app/context.ts';
import { type RunsOptions, runsCommand } from '../../src/cli/actions/runs.ts';
import { purgeRuns } from '../../src/cli/actions/runs-purge.ts';
import { runsTable } from '../../src/cli/actions/runs-table.ts';
import { type ShowOptions, showCommand } from '../../src/cli/actions/show.ts';
import { followUpFor } from '../../src/cli/follow-up.ts';
import { type Ledger, LedgerWriteError } from '../../src/ledger/ledger.ts';
import { Screen } from '../../src/output/screen.ts';
import { systemClock } from '../../src/util/clock.ts';
import { UsageError } from '../../src/util/usage-error.ts';
import { claimOf, completionOf, open, summaryOf } from '../ledger/contract.ts';
import { openHere, tempFolder } from '../ledger/world.ts';

const RULES = { resend: false, knownSince: null };
const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const zone = process.env['TZ'];
let folder: ReturnType<typeof tempFolder>;
let ledger: Ledger;

beforeEach(async () => {
  process.env['TZ'] = 'UTC';
  folder = tempFolder();
  ledger = await openHere(join(folder.path, 'l.db'));
});
afterEach(async () => {
  await ledger.close();
  folder.remove();
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** Runs a command and tells what it said. */
async function said(command: (context: Context) => Promise<number>) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([text(stdout), text(stderr)]);
  const status = await command({
    env: {},
    cwd: '/',
    stdin: Readable.from([]),
    stdout: new Screen(stdout),
    stderr: new Screen(stderr),
    clock: { ...systemClock, now: () => NOW },
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { status, out, err };
}

const RUNS: RunsOptions = {
  json: false,
  limit: 20,
  since: null,
  to: null,
  failed: false,
  all: false,
  config: null,
  ledger: null,
  zone: 'UTC',
  followUp: followUpFor({}, null, { env: {} }),
};

const runs = (given: Partial<RunsOptions> = {}) =>
  said((context) => runsCommand({ ...RUNS, ...given }, context, ledger));
const purge = (days: number, json = false) =>
  said((context) => purgeRuns(days * 86_400_000, { json, zone: 'UTC' }, '/srv/l.db', context, ledger));
const show = (run: string, given: Partial<ShowOptions> = {}) =>
  said((context) =>
    showCommand(
      {
        run,
        json: false,
        showPii: false,
        config: null,
        ledger: null,
        statuses: null,
        followUp: followUpFor({}, null, { env: {} }),
        ...given,
      },
      context,
      ledger,
    ),
  );

/** One run of three results that ended, and a retry of it that goes on. */
async function twoRuns(): Promise<void> {
  await open(ledger, 'AB12CD34');
  const claims = [0, 1].map((seq) => claimOf(seq));
  await ledger.commit('AB12CD34', [], claims, RULES);
  const invalid = {
    phone: null,
    errors: [{ field: 'Mobile', code: 'PHONE_MISSING', message: 'No phone.' }],
  } as const;
  await ledger.commit(
    'AB12CD34',
    [
      completionOf('AB12CD34', claimOf(0), 'created'),
      completionOf('AB12CD34', claimOf(1), 'failed'),
      completionOf('AB12CD34', claimOf(2), 'invalid', invalid, false),
    ],
    [],
    RULES,
  );
  const counts = { ...summaryOf('AB12CD34').counts, failed: 1, invalid: 1 };
  const summary = { ...summaryOf('AB12CD34'), records: 3, counts };
  await ledger.closeRun('AB12CD34', summary, 1, '2026-11-20T09:05:00.000Z');
  await open(ledger, 'AB99ZZ00', 'AB12CD34');
}

describe('runs', () => {
  it('lists them, newest first', async () => {
    await twoRuns();
    expect(await runs()).toEqual({
      status: 0,
      out: [
        'RUN       STARTED (UTC)     STATE    TARGETS  INPUT              RESULTS',
        'AB99ZZ00  2026-11-20 09:00  running  crm      retry of AB12CD34  none',
        'AB12CD34  2026-11-20 09:00  exit 1   crm      leads.csv          1 created, 1 invalid, 1 failed',
        '',
      ].join('\n'),
      err: '',
    });
    const [head, newest] = (await runs({ zone: 'Asia/Kolkata' })).out.split('\n');
    expect(head).toMatch(/^RUN {7}STARTED \(Asia\/Kolkata\) {2}STATE/);
    expect(newest).toMatch(/^AB99ZZ00 {2}2026-11-20 14:30 {8}running/);
  });

  it('gives the results a line of their own where the terminal is narrower', async () => {
    await twoRuns();
    const long = {
      files: ['exports/of/this/very/long/path/with/leads-of-october.csv'],
      targets: ['greens-staging,crm'],
    };
    const listed = (await ledger.runs()).map((run) => ({
      run: { ...run, ...long, parent: null },
      history: {
        counts: {
          created: 4_800,
          duplicate: 120,
          skipped: 3,
          invalid: 31,
          rejected: 2,
          failed: 0,
          unknown: 12,
        },
        own: summaryOf(run.id).counts,
        notSent: 0,
        ownNotSent: 0,
        changes: [],
        finishedBy: null,
        inProgress: 0,
        taken: [],
        unfinished: false,
      },
    }));
    const lines = runsTable(listed, 80, 'UTC').trimEnd().split('\n');
    for (const line of [...lines, ...runsTable(listed, 80, 'Asia/Kolkata').split('\n')])
      expect([line, line.length <= 80]).toEqual([line, true]);
    expect(runsTable(listed, 80, 'Asia/Kolkata')).toContain('…ds-of-october.csv\n');
    expect(lines).toHaveLength(5);
    expect(lines[2]).toBe('    4800 created, 120 duplicate, 3 skipped, 31 invalid, 2 rejected, 12 unknown');
    expect(lines[3]).toMatch(/^AB12CD34 .* …\S*leads-of-october\.csv$/);
    expect(runsTable(listed, 50, 'UTC').split('\n')).toContain('    31 invalid, 2 rejected, 12 unknown');
    expect(runsTable(listed, 200, 'UTC').trimEnd().split('\n')).toHaveLength(3);
  });

  it('lists them for scripts', async () => {
    await twoRuns();
    const { out, err } = await runs({ json: true });
    expect(err).toBe('');
    const [newest, oldest, end] = out.split('\n');
    expect(JSON.parse(newest ?? '')).toMatchObject({ type: 'run', run: 'AB99ZZ00', state: 'running' });
    expect(JSON.parse(oldest ?? '')).toEqual({
      type: 'run',
      run: 'AB12CD34',
      command: 'send',
      parent: null,
      startedAt: '2026-11-20T09:00:00.000Z',
      endedAt: '2026-11-20T09:05:00.000Z',
      state: 'ended',
      exitStatus: 1,
      files: ['leads.csv'],
      targets: ['crm'],
      records: 3,
      created: 1,
      duplicate: 0,
      skipped: 0,
      invalid: 1,
      rejected: 0,
      failed: 1,
      unknown: 0,
      notSent: 0,
      durationMs: 5,
      interrupted: false,
      purgedAt: null,
      now: {
        ...{ created: 1, duplicate: 0, skipped: 0, invalid: 1, rejected: 0, failed: 1, unknown: 0 },
        notSent: 0,
      },
      finishedBy: null,
    });
    expect(end).toBe('');
  });

  it('says that there is none', async () => {
    expect(await runs()).toEqual({ status: 0, out: '', err: 'No run is recorded in this ledger.\n' });
    expect(await runs({ json: true })).toEqual({ status: 0, out: '', err: '' });
  });

  it('took, where it died, until its last result', async () => {
    const dead = { self: { pid: 1, startTime: 'x', boot: 'test' }, startTimeOf: () => null };
    const other = await openHere(join(folder.path, 'l.db'), { probe: dead });
    await open(other, 'DEAD0000');
    const claims = [0, 1].map((seq) => claimOf(seq));
    await other.commit('DEAD0000', [], claims, RULES);
    const ended = claims.map((claim) => completionOf('DEAD0000', claim, 'created'));
    await other.commit('DEAD0000', ended, [], RULES);
    await other.close();
    // It began at nine.
    for (const statuses of [null, ['failed'] as const]) {
      expect((await show('DEAD', { statuses })).err).toContain('2 records to crm in 3600 s');
      const { out } = await show('DEAD', { statuses, json: true });
      expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({ durationMs: 3_600_000 });
    }
  });

  it('says how to go on after one that died', async () => {
    const dead = { self: { pid: 1, startTime: 'x', boot: 'test' }, startTimeOf: () => null };
    const other = await openHere(join(folder.path, 'l.db'), { probe: dead });
    await open(other, 'DEAD0000');
    await other.close();
    const next = 'Go on: `leadpush send leads.csv --to crm` again';
    const { out, err } = await runs();
    expect(out).toContain('died');
    expect(err).toContain(next);
    expect((await show('DEAD')).err).toContain(next);
  });

  it.each([
    [
      4,
      0,
      'Deleted personal data of 0 runs that ended before 2026-11-20 12:00 UTC, in the ledger /srv/l.db. Duplicates are still recognised.\n',
    ],
    [
      3,
      1,
      'Deleted personal data of 1 run that ended before 2026-11-21 12:00 UTC, in the ledger /srv/l.db. Duplicates are still recognised.\n',
    ],
  ])('forgets people after %i days: %i run', async (days, forgotten, words) => {
    await twoRuns();
    await ledger.closeRun('AB12CD34', summaryOf('AB12CD34'), 1, '2026-11-21T09:00:00.000Z');
    expect(await purge(days)).toEqual({
      status: 0,
      out: words,
      err: forgotten === 0 ? '' : expect.stringMatching(/^1 lead of it had not been delivered/),
    });
    expect((await show('AB12')).err.includes('was deleted')).toBe(forgotten === 1);
    const { out } = await purge(days, true);
    expect(JSON.parse(out)).toMatchObject({ type: 'purge', runs: 0 });
  });

  it('says that it could not forget', async () => {
    const refused: Ledger = {
      ...ledger,
      runs: async () => [],
      purge: async () => {
        throw new LedgerWriteError('the ledger is read-only');
      },
    };
    const { status, err } = await said((context) =>
      purgeRuns(1, { json: false, zone: 'UTC' }, '/srv/l.db', context, refused),
    );
    expect({ status, err }).toMatchObject({ status: 1, err: expect.stringContaining('read-only') });
  });
});

describe('show', () => {
  it('prints each result as send does, phones masked', async () => {
    await twoRuns();
    const { status, out, err } = await show('ab12');
    expect(status).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith('leads.csv:'))).toHaveLength(3);
    expect(out).toContain('leads.csv:2');
    expect(out).toContain('lead-0');
    expect(out).toContain('PHONE_MISSING');
    expect(out).not.toContain(claimOf(0).phone);
    expect(err).toMatch(/1 created .*\n.*1 invalid .*\n.*1 failed/);
    expect(err).toContain('leadpush retry AB12CD34');
    expect((await show('ab12', { showPii: true })).out).toContain(claimOf(0).phone);
  });

  it('prints the lines that send --json printed, and a summary', async () => {
    await twoRuns();
    const { out } = await show('AB12CD34', { json: true });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({
      type: 'result',
      run: 'AB12CD34',
      file: 'leads.csv',
      record: 1,
      line: 2,
      target: 'crm',
      provider: 'anarock',
      status: 'created',
      phone: claimOf(0).phone,
      leadId: 'lead-0',
      duplicateOf: null,
      errors: [],
      warnings: [],
      attempts: 1,
      durationMs: 12,
      name: 'Rahul Kumar',
    });
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatchObject({ type: 'summary', run: 'AB12CD34', records: 3, created: 1, failed: 1 });
  });

  it('prints only the statuses that were asked for', async () => {
    await twoRuns();
    expect((await show('AB12', { statuses: ['failed', 'unknown'] })).out.split('\n')).toHaveLength(2);
  });

  it('ends as a filter does when its reader leaves', async () => {
    await twoRuns();
    const { status } = await said((context) => {
      const stdout = new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
      });
      stdout.on('error', () => {});
      const options = {
        run: 'AB12',
        json: true,
        showPii: false,
        config: null,
        ledger: null,
        statuses: null,
        followUp: followUpFor({}, null, { env: {} }),
      };
      return showCommand(options, { ...context, stdout: new Screen(stdout) }, ledger);
    });
    expect(status).toBe(141);
  });

  it('says how a run stands that has not ended', async () => {
    await twoRuns();
    expect((await show('AB99')).err).toContain('still in progress');
    const { out } = await show('AB99', { json: true });
    expect(JSON.parse(out)).toMatchObject({ type: 'summary', run: 'AB99ZZ00', records: 0, failed: 0 });
  });

  it.each([
    ['XX', /No run "XX"/, /The newest are AB99ZZ00 .*AB12CD34/],
    ['', /No run ""/, /The newest/],
    ['AB', /matches 2 runs/, /AB99ZZ00 .*AB12CD34/],
  ])('says for %j which runs there are', async (run, message, hint) => {
    await twoRuns();
    const error = await show(run).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('says that there is no run', async () => {
    await expect(show('AB')).rejects.toMatchObject({ hint: expect.stringMatching(/has no runs/) });
  });
});
