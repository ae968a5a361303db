// The ledger in PostgreSQL: the history of runs and their results, and the deletion of personal data.
import { emptyCounts, type Status } from '../../delivery/outcome.ts';
import type { Change, InFlight, RunRow, StoredResult, Unfinished } from '../ledger.ts';
import { pages, type UnfinishedReads, unfinishedPages } from '../pages.ts';
import { FLIGHT_AT, numberOf, RESULT_AT, runRowOf, type SoFar, statusOf, textOf } from '../rows.ts';
import { normaliseRunId } from '../run-id.ts';
import type { Row, Value } from './connection.ts';
import type { Database } from './database.ts';
import { forgetFlight, forgetResult, forgetRun } from './forget.ts';
import { changeOf, inFlightOf, resultOf, unfinishedOf } from './rows.ts';
import { NOW_MS } from './schema.ts';
import {
  changesIn,
  finishedByIn,
  identityOf,
  inFlightIn,
  PAGE,
  resultsIn,
  undeliveredIn,
} from './standing.ts';

/**
 * A row that is written anew leaves its old room behind: `purge` frees it after so many rows, or each tenth of all, for the
 * next ones. Else the table would be twice as large afterwards.
 */
const MIN_VACUUM_ROWS = 5_000;
/** A page of history may come from a disk that is busy. */
const READ_MS = 120_000;

