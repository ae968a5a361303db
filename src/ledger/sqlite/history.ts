// The ledger in SQLite: the history of runs and their results, and the deletion of personal data.

import { emptyCounts, type Status } from '../../delivery/outcome.ts';
import type { Clock } from '../../util/clock.ts';
import {
  type Change,
  FENCE_SHARE,
  type InFlight,
  type RunRow,
  type Standing,
  type StoredResult,
  type Unfinished,
} from '../ledger.ts';
import { pages, type UnfinishedReads, unfinishedPages } from '../pages.ts';
import { type Liveness, livenessOf, type ProcessTable } from '../process-table.ts';
import {
  damaged,
  FLIGHT_AT,
  type FlightBody,
  FORGOTTEN,
  FORGOTTEN_FILE,
  flightOf,
  listIn,
  numberOf,
  processOf,
  RESULT_AT,
  resultFrom,
  runRowOf,
  type SoFar,
  stored,
  textOf,
  textOrNull,
} from '../rows.ts';
import type { Owner } from '../rules.ts';
import { normaliseRunId } from '../run-id.ts';
import { CODE, codes, isAfter, numberOfRun, seqIn } from './codes.ts';
import type { LedgerDatabase, Row, Statements } from './database.ts';
import { FORGET } from './forget.ts';
import { instantOf, keyStateOf, type PackedBody, statusOfCode, Texts, unpackBody } from './packed.ts';
import { CHANGES, FINISHED_BY, IN_FLIGHT, KEY_ID, PAGE, RESULTS, UNDELIVERED } from './standing.ts';

export class LedgerHistory {
  readonly #db: LedgerDatabase;
  readonly #clock: Clock;
  readonly #probe: ProcessTable;
  readonly leaseMs: number;
  readonly #reads: UnfinishedReads = {
    runs: (prefix) => this.findRuns(prefix),
    family: (run) => this.#family(run),
    lives: (run) => this.lives(this.#db, run),
    page: async ({ member, after, statuses, isFirst, family, withFlights }) => {
      const rows = await this.#db.rows(UNFINISHED, [
        member,
        after,
        JSON.stringify(statuses.map((status) => CODE[status])),
        isFirst ? 1 : 0,
        JSON.stringify(family),
        withFlights ? 1 : 0,
      ]);
      const texts = await textsOf(this.#db, member);
      return rows.map((row) => unfinishedOf(row, texts));
    },
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
    const wanted = statuses === undefined ? null : JSON.stringify(statuses.map((status) => CODE[status]));
    return pages(async (after) => {
      const [page] = await this.#db.rows(RESULTS, [run, after, wanted]);
      // After the rows: a run that goes on may have added some.
      const texts = await textsOf(this.#db, run);
      return page === undefined ? [] : resultsOf(page, run, texts);
    });
  }

