// The only file that uses libsql: opens a ledger's database so that only its owner can read it, and runs transactions
// that are durable or have no effect. Statements run on libsql's own threads, so that requests continue while the disk
// is written. node:sqlite can replace libsql once Node 20 is no longer supported.

import { createRequire } from 'node:module';
import type Libsql from 'libsql/promise';
import type { Clock } from '../../util/clock.ts';
import { messageOf } from '../../util/errors.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { CopyOf } from '../copy.ts';
import { LedgerWriteError } from '../ledger.ts';
import type { MayMake } from '../path.ts';
import { withShortReport } from './c-library.ts';
import {
  cannotOpen,
  cannotRead,
  isBusy,
  isEmpty,
  prepareFile,
  protect,
  rememberOpen,
  sqliteCodeOf,
} from './file.ts';
import { COUNT_MARK } from './log-file.ts';
import { type Migrated, migrate, type RawDatabase } from './migrate.ts';
import type { Migration } from './schema.ts';

/** libsql is CommonJS: `import` would scan it for its names, which adds 5 ms to the start. */
const loadCommonJs = createRequire(import.meta.url);

/** How long SQLite itself waits for another process's write, which blocks us, and how long we wait in total. */
const BUSY_MS = 250;
const GIVE_UP_MS = 30_000;

export type Row = Readonly<Record<string, unknown>>;

/** Values for a statement's `?`, in order. */
type Values = readonly (string | number | null)[];

/** What a transaction can do. */
export interface Statements {
  /** All rows of a SELECT. */
  readonly rows: (sql: string, values?: Values) => Promise<readonly Row[]>;
  /** Runs a statement that returns no rows. */
  readonly run: (sql: string, values: Values) => Promise<void>;
}

/** Types that libsql's own are missing. */
interface Prepared {
  readonly all: (values: (string | number | null)[]) => Promise<unknown[]>;
}

export interface DatabaseOptions {
  readonly clock: Clock;
  /** `read`: creates no file and writes no row; an older ledger is still migrated to this version. */
  readonly access: 'read' | 'write';
  /** Folders that may be created for the file. */
  readonly folders: MayMake;
  /** Called if the ledger is new. */
  readonly onNew: () => void;
  /** Called if a migration takes more than a second. */
  readonly onLongMigration: () => void;
  /** For tests: a full disk, by SQLite's max_page_count. */
  readonly maxPages: number | null;
  /** Temporary views of this connection, for writing. */
  readonly views: string;
  readonly migrations?: readonly Migration[];
  /** What a new ledger is to become a copy of. */
  readonly copyOf?: CopyOf | null;
}

/**
 * Opens the database, and creates it if needed.
 * @param file absolute path; null: a private temporary database on disk, deleted when it is closed or the process ends
 * @throws UsageError if the file is not a ledger, is damaged, is newer than this program, or cannot be opened
 */
export async function openDatabase(file: string | null, options: DatabaseOptions): Promise<LedgerDatabase> {
  let db: Libsql | null = null;
  try {
    const path = file !== null && options.access === 'read' && isEmpty(file, options.folders) ? null : file;
    if (path !== null) prepareFile(path, options.folders);
    const Database: typeof Libsql = withShortReport(() => loadCommonJs('libsql/promise'));
    db = new Database(path ?? ':memory:', {});
    const opened = new LedgerDatabase(db, path, options.clock);
    const tables = await opened.prepare(options);
    if (tables === 'none') {
      await opened.close();
      return await openDatabase(null, options);
    }
    if (tables === 'made' && path !== null) options.onNew();
    return opened;
  } catch (error) {
    db?.close();
    if (error instanceof UsageError) throw error;
    throw cannotOpen(file, error);
  }
}

export interface WriteOptions {
  /** The log's mark is counted up by one of the work's own statements. */
  readonly counted?: boolean;
  /** It need not outlive a power cut, and does not wait for the disk. */
  readonly relaxed?: boolean;
}