export class PostgresHistory {
  readonly #db: Database;
  readonly leaseMs: number;
  readonly #reads: UnfinishedReads = {
    runs: (prefix) => this.findRuns(prefix),
    family: (run) => this.#family(run),
    lives: (run) => this.#lives(run),
    page: async ({ member, after, statuses, isFirst, family, withFlights }) =>
      (
        await this.#rows(unfinishedIn(this.#db.s), [member, after, statuses, isFirst, family, withFlights])
      ).map(unfinishedOf),
  };

  constructor(db: Database, leaseMs: number) {
    this.#db = db;
    this.leaseMs = leaseMs;
  }

  /** Newest first. */
  runs(): Promise<readonly RunRow[]> {
    return this.#runRows('true', []);
  }

  /** Newest first. */
  findRuns(prefix: string): Promise<readonly RunRow[]> {
    return this.#runRows('starts_with(id, $1)', [normaliseRunId(prefix)]);
  }

  results(run: string, statuses?: readonly Status[]): AsyncIterable<readonly StoredResult[]> {
    return pages(async (after) =>
      (await this.#rows(resultsIn(this.#db.s), [run, after, statuses ?? null])).map(resultOf),
    );
  }

  async inFlight(run: string): Promise<readonly InFlight[]> {
    return (await this.#rows(inFlightIn(this.#db.s), [run])).flatMap(inFlightOf);
  }

  async changes(run: string): Promise<readonly Change[]> {
    return (await this.#rows(changesIn(this.#db.s), [run])).map(changeOf);
  }

  async finishedBy(run: string): Promise<string | null> {
    const [row] = await this.#rows(finishedByIn(this.#db.s), [run]);
    return row === undefined ? null : textOf(row['id']);
  }

  async noted(run: string, rows: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#rows(
      `SELECT row AS digest FROM ${this.#db.s}.noted WHERE row = ANY ($1) AND run <> $2`,
      [rows, run],
    );
    return new Set(found.map((one) => textOf(one['digest'])));
  }

  /** @throws LedgerWriteError */
  async note(run: string, rows: readonly string[]): Promise<void> {
    await this.#rows(
      `INSERT INTO ${this.#db.s}.noted (row, run) SELECT DISTINCT d.digest, $2 FROM unnest($1::text[]) AS d (digest)
       ORDER BY 1 ON CONFLICT DO NOTHING`,
      [rows, run],
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
   * Deletes personal data of runs that ended, or last renewed their lease, before the instant. A run is marked when all of
   * its data is gone, so that it can be interrupted and run again.
   * @throws LedgerWriteError
   */
  async purge(before: string): Promise<number> {
    const { s } = this.#db;
    const old = await this.#rows(
      `SELECT id, files::text AS files, summary::text AS summary FROM ${s}.runs
       WHERE purged_at IS NULL AND CASE WHEN ended_at IS NULL
         THEN renewed_at < $1 AND renewed_at + $2 <= ${NOW_MS} ELSE ended_at < $3 END`,
      [Date.parse(before), this.leaseMs, before],
    );
    const vacuumEvery = Math.max(
      MIN_VACUUM_ROWS,
      (await this.#resultsOf(old.map((row) => textOf(row['id'])))) / 10,
    );
    let rewritten = 0;
    for (const row of old) {
      const run = textOf(row['id']);
      await this.#rewrite('results', run, forgetResult, async (rows) => {
        rewritten += rows;
        if (rewritten < vacuumEvery) return;
        await this.#vacuum('results');
        rewritten = 0;
      });
      await this.#rewrite('flights', run, forgetFlight);
      const { files, summary } = forgetRun(
        textOf(row['files']),
        row['summary'] === null ? null : textOf(row['summary']),
      );
      await this.#rows(
        `UPDATE ${s}.runs SET files = $2, summary = $3,
           purged_at = to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') WHERE id = $1`,
        [run, files, summary],
      );
    }
    if (old.length > 0)
      for (const table of ['results', 'flights', 'runs'] as const) await this.#vacuum(table);
    return old.length;
  }

  async undelivered(runs: readonly string[]): Promise<number> {
    const [row] = await this.#rows(undeliveredIn(this.#db.s), [runs]);
    return numberOf(row?.['n']);
  }

  /** Makes the room of deleted data free to be overwritten. Only the owner of the tables may; the server does it by itself, later. */
  async #vacuum(table: 'results' | 'flights' | 'runs'): Promise<void> {
    await this.#db.run((query) => query({ text: `VACUUM ${this.#db.s}.${table}`, timeoutMs: 10 * READ_MS }));
  }

  /** @param written called with how many rows of a page were written anew */
  async #rewrite(
    table: 'results' | 'flights',
    run: string,
    forget: (body: string) => string,
    written: (rows: number) => Promise<void> = async () => {},
  ): Promise<void> {
    const { s } = this.#db;
    for (let after = -1; ; ) {
      const rows = await this.#rows(
        `SELECT seq, body::text AS body FROM ${s}.${table} WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT ${PAGE}`,
        [run, after],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      await this.#rows(
        `UPDATE ${s}.${table} t SET body = n.body::json FROM unnest($2::int[], $3::text[]) AS n (seq, body)
         WHERE t.run = $1 AND t.seq = n.seq`,
        [run, rows.map((row) => numberOf(row['seq'])), rows.map((row) => forget(textOf(row['body'])))],
      );
      await written(rows.length);
      after = numberOf(last['seq']);
    }
  }

  async #resultsOf(runs: readonly string[]): Promise<number> {
    const [row] = await this.#rows(
      `SELECT count(*)::float8 AS n FROM ${this.#db.s}.results WHERE run = ANY ($1)`,
      [runs],
    );
    return numberOf(row?.['n']);
  }

  async #lives(run: string): Promise<boolean> {
    const rows = await this.#rows(
      `SELECT 1 FROM ${this.#db.s}.runs WHERE id = $1 AND ended_at IS NULL AND ${NOW_MS} < renewed_at + $2`,
      [run, this.leaseMs],
    );
    return rows.length > 0;
  }

  async #runRows(where: string, values: readonly Value[]): Promise<readonly RunRow[]> {
    const { s } = this.#db;
    const rows = await this.#rows(
      `SELECT id, command, parent, started_at, files::text AS files, targets::text AS targets, ended_at, exit_status,
         summary::text AS summary, purged_at, ended_at IS NULL AND ${NOW_MS} < renewed_at + ${this.leaseMs} AS lives
       FROM ${s}.runs WHERE ${where} ORDER BY n DESC`,
      values,
    );
    const soFar = await this.#soFar(
      rows.filter((row) => row['summary'] === null).map((row) => textOf(row['id'])),
    );
    return rows.map((row) =>
      runRowOf(
        row,
        row['lives'] === true,
        row['summary'] === null ? (soFar.get(textOf(row['id'])) ?? NOTHING_YET) : null,
      ),
    );
  }

  async #soFar(runs: readonly string[]): Promise<ReadonlyMap<string, SoFar>> {
    if (runs.length === 0) return new Map();
    const { s } = this.#db;
    const counts = new Map(runs.map((run) => [run, emptyCounts()]));
    const flights = new Map<string, number>();
    for (const row of await this.#rows(
      `SELECT run, status, count(*)::int AS n FROM ${s}.results WHERE run = ANY ($1) GROUP BY run, status
       UNION ALL SELECT run, NULL, count(*)::int FROM ${s}.flights WHERE run = ANY ($1) GROUP BY run`,
      [runs],
    )) {
      const run = textOf(row['run']);
      const n = numberOf(row['n']);
      const of = counts.get(run);
      if (row['status'] === null) flights.set(run, n);
      else if (of !== undefined) of[statusOf(row['status'])] = n;
    }
    return new Map([...counts].map(([run, of]) => [run, { counts: of, inProgress: flights.get(run) ?? 0 }]));
  }

  /** The run, its retries, and theirs. */
  async #family(run: string): Promise<readonly string[]> {
    const rows = await this.#rows(
      `WITH RECURSIVE family (id) AS (
         SELECT $1::text COLLATE "C" UNION SELECT r.id FROM ${this.#db.s}.runs r JOIN family ON r.parent = family.id
       ) SELECT id FROM family`,
      [run],
    );
    return rows.map((row) => textOf(row['id']));
  }

  #rows(text: string, values: readonly Value[]): Promise<readonly Row[]> {
    return this.#db.run((query) => query({ text, values, timeoutMs: READ_MS }));
  }
}

