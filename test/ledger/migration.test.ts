// Ledgers of earlier versions: all that they say stays said, whatever happens while they are brought to this version.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyLedger } from '../../src/ledger/copy.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { LEASE_MS } from '../../src/ledger/process-table.ts';
import { MIGRATIONS, type Migration, NEWEST } from '../../src/ledger/sqlite/schema.ts';
import { openSqliteStore } from '../../src/ledger/sqlite/store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { all, claimOf } from './contract.ts';
import { openHere, tempFolder } from './world.ts';

const RULES = { resend: false, knownSince: null };
/** A run that has ended with every kind of end, and one that died after it had taken one of them over. */
const VERSION_5 = readFileSync(new URL('version-5.sql', import.meta.url), 'utf8');
/** What leadpush of version 5 said about it. */
const TOLD: unknown = JSON.parse(readFileSync(new URL('version-5.json', import.meta.url), 'utf8'));
const PROBE = { self: { pid: 9, startTime: 'x', boot: 'test' }, startTimeOf: () => null };

let folder: ReturnType<typeof tempFolder>;
let file: string;
beforeEach(() => {
  folder = tempFolder();
  file = join(folder.path, 'ledger.db');
});
afterEach(() => folder.remove());

function write(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

const digestsOf = (ledger: Ledger) => Array.from({ length: 9 }, (_, i) => ledger.digest(`identity ${i}`));

/** All that a ledger says, and then the answers to a new run that claims each key. */
async function tell(path: string): Promise<unknown> {
  const ledger = await openHere(path, { probe: PROBE });
  const digests = digestsOf(ledger);
  const about = async (run: string) => ({
    results: await all(ledger.results(run)),
    changes: await ledger.changes(run),
    unfinished: await all(ledger.unfinished(run, ['failed', 'rejected', 'unknown', 'sending'])),
    finishedBy: await ledger.finishedBy(run),
  });
  const told = {
    lookUp: await ledger.lookUp(digests, RULES),
    runs: await ledger.runs(),
    noted: [...(await ledger.noted('NEW1', ['noted-row', 'x']))],
    AB12CD34: await about('AB12CD34'),
    EF56GH78: await about('EF56GH78'),
  };
  const start = { startedAt: '2026-11-21T09:00:00.000Z', files: [], targets: [], parent: null };
  await ledger.openRun({ id: 'NEW1', command: 'send', ...start });
  const claims = digests.map((key, seq) => claimOf(seq, { key, submissionId: `NEW1-${seq}`, timeoutMs: 1 }));
  const answers = await ledger.commit('NEW1', [], claims, RULES);
  await ledger.close();
  return { ...told, answers };
}

describe('a ledger of version 5', () => {
  it('says what it said', async () => {
    write(file, VERSION_5);
    expect(await tell(file)).toEqual(TOLD);
  });

  it('says it after a copy, too', async () => {
    write(file, VERSION_5);
    const to = join(folder.path, 'copy.db');
    const deps = { clock: systemClock, probe: PROBE, leaseMs: LEASE_MS, folders: 'none' } as const;
    const [one, two] = [await openSqliteStore(file, deps, 'read'), await openSqliteStore(to, deps, 'write')];
    expect(await copyLedger(one, two)).toEqual({ runs: 2, keys: 7 });
    await one.close();
    await two.close();
    expect(await tell(to)).toEqual(TOLD);
    // And once more, of rows that this version wrote.
    const last = join(folder.path, 'last.db');
    const [three, four] = [
      await openSqliteStore(to, deps, 'read'),
      await openSqliteStore(last, deps, 'write'),
    ];
    expect(await copyLedger(three, four)).toMatchObject({ runs: 3 });
    for (const select of [
      'SELECT key, place, state, submission_id, floor, lead_id, at, until FROM keys ORDER BY 1',
      'SELECT * FROM flights ORDER BY 1',
      'SELECT results.id, status, keys.key FROM results LEFT JOIN keys ON keys.id = results.key ORDER BY 1',
    ])
      expect(rowsIn(last, select)).toEqual(rowsIn(to, select));
    await three.close();
    await four.close();
  });

  it('forgets people like one of this version', async () => {
    write(file, VERSION_5);
    const ledger = await openHere(file, { probe: PROBE });
    const secrets = ['Gulnar', '98x76', '99000100', 'Rahul', 'greens-2026'];
    const bytes = () =>
      readdirSync(folder.path)
        .map((name) => readFileSync(join(folder.path, name), 'latin1'))
        .join('');
    expect(secrets.filter((secret) => bytes().includes(secret))).toEqual(secrets);
    expect(await ledger.purge('2099-01-01T00:00:00.000Z')).toBe(2);
    expect(secrets.filter((secret) => bytes().includes(secret))).toEqual([]);
    const [, duplicate] = await all(ledger.results('AB12CD34'));
    expect(duplicate).toMatchObject({ file: '(forgotten)', duplicateOf: { file: '(forgotten)', record: 3 } });
    expect((await ledger.lookUp(digestsOf(ledger), RULES)).filter((known) => known !== null)).toHaveLength(2);
    await ledger.close();
  });

  it('is migrated once, whoever comes first', async () => {
    write(file, VERSION_5);
    const ledgers = await Promise.all(Array.from({ length: 5 }, () => openHere(file, { probe: PROBE })));
    for (const ledger of ledgers) await ledger.close();
    expect(await tell(file)).toEqual(TOLD);
  });

  it('stays as it was if its migration fails at the end', async () => {
    write(file, VERSION_5);
    const broken: Migration = (schema) => `${MIGRATIONS.at(-1)?.(schema)}; INSERT INTO nowhere VALUES (1)`;
    const migrations = [...MIGRATIONS.slice(0, -1), broken];
    await expect(openHere(file, { migrations, probe: PROBE })).rejects.toThrow(/nowhere/);
    const run = ['AB12CD34'];
    expect(rowsIn(file, "SELECT run FROM keys WHERE state IN ('created', 'duplicate')")).toEqual([run, run]);
    expect(await tell(file)).toEqual(TOLD);
  });

  it('says so if it takes long, and a new one never does', async () => {
    const said: string[] = [];
    const impatient = { ...systemClock, sleep: async () => {} };
    const openAt = (path: string) =>
      openHere(path, { clock: impatient, probe: PROBE, onLongMigration: () => said.push(path) });
    await (await openAt(join(folder.path, 'new.db'))).close();
    expect(said).toEqual([]);
    write(file, VERSION_5);
    await (await openAt(file)).close();
    await (await openAt(file)).close();
    expect(said).toEqual([file]);
  });
});

function rowsIn(path: string, select: string): readonly unknown[] {
  const db = new Database(path);
  const rows = db.prepare(select).raw().all();
  db.close();
  return rows;
}

it('the schema of a new file is what the steps come to', () => {
  const schemaAfter = (steps: readonly Migration[]) => {
    const db = new Database(':memory:');
    for (const step of steps) db.exec(step('main'));
    const columns = db
      .prepare(
        `SELECT tables.name, columns.name, columns.type, columns."notnull", columns.pk
         FROM sqlite_schema AS tables JOIN pragma_table_xinfo(tables.name) AS columns ORDER BY 1, columns.cid`,
      )
      .raw()
      .all();
    columns.push(...db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY 1").raw().all());
    db.close();
    return columns;
  };
  expect(schemaAfter([NEWEST])).toEqual(schemaAfter(MIGRATIONS));
});
