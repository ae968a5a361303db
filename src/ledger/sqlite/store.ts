// A ledger in SQLite as rows, for copying it: as texts and names, which every engine understands.
import type { Clock } from '../../util/clock.ts';
import { type Cell, COPIED, type CopiedTable, type CopyOf, type CopyStore } from '../copy.ts';
import { jsonText } from '../json-text.ts';
import type { MayMake } from '../path.ts';
import type { ProcessTable } from '../process-table.ts';
import { numberOf, textOf } from '../rows.ts';
import { type LedgerDatabase, openDatabase } from './database.ts';
import { identityOf } from './file.ts';
import { LedgerHistory } from './history.ts';
import { readerOf, writerOf } from './store-rows.ts';

/** Notes in a ledger that it was copied; it stays as it was otherwise. @throws UsageError, LedgerWriteError */
export async function noteCopied(file: string, note: string, clock: Clock): Promise<void> {
  const silent = { onNew: () => {}, onLongMigration: () => {} };
  const db = await openDatabase(file, {
    ...{ clock, access: 'write', folders: 'none', maxPages: null, views: '' },
    ...silent,
  });
  try {
    await db.write((statements) =>
      statements.run(
        "INSERT INTO meta (name, value) VALUES ('copied', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [note],
      ),
    );
  } finally {
    await db.close();
  }
}

/** @param leaseMs see LedgerHistory @throws UsageError */
export async function openSqliteStore(
  file: string,
  deps: {
    readonly clock: Clock;
    readonly probe: ProcessTable;
    readonly leaseMs: number;
    readonly folders: MayMake;
    /** What a new one is to become; absent or null: it is not copied to. */
    readonly copyOf?: CopyOf | null;
  },
  access: 'read' | 'write',
): Promise<CopyStore> {
  const { clock, probe, leaseMs, folders, copyOf = null } = deps;
  const silent = { onNew: () => {}, onLongMigration: () => {} };
  const db = await openDatabase(file, {
    clock,
    access,
    folders,
    ...silent,
    maxPages: null,
    views: '',
    copyOf,
  });
  const meta = new Map(
    (await db.rows('SELECT name, value FROM meta')).map((row) => [row['name'], textOf(row['value'])]),
  );
  const history = new LedgerHistory(db, clock, probe, leaseMs);
  return {
    shown: file,
    file,
    salt: meta.get('salt') ?? '',
    identity: identityOf(file),
    unfinished: meta.get('copying') ?? null,
    rows: (table, after) => rowsOf(db, table, after),
    count: async ({ name }) => numberOf((await db.rows(`SELECT count(*) AS n FROM ${name}`))[0]?.['n']),
    begin: ({ salt, from }) =>
      db.write(async (statements) => {
        await statements.run(
          `INSERT INTO meta (name, value) VALUES ('salt', ?), ('copying', ?)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
          [salt, from],
        );
        for (const { name } of COPIED) await statements.run(`DELETE FROM ${name}`, []);
      }),
    put: (table, rows) => {
      const { sql, pack } = writerOf(table);
      return db.write((statements) => statements.run(sql, [jsonText(rows.map(pack))]));
    },
    finish: () => db.write((statements) => statements.run("DELETE FROM meta WHERE name = 'copying'", [])),
    living: async () => (await history.runs()).filter(({ state }) => state === 'running').map(({ id }) => id),
    close: () => db.close(),
  };
}

async function rowsOf(
  db: LedgerDatabase,
  table: CopiedTable,
  after: readonly Cell[] | null,
): Promise<readonly (readonly Cell[])[]> {
  const { sql, unpack } = readerOf(table);
  const [row] = await db.rows(sql, after ?? table.by.map(() => null));
  const page: readonly (readonly Cell[])[] = JSON.parse(textOf(row?.['page']));
  return unpack(db, page);
}
