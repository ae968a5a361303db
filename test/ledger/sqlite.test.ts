// What only a ledger in SQLite has: a file with modes, a schema with versions, a disk that can be full.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/delivery/outcome.ts';
import { type Claim, type Ledger, LedgerWriteError } from '../../src/ledger/ledger.ts';
import { APPLICATION_ID, MIGRATIONS } from '../../src/ledger/sqlite/schema.ts';
import { systemClock } from '../../src/util/clock.ts';
import { UsageError } from '../../src/util/usage-error.ts';
import { all, claimOf, completionOf, ENDED_AT, open, summaryOf } from './contract.ts';
import { openHere, tempFolder } from './world.ts';

const RULES = { resend: false, knownSince: null };
let folder: ReturnType<typeof tempFolder>;
let file: string;
let opened: Ledger[];

beforeEach(() => {
  folder = tempFolder();
  file = join(folder.path, 'state', 'leadpush', 'ledger.db');
  opened = [];
});
afterEach(async () => {
  for (const ledger of opened) await ledger.close();
  folder.remove();
});

async function ledgerAt(path: string | null, deps: Parameters<typeof openHere>[1] = {}): Promise<Ledger> {
  const ledger = await openHere(path, deps);
  opened.push(ledger);
  return ledger;
}

async function claimAll(ledger: Ledger, run: string, claims: readonly Claim[]): Promise<string[]> {
  const answers = await ledger.commit(run, [], claims, RULES);
  return answers.map((answer) => answer.kind);
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

/** What is left of a file whose first transaction was interrupted while its pages were written: SQLite takes them back. */
function interruptedAtFirst(path: string): void {
  const begun = join(folder.path, 'begun.db');
  const db = new Database(begun);
  db.exec('PRAGMA cache_size = 2; PRAGMA cache_spill = 2; BEGIN IMMEDIATE; CREATE TABLE meta (name, value)');
  db.exec(
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO meta SELECT i, hex(zeroblob(100)) FROM n',
  );
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (const tail of ['', '-journal']) copyFileSync(`${begun}${tail}`, `${path}${tail}`);
  db.close();
  chmodSync(path, 0o600);
  expect(statSync(path).size).toBeGreaterThan(0);
}

describe('the file', () => {
  it('whose first transaction was interrupted is none to whoever reads, and new to whoever writes', async () => {
    const told: string[] = [];
    const onNew = () => told.push('new');
    interruptedAtFirst(file);
    const reader = await ledgerAt(file, { access: 'read', onNew });
    expect(await reader.runs()).toEqual([]);
    expect(statSync(file).size).toBe(0);
    expect(told).toEqual([]);
    interruptedAtFirst(file);
    await ledgerAt(file, { onNew });
    expect(told).toEqual(['new']);
  });

  it.skipIf(process.platform === 'win32')(
    'is only its owner’s, whatever the umask, and so is its folder',
    async () => {
      const umask = process.umask(0);
      try {
        const ledger = await ledgerAt(file);
        await open(ledger, 'RUN1');
      } finally {
        process.umask(umask);
      }
      expect([file, `${file}-wal`, `${file}-shm`].map(modeOf)).toEqual([0o600, 0o600, 0o600]);
      expect(modeOf(join(folder.path, 'state', 'leadpush'))).toBe(0o700);
    },
  );

  it.skipIf(process.platform === 'win32')('is closed to others where it was open to them', async () => {
    await (await openHere(file)).close();
    chmodSync(file, 0o644);
    await ledgerAt(file);
    expect(modeOf(file)).toBe(0o600);
  });

  it.each([
    [
      'text',
      () => writeFileSync(file, 'Name,Phone\nRahul,9988776655\n'.repeat(200)),
      /is not a ledger, or is damaged/,
    ],
    ['a folder', () => mkdirSync(file), /is a folder/],
    [
      "another program's database",
      () => {
        const db = new Database(file);
        db.exec('CREATE TABLE photos (id INTEGER)');
        db.close();
      },
      /database of another program/,
    ],
    [
      'a ledger of a newer leadpush',
      () => {
        const db = new Database(file);
        db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length + 1}`);
        db.close();
      },
      /written by a newer leadpush/,
    ],
  ])('that is %s is refused and left as it is', async (_, make, message) => {
    mkdirSync(join(folder.path, 'state', 'leadpush'), { recursive: true });
    make();
    const before = statSync(file).isDirectory() ? null : readFileSync(file);
    const error = await openHere(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/--ledger/),
    });
    if (before !== null) expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('that is damaged says so, and what to do', async () => {
    await (await openHere(file)).close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 100, 3_000);
    writeFileSync(file, bytes);
    await expect(openHere(file)).rejects.toThrow(/is not a ledger, or is damaged/);
    truncateSync(file, 50);
    await expect(openHere(file)).rejects.toThrow(/is not a ledger, or is damaged/);
  });

  it('opened to be read is neither made nor written', async () => {
    const none = await ledgerAt(file, { access: 'read' });
    expect(await none.lookUp(['key-0'], RULES)).toEqual([null]);
    expect(await none.runs()).toEqual([]);
    expect(existsSync(join(folder.path, 'state'))).toBe(false);

    const writer = await ledgerAt(file);
    await open(writer, 'RUN1');
    await writer.commit('RUN1', [], [claimOf(0)], RULES);
    await writer.commit('RUN1', [completionOf('RUN1', claimOf(0), 'created')], [], RULES);
    const reader = await ledgerAt(file, { access: 'read' });
    expect(await reader.lookUp(['key-0'], RULES)).toMatchObject([{ by: 'ledger', run: 'RUN1' }]);
    await expect(open(reader, 'RUN2')).rejects.toThrow(LedgerWriteError);
    expect(await reader.runs()).toHaveLength(1);
  });

  it('may have a name that says nothing', async () => {
    const odd = join(folder.path, 'März %20 "file:x?mode=ro".db');
    await (await openHere(odd)).close();
    expect(existsSync(odd)).toBe(true);
  });
});

/** A ledger as version 1 wrote it: never change these lines. */
const VERSION_1 = readFileSync(new URL('version-1.sql', import.meta.url), 'utf8');

describe('the schema', () => {
  it('of version 1 is still understood, after later steps too', async () => {
    mkdirSync(join(folder.path, 'state', 'leadpush'), { recursive: true });
    const db = new Database(file);
    db.exec(VERSION_1);
    db.close();
    const later = [...MIGRATIONS, (schema: string) => `CREATE TABLE ${schema}.later (id INTEGER)`];
    for (const migrations of [MIGRATIONS, later, later]) {
      const ledger = await openHere(file, { migrations });
      expect(ledger.digest('identity')).toBe('eli9pHoIShbSN9CWjuDADw');
      expect(await ledger.lookUp(['FXv3bQ4mFDO2MR3fqS6nAw'], RULES)).toMatchObject([
        { leadId: '17863', run: 'AB12CD34', file: 'leads.csv', record: 1 },
      ]);
      expect(await ledger.runs()).toMatchObject([{ id: 'AB12CD34', state: 'died' }]);
      expect(await all(ledger.results('AB12CD34'))).toMatchObject([{ name: 'Rahul Kumar', errors: [] }]);
      expect(await all(ledger.unfinished('AB12CD34', ['sending']))).toMatchObject([{ seq: 1, lead: '{}' }]);
      await ledger.close();
    }
    // The last of them cannot be opened by a program that does not know its step.
    await expect(openHere(file)).rejects.toThrow(/newer leadpush/);
  });

  it('is made once, whoever comes first', async () => {
    const ledgers = await Promise.all(Array.from({ length: 5 }, () => openHere(file)));
    const digests = new Set(ledgers.map((ledger) => ledger.digest('identity')));
    expect(digests.size).toBe(1);
    for (const ledger of ledgers) await ledger.close();
  });
});

describe('a full disk', () => {
  it.each([
    ['the ledger', () => file],
    ['a private ledger', () => null],
  ])('stops %s: the turn that failed left nothing, and those before stand', async (_, where) => {
    const ledger = await ledgerAt(where(), { maxPages: 60 });
    await open(ledger, 'RUN1');
    let turn = 0;
    const batch = (n: number) =>
      Array.from({ length: 50 }, (_, i) => claimOf(n * 50 + i, { lead: `"${'x'.repeat(400)}"` }));
    let failure: unknown = null;
    while (failure === null) {
      await ledger.commit('RUN1', [], batch(turn), RULES).then(
        () => turn++,
        (error: unknown) => {
          failure = error;
        },
      );
    }
    expect(turn).toBeGreaterThan(1);
    expect(failure).toBeInstanceOf(LedgerWriteError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/no space is left on the disk for the ledger/),
    });
    await expect(ledger.commit('RUN1', [], batch(turn), RULES)).rejects.toThrow(LedgerWriteError);
    // A small one still fits, and what is free can be used again.
    const last = batch(turn - 1)[0] ?? claimOf(0);
    await ledger.commit('RUN1', [completionOf('RUN1', last, 'created')], [], RULES);
    expect(await all(ledger.results('RUN1'))).toHaveLength(1);
    if (where() === null) return;

    await ledger.closeRun('RUN1', summaryOf('RUN1'), 1, ENDED_AT);
    const later = await ledgerAt(file);
    await open(later, 'RUN2');
    expect(new Set(await claimAll(later, 'RUN2', batch(turn)))).toEqual(new Set(['ours']));
    expect(new Set(await claimAll(later, 'RUN2', batch(turn - 1)))).toEqual(new Set(['known', 'unsettled']));
  });
});

describe('what a run repeats', () => {
  it('is kept with the first turn that is, after one that failed', async () => {
    const ledger = await ledgerAt(file, { maxPages: 30 });
    await open(ledger, 'RUN1');
    const end = (seq: number, lead: string) => ({
      ...completionOf('RUN1', claimOf(seq, { lead, file: 'late.csv', target: 'late' }), 'failed', {}, false),
      source: 'late source',
    });
    await expect(ledger.commit('RUN1', [end(0, 'x'.repeat(200_000))], [], RULES)).rejects.toThrow(
      LedgerWriteError,
    );
    await ledger.commit('RUN1', [end(1, '{}')], [], RULES);
    expect(await all((await ledgerAt(file)).results('RUN1'))).toMatchObject([
      { file: 'late.csv', target: 'late', source: 'late source' },
    ]);
  });

  it('may be more than is worth a number, and is gone on with by another process', async () => {
    const first = await ledgerAt(file);
    await open(first, 'RUN1');
    const names = Array.from({ length: 250 }, (_, i) => `${i}.csv`);
    const ends = names.map((name, i) => ({
      ...completionOf('RUN1', claimOf(i, { file: name }), 'failed', {}, false),
      campaign: `campaign ${i}`,
    }));
    await first.commit('RUN1', ends.slice(0, 60), [], RULES);
    const second = await ledgerAt(file);
    await second.commit('RUN1', ends.slice(60), [], RULES);
    const results = await all(second.results('RUN1'));
    expect(results.map((result) => result.file)).toEqual(names);
    expect(results.map(({ campaign }) => campaign)).toEqual(ends.map(({ campaign }) => campaign));
    const db = new Database(file);
    expect(db.prepare('SELECT kind, count(*) FROM texts GROUP BY 1 ORDER BY 1').raw().all()).toEqual([
      ['about', 100],
      ['file', 100],
      ['name', 2],
    ]);
    db.close();
  });
});

describe('another process that writes', () => {
  it('is waited for without holding up this one', async () => {
    const ledger = await ledgerAt(file);
    await open(ledger, 'RUN1');
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    let beats = 0;
    const heart = setInterval(() => beats++, 5);
    setTimeout(() => other.exec('COMMIT'), 700);
    expect(await claimAll(ledger, 'RUN1', [claimOf(0)])).toEqual(['ours']);
    clearInterval(heart);
    other.close();
    expect(beats).toBeGreaterThan(3);
  });

  it('is not waited for for ever', async () => {
    let hours = 0;
    const clock = { ...systemClock, monotonic: () => hours++ * 3_600_000 };
    const ledger = await ledgerAt(file, { clock });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(open(ledger, 'RUN1')).rejects.toThrow(
      /locked for 30 seconds \(SQLITE_BUSY: database is locked\)/,
    );
    other.exec('ROLLBACK');
    other.close();
    const old = join(folder.path, 'old.db');
    const holder = new Database(old);
    holder.exec(VERSION_1);
    holder.exec('BEGIN EXCLUSIVE');
    await expect(openHere(old, { clock })).rejects.toThrow(
      /locked by another program \(SQLITE_BUSY: database is locked\)/,
    );
    holder.close();
  });
});

describe('text', () => {
  it('that is no Unicode, or holds NUL, is kept without it', async () => {
    const ledger = await ledgerAt(file);
    await open(ledger, 'RUN1');
    const claim = claimOf(0, { file: 'a\ud800b.csv', lead: JSON.stringify({ name: 'x\ud83d\0y \\ud800' }) });
    await claimAll(ledger, 'RUN1', [claim]);
    const message = 'half \udc00, NUL \0, backslash \\u0000';
    await ledger.commit(
      'RUN1',
      [
        completionOf('RUN1', claim, 'failed', {
          name: 'Rahul \ud83d\0',
          errors: [{ field: null, code: 'NOT_SENT', message }],
        }),
      ],
      [],
      RULES,
    );
    const [row] = await all(ledger.results('RUN1'));
    expect(row).toMatchObject({
      file: 'a\ufffdb.csv',
      name: 'Rahul \ufffd\ufffd',
      errors: [{ message: 'half \ufffd, NUL \ufffd, backslash \\u0000' }],
    });
    // The lead is JSON of its own, which can say both.
    expect(JSON.parse(row?.lead ?? '')).toEqual({ name: 'x\ud83d\0y \\ud800' });
  });
});

describe('forgetting', () => {
  const SECRETS = [
    '919900012345',
    'Firoza',
    'typed 98x76',
    'Leads of Gulnar.csv',
    'Copy of Gulnar.csv',
    'Gulnar, walk-in',
    'Gulnar, campaign',
    'stopped over Gulnar',
    'no space for Gulnar',
  ];
  const problem = { field: 'Mobile', code: 'PHONE_INVALID', message: 'typed 98x76' } as const;

  async function remember(ledger: Ledger, run: string, endedAt: string | null): Promise<void> {
    const leads = 'Leads of Gulnar.csv';
    await ledger.openRun({
      id: run,
      command: 'send',
      startedAt: '2026-11-20T09:00:00.000Z',
      files: [leads, '-'],
      targets: ['crm'],
      parent: null,
    });
    const lead = '{"phone":"+919900012345","name":"Firoza"}';
    const claims = Array.from({ length: 300 }, (_, i) =>
      claimOf(i, { key: `${run}-${i}`, lead, phone: '+919900012345', file: i === 1 ? '-' : leads }),
    );
    await claimAll(ledger, run, claims);
    await ledger.commit(
      run,
      claims.slice(0, 290).map((claim, i) => ({
        ...completionOf(run, claim, i % 2 === 0 ? 'created' : 'unknown', {
          name: 'Firoza',
          warnings: [problem],
          duplicateOf:
            i === 0
              ? { by: 'input', leadId: '7', at: null, run: null, file: 'Copy of Gulnar.csv', record: 4 }
              : null,
        }),
        source: 'Gulnar, walk-in',
        campaign: 'Gulnar, campaign',
      })),
      [],
      RULES,
    );
    const summary: Summary = {
      ...summaryOf(run),
      stops: [{ target: 'crm', code: 'REDIRECTED', message: 'stopped over Gulnar' }],
      ledgerFailure: 'no space for Gulnar',
    };
    if (endedAt !== null) await ledger.closeRun(run, summary, 0, endedAt);
  }

  const bytes = () =>
    readdirSync(join(file, '..'))
      .map((name) => readFileSync(join(file, '..', name), 'latin1'))
      .join('');

  it('leaves no trace of a person in any file, and keeps what was sent', async () => {
    const ledger = await ledgerAt(file);
    const other = await ledgerAt(file);
    await remember(ledger, 'OLD1', ENDED_AT);
    await ledger.commit('OLD1', [], [], RULES);
    expect(SECRETS.filter((secret) => bytes().includes(secret))).toEqual(SECRETS);

    expect(await other.purge('2026-11-20T10:00:00.001Z')).toBe(1);

    expect(SECRETS.filter((secret) => bytes().includes(secret))).toEqual([]);
    expect(await claimAll(ledger, 'OLD1', [claimOf(0, { key: 'OLD1-0' })])).toEqual(['known']);
    await open(ledger, 'NEW1');
    expect(
      await ledger.commit(
        'NEW1',
        [],
        ['OLD1-0', 'OLD1-1', 'OLD1-299'].map((key, seq) => claimOf(seq, { key })),
        RULES,
      ),
    ).toMatchObject([
      { kind: 'known', leadId: 'lead-0', run: 'OLD1', file: '(forgotten)', record: 1 },
      { kind: 'unsettled', submissionId: 'id-1' },
      { kind: 'unsettled', submissionId: 'id-299' },
    ]);
    expect(await all(ledger.unfinished('OLD1', ['unknown', 'sending', 'failed']))).toEqual([]);
    expect(await all(ledger.results('OLD1'))).toHaveLength(290);
    const [first, second] = await all(ledger.results('OLD1'));
    expect(second).toMatchObject({ file: '-', duplicateOf: null, status: 'unknown' });
    expect(first).toMatchObject({
      file: '(forgotten)',
      phone: null,
      name: null,
      lead: null,
      source: null,
      campaign: null,
      leadId: 'lead-0',
      duplicateOf: { by: 'input', leadId: '7', file: '(forgotten)', record: 4 },
      warnings: [{ field: 'Mobile', code: 'PHONE_INVALID' }],
    });
    const [, old] = await ledger.runs();
    expect(old).toMatchObject({
      id: 'OLD1',
      files: ['(forgotten)', '-'],
      purgedAt: expect.any(String),
      summary: { records: 1, counts: { created: 1 }, stops: [{ target: 'crm', code: 'REDIRECTED' }] },
    });
  });

  it('goes through what an older version forgot, which was less', async () => {
    const ledger = await ledgerAt(file);
    await remember(ledger, 'OLD1', ENDED_AT);
    const older = new Database(file);
    older.exec("UPDATE runs SET purged_at = '2026-11-21T00:00:00.000Z'");
    older.close();
    expect(await ledger.purge('2000-01-01T00:00:00.000Z')).toBe(0);
    expect(SECRETS.filter((secret) => bytes().includes(secret))).toEqual([]);
    expect(await ledger.runs()).toMatchObject([{ purgedAt: '2026-11-21T00:00:00.000Z' }]);
  });

  it('leaves no trace in free parts of the file either', async () => {
    const ledger = await ledgerAt(file);
    await remember(ledger, 'OLD1', ENDED_AT);
    const other = new Database(file);
    other.exec(`PRAGMA secure_delete = OFF;
      INSERT INTO flights (id, body) VALUES (1, '${'Ghost'.repeat(2_000)}');
      DELETE FROM flights WHERE id = 1`);
    other.pragma('wal_checkpoint(TRUNCATE)');
    other.close();
    expect(bytes()).toContain('Ghost');
    await ledger.purge(ENDED_AT);
    expect(bytes()).not.toContain('Ghost');
  });

  it('takes runs that ended before, and those that died before, and no other', async () => {
    let now = Date.parse('2026-11-20T10:00:00.000Z');
    const alive = new Set([1, 3]);
    const probe = (pid: number) => ({
      self: { pid, startTime: 'x', boot: 'test' },
      startTimeOf: (other: number) => (alive.has(other) ? 'x' : null),
    });
    const clock = { ...systemClock, now: () => now };
    const mine = await ledgerAt(file, { clock, probe: probe(1) });
    const dead = await ledgerAt(file, { clock, probe: probe(2) });
    await remember(mine, 'ENDED', ENDED_AT);
    await remember(mine, 'LATER', '2026-11-20T10:00:02.000Z');
    await remember(mine, 'LIVING', null);
    await remember(dead, 'DEAD', null);
    now += 1_500;
    await remember(dead, 'DEADLATE', null);
    expect(await mine.purge('2026-11-20T10:00:01.000Z')).toBe(2);
    expect((await mine.runs()).map((run) => [run.id, run.purgedAt !== null])).toEqual([
      ['DEADLATE', false],
      ['DEAD', true],
      ['LIVING', false],
      ['LATER', false],
      ['ENDED', true],
    ]);
    expect(await mine.purge('2026-11-20T10:00:01.000Z')).toBe(0);
    expect(await all(mine.unfinished('LATER', ['unknown']))).toHaveLength(145);
    expect(await all(mine.unfinished('DEADLATE', ['unknown', 'sending']))).toHaveLength(155);
  });
});

describe('a run without a summary', () => {
  it('is counted as far as it came', async () => {
    const ledger = await ledgerAt(file);
    await open(ledger, 'RUN1');
    await ledger.commit(
      'RUN1',
      [0, 1, 2].map((seq) => completionOf('RUN1', claimOf(seq), seq === 1 ? 'invalid' : 'failed', {}, false)),
      [],
      RULES,
    );
    expect(await ledger.runs()).toMatchObject([{ counts: { failed: 2, invalid: 1, created: 0 } }]);
    await ledger.closeRun('RUN1', summaryOf('RUN1'), 0, ENDED_AT);
    expect((await ledger.runs())[0]).not.toHaveProperty('counts');
  });
});
