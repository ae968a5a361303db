// The ledger in SQLite: the history of runs and their results, and the deletion of personal data.

import { type Counts, emptyCounts, type Status } from '../../delivery/outcome.ts';
import type { Clock } from '../../util/clock.ts';
import { type Change, FENCE_SHARE, type RunRow, type StoredResult, type Unfinished } from '../ledger.ts';
import { pages, type UnfinishedReads, unfinishedPages } from '../pages.ts';
import { type Liveness, livenessOf, type ProcessTable } from '../process-table.ts';
import type { Owner } from '../rules.ts';
import { normaliseRunId } from '../run-id.ts';
import type { LedgerDatabase, Row, Statements } from './database.ts';
import {
  changeOf,
  FLIGHT_AT,
  FORGOTTEN,
  FORGOTTEN_FILE,
  numberOf,
  processOf,
  RESULT_AT,
  resultOf,
  runRowOf,
  statusOf,
  textOf,
  unfinishedOf,
} from './rows.ts';
import { CHANGES, FINISHED_BY, IDENTITY, PAGE, RESULTS } from './standing.ts';

export class LedgerHistory {
  readonly #db: LedgerDatabase;
  readonly #clock: Clock;
  readonly #probe: ProcessTable;
  readonly leaseMs: number;
  readonly #reads: UnfinishedReads = {
    family: (run) => this.#family(run),
    lives: (run) => this.lives(this.#db, run),
    page: async ({ member, after, statuses, isFirst, family, withFlights }) =>
      (
        await this.#db.rows(UNFINISHED, [
          member,
          after,
          JSON.stringify(statuses),
          isFirst ? 1 : 0,
          JSON.stringify(family),
          withFlights ? 1 : 0,
        ])
      ).map(unfinishedOf),
  };

  constructor(db: LedgerDatabase, clock: Clock, probe: ProcessTable, leaseMs: number) {
    this.#db = db;
    this.#clock = clock;
    this.#probe = probe;
    this.leaseMs = leaseMs;
  }

  /** Newest first. */
  async runs(): Promise<readonly RunRow[]> {
    return this.#runRows(await this.#db.rows('SELECT * FROM runs ORDER BY n DESC'));
  }

  /** Newest first. */
  async findRuns(prefix: string): Promise<readonly RunRow[]> {
    const start = normaliseRunId(prefix);
    return this.#runRows(
      await this.#db.rows('SELECT * FROM runs WHERE substr(id, 1, ?) = ? ORDER BY n DESC', [
        start.length,
        start,
      ]),
    );
  }

  results(run: string, statuses?: readonly Status[]): AsyncIterable<readonly StoredResult[]> {
    const wanted = statuses === undefined ? null : JSON.stringify(statuses);
    return pages(async (after) => (await this.#db.rows(RESULTS, [run, after, wanted])).map(resultOf));
  }

  async changes(run: string): Promise<readonly Change[]> {
    return (await this.#db.rows(CHANGES, [run])).map(changeOf);
  }

  async finishedBy(run: string): Promise<string | null> {
    const [row] = await this.#db.rows(FINISHED_BY, [run]);
    return row === undefined ? null : textOf(row['id']);
  }

  async noted(run: string, rows: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#db.rows(
      'SELECT row FROM noted WHERE row IN (SELECT value FROM json_each(?1)) AND run <> ?2',
      [JSON.stringify(rows), run],
    );
    return new Set(found.map((one) => textOf(one['row'])));
  }

  /** @throws LedgerWriteError */
  async note(run: string, rows: readonly string[]): Promise<void> {
    await this.#db.write((db) =>
      db.run(
        'INSERT INTO noted (row, run) SELECT value, ?2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING',
        [JSON.stringify(rows), run],
      ),
    );
  }

  unfinished(
    run: string,
    statuses: readonly Unfinished['status'][],
    reader?: string,
  ): AsyncIterable<readonly Unfinished[]> {
    return unfinishedPages(this.#reads, run, statuses, reader);
  }

  /**
   * Deletes personal data of runs that ended, or last renewed their lease, before the instant.
   * @throws LedgerWriteError
   */
  async purge(before: string): Promise<number> {
    const runs = await this.#db.rows('SELECT * FROM runs');
    const forgotten = runs.filter((row) => row['purged_at'] !== null);
    const old = runs.filter((row) => row['purged_at'] === null && this.#endedBefore(row, before));
    const ids = (rows: readonly Row[]) => JSON.stringify(rows.map((row) => textOf(row['id'])));
    // An older version deleted less, so its purged runs are purged again.
    const all = ids([...forgotten, ...old]);
    await this.#db.write(async (db) => {
      for (const sql of FORGET) await db.run(sql, [all, FORGOTTEN, FORGOTTEN_FILE]);
      await db.run('UPDATE runs SET purged_at = ? WHERE id IN (SELECT value FROM json_each(?))', [
        new Date(this.#clock.now()).toISOString(),
        ids(old),
      ]);
    });
    // Also if nothing was left to delete: an earlier purge may have stopped before this step.
    await this.#db.rewrite();
    return old.length;
  }

  /** Ended, or last renewed its lease, before the instant. */
  #endedBefore(row: Row, before: string): boolean {
    return row['ended_at'] === null
      ? !this.#rowLives(row) && numberOf(row['renewed_at']) < Date.parse(before)
      : textOf(row['ended_at']) < before;
  }

  /** Whether the run is still running: not ended, and its process lives. */
  protected async lives(db: Pick<Statements, 'rows'>, run: string): Promise<boolean> {
    return (await this.ownerOf(db, run)).liveness === 'alive';
  }

  /** Whether the run is still running, and until when it may send. */
  protected async ownerOf(db: Pick<Statements, 'rows'>, run: string): Promise<Owner> {
    const [row] = await db.rows('SELECT * FROM runs WHERE id = ?', [run]);
    if (row === undefined) return { liveness: 'gone', sendsUntil: 0 };
    const sendsUntil = Math.ceil(numberOf(row['renewed_at']) + this.leaseMs * FENCE_SHARE);
    return { liveness: this.#livenessOf(row), sendsUntil };
  }

  /** A run that has ended has no request in progress, as if its process were gone. */
  #livenessOf(row: Row): Liveness {
    if (row['ended_at'] !== null) return 'gone';
    const leaseUntil = numberOf(row['renewed_at']) + this.leaseMs;
    return livenessOf(processOf(row), leaseUntil, this.#probe, this.#clock.now());
  }

  #rowLives(row: Row): boolean {
    return this.#livenessOf(row) === 'alive';
  }

  async #runRows(rows: readonly Row[]): Promise<readonly RunRow[]> {
    const runs: RunRow[] = [];
    for (const row of rows) {
      const counts = row['summary'] === null ? await this.#counts(textOf(row['id'])) : null;
      runs.push(runRowOf(row, this.#rowLives(row), counts));
    }
    return runs;
  }

  async #counts(run: string): Promise<Counts> {
    const counts = emptyCounts();
    const rows = await this.#db.rows(
      'SELECT status, count(*) AS n FROM results WHERE run = ? GROUP BY status',
      [run],
    );
    for (const row of rows) {
      counts[statusOf(row['status'])] = numberOf(row['n']);
    }
    return counts;
  }

  /** The run, its retries, and theirs. */
  async #family(run: string): Promise<readonly string[]> {
    const rows = await this.#db.rows(
      `WITH RECURSIVE family (id) AS (SELECT ? UNION SELECT runs.id FROM runs JOIN family ON runs.parent = family.id)
       SELECT id FROM family`,
      [run],
    );
    return rows.map((row) => textOf(row['id']));
  }
}