export class LedgerDatabase {
  readonly #db: Libsql;
  readonly #file: string | null;
  readonly #schema: 'main' | 'private';
  readonly #clock: Clock;
  readonly #raw: RawDatabase = {
    exec: (sql) => this.#exec(sql),
    rows: (sql, values = []) => this.#rows(sql, values),
    transact: (mode, work) => this.#transact(mode, work),
  };
  /** Forgets that the file is open in this process. */
  readonly #forget: () => void;
  readonly #statements = new Map<string, Prepared>();
  /** The last operation on the connection: nothing else may run inside a transaction. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(db: Libsql, file: string | null, clock: Clock) {
    this.#db = db;
    this.#file = file;
    this.#schema = file === null ? 'private' : 'main';
    this.#clock = clock;
    this.#forget = file === null ? () => {} : rememberOpen(file);
  }

  /** Settings and schema. Call it once, first. */
  async prepare(options: DatabaseOptions): Promise<Migrated> {
    const { access, maxPages, views, onLongMigration, migrations, copyOf = null } = options;
    const schema = this.#schema;
    // An attached database without a name is a file that nobody else can open and that the system removes; as the main
    // database, libsql would keep it in memory.
    const hidden = `PRAGMA temp_store = FILE; ATTACH '' AS private;
      PRAGMA private.journal_mode = MEMORY; PRAGMA private.synchronous = OFF`;
    await this.#exec(`PRAGMA busy_timeout = ${BUSY_MS}; ${this.#file === null ? hidden : ''}`);
    const migrated = await this.#patiently(() =>
      migrate(this.#raw, {
        schema,
        file: this.#file,
        clock: this.#clock,
        migrations,
        onLong: onLongMigration,
        copyOf,
        mayMake: access === 'write' || this.#file === null,
      }),
    );
    if (migrated === 'none') return migrated;
    if (this.#file !== null) {
      // Deleted data is overwritten, not only unlinked.
      const kept = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON';
      await this.#patiently(() => this.#exec(kept));
      if (migrated !== 'unchanged') await this.#emptyLog();
      protect(this.#file);
    }
    const most = maxPages === null ? '' : `; PRAGMA ${schema}.max_page_count = ${maxPages}`;
    const last = access === 'read' ? 'PRAGMA query_only = ON' : views;
    // A log of 16 MB: among millions of keys each new one falls on another page, and moving pages into the file waits for
    // the disk each time.
    const sizes = `PRAGMA ${schema}.cache_size = -16000; PRAGMA wal_autocheckpoint = 4000`;
    await this.#exec(`${sizes}${most}; ${last}`);
    return migrated;
  }

  /** All rows of a SELECT, apart from any transaction. @throws UsageError if the file is damaged */
  async rows(sql: string, values: Values = []): Promise<readonly Row[]> {
    try {
      return await this.#alone(() => this.#rows(sql, values));
    } catch (error) {
      throw sqliteCodeOf(error) === '' || isBusy(error) ? error : cannotRead(this.#file, error);
    }
  }

  /**
   * One transaction, durable when it resolves; waits for other processes without blocking this one.
   * @param work may use only the statements that it is given
   * @throws LedgerWriteError; then nothing of it was kept
   */
  async write<T>(
    work: (statements: Statements) => Promise<T>,
    { counted = false, relaxed = false }: WriteOptions = {},
  ): Promise<T> {
    const statements: Statements = {
      rows: (sql, values = []) => this.#rows(sql, values),
      run: async (sql, values) => {
        await this.#rows(sql, values);
      },
    };
    // In the same call: each costs a way to libsql's thread.
    const mode = counted || this.#file === null ? 'IMMEDIATE' : `IMMEDIATE; ${COUNT_MARK}`;
    try {
      return await this.#patiently(() =>
        this.#alone(() => this.#transact(mode, () => work(statements), relaxed && this.#file !== null)),
      );
    } catch (error) {
      throw sqliteCodeOf(error) === '' ? error : new LedgerWriteError(this.#trouble(error), { cause: error });
    }
  }

  /**
   * Rewrites the file, so that neither free space nor the write-ahead log holds deleted data.
   * @throws LedgerWriteError
   */
  async rewrite(): Promise<void> {
    try {
      await this.#patiently(() => this.#alone(() => this.#exec(`VACUUM ${this.#schema}`)));
      await this.#patiently(async () => {
        const [log] = await this.rows(`PRAGMA ${this.#schema}.wal_checkpoint(TRUNCATE)`);
        if (log?.['busy'] === 1) throw new Busy();
      });
    } catch (error) {
      throw new LedgerWriteError(
        `deleted data may remain in unused parts of the file until it is rewritten: ${this.#trouble(error)}`,
        { cause: error },
      );
    }
  }

  /** Moves everything into the file itself, so that it can be copied alone, unless another process still uses it. */
  close(): Promise<void> {
    return this.#alone(async () => {
      if (this.#closed) return;
      this.#closed = true;
      if (this.#file !== null) await this.#emptyLog();
      this.#statements.clear();
      this.#db.close();
      this.#forget();
    });
  }

  async #emptyLog(): Promise<void> {
    try {
      await this.#exec(`PRAGMA ${this.#schema}.wal_checkpoint(TRUNCATE)`);
    } catch {
      // Another process uses it, or it cannot be written: the log stays, and belongs to the file.
    }
  }

  /** Starts when all earlier operations have ended, whether they failed or not. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn;
    return turn;
  }

  async #exec(sql: string): Promise<void> {
    await this.#db.exec(sql);
  }

  /** `all` also for statements without rows: `run` would work on our thread. */
  async #rows(sql: string, values: Values): Promise<readonly Row[]> {
    const statement = this.#statements.get(sql) ?? (await this.#prepared(sql));
    return (await statement.all([...values])).filter(isRow);
  }

  async #prepared(sql: string): Promise<Prepared> {
    const statement: Prepared = await this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** @param mode the mode of BEGIN, and statements that follow it */
  async #transact<T>(mode: string, work: () => Promise<T>, relaxed = false): Promise<T> {
    const synchronous = (how: string) => (relaxed ? `PRAGMA main.synchronous = ${how};` : '');
    try {
      await this.#exec(`${synchronous('NORMAL')} BEGIN ${mode}`);
      const value = await work();
      await this.#exec(`COMMIT; ${synchronous('FULL')}`);
      return value;
    } catch (error) {
      // With a full disk, SQLite rolls back by itself.
      if (this.#inTransaction) await this.#exec('ROLLBACK');
      if (relaxed) await this.#exec(synchronous('FULL'));
      throw error;
    }
  }

  get #inTransaction(): boolean {
    return 'inTransaction' in this.#db && this.#db.inTransaction === true;
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const until = this.#clock.monotonic() + GIVE_UP_MS;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error) || this.#clock.monotonic() > until) throw error;
        await this.#clock.sleep(20 + 80 * this.#clock.random());
      }
    }
  }

  /** Why the ledger cannot be written, as the middle of a sentence. */
  #trouble(error: unknown): string {
    const where = this.#file ?? 'in the temporary folder';
    const code = sqliteCodeOf(error);
    if (code.startsWith('SQLITE_FULL')) return `no space is left on the disk for the ledger ${where}`;
    if (code.startsWith('SQLITE_READONLY')) return `the ledger ${where} is read-only`;
    if (isBusy(error))
      return `another process kept the ledger ${where} locked for ${GIVE_UP_MS / 1000} seconds (${code}: ${messageOf(error)})`;
    return `the ledger ${where}: ${messageOf(error)}`;
  }
}

/** The log could not be emptied, because another process is reading it. */
class Busy extends Error {
  readonly code = 'SQLITE_BUSY';
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
