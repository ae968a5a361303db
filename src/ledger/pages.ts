// History read a page at a time, so that memory does not grow: the same for every engine.
import type { Unfinished } from './ledger.ts';

/** Pages in the order of `seq`, until one is empty. @param read the page of the rows after this one */
export async function* pages<T extends { readonly seq: number }>(
  read: (after: number) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  for (let after = -1; ; ) {
    const page = await read(after);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.seq;
  }
}

export interface UnfinishedReads {
  /** The run, its retries, and theirs. */
  readonly family: (run: string) => Promise<readonly string[]>;
  readonly lives: (run: string) => Promise<boolean>;
  readonly page: (about: UnfinishedPage) => Promise<readonly Unfinished[]>;
}

export interface UnfinishedPage {
  readonly member: string;
  readonly after: number;
  readonly statuses: readonly Unfinished['status'][];
  readonly isFirst: boolean;
  readonly family: readonly string[];
  /** What it had in progress is nobody's. */
  readonly withFlights: boolean;
}

/**
 * What a run and its retries left to do: a retry that died halfway leaves the rest to its parent's next retry. A
 * submission that another run has taken over or created since belongs to that run.
 * @param reader the retry that reads, whose own results are left out
 */
export async function* unfinishedPages(
  reads: UnfinishedReads,
  run: string,
  statuses: readonly Unfinished['status'][],
  reader?: string,
): AsyncGenerator<readonly Unfinished[]> {
  const family = await reads.family(run);
  for (const member of family) {
    if (member === reader) continue;
    const withFlights = statuses.includes('sending') && !(await reads.lives(member));
    const isFirst = member === run;
    yield* pages((after) => reads.page({ member, after, statuses, isFirst, family, withFlights }));
  }
}
