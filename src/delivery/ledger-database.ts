// The one file that knows libsql: opens a ledger's database so that only its owner can read it, and runs transactions
// that are durable or did not happen. node:sqlite can take libsql's place here once Node 20 is gone.
import { randomBytes } from 'node:crypto';
import type Libsql from 'libsql';
import { UsageError } from '../usage-error.ts';
import type { Clock } from './clock.ts';
import { LedgerWriteError } from './ledger.ts';
import { cannotOpen, codeOf, isEmpty, messageOf, prepareFile, protect } from './ledger-file.ts';
import { APPLICATION_ID, MIGRATIONS, type Migration } from './ledger-schema.ts';

/** How long SQLite itself waits for another process's write, which blocks us, and how long we do all in all. */
const BUSY_MS = 250;
const GIVE_UP_MS = 30_000;

export type Row = Readonly<Record<string, unknown>>;

/** Values for a statement's `?`, in order. */
type Values = readonly (string | number | null)[];

export interface DatabaseOptions {
  readonly clock: Clock;
  /** `read`: no file is made, and no row is written. */
  readonly access: 'read' | 'write';
  /** A test's way to a full disk: SQLite's own max_page_count. */
  readonly maxPages: number | null;
  readonly migrations?: readonly Migration[];
}

/**
 * Opens, and where needed makes, the database.
 * @param file absolute path; null: a private temporary database on disk that is gone when closed, or when the process is
 * @throws UsageError where the file is no ledger, is damaged, is newer than this program, or cannot be opened
 */
export async function openDatabase(file: string | null, options: DatabaseOptions): Promise<LedgerDatabase> {
  let db: Libsql.Database | null = null;
  try {
    const path = file !== null && options.access === 'read' && isEmpty(file) ? null : file;
    if (path !== null) prepareFile(path);
    const { default: Database } = await import('libsql');
    db = new Database(path ?? ':memory:');
    const opened = new LedgerDatabase(db, path, options.clock);
    await opened.prepare(options);
    return opened;
  } catch (error) {
    db?.close();
    if (error instanceof UsageError) throw error;
    throw cannotOpen(file, error);
  }
}

export class LedgerDatabase {
  readonly #db: Libsql.Database;
  readonly #file: string | null;
  readonly #schema: 'main' | 'private';
  readonly #clock: Clock;
  readonly #statements = new Map<string, Libsql.Statement>();

  constructor(db: Libsql.Database, file: string | null, clock: Clock) {
    this.#db = db;
    this.#file = file;
    this.#schema = file === null ? 'private' : 'main';
    this.#clock = clock;
  }

