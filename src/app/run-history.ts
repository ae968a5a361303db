// What later runs made of a run: its counts as they stand now, and whether another finished it.
import { type Counts, emptyCounts, wasTried } from '../delivery/outcome.ts';
import type { Change, Ledger, RunRow } from '../ledger/ledger.ts';
import { asItStands, foldedCounts, type RunHistory } from '../output/standing.ts';
import { inFlightOf, takenOver } from './in-flight.ts';
import { changesNow, resultsNow } from './retried.ts';

export async function runHistory(ledger: Ledger, run: RunRow): Promise<RunHistory> {
  const own = run.summary?.counts ?? run.counts ?? emptyCounts();
  const isOpen = own.failed + own.unknown + own.rejected > 0;
  const flights = await inFlightOf(ledger, run);
  const taken = takenOver(flights);
  const changes = [...(isOpen ? await changesNow(ledger, run.id) : []), ...taken];
  const interrupted = wasInterrupted(run);
  const finishedBy = interrupted ? await ledger.finishedBy(run.id) : null;
  // They may have arrived.
  const counts = foldedCounts({ ...own, unknown: own.unknown + flights.length }, changes);
  // All was read: what is left of it is done by a retry, as for any run.
  const done =
    run.summary !== null &&
    run.summary.unread !== true &&
    (run.command !== 'smoke' || counts.failed + counts.unknown === 0);
  return {
    counts,
    own,
    ...(await neverTried(ledger, run, own, counts, changes)),
    taken,
    changes,
    finishedBy,
    inProgress: flights.filter(({ now }) => now === null).length,
    unfinished: interrupted && finishedBy === null && !done,
  };
}

function wasInterrupted({ state, summary }: RunRow): boolean {
  return state === 'died' || (summary !== null && summary.interrupted !== null);
}

/** Reads results only where the run's own count does not tell: later runs went on with some, or nothing was counted. */
async function neverTried(
  ledger: Ledger,
  run: RunRow,
  own: Counts,
  counts: Counts,
  changes: readonly Change[],
): Promise<Pick<RunHistory, 'notSent' | 'ownNotSent'>> {
  const known = own.failed === 0 ? 0 : run.summary?.notSent;
  if (counts.failed === 0) return { notSent: 0, ownNotSent: known ?? 0 };
  const isAsItEnded = changes.every(({ was, now }) => was !== 'failed' || now === 'sending');
  if (known === 0 || (known !== undefined && isAsItEnded)) return { notSent: known, ownNotSent: known };
  let notSent = 0;
  for await (const page of resultsNow(ledger, run, ['failed']))
    for (const stored of page) if (!wasTried(asItStands(stored).result)) notSent++;
  return { notSent, ownNotSent: known ?? notSent };
}
