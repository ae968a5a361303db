// What retries of a run settled under another key: the address, channel or account of the target had been corrected in between,
// and the ledger links leads by their keys. Here they are found by where they stand: file, record and target.
import type { Status } from '../delivery/outcome.ts';
import type { Change, Ledger, RunRow, Standing, StoredResult, Unfinished } from '../ledger/ledger.ts';
import { inFlightOf, withFlights } from './in-flight.ts';

interface Settled {
  readonly size: number;
  readonly of: (row: Place) => Standing | undefined;
}

type Place = Pick<Unfinished, 'file' | 'record' | 'target'>;

const NONE: Settled = { size: 0, of: () => undefined };
/** What a later run may still change. */
const OPEN = ['failed', 'rejected', 'unknown'] as const;

/** @param reader the retry that reads, whose own results are left out */
async function settledByRetries(ledger: Ledger, run: string, reader?: string): Promise<Settled> {
  const runs = await ledger.runs();
  const retries = retriesOf(run, runs).filter((one) => one.id !== reader && hasSettled(one));
  if (retries.length === 0) return NONE;
  const first = runs.find(({ id }) => id === run);
  // Its file's name was deleted before that of its retries; where it had one alone, records tell.
  const hasOne = typeof first?.purgedAt === 'string' && first.files.length <= 1;
  const placeOf = ({ file, record, target }: Place) => JSON.stringify([hasOne ? null : file, record, target]);
  const settled = new Map<string, Standing>();
  for (const { id } of retries) {
    for await (const page of ledger.results(id, ['created', 'duplicate'])) {
      for (const result of page) {
        const { status, leadId, at } = result;
        if (status === 'created' || status === 'duplicate')
          settled.set(placeOf(result), { status, leadId, run: id, at });
      }
    }
  }
  return { size: settled.size, of: (row) => settled.get(placeOf(row)) };
}

/** The run's retries, and theirs. */
function retriesOf(run: string, all: readonly RunRow[]): readonly RunRow[] {
  const found = all.filter(({ parent }) => parent === run);
  return found.flatMap((retry) => [retry, ...retriesOf(retry.id, all)]);
}

function hasSettled({ summary }: RunRow): boolean {
  return summary === null || summary.counts.created + summary.counts.duplicate > 0;
}

/** As {@link Ledger.unfinished}, without what retries have settled. */
export async function* leftBy(
  ledger: Ledger,
  run: string,
  statuses: readonly Unfinished['status'][],
  reader?: string,
): AsyncGenerator<readonly Unfinished[]> {
  const settled = await settledByRetries(ledger, run, reader);
  for await (const page of ledger.unfinished(run, statuses, reader))
    yield settled.size === 0 ? page : page.filter((one) => settled.of(one) === undefined);
}

/** The result with what a retry made of it, where the ledger does not know. */
function withRetry(result: StoredResult, settled: Settled): StoredResult {
  const standing = result.now?.status ?? result.status;
  if (settled.size === 0 || !OPEN.some((open) => open === standing)) return result;
  const now = settled.of(result);
  return now === undefined ? result : { ...result, now };
}

/** As {@link Ledger.results}, with what it had in progress when it died, and what retries made of them. */
export async function* resultsNow(
  ledger: Ledger,
  run: RunRow,
  statuses?: readonly Status[],
): AsyncGenerator<readonly StoredResult[]> {
  const settled = await settledByRetries(ledger, run.id);
  const flights = await inFlightOf(ledger, run);
  for await (const page of withFlights(ledger.results(run.id, statuses), run, flights, statuses))
    yield settled.size === 0 ? page : page.map((result) => withRetry(result, settled));
}

/** As {@link Ledger.changes}, with those of retries. */
export async function changesNow(ledger: Ledger, run: string): Promise<readonly Change[]> {
  const changes = await ledger.changes(run);
  const settled = await settledByRetries(ledger, run);
  if (settled.size === 0) return changes;
  const counts = new Map(changes.map((change) => [JSON.stringify({ ...change, count: 0 }), change]));
  const add = (change: Change) => {
    const key = JSON.stringify({ ...change, count: 0 });
    const count = (counts.get(key)?.count ?? 0) + change.count;
    if (count > 0) counts.set(key, { ...change, count });
    else counts.delete(key);
  };
  for await (const page of ledger.results(run, OPEN)) {
    for (const result of page) {
      const { now } = withRetry(result, settled);
      if (now === null || now === result.now) continue;
      const { status: was } = result;
      if (result.now !== null) add({ was, now: result.now.status, by: result.now.run, count: -1 });
      add({ was, now: now.status, by: now.run, count: 1 });
    }
  }
  return [...counts.values()];
}