/**
 * ?1 run, ?2 after this seq, ?3 statuses, ?4 it is the first of its family, ?5 the family, ?6 its process is gone.
 * A lead that nobody ever claimed stays until a retry gets to it.
 */
const UNFINISHED = `
  SELECT results.seq, ${columns(RESULT_AT)}, status
  FROM results LEFT JOIN keys ON keys.key = ${IDENTITY}
  WHERE results.run = ?1 AND results.seq > ?2 AND body->>${RESULT_AT.lead} IS NOT NULL
    AND status IN (SELECT value FROM json_each(?3))
    AND CASE
      WHEN keys.key IS NULL THEN ?4
      WHEN keys.run = results.run AND results.key IS NOT NULL THEN keys.seq = results.seq
      ELSE ?4 AND keys.state IN ('failed', 'rejected', 'unknown')
             AND keys.run NOT IN (SELECT value FROM json_each(?5))
    END
  UNION ALL
  SELECT seq, ${columns(FLIGHT_AT)}, 'sending' FROM flights
  WHERE ?6 AND run = ?1 AND seq > ?2 AND body->>${FLIGHT_AT.lead} IS NOT NULL
  ORDER BY 1 LIMIT ${PAGE}`;

/** The columns of a body that are needed to send again. */
function columns(at: Readonly<Record<'file' | 'record' | 'line' | 'target' | 'lead', number>>): string {
  return (['file', 'record', 'line', 'target', 'lead'] as const)
    .map((name) => `body->>${at[name]} AS ${name}`)
    .join(', ');
}

