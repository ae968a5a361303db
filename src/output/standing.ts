// How the leads of a run stand now: what later runs made of those that it left open is folded in.
import { type Counts, STATUSES, type Status, wasTried } from '../delivery/outcome.ts';
import type { Change, Standing, StoredResult } from '../ledger/ledger.ts';
import { counted, grouped } from '../util/counted.ts';

/** What a later run made of a lead, which was left open. */
export interface Later {
  readonly was: Status;
  /** The run whose result it is had come to it. */
  readonly tried: boolean;
  readonly run: string;
}

/** What became of a run after its own end. */
export interface RunHistory {
  /** As its leads stand now. */
  readonly counts: Counts;
  /** As it counted them itself; the counts so far where it has not ended. */
  readonly own: Counts;
  /** Of the failed in `counts`, and in `own`, those that were never tried. */
  readonly notSent: number;
  readonly ownNotSent: number;
  readonly changes: readonly Change[];
  /** The later run that finished this one, which was interrupted. */
  readonly finishedBy: string | null;
  /** Of the unknown in `counts`: what a run that died had in progress, which no other has taken over. */
  readonly inProgress: number;
  /** Of `changes`: what it had in progress and others have taken over, which is not in `own`. */
  readonly taken: readonly Change[];
  /** It was interrupted before its input was read to the end, or died, and no other has finished it. */
  readonly unfinished: boolean;
}

/** The ledger knows such a row by its cells, which it does not keep. */
export const INVALID_AS_READ =
  'An invalid row stands as this run read it, also where it was fixed in a rejects file and sent since.';

/** Some of its leads are still not delivered, or nobody knows. */
export function isOpen({ counts }: Pick<RunHistory, 'counts'>): boolean {
  return counts.failed + counts.unknown + counts.rejected > 0;
}

/** The result as it stands, and what it was at the end of its own run where that has changed. */
export function asItStands(result: StoredResult): {
  readonly result: StoredResult;
  readonly later: Later | null;
} {
  const { now, status: was } = result;
  // One that is being sent stands as it did until that is over.
  if (now === null || now.status === 'sending') return { result, later: null };
  const { status, leadId, run } = now;
  const tried = wasTried(result);
  const isOver = status !== was || !tried;
  return {
    // Why it was left open is no longer the reason.
    result: { ...result, status, leadId, errors: isOver ? [] : result.errors },
    later: { was, tried, run },
  };
}

/** The counts of a run as its leads stand now. */
export function foldedCounts(counts: Counts, changes: readonly Change[]): Counts {
  const folded: Record<Status, number> = { ...counts };
  for (const { was, now, count } of changes) {
    if (now === 'sending') continue;
    folded[was] -= count;
    folded[now] += count;
  }
  return folded;
}

/** `12 unknown, all settled by run X`: one line for each status that later runs have changed. */
export function changesText({
  own: counts,
  ownNotSent,
  changes,
  taken,
  inProgress,
}: Pick<RunHistory, 'own' | 'ownNotSent' | 'changes' | 'taken' | 'inProgress'>): readonly string[] {
  const inFlight = taken.reduce((sum, { count }) => sum + count, inProgress);
  return STATUSES.flatMap((was) => {
    const changed = changes.filter((change) => change.was === was && change.now !== was);
    if (changed.length === 0) return [];
    const total = counts[was] + (was === 'unknown' ? inFlight : 0);
    const parts = KINDS.flatMap(({ is, words }) => {
      const some = changed.filter(({ now }) => is.has(now));
      const count = some.reduce((sum, change) => sum + change.count, 0);
      if (count === 0) return [];
      const runs = [...new Set(some.map(({ by }) => by))];
      const by = `${runs.length === 1 ? 'run' : 'runs'} ${listed(runs)}`;
      return [`${count === total ? 'all' : grouped(count)} ${words} ${by}`];
    });
    const word = was === 'failed' ? failedWord(total, ownNotSent) : was;
    return [`${grouped(total)} ${word}, ${parts.join(', ')}`];
  });
}

/** Which of them a later run has changed is not known where there are both. */
function failedWord(failed: number, notSent: number): string {
  if (notSent === 0) return 'failed';
  return notSent === failed ? 'not sent' : 'failed or not sent';
}

/** `8 created, 505 not sent`: what was never tried is not failed. Empty where nothing is counted. */
export function countsText(counts: Counts, notSent: number): string {
  return STATUSES.flatMap((status): readonly (readonly [number, string])[] =>
    status === 'failed'
      ? [
          [counts.failed - notSent, status],
          [notSent, 'not sent'],
        ]
      : [[counts[status], status]],
  )
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

const KINDS: readonly { readonly is: ReadonlySet<Standing['status']>; readonly words: string }[] = [
  { is: new Set(['created', 'duplicate']), words: 'settled by' },
  { is: new Set(['failed']), words: 'found not delivered by' },
  { is: new Set(['rejected']), words: 'rejected in' },
  { is: new Set(['unknown']), words: 'now unknown since' },
  { is: new Set(['sending']), words: 'in progress in' },
];

const MAX_RUNS = 3;

function listed(runs: readonly string[]): string {
  const more = runs.length - MAX_RUNS;
  const some = runs.slice(0, MAX_RUNS).join(', ');
  return more > 0 ? `${some} and ${counted(more, 'other')}` : some;
}
