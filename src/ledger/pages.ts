// History read a page at a time, so that memory does not grow: the same for every engine.
import type { RunRow, Unfinished } from './ledger.ts';

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
  /** Runs whose ids begin so. */
  readonly runs: (prefix: string) => Promise<readonly RunRow[]>;
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
  const left: AsyncGenerator<readonly Unfinished[]>[] = [];
  for (const member of family) {
    if (member === reader) continue;
    const withFlights = statuses.includes('sending') && !(await reads.lives(member));
    const isFirst = member === run;
    left.push(pages((after) => reads.page({ member, after, statuses, isFirst, family, withFlights })));
  }
  const first = (await reads.runs(run)).find(({ id }) => id === run);
  yield* merged(left, first === undefined ? () => 0 : inputOrder(first));
}

/** Files and targets as they were given, records as they stood. */
function inputOrder({ files, targets }: RunRow): (a: Unfinished, b: Unfinished) => number {
  const numbers = (names: readonly string[]) => new Map(names.map((name, i) => [name, i]));
  const [ofFile, ofTarget] = [numbers(files), numbers(targets)];
  const place = (row: Unfinished) => ofFile.get(row.file ?? '') ?? files.length;
  const target = (row: Unfinished) => ofTarget.get(row.target) ?? targets.length;
  return (a, b) => place(a) - place(b) || a.record - b.record || target(a) - target(b);
}

/** Rows of one page. */
const MERGED = 256;

/** Streams that are in order each, as one that is. */
async function* merged<T>(
  streams: readonly AsyncGenerator<readonly T[]>[],
  order: (a: T, b: T) => number,
): AsyncGenerator<readonly T[]> {
  const heads: { rows: readonly T[]; at: number; readonly rest: AsyncGenerator<readonly T[]> }[] = [];
  for (const rest of streams) {
    const { done, value } = await rest.next();
    if (done !== true) heads.push({ rows: value, at: 0, rest });
  }
  while (heads.length > 1) {
    const page: T[] = [];
    while (page.length < MERGED && heads.length > 1) {
      const least = heads.reduce((best, head) => {
        const [a, b] = [best.rows[best.at], head.rows[head.at]];
        return a !== undefined && b !== undefined && order(b, a) < 0 ? head : best;
      });
      page.push(...least.rows.slice(least.at, ++least.at));
      if (least.at < least.rows.length) continue;
      const { done, value } = await least.rest.next();
      if (done === true) heads.splice(heads.indexOf(least), 1);
      else Object.assign(least, { rows: value, at: 0 });
    }
    yield page;
  }
  const [last] = heads;
  if (last === undefined) return;
  yield last.rows.slice(last.at);
  yield* last.rest;
}