  async inFlight(run: string): Promise<readonly InFlight[]> {
    const texts = new Map<string, Texts>();
    const found: InFlight[] = [];
    for (const row of await this.#db.rows(IN_FLIGHT, [run])) {
      const later = textOrNull(row['run']);
      if (later !== null && !texts.has(later)) texts.set(later, await textsOf(this.#db, later));
      found.push(...inFlightOf(row, later, later === null ? undefined : texts.get(later)));
    }
    return found;
  }

  async changes(run: string): Promise<readonly Change[]> {
    const changes = (await this.#db.rows(CHANGES, [run])).map(changeOf);
    return changes.sort((a, b) => compare(a.was, b.was) || compare(a.now, b.now));
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

  async undelivered(runs: readonly string[]): Promise<number> {
    const [row] = await this.#db.rows(UNDELIVERED, [JSON.stringify(runs)]);
    return numberOf(row?.['n']);
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
      const soFar = row['summary'] === null ? await this.#soFar(textOf(row['id'])) : null;
      runs.push(runRowOf(row, this.#rowLives(row), soFar));
    }
    return runs;
  }

  async #soFar(run: string): Promise<SoFar> {
    const counts = emptyCounts();
    const rows = await this.#db.rows(
      `SELECT status, count(*) AS n FROM results WHERE ${isAfter('id', numberOfRun('?1'), '-1')} GROUP BY status`,
      [run],
    );
    for (const row of rows) {
      counts[statusOfCode(row['status'])] = numberOf(row['n']);
    }
    const [flights] = await this.#db.rows(
      `SELECT count(*) AS n FROM flights WHERE ${isAfter('id', numberOfRun('?1'), '-1')}`,
      [run],
    );
    return { counts, inProgress: numberOf(flights?.['n']) };
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

/** The texts that the bodies of a run repeat. */
export async function textsOf(db: Pick<Statements, 'rows'>, run: string): Promise<Texts> {
  const [row] = await db.rows(TEXTS, [run]);
  return new Texts(JSON.parse(textOf(row?.['texts'])));
}

const TEXTS = `
  SELECT json_group_array(json_array(n, kind, text)) AS texts FROM texts WHERE run = ${numberOfRun('?1')}`;

/** How a lead stands now. */
const STANDS = `CASE WHEN keys.id IS NULL OR (keys.place >> 32 = results.id >> 32 AND results.key IS NOT NULL)
    THEN results.status ELSE keys.state END`;
const OPEN = codes('failed', 'rejected', 'unknown');
/**
 * ?1 run, ?2 after this seq, ?3 codes of statuses, ?4 it is the first of its family, ?5 the family, ?6 its process is gone.
 * A lead that nobody ever claimed stays until a retry gets to it; what a later run found out about one counts.
 */
const UNFINISHED = `
  SELECT ${seqIn('results.id')} AS seq, results.body, ${STANDS} AS status
  FROM results LEFT JOIN keys ON keys.id = ${KEY_ID}
  WHERE ${isAfter('results.id', numberOfRun('?1'), '?2')} AND results.body->>${RESULT_AT.lead} IS NOT NULL
    AND results.status IN ${OPEN} AND ${STANDS} IN (SELECT value FROM json_each(?3))
    AND CASE
      WHEN keys.id IS NULL THEN ?4
      WHEN keys.place >> 32 = results.id >> 32 AND results.key IS NOT NULL THEN keys.place = results.id
      ELSE ?4 AND keys.state IN ${OPEN}
             AND keys.place >> 32 NOT IN (SELECT n FROM runs WHERE id IN (SELECT value FROM json_each(?5)))
    END
  UNION ALL
  SELECT ${seqIn('id')}, body, ${CODE.sending} FROM flights
  WHERE ?6 AND ${isAfter('id', numberOfRun('?1'), '?2')} AND body->>${FLIGHT_AT.lead} IS NOT NULL
  ORDER BY 1 LIMIT ${PAGE}`;

function unfinishedOf(row: Row, texts: Texts): Unfinished {
  const seq = numberOf(row['seq']);
  const body = textOf(row['body']);
  const status = keyStateOf(row['status']);
  if (status === 'sending') {
    const flight = stored<FlightBody>(body);
    const [target, file, record, line, lead] = flight;
    return { seq, file, record, line, target, lead: textOf(lead), status };
  }
  if (status === 'created' || status === 'duplicate') throw damaged();
  const [file, record, line, target, ...rest] = unpackBody(stored(body), texts);
  return { seq, file, record, line, target, lead: textOf(rest[RESULT_AT.lead - 4]), status };
}

function resultsOf({ seqs, statuses, nows, bodies }: Row, run: string, texts: Texts): StoredResult[] {
  // No rows, no bodies.
  if (bodies === null) return [];
  const numbers = listIn<unknown>(seqs);
  const states = listIn<unknown>(statuses);
  const standings = listIn<unknown>(nows);
  const packed = listIn<PackedBody>(bodies);
  // A body that is missing, or is more than one, would shift the others.
  if (packed.length !== numbers.length) throw damaged();
  return packed.map((body, i) => {
    const about = { run, seq: numberOf(numbers[i]), status: statusOfCode(states[i]) };
    return resultFrom(unpackBody(body, texts), about, standingOf(standings[i]));
  });
}

/** None where the row of its lead is gone. @param texts of the later run */
function inFlightOf(row: Row, later: string | null, texts: Texts | undefined): readonly InFlight[] {
  const seq = numberOf(row['seq']);
  const now = later === null ? null : standingOf([later, row['state'], row['lead_id'], numberOf(row['at'])]);
  if (later !== null && texts !== undefined && row['body'] !== null) {
    const about = { run: later, seq: numberOf(row['later_seq']), status: statusOfCode(row['status']) };
    const result = resultFrom(unpackBody(stored(row['body']), texts), about, null);
    const { file, record, line, target } = result;
    return [{ seq, file, record, line, target, lead: null, now, result }];
  }
  return row['flight'] === null ? [] : [flightOf(seq, stored(row['flight']), now)];
}

function standingOf(now: unknown): Standing | null {
  if (now === null) return null;
  const [run, state, leadId, at]: readonly unknown[] = Array.isArray(now) ? now : [];
  return {
    status: keyStateOf(state),
    leadId: textOrNull(leadId),
    run: textOf(run),
    at: instantOf(numberOf(at)),
  };
}

function changeOf(row: Row): Change {
  return {
    was: statusOfCode(row['was']),
    now: keyStateOf(row['now']),
    by: textOf(row['by']),
    count: numberOf(row['n']),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