/** Null and `-` (stdin) stay: only a file's name can contain personal data. */
const fileOf = (text: string) => `iif(${text} IS NULL OR ${text} = '-', ${text}, ?3)`;

/** A JSON list of {message, …} with its messages replaced, which may quote a cell or an answer. */
const unquoted = (json: string, path: string) =>
  `json((SELECT json_group_array(json_set(value, '$.message', ?2)) FROM json_each(${json}, '${path}')))`;

/**
 * ?1 runs, ?2 the text that replaces a message, ?3 the text that replaces a file name. Statuses, codes, lead ids and
 * times stay.
 */
const FORGET = [
  `UPDATE results SET body = json_set(body,
     '$[${RESULT_AT.phone}]', NULL, '$[${RESULT_AT.name}]', NULL, '$[${RESULT_AT.lead}]', NULL,
     '$[${RESULT_AT.source}]', NULL, '$[${RESULT_AT.campaign}]', NULL,
     '$[${RESULT_AT.externalId}]', NULL, '$[${RESULT_AT.cell}]', NULL,
     '$[${RESULT_AT.file}]', ${fileOf(`body->>${RESULT_AT.file}`)},
     '$[${RESULT_AT.duplicateOf}]', json(iif(body->>${RESULT_AT.duplicateOf} IS NULL, 'null',
       json_set(body->${RESULT_AT.duplicateOf}, '$.file', ${fileOf(`body->${RESULT_AT.duplicateOf}->>'file'`)}))),
     '$[${RESULT_AT.errors}]', ${unquoted('body', `$[${RESULT_AT.errors}]`)},
     '$[${RESULT_AT.warnings}]', ${unquoted('body', `$[${RESULT_AT.warnings}]`)})
   WHERE run IN (SELECT value FROM json_each(?1))`,
  `UPDATE flights SET body = json_set(body, '$[${FLIGHT_AT.lead}]', NULL,
     '$[${FLIGHT_AT.file}]', ${fileOf(`body->>${FLIGHT_AT.file}`)})
   WHERE run IN (SELECT value FROM json_each(?1))`,
  `UPDATE runs SET
     files = (SELECT json_group_array(${fileOf('value')}) FROM json_each(files)),
     summary = iif(summary IS NULL, NULL, json_set(summary,
       '$.stops', ${unquoted('summary', '$.stops')},
       '$.ledgerFailure', iif(summary->>'ledgerFailure' IS NULL, NULL, ?2)))
   WHERE id IN (SELECT value FROM json_each(?1))`,
];
