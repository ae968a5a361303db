// The ledger in SQLite: what is written while a run goes on. Each turn is one transaction of set-based statements: read
// what stands under the keys, decide (ledger-rules.ts), write all of it.
import { createHmac } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Claim, ClaimAnswer, ClaimRules, Completion, Ledger, RunStart } from './ledger.ts';
import {
  type DatabaseOptions,
  jsonText,
  type LedgerDatabase,
  openDatabase,
  type Statements,
} from './ledger-database.ts';
import { LedgerHistory } from './ledger-history.ts';
import { keyRowOf, RESULT_COLUMNS, resultRow, textOf } from './ledger-rows.ts';
import { answerTo, isSending, type KeyRow, peekAt } from './ledger-rules.ts';
import type { DuplicateOf, Summary } from './outcome.ts';
import type { ProcessProbe } from './process-identity.ts';

export interface LedgerDeps {
  readonly clock: Clock;
  readonly probe: ProcessProbe;
  /** `read`, for looking back and rehearsals: no file is made, and no row is written. */
  readonly access?: DatabaseOptions['access'];
  /** A test's way to a full disk: SQLite's own max_page_count; see testMaxPages in ledger-path.ts. */
  readonly maxPages?: number | null;
  readonly migrations?: NonNullable<DatabaseOptions['migrations']>;
}

/**
 * Opens, and where needed makes, a ledger.
 * @param file absolute path; null: a private temporary ledger that is gone when closed
 * @throws UsageError where the file is no ledger, is newer than this program, or cannot be opened
 */
export async function openLedger(file: string | null, deps: LedgerDeps): Promise<Ledger> {
  const { clock, access = 'write', maxPages = null, migrations } = deps;
  const db = await openDatabase(file, {
    clock,
    access,
    maxPages,
    ...(migrations === undefined ? {} : { migrations }),
  });
  const [salt] = await db.rows("SELECT value FROM meta WHERE name = 'salt'");
  return new SqliteLedger(db, deps, Buffer.from(textOf(salt?.['value']), 'base64'));
}

class SqliteLedger extends LedgerHistory implements Ledger {
  readonly #db: LedgerDatabase;
  readonly #deps: LedgerDeps;
  readonly #salt: Buffer;

  constructor(db: LedgerDatabase, deps: LedgerDeps, salt: Buffer) {
    super(db, deps.clock, deps.probe);
    this.#db = db;
    this.#deps = deps;
    this.#salt = salt;
  }