  /** Settings and schema. Call it once, first. */
  async prepare({ access, maxPages, migrations = MIGRATIONS }: DatabaseOptions): Promise<void> {
    const db = this.#db;
    const schema = this.#schema;
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    if (this.#file === null) {
      // An attached database without a name is a file that nobody else can open and that the system removes; as the
      // main one, libsql would keep it in memory.
      db.exec("PRAGMA temp_store = FILE; ATTACH '' AS private");
      db.exec('PRAGMA private.journal_mode = MEMORY; PRAGMA private.synchronous = OFF');
    }
    await this.#patiently(() => this.#migrate(migrations));
    if (this.#file !== null) {
      await this.#patiently(() => db.exec('PRAGMA journal_mode = WAL'));
      // What is forgotten is overwritten, not only unlinked.
      db.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
      protect(this.#file);
    }
    db.exec(`PRAGMA ${schema}.cache_size = -16000`);
    if (maxPages !== null) db.exec(`PRAGMA ${schema}.max_page_count = ${maxPages}`);
    if (access === 'read') db.exec('PRAGMA query_only = ON');
  }

  /** All rows of a SELECT. */
  rows(sql: string, values: Values = []): readonly Row[] {
    return this.#statement(sql)
      .all([...values])
      .filter(isRow);
  }

  /** Runs a statement that gives no rows. */
  run(sql: string, values: Values): void {
    this.#statement(sql).run([...values]);
  }

  /**
   * One transaction, durable when it resolves; waits for other processes without blocking this one for long.
   * @throws LedgerWriteError; then nothing of it was kept
   */
  async write<T>(work: () => T): Promise<T> {
    try {
      return await this.#patiently(() => this.#transact(work));
    } catch (error) {
      throw codeOf(error) === '' ? error : new LedgerWriteError(this.#trouble(error), { cause: error });
    }
  }

  /**
   * Writes the file anew, so that neither free space nor the write-ahead log holds what was forgotten.
   * @throws LedgerWriteError
   */
  async rewrite(): Promise<void> {
    try {
      await this.#patiently(() => this.#db.exec(`VACUUM ${this.#schema}`));
      await this.#patiently(() => {
        const [log] = this.rows(`PRAGMA ${this.#schema}.wal_checkpoint(TRUNCATE)`);
        if (log?.['busy'] === 1) throw new Busy();
      });
    } catch (error) {
      throw new LedgerWriteError(
        `what was forgotten may still stand in free parts of the file until it is written anew: ${this.#trouble(error)}`,
        { cause: error },
      );
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #statement(sql: string): Libsql.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #transact<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.#db.exec('COMMIT');
      return value;
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  async #patiently<T>(work: () => T): Promise<T> {
    const until = this.#clock.monotonic() + GIVE_UP_MS;
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || this.#clock.monotonic() > until) throw error;
        await this.#clock.sleep(20 + 80 * this.#clock.random());
      }
    }
  }

  #migrate(migrations: readonly Migration[]): void {
    const version = this.#version(migrations.length);
    if (version === migrations.length) return;
    this.#transact(() => {
      // Another process may have done it while we waited.
      const from = this.#version(migrations.length);
      for (const migration of migrations.slice(from)) this.#db.exec(migration(this.#schema));
      this.#db.exec(
        `PRAGMA ${this.#schema}.application_id = ${APPLICATION_ID}; PRAGMA ${this.#schema}.user_version = ${migrations.length}`,
      );
      this.#db
        .prepare("INSERT INTO meta (name, value) VALUES ('salt', ?) ON CONFLICT DO NOTHING")
        .run([randomBytes(32).toString('base64')]);
    });
  }

  /** The schema version of a ledger; 0 for a new file. @throws UsageError for anything else */
  #version(newest: number): number {
    const version = this.#pragma('user_version');
    const ours = this.#pragma('application_id') === APPLICATION_ID;
    if (!ours && (version !== 0 || this.#hasTables())) {
      throw new UsageError(
        `${this.#file} is a database of another program, not a leadpush ledger. It was not changed.`,
        'Name another file with --ledger FILE.',
      );
    }
    if (version > newest) {
      throw new UsageError(
        `The ledger ${this.#file} was written by a newer leadpush.`,
        'Update leadpush, or name another file with --ledger FILE.',
      );
    }
    return version;
  }

  #pragma(name: string): number {
    const row = this.#db.prepare(`PRAGMA ${this.#schema}.${name}`).get([]);
    return isRow(row) ? Number(row[name]) : 0;
  }

  #hasTables(): boolean {
    return this.#db.prepare(`SELECT 1 FROM ${this.#schema}.sqlite_schema`).all([]).length > 0;
  }

  /** Why the ledger cannot be written, as the middle of a sentence. */
  #trouble(error: unknown): string {
    const where = this.#file ?? 'in the temporary folder';
    const code = codeOf(error);
    if (code.startsWith('SQLITE_FULL')) return `no space is left for the ledger ${where}`;
    if (code.startsWith('SQLITE_READONLY')) return `the ledger ${where} is read-only`;
    if (isBusy(error))
      return `another process has kept the ledger ${where} locked for ${GIVE_UP_MS / 1000} seconds`;
    return `the ledger ${where}: ${messageOf(error)}`;
  }
}

/** The log could not be emptied, since another process reads it. */
class Busy extends Error {
  readonly code = 'SQLITE_BUSY';
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY') || codeOf(error).startsWith('SQLITE_LOCKED');
}

/**
 * JSON for SQLite to take apart. What has no UTF-8 form (half an emoji) and NUL become the replacement character: the
 * one would end the process when libsql reads it back, the other would end the text.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\u')) return text;
  return text.replaceAll(/\\\\|\\u(?:0000|d[89a-f][0-9a-f]{2})/g, (found) =>
    found === '\\\\' ? found : '\\ufffd',
  );
}
