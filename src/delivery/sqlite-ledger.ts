// The ledger in SQLite, by libsql: WAL and synchronous FULL, set-based statements, one transaction a turn. node:sqlite
// can take libsql's place here once Node 20 is gone; nothing else knows the database.
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { UsageError } from '../usage-error.ts';
import type { Clock } from './clock.ts';
import {
  type Claim,
  type ClaimAnswer,
  type ClaimRules,
  type Completion,
  type Ledger,
  LedgerWriteError,
  type RunRow,
  type RunStart,
  type StoredResult,
  type Unfinished,
} from './ledger.ts';
import { known, peekedOf, type Row, resultOf, runRowOf, text, unfinishedOf } from './ledger-rows.ts';
import { MIGRATIONS, STATE } from './ledger-schema.ts';
import type { DuplicateOf, Status, Summary } from './outcome.ts';
import { isAlive, LEASE_MS, type ProcessProbe } from './process-identity.ts';
import { normaliseRunId } from './run-id.ts';

const PAGE = 500;
/** How long another process's write is waited for inside SQLite, which blocks us, and all in all. */
const BUSY_MS = 250;
const BUSY_GIVE_UP_MS = 30_000;

export interface LedgerDeps {
  readonly clock: Clock;
  readonly probe: ProcessProbe;
  /** A test's way to a full disk: SQLite's own max_page_count (LEADPUSH_TEST_MAX_PAGES). */
  readonly maxPages?: number;
}

/**
 * Opens, and where needed makes, a ledger.
 * @param file absolute path; null: a private temporary database that is gone when closed
 * @throws UsageError where the file is no ledger, is newer than this program, or cannot be opened
 */