  /** HMAC-SHA256 under the ledger's salt, its first 128 bits as base64url. */
  digest(identity: string): string {
    const digest = createHmac('sha256', this.#salt).update(identity).digest();
    return digest.toString('base64url', 0, 16);
  }

  openRun(run: RunStart): Promise<void> {
    const { clock, probe } = this.#deps;
    const { pid, startTime, boot } = probe.self;
    const { id, command, parent, startedAt, files, targets } = run;
    return this.#db.write((db) =>
      db.run(
        `INSERT INTO runs (id, command, parent, started_at, files, targets, pid, process_start, boot, renewed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          id,
          command,
          parent,
          startedAt,
          jsonText(files),
          jsonText(targets),
          pid,
          startTime,
          boot,
          clock.now(),
        ],
      ),
    );
  }

  renew(run: string): Promise<void> {
    return this.#db.write((db) =>
      db.run('UPDATE runs SET renewed_at = ? WHERE id = ?', [this.#deps.clock.now(), run]),
    );
  }

  closeRun(run: string, summary: Summary, exitStatus: number, endedAt: string): Promise<void> {
    return this.#db.write((db) =>
      db.run('UPDATE runs SET ended_at = ?, exit_status = ?, summary = ? WHERE id = ?', [
        endedAt,
        exitStatus,
        jsonText(summary),
        run,
      ]),
    );
  }

  turn(
    run: string,
    completions: readonly Completion[],
    claims: readonly Claim[],
    rules: ClaimRules,
  ): Promise<readonly ClaimAnswer[]> {
    return this.#db.write(async (db) => {
      await this.#complete(db, run, completions);
      return this.#claim(db, run, claims, rules);
    });
  }

  async peek(keys: readonly string[], rules: ClaimRules): Promise<readonly (DuplicateOf | null)[]> {
    const rows = await this.#keyRows(this.#db, keys);
    return keys.map((key) => peekAt(rows.get(key), rules));
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  async #complete(db: Statements, run: string, completions: readonly Completion[]): Promise<void> {
    if (completions.length === 0) return;
    // What was known already, or is never sent, has no claim to end: a re-run consists of little else.
    const claimed = completions.filter(({ key }) => key !== null);
    if (claimed.length > 0) {
      const ends = jsonText(
        claimed.map(({ key, result, at }) => [key, result.seq, result.status, result.leadId, at]),
      );
      await db.run(END_KEYS, [ends, run]);
      await db.run(END_FLIGHTS, [ends, run]);
    }
    await db.run(ADD_RESULTS, [jsonText(completions.map(resultRow)), run]);
  }

  async #claim(
    db: Statements,
    run: string,
    claims: readonly Claim[],
    rules: ClaimRules,
  ): Promise<readonly ClaimAnswer[]> {
    if (claims.length === 0) return [];
    const keys = claims.map((claim) => claim.key);
    const rows = await this.#keyRows(db, keys);
    const living = new Set<string>();
    for (const other of new Set([...rows.values()].filter(isSending).map((row) => row.run))) {
      if (await this.lives(db, other)) living.add(other);
    }
    const answers = keys.map((key) => answerTo(run, rows.get(key), rules, (other) => living.has(other)));
    await this.#take(db, run, claims, answers, rows);
    return answers;
  }

  /** Writes the intents of those claims that are ours. */
  async #take(
    db: Statements,
    run: string,
    claims: readonly Claim[],
    answers: readonly ClaimAnswer[],
    rows: ReadonlyMap<string, KeyRow>,
  ): Promise<void> {
    const left: { run: string; seq: number }[] = [];
    const ours = claims.flatMap((claim, i): Claim[] => {
      const answer = answers[i];
      if (answer?.kind === 'ours') return [claim];
      if (answer?.kind !== 'unsettled') return [];
      const row = rows.get(claim.key);
      if (row !== undefined) left.push({ run: row.run, seq: row.seq });
      // What may have arrived carries the older submission id: by that it is found.
      return [{ ...claim, submissionId: answer.submissionId, floor: answer.floor }];
    });
    if (ours.length === 0) return;
    const at = new Date(this.#deps.clock.now()).toISOString();
    if (left.length > 0) {
      await db.run(
        "DELETE FROM flights WHERE (run, seq) IN (SELECT value->>'$.run', value->>'$.seq' FROM json_each(?))",
        [jsonText(left)],
      );
    }
    await db.run(ADD_KEYS, [
      jsonText(ours.map(({ key, seq, submissionId, floor }) => [key, seq, submissionId, floor])),
      run,
      at,
    ]);
    await db.run(ADD_FLIGHTS, [
      jsonText(
        ours.map(({ seq, target, file, record, line, lead }) => [seq, target, file, record, line, lead]),
      ),
      run,
    ]);
  }

  async #keyRows(
    db: Pick<Statements, 'rows'>,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, KeyRow>> {
    const rows = await db.rows(
      `SELECT keys.*, results.file, results.record
       FROM keys LEFT JOIN results ON results.run = keys.run AND results.seq = keys.seq
       WHERE keys.key IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(keys)],
    );
    return new Map(rows.map((row) => [textOf(row['key']), keyRowOf(row)]));
  }
}

// ?1 rows as JSON, by position: SQLite takes them apart faster than by name. ?2 the run.

/** ?3 the instant. A row is key, seq, submission id, floor. */
const ADD_KEYS = `
  INSERT INTO keys (key, run, seq, state, submission_id, floor, at)
  SELECT value->>0, ?2, value->>1, 'sending', value->>2, value->>3, ?3 FROM json_each(?1) WHERE true
  ON CONFLICT (key) DO UPDATE SET run = excluded.run, seq = excluded.seq, state = excluded.state,
    submission_id = excluded.submission_id, floor = excluded.floor, lead_id = NULL, at = excluded.at`;
/** A row is seq, target, file, record, line, lead. */
const ADD_FLIGHTS = `
  INSERT INTO flights (run, seq, target, file, record, line, lead)
  SELECT ?2, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?1)`;

/**
 * A row is key, seq, status, lead id, instant. A key that another run has taken over meanwhile is that run's: only the
 * result is kept.
 */
const END_KEYS = `
  UPDATE keys SET state = value->>2, lead_id = value->>3, at = value->>4
  FROM json_each(?1)
  WHERE keys.key = value->>0 AND keys.run = ?2 AND keys.state = 'sending'`;
const END_FLIGHTS = `
  DELETE FROM flights WHERE run = ?2 AND seq IN (SELECT value->>1 FROM json_each(?1))`;
const ADD_RESULTS = `
  INSERT INTO results (run, ${RESULT_COLUMNS.join(', ')})
  SELECT ?2, ${RESULT_COLUMNS.map((_, i) => `value->>${i}`).join(', ')} FROM json_each(?1)`;
