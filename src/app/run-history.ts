// What later runs made of a run: its counts as they stand now, and whether another finished it.
import { emptyCounts } from '../delivery/outcome.ts';
import type { Ledger, RunRow } from '../ledger/ledger.ts';
import { foldedCounts, type RunHistory } from '../output/standing.ts';

export async function runHistory(ledger: Ledger, run: RunRow): Promise<RunHistory> {
  const own = run.summary?.counts ?? run.counts ?? emptyCounts();
  const isOpen = own.failed + own.unknown + own.rejected > 0;
  const changes = isOpen ? await ledger.changes(run.id) : [];
  const interrupted = wasInterrupted(run);
  const finishedBy = interrupted ? await ledger.finishedBy(run.id) : null;
  const counts = foldedCounts(own, changes);
  // All was read, and nothing of it is left: a retry has done the rest.
  const done = run.summary !== null && run.summary.unread !== true && counts.failed + counts.unknown === 0;
  return { counts, own, changes, finishedBy, unfinished: interrupted && finishedBy === null && !done };
}

function wasInterrupted({ state, summary }: RunRow): boolean {
  return state === 'died' || (summary !== null && summary.interrupted !== null);
}