export function openLedger(file: string | null, deps: LedgerDeps): Ledger {
  if (file !== null) prepareFile(file);
  let db: Database.Database | null = null;
  try {
    db = new Database(file ?? '');
    db.exec(`PRAGMA busy_timeout = ${BUSY_GIVE_UP_MS}`);
    if (file === null) {
      db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000');
    } else {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000');
      // What is forgotten is overwritten, not only unlinked.
      db.exec('PRAGMA secure_delete = ON');
    }
    migrate(db, file);
    if (deps.maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${deps.maxPages}`);
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    if (file !== null) protect(file);
    return new SqliteLedger(db, deps);
  } catch (error) {
    db?.close();
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `The ledger ${file ?? '(temporary)'} cannot be opened: ${messageOf(error)}.`,
      codeOf(error) === 'SQLITE_NOTADB' || codeOf(error) === 'SQLITE_CORRUPT'
        ? 'The file is no ledger, or is damaged. Name another with --ledger FILE, or restore it from a backup: without it, leadpush cannot know what was sent.'
        : 'Check the folder and its permissions, or name another file with --ledger FILE.',
    );
  }
}

/** Makes the folder and an empty file that only the user can read, before anything is written into it. */
function prepareFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw new UsageError(
      `The ledger ${file} cannot be made: ${messageOf(error)}.`,
      'Name another file with --ledger FILE, or send without a memory with --no-ledger.',
    );
  }
}

function protect(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    try {
      chmodSync(path, 0o600);
    } catch {
      // Not there, or on a system without modes.
    }
  }
}

function migrate(db: Database.Database, file: string | null): void {
  const version = () => Number(Object.values(rowOf(db.prepare('PRAGMA user_version').get()))[0] ?? 0);
  if (version() > MIGRATIONS.length) {
    throw new UsageError(
      `The ledger ${file ?? ''} was written by a newer leadpush.`,
      'Update leadpush, or name another file with --ledger FILE.',
    );
  }
  if (version() === MIGRATIONS.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have done it while we waited.
    for (const [i, step] of MIGRATIONS.entries()) {
      if (i >= version()) {
        db.exec(step);
        db.exec(`PRAGMA user_version = ${i + 1}`);
      }
    }
    db.prepare("INSERT INTO meta (name, value) VALUES ('salt', ?) ON CONFLICT DO NOTHING").run(
      randomBytes(32).toString('base64'),
    );
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

class SqliteLedger implements Ledger {
  readonly #db: Database.Database;
  readonly #deps: LedgerDeps;
  readonly #salt: Buffer;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(db: Database.Database, deps: LedgerDeps) {
    this.#db = db;
    this.#deps = deps;
    const salt = rowOf(db.prepare("SELECT value FROM meta WHERE name = 'salt'").get())['value'];
    this.#salt = Buffer.from(text(salt), 'base64');
  }

  digest(identity: string): string {
    return createHmac('sha256', this.#salt).update(identity).digest('base64url').slice(0, 22);
  }

  async openRun(run: RunStart): Promise<void> {
    const { self } = this.#deps.probe;
    await this.#write(() => {
      this.#sql(
        `INSERT INTO runs (id, n, command, parent, started_at, files, targets, pid, pid_start, boot, lease_until)
         VALUES (?, (SELECT coalesce(max(n), 0) + 1 FROM runs), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        run.id,
        run.command,
        run.parent,
        run.startedAt,
        JSON.stringify(run.files),
        JSON.stringify(run.targets),
        self.pid,
        self.startTime,
        self.boot,
        this.#deps.clock.now() + LEASE_MS,
      );
    });
  }

  async renew(run: string): Promise<void> {
    await this.#write(() => {
      this.#sql('UPDATE runs SET lease_until = ? WHERE id = ?').run(this.#deps.clock.now() + LEASE_MS, run);
    });
  }

  async closeRun(run: string, summary: Summary, exitStatus: number, endedAt: string): Promise<void> {
    await this.#write(() => {
      this.#sql(
        'UPDATE runs SET ended_at = ?, exit_status = ?, summary = ?, lease_until = 0 WHERE id = ?',
      ).run(endedAt, exitStatus, JSON.stringify(summary), run);
    });
  }

  turn(
    run: string,
    completions: readonly Completion[],
    claims: readonly Claim[],
    rules: ClaimRules,
  ): Promise<readonly ClaimAnswer[]> {
    return this.#write(() => {
      this.#complete(run, completions);
      return this.#claim(run, claims, rules);
    });
  }

  #complete(run: string, completions: readonly Completion[]): void {
    if (completions.length === 0) return;
    const keyed = completions.flatMap(({ key, result, at }) =>
      key === null ? [] : [[key, stateOf(result.status), result.leadId, at]],
    );
    if (keyed.length > 0) {
      // A key that another run has taken over meanwhile is that run's.
      this.#sql(
        `UPDATE keys SET state = done.state, lead_id = done.lead_id, at = done.at, lead = NULL
         FROM (SELECT json_extract(value, '$[0]') AS key, json_extract(value, '$[1]') AS state,
                      json_extract(value, '$[2]') AS lead_id, json_extract(value, '$[3]') AS at FROM json_each(?)) AS done
         WHERE keys.key = done.key AND keys.run = ? AND keys.state = ${STATE.sending}`,
      ).run(JSON.stringify(keyed), run);
    }
    const rows = completions.map(({ key, result, lead, source, campaign, at }) => [
      result.seq,
      key,
      result.file,
      result.record,
      result.line,
      result.target,
      result.provider,
      result.status,
      result.phone,
      result.name,
      result.leadId,
      result.duplicateOf === null ? null : JSON.stringify(result.duplicateOf),
      result.errors.length === 0 ? null : JSON.stringify(result.errors),
      result.warnings.length === 0 ? null : JSON.stringify(result.warnings),
      result.attempts,
      result.durationMs,
      source,
      campaign,
      at,
      lead,
    ]);
    const columns = Array.from({ length: 20 }, (_, i) => `json_extract(value, '$[${i}]')`).join(', ');
    this.#sql(`INSERT OR REPLACE INTO results SELECT ?, ${columns} FROM json_each(?)`).run(
      run,
      JSON.stringify(rows),
    );
  }

  #claim(run: string, claims: readonly Claim[], rules: ClaimRules): readonly ClaimAnswer[] {
    if (claims.length === 0) return [];
    const at = this.#now();
    const rows = claims.map((claim) => [
      claim.key,
      claim.seq,
      claim.submissionId,
      claim.floor,
      claim.target,
      claim.file,
      claim.record,
      claim.line,
      claim.lead,
    ]);
    const taken = this.#sql(
      `INSERT INTO keys (key, run, seq, state, submission_id, floor, at, target, file, record, line, lead)
       SELECT json_extract(value, '$[0]'), ?1, json_extract(value, '$[1]'), ${STATE.sending},
              json_extract(value, '$[2]'), json_extract(value, '$[3]'), ?2, json_extract(value, '$[4]'),
              json_extract(value, '$[5]'), json_extract(value, '$[6]'), json_extract(value, '$[7]'),
              json_extract(value, '$[8]')
       FROM json_each(?3) WHERE true
       ON CONFLICT (key) DO UPDATE SET run = excluded.run, seq = excluded.seq, state = excluded.state,
         submission_id = excluded.submission_id, floor = excluded.floor, lead_id = NULL, at = excluded.at,
         target = excluded.target, file = excluded.file, record = excluded.record, line = excluded.line,
         lead = excluded.lead
       WHERE keys.state = ${STATE.rejected}
          OR (keys.run <> excluded.run
              AND (keys.state = ${STATE.failed}
                   OR (keys.state IN (${STATE.created}, ${STATE.duplicate}) AND (?4 = 1 OR keys.at < ?5))))
       RETURNING key`,
    ).all(run, at, JSON.stringify(rows), rules.resend ? 1 : 0, rules.knownSince);
    const ours = new Set(taken.map((row) => text(rowOf(row)['key'])));
    if (ours.size === claims.length) return claims.map(() => ({ kind: 'ours' }));
    const others = this.#keyRows(claims.flatMap(({ key }) => (ours.has(key) ? [] : [key])));
    const alive = new Map<string, boolean>();
    return claims.map((claim) => {
      const row = others.get(claim.key);
      return row === undefined ? { kind: 'ours' } : this.#answer(run, claim, row, alive, at);
    });
  }

  /** The answer to a claim whose key stands already and was not free to take. */
  #answer(run: string, claim: Claim, row: Row, alive: Map<string, boolean>, at: string): ClaimAnswer {
    const owner = text(row['run']);
    const state = Number(row['state']);
    const knownRow = known(row);
    if (knownRow !== null) return knownRow;
    if (owner === run && state !== STATE.sending) {
      return {
        kind: 'ended',
        status: state === STATE.failed ? 'failed' : 'unknown',
        file: row['file'] === null ? null : text(row['file']),
        record: Number(row['record']),
      };
    }
    if (state === STATE.sending) {
      let lives = owner === run || alive.get(owner);
      if (lives === undefined) {
        lives = this.#lives(owner);
        alive.set(owner, lives);
      }
      if (lives) return { kind: 'busy', run: owner };
    }
    // Left in flight by a dead run, or unknown: ours to settle, under its old id.
    this.#sql(
      `UPDATE keys SET run = ?, seq = ?, state = ${STATE.sending}, at = ?, target = ?, file = ?, record = ?, line = ?, lead = ?
       WHERE key = ?`,
    ).run(run, claim.seq, at, claim.target, claim.file, claim.record, claim.line, claim.lead, claim.key);
    return {
      kind: 'unsettled',
      submissionId: text(row['submission_id']),
      floor: row['floor'] === null ? null : text(row['floor']),
      run: owner,
      at: text(row['at']),
    };
  }

  #keyRows(keys: readonly string[]): ReadonlyMap<string, Row> {
    const rows = this.#sql(
      `SELECT key, run, state, submission_id, floor, lead_id, at, file, record FROM keys
       WHERE key IN (SELECT value FROM json_each(?))`,
    ).all(JSON.stringify(keys));
    return new Map(
      rows.map((found) => {
        const row = rowOf(found);
        return [text(row['key']), row];
      }),
    );
  }

  #lives(run: string): boolean {
    const found = this.#sql('SELECT ended_at, pid, pid_start, boot, lease_until FROM runs WHERE id = ?').get(
      run,
    );
    if (found === undefined) return false;
    return this.#rowLives(rowOf(found));
  }

  #rowLives(row: Row): boolean {
    if (row['ended_at'] !== null) return false;
    const { clock, probe } = this.#deps;
    const identity = {
      pid: Number(row['pid']),
      startTime: row['pid_start'] === null ? null : text(row['pid_start']),
      boot: row['boot'] === null ? null : text(row['boot']),
    };
    return isAlive(identity, Number(row['lease_until']), probe, clock.now());
  }

  async peek(keys: readonly string[], rules: ClaimRules): Promise<readonly (DuplicateOf | null)[]> {
    const rows = this.#keyRows(keys);
    return keys.map((key) => {
      const row = rows.get(key);
      return row === undefined ? null : peekedOf(row, rules);
    });
  }

  async runs(): Promise<readonly RunRow[]> {
    return this.#sql('SELECT * FROM runs ORDER BY n DESC')
      .all()
      .map((row) => this.#runRow(rowOf(row)));
  }

  async findRuns(prefix: string): Promise<readonly RunRow[]> {
    const start = normaliseRunId(prefix);
    return this.#sql('SELECT * FROM runs WHERE substr(id, 1, ?) = ? ORDER BY n DESC')
      .all(start.length, start)
      .map((row) => this.#runRow(rowOf(row)));
  }

  #runRow(row: Row): RunRow {
    return runRowOf(row, this.#rowLives(row));
  }

  async *results(run: string, statuses?: readonly Status[]): AsyncIterable<readonly StoredResult[]> {
    let after = -1;
    for (;;) {
      const rows = this.#sql(
        `SELECT * FROM results WHERE run = ? AND seq > ?
           AND (? IS NULL OR status IN (SELECT value FROM json_each(?))) ORDER BY seq LIMIT ${PAGE}`,
      ).all(run, after, statuses === undefined ? null : 1, JSON.stringify(statuses ?? []));
      const page = rows.map((row) => resultOf(rowOf(row)));
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.seq;
    }
  }

  async *unfinished(
    run: string,
    statuses: readonly Unfinished['status'][],
  ): AsyncIterable<readonly Unfinished[]> {
    const flying = statuses.includes('sending') && !this.#lives(run);
    let after = -1;
    for (;;) {
      // A key that a later run has taken is that run's to finish.
      const rows = this.#sql(
        `SELECT * FROM (
           SELECT results.seq, results.file, results.record, results.line, results.target, results.lead, results.status
           FROM results LEFT JOIN keys ON keys.key = results.key
           WHERE results.run = ?1 AND results.lead IS NOT NULL
             AND results.status IN (SELECT value FROM json_each(?2)) AND (keys.run IS NULL OR keys.run = ?1)
           UNION ALL
           SELECT seq, file, record, line, target, lead, 'sending' FROM keys
           WHERE ?3 = 1 AND run = ?1 AND state = ${STATE.sending} AND lead IS NOT NULL
         ) WHERE seq > ?4 ORDER BY seq LIMIT ${PAGE}`,
      ).all(run, JSON.stringify(statuses), flying ? 1 : 0, after);
      const page = rows.map((row) => unfinishedOf(rowOf(row)));
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.seq;
    }
  }

  async purge(before: string): Promise<number> {
    const old = this.#sql('SELECT * FROM runs WHERE purged = 0 AND started_at < ?')
      .all(before)
      .map(rowOf)
      .filter((row) => !this.#rowLives(row) && (row['ended_at'] === null || text(row['ended_at']) < before))
      .map((row) => text(row['id']));
    if (old.length === 0) return 0;
    const ids = JSON.stringify(old);
    await this.#write(() => {
      const these = 'run IN (SELECT value FROM json_each(?))';
      this.#sql(
        `UPDATE results SET phone = NULL, name = NULL, errors = NULL, warnings = NULL, lead = NULL WHERE ${these}`,
      ).run(ids);
      this.#sql(`UPDATE keys SET lead = NULL WHERE ${these}`).run(ids);
      this.#sql('UPDATE runs SET purged = 1 WHERE id IN (SELECT value FROM json_each(?))').run(ids);
    });
    // Freed pages and the write-ahead log still hold what was forgotten.
    this.#db.exec('VACUUM');
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return old.length;
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#db.close();
  }

  /** One durable transaction; waits for other processes without blocking this one for long. */
  async #write<T>(work: () => T): Promise<T> {
    const started = this.#deps.clock.monotonic();
    for (;;) {
      try {
        this.#db.exec('BEGIN IMMEDIATE');
        try {
          const value = work();
          this.#db.exec('COMMIT');
          return value;
        } catch (error) {
          this.#rollBack();
          throw error;
        }
      } catch (error) {
        const busy = codeOf(error).startsWith('SQLITE_BUSY') || /database is locked/.test(messageOf(error));
        if (!busy || this.#deps.clock.monotonic() - started > BUSY_GIVE_UP_MS) {
          throw new LedgerWriteError(messageOf(error), { cause: error });
        }
        await this.#deps.clock.sleep(20 + 80 * this.#deps.clock.random());
      }
    }
  }

  #rollBack(): void {
    try {
      this.#db.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself (a full disk).
    }
  }

  #sql(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}

function stateOf(status: Status): number {
  switch (status) {
    case 'created':
    case 'duplicate':
    case 'failed':
    case 'rejected':
    case 'unknown':
      return STATE[status];
    case 'invalid':
    case 'skipped':
      throw new TypeError(`${status} has no key`);
  }
}

function rowOf(value: unknown): Row {
  if (typeof value !== 'object' || value === null)
    throw new LedgerWriteError('the ledger lacks a row that it must have');
  return Object.fromEntries(Object.entries(value));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
