// Brings a ledger's tables to this version, or makes those of a new one: in one transaction, so that whoever interrupts it
// finds the file as it was.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';
import { plain } from '../../util/plain.ts';
import type { CopyOf } from '../copy.ts';
import { LedgerUnusable } from '../unusable.ts';
import { APPLICATION_ID, MIGRATIONS, type Migration, NEWEST } from './schema.ts';

/** A migration that takes longer is said. */
const LONG_MS = 1_000;

export interface RawDatabase {
  readonly exec: (sql: string) => Promise<void>;
  readonly rows: (
    sql: string,
    values?: readonly string[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** @param mode the mode of BEGIN */
  readonly transact: <T>(mode: string, work: () => Promise<T>) => Promise<T>;
}

export interface Migrating {
  readonly schema: string;
  /** For messages. */
  readonly file: string | null;
  readonly clock: Clock;
  readonly migrations: readonly Migration[] | undefined;
  /** Called if a migration takes more than a second. */
  readonly onLong: () => void;
  /** What a new ledger is to become a copy of; null: of nothing. */
  readonly copyOf: CopyOf | null;
  /** Tables may be made where there are none. */
  readonly mayMake: boolean;
}

/** `none`: there are no tables, and none were made; `brought`: those of an older version are of this one now. */
export type Migrated = 'none' | 'made' | 'brought' | 'unchanged';

/** @throws UsageError if it is no ledger of this version or an older one */
export async function migrate(
  db: RawDatabase,
  { schema, file, clock, migrations = MIGRATIONS, onLong, copyOf, mayMake }: Migrating,
): Promise<Migrated> {
  const versionNow = async () => {
    const version = await versionOf(db, schema, file, migrations.length);
    if (version > 0) await refusePrograms(db, schema, file);
    return version;
  };
  // In one transaction: another process may be creating the schema right now.
  const version = await db.transact('DEFERRED', versionNow);
  if (version === migrations.length) return 'unchanged';
  // Not seen from outside: a file whose first transaction was interrupted has a size until SQLite takes that back.
  if (version === 0 && !mayMake) return 'none';
  // A step may sort millions of rows, which libsql would do in memory; the small tables of a commit belong there.
  if (version > 0) await db.exec('PRAGMA temp_store = FILE');
  const from = await db.transact('IMMEDIATE', async () => {
    // Another process may have done it while we waited.
    const from = await versionNow();
    const steps = from === 0 ? [NEWEST, ...migrations.slice(MIGRATIONS.length)] : migrations.slice(from);
    await aloud(clock, from === 0 ? () => {} : onLong, async () => {
      for (const step of steps) await db.exec(step(schema));
    });
    await db.exec(
      `PRAGMA ${schema}.application_id = ${APPLICATION_ID}; PRAGMA ${schema}.user_version = ${migrations.length}`,
    );
    await db.rows("INSERT INTO meta (name, value) VALUES ('salt', ?) ON CONFLICT DO NOTHING", [
      (from === 0 ? copyOf?.salt : undefined) ?? randomBytes(32).toString('base64'),
    ]);
    if (from === 0 && copyOf !== null)
      await db.rows("INSERT INTO meta (name, value) VALUES ('copying', ?)", [copyOf.from]);
    return from;
  });
  if (version > 0) await db.exec('PRAGMA temp_store = DEFAULT');
  return from === 0 ? 'made' : 'brought';
}

async function aloud(clock: Clock, onLong: () => void, work: () => Promise<void>): Promise<void> {
  const ended = new AbortController();
  void clock.sleep(LONG_MS, ended.signal).then(() => {
    if (!ended.signal.aborted) onLong();
  });
  try {
    await work();
  } finally {
    ended.abort();
  }
}

function tableNames(): readonly string[] {
  return [...NEWEST('main').matchAll(/CREATE TABLE main\.(\w+)/g)].map(([, name = '']) => name);
}

/**
 * What somebody else may have put into the file would run with our statements: a trigger could call every lead delivered,
 * or keep a result from being written, a view in a table's place could never end. Views of other names are the user's own.
 */
async function refusePrograms(db: RawDatabase, schema: string, file: string | null): Promise<void> {
  const [found] = await db.rows(
    `SELECT type, name FROM ${schema}.sqlite_schema WHERE type = 'trigger'
       OR (name IN (SELECT value FROM json_each(?)) AND (type <> 'table' OR sql LIKE 'CREATE VIRTUAL%'))`,
    [JSON.stringify(tableNames())],
  );
  if (found === undefined) return;
  throw new LedgerUnusable(
    `The ledger ${file} holds a ${found['type'] === 'table' ? 'virtual table' : String(found['type'])} that leadpush did not make ("${plain(String(found['name']))}"), so it cannot be trusted. It was not changed.`,
    { first: 'If it is your own, drop it with the program that made it' },
  );
}

/** The schema version of a ledger; 0 for a new file. @throws UsageError for anything else */
async function versionOf(
  db: RawDatabase,
  schema: string,
  file: string | null,
  newest: number,
): Promise<number> {
  const pragma = async (name: string) => {
    const [row] = await db.rows(`PRAGMA ${schema}.${name}`);
    return Number(row?.[name] ?? 0);
  };
  const version = await pragma('user_version');
  const ours = (await pragma('application_id')) === APPLICATION_ID;
  const hasTables = async () => (await db.rows(`SELECT 1 FROM ${schema}.sqlite_schema`)).length > 0;
  if (!ours && (version !== 0 || (await hasTables()))) {
    throw new LedgerUnusable(
      `${file} is a database of another program, not a leadpush ledger. The file was not changed.`,
    );
  }
  if (version > newest) {
    throw new LedgerUnusable(`The ledger ${file} was written by a newer leadpush.`, {
      first: 'Update leadpush',
    });
  }
  return version;
}
