// Hands on the batches of one input in their order, held back only while the order of day and month in its dates is open.
import type { DateOrder } from '../../lead/date.ts';
import type { InputRecord, Source } from '../record.ts';
import { DateVotes, type DayOrder } from './date-order.ts';

/** How many characters of a file are read to find its day order before its rows are handed on. */
const FIRST_PART = 1024 * 1024;

export interface DatedOptions {
  readonly batches: AsyncIterable<readonly InputRecord[]>;
  /** Opens the same input again; null for stdin and pipes, which cannot be read twice. */
  readonly reopen: (() => Promise<Source>) | null;
  /** The order, where it is known already. */
  readonly order: () => DateOrder | null;
  /** Is told the order that was found, once. */
  readonly settle: (found: DayOrder) => void;
  /** Adds a record's dates. */
  readonly vote: (record: InputRecord, votes: DateVotes) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Counts down to `--limit`. */
  readonly left: { readonly records: number };
}

export async function* datedBatches(options: DatedOptions): AsyncGenerator<readonly InputRecord[]> {
  const { order, settle, left } = options;
  const votes = new DateVotes(options.now);
  let held: (readonly InputRecord[])[] = [];
  let looked = 0;
  for await (const batch of options.batches) {
    if (order() !== null) {
      yield batch;
      continue;
    }
    const within = looked < FIRST_PART;
    looked += voteAll(batch, votes, options);
    if (!votes.ordered) {
      yield batch;
      continue;
    }
    held.push(batch);
    // With --limit, a long file is not read further for a few records.
    if (looked < FIRST_PART && countOf(held) < left.records) continue;
    settle((within ? votes.proven : null) ?? (await secondPass(options)) ?? votes.settled);
    yield* held;
    held = [];
  }
  if (held.length === 0) return;
  settle(votes.settled);
  yield* held;
}

/** The order from the whole file if its first part did not decide; null if it cannot be read twice. */
async function secondPass(options: DatedOptions): Promise<DayOrder | null> {
  if (options.reopen === null) return null;
  const again = await options.reopen();
  try {
    const votes = new DateVotes(options.now);
    for await (const batch of again.records()) {
      voteAll(batch, votes, options);
      if (votes.proven !== null) return votes.proven;
    }
    return votes.settled;
  } finally {
    await again.close();
  }
}

/** @returns the characters read */
function voteAll(batch: readonly InputRecord[], votes: DateVotes, { vote }: DatedOptions): number {
  let size = 0;
  for (const record of batch) {
    for (const cell of record.cells) size += cell.length + 1;
    if (record.problem === null) vote(record, votes);
  }
  return size;
}

function countOf(batches: readonly (readonly InputRecord[])[]): number {
  return batches.reduce((count, batch) => count + batch.length, 0);
}
