// What a run's requests for its share come to, from what the ledger has of the others: the same for every engine. Pure.
import type { ShareRequest } from './ledger.ts';
import { type Allotment, allot, type Share } from './shares.ts';

/** A row as it is stored. */
export interface ShareRow extends ShareRequest {
  readonly run: string;
}

export interface Decided {
  readonly allotment: Allotment;
  readonly row: ShareRow;
  /** The row has to be written. */
  readonly changed: boolean;
  /** What the others held when it was decided. */
  readonly othersHeld: number;
}

/** @param rows of these endpoints, of living runs @param instant Unix ms */
export function decideShares(
  run: string,
  requests: readonly ShareRequest[],
  rows: readonly ShareRow[],
  instant: number,
): readonly Decided[] {
  let known = rows;
  return requests.map((request) => {
    const own = known.find((row) => row.run === run && isSame(row, request));
    const others = known.filter((row) => row !== own && row.endpoint === request.endpoint);
    const allotment = allot(shareOf({ ...request, run }), others.map(shareOf), instant);
    const row = { ...request, run, held: allotment.held };
    // Two targets of one run may be one endpoint.
    known = [...known.filter((other) => other !== own), row];
    return {
      allotment,
      row,
      changed: own === undefined || !isEqual(own, row, allotment.alone),
      othersHeld: others.reduce((sum, { held }) => sum + held, 0),
    };
  });
}

function shareOf({ run, target, wanted, held, limit, rate }: ShareRow): Share {
  return { holder: `${run} ${target}`, wanted, held, limit, rate };
}

function isSame(a: ShareRequest, b: ShareRequest): boolean {
  return a.endpoint === b.endpoint && a.target === b.target;
}

/** What it wants is nobody's business while it is alone: that costs no write. */
function isEqual(a: ShareRow, b: ShareRow, alone: boolean): boolean {
  return a.held === b.held && a.limit === b.limit && a.rate === b.rate && (alone || a.wanted === b.wanted);
}
