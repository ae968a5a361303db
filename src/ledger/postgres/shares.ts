// The ledger in PostgreSQL: what each living run has of a target's limits, by the database's time.
import { LedgerWriteError, type ShareRequest } from '../ledger.ts';
import { numberOf, textOf } from '../rows.ts';
import { type Decided, decideShares } from '../share-rows.ts';
import type { Allotment } from '../shares.ts';
import { sharesOf } from '../sqlite/shares.ts';
import type { Database } from './database.ts';
import { NOW_MS } from './schema.ts';

/** Others that ask at the same instant are quicker at most so often. */
const MAX_TRIES = 20;

/** No lock is held between reading and writing: it is written only if the others hold no more by then. */
export async function shareIn(
  db: Database,
  run: string,
  requests: readonly ShareRequest[],
  leaseMs: number,
): Promise<readonly Allotment[]> {
  const { s } = db;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const [row] = await db.run((query) =>
      query({
        name: 'shares',
        text: `SELECT coalesce(json_agg(json_build_array(h.endpoint, h.run, h.target, h.wanted, h.held, h.most, h.rate))
            FILTER (WHERE h.run = $1 OR r.ended_at IS NULL AND ${NOW_MS} < r.renewed_at + $3), '[]')::text AS known,
            ${NOW_MS} AS instant
          FROM ${s}.shares h JOIN ${s}.runs r ON r.id = h.run WHERE h.endpoint = ANY ($2)`,
        values: [run, requests.map(({ endpoint }) => endpoint), leaseMs],
      }),
    );
    const instant = numberOf(row?.['instant']);
    const decided = decideShares(run, requests, sharesOf(textOf(row?.['known'])), instant);
    let written = true;
    for (const one of decided.filter(({ changed }) => changed)) {
      written &&= await put(db, run, one, instant - leaseMs);
    }
    if (written) return decided.map(({ allotment }) => allotment);
  }
  throw new LedgerWriteError('other runs changed the shares of its targets again and again');
}

async function put(db: Database, run: string, { row, othersHeld }: Decided, since: number): Promise<boolean> {
  const { endpoint, target, wanted, held, limit, rate } = row;
  const [answer] = await db.run((query) =>
    query({
      name: 'put_share',
      text: `SELECT ${db.s}.put_share($1,$2,$3,$4,$5,$6,$7,$8,$9) AS written`,
      values: [run, endpoint, target, wanted, held, limit, rate, othersHeld, since],
    }),
  );
  return answer?.['written'] === true;
}