const NOTHING_YET: SoFar = { counts: emptyCounts(), inProgress: 0 };

/** How a lead stands now. */
const STANDS =
  'CASE WHEN k.key IS NULL OR (k.run = r.run AND r.key IS NOT NULL) THEN r.status ELSE k.state END';
const OPEN = "('failed', 'rejected', 'unknown')";

/**
 * $1 run, $2 after this seq, $3 statuses, $4 it is the first of its family, $5 the family, $6 its lease has run out. A
 * lead that nobody ever claimed stays until a retry gets to it; what a later run found out about one counts.
 */
const unfinishedIn = (s: string): string => `
  SELECT r.seq, ${columns('r', RESULT_AT)}, ${STANDS} AS status
  FROM ${s}.results r LEFT JOIN ${s}.keys k ON k.key = ${identityOf('r')}
  WHERE r.run = $1 AND r.seq > $2 AND r.body->>${RESULT_AT.lead} IS NOT NULL AND r.status IN ${OPEN}
    AND ${STANDS} = ANY ($3::text[])
    AND CASE
      WHEN k.key IS NULL THEN $4::boolean
      WHEN k.run = r.run AND r.key IS NOT NULL THEN k.seq = r.seq
      ELSE $4 AND k.state IN ${OPEN} AND NOT k.run = ANY ($5::text[])
    END
  UNION ALL
  SELECT f.seq, ${columns('f', FLIGHT_AT)}, 'sending' FROM ${s}.flights f
  WHERE $6::boolean AND f.run = $1 AND f.seq > $2 AND f.body->>${FLIGHT_AT.lead} IS NOT NULL
  ORDER BY 1 LIMIT ${PAGE}`;

/** The columns of a body that are needed to send again. */
function columns(
  table: string,
  at: Readonly<Record<'file' | 'record' | 'line' | 'target' | 'lead', number>>,
): string {
  const types = { file: '', record: '::int', line: '::int', target: '', lead: '' } as const;
  return (['file', 'record', 'line', 'target', 'lead'] as const)
    .map((name) => `(${table}.body->>${at[name]})${types[name]} AS ${name}`)
    .join(', ');
}
