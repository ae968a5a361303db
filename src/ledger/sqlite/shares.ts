// The ledger in SQLite: what each living run has of a target's limits.
import { jsonText } from '../json-text.ts';
import type { ShareRequest } from '../ledger.ts';
import { textOf } from '../rows.ts';
import { decideShares, type ShareRow } from '../share-rows.ts';
import type { Allotment } from '../shares.ts';
import type { LedgerDatabase, Statements } from './database.ts';

type Reader = Pick<Statements, 'rows'>;
type Lives = (db: Reader, run: string) => Promise<boolean>;

interface Found {
  readonly living: readonly ShareRow[];
  readonly dead: readonly string[];
}

/** @param database an array: nobody else can open it, and this is all there is @param now Unix ms */
export async function shareIn(
  database: LedgerDatabase | ShareRow[],
  run: string,
  requests: readonly ShareRequest[],
  lives: Lives,
  now: number,
): Promise<readonly Allotment[]> {
  if (Array.isArray(database)) {
    const decided = decideShares(run, requests, database, now);
    database.splice(0, database.length, ...decided.map(({ row }) => row));
    return decided.map(({ allotment }) => allotment);
  }
  const seen = await found(database, run, requests, lives);
  const decided = decideShares(run, requests, seen.living, now);
  // Most often it is alone, and has all.
  if (seen.dead.length === 0 && decided.every(({ changed }) => !changed))
    return decided.map(({ allotment }) => allotment);
  return database.write(
    async (db) => {
      const { living, dead } = await found(db, run, requests, lives);
      const taken = decideShares(run, requests, living, now);
      if (dead.length > 0) {
        await db.run('DELETE FROM shares WHERE run IN (SELECT value FROM json_each(?))', [jsonText(dead)]);
      }
      await db.run(PUT, [jsonText(taken.map(({ row }) => rowOf(row)))]);
      return taken.map(({ allotment }) => allotment);
    },
    { relaxed: true },
  );
}

async function found(
  db: Reader,
  run: string,
  requests: readonly ShareRequest[],
  lives: Lives,
): Promise<Found> {
  const [row] = await db.rows(SHARES, [jsonText(requests.map(({ endpoint }) => endpoint))]);
  const rows = sharesOf(textOf(row?.['known']));
  const dead: string[] = [];
  for (const other of new Set(rows.map((one) => one.run))) {
    if (other !== run && !(await lives(db, other))) dead.push(other);
  }
  return { living: rows.filter((one) => !dead.includes(one.run)), dead };
}

const SHARES = `
  SELECT json_group_array(json_array(endpoint, run, target, wanted, held, most, rate)) AS known
  FROM shares WHERE endpoint IN (SELECT value FROM json_each(?))`;

const PUT = `
  INSERT INTO shares (endpoint, run, target, wanted, held, most, rate)
  SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 FROM json_each(?) WHERE true
  ON CONFLICT (endpoint, run, target) DO UPDATE SET
    wanted = excluded.wanted, held = excluded.held, most = excluded.most, rate = excluded.rate`;

function rowOf({ endpoint, run, target, wanted, held, limit, rate }: ShareRow): readonly unknown[] {
  return [endpoint, run, target, wanted, held, limit, rate];
}

export function sharesOf(known: string): readonly ShareRow[] {
  const rows: readonly (readonly [string, string, string, number, number, number, number | null])[] =
    JSON.parse(known);
  return rows.map(([endpoint, run, target, wanted, held, limit, rate]) => ({
    endpoint,
    run,
    target,
    wanted,
    held,
    limit,
    rate,
  }));
}
