// What a run had in progress when it died, as results: unknown, until another run has found out about it.
import type { Status } from '../delivery/outcome.ts';
import { leadFromJson } from '../lead/stored.ts';
import { whoseLead } from '../lead/who.ts';
import type { Change, InFlight, Ledger, RunRow, StoredResult } from '../ledger/ledger.ts';

const ERROR: StoredResult['errors'][number] = {
  field: null,
  code: 'ANSWER_LOST',
  message: 'It was in progress when the run died: sent and not answered yet, or about to be sent.',
};

/** None where it has not died. */
export async function inFlightOf(ledger: Ledger, run: RunRow): Promise<readonly InFlight[]> {
  return run.state === 'died' ? ledger.inFlight(run.id) : [];
}

/** What later runs made of them. */
export function takenOver(flights: readonly InFlight[]): readonly Change[] {
  const changes = new Map<string, Change>();
  for (const { now } of flights) {
    if (now === null) continue;
    const key = JSON.stringify([now.run, now.status]);
    const count = (changes.get(key)?.count ?? 0) + 1;
    changes.set(key, { was: 'unknown', now: now.status, by: now.run, count });
  }
  return [...changes.values()];
}

/** Pages of results with those in progress in their places. @param statuses only what stands like this now */
export async function* withFlights(
  pages: AsyncIterable<readonly StoredResult[]>,
  run: RunRow,
  flights: readonly InFlight[],
  statuses: readonly Status[] | undefined,
): AsyncGenerator<readonly StoredResult[]> {
  const isMeant = ({ now }: InFlight) => {
    const status = now === null || now.status === 'sending' ? 'unknown' : now.status;
    return statuses === undefined || statuses.includes(status);
  };
  let left = flights.filter(isMeant);
  let at = run.startedAt;
  for await (const page of pages) {
    const last = page.at(-1);
    if (last === undefined) continue;
    const here = left.filter(({ seq }) => seq < last.seq).map((flight) => resultOf(flight, run, at));
    left = left.slice(here.length);
    at = last.at;
    yield here.length === 0 ? page : [...page, ...here].sort((a, b) => a.seq - b.seq);
  }
  if (left.length > 0) yield left.map((flight) => resultOf(flight, run, at));
}

/** @param at its run's last result before it: the claim's own instant is not kept */
function resultOf(flight: InFlight, run: RunRow, at: string): StoredResult {
  const { seq, file, record, line, target, now, result } = flight;
  const isPurged = typeof run.purgedAt === 'string';
  const lead = flight.lead === null ? null : leadFromJson(flight.lead);
  const { name, externalId, source, campaign } = result ?? whoseLead(lead ?? { phone: '' });
  const known = isPurged
    ? { phone: null, name: null, externalId: null, source: null, campaign: null }
    : { phone: result?.phone ?? lead?.phone ?? null, name, externalId, source, campaign };
  return {
    run: run.id,
    seq,
    file,
    record,
    line,
    target,
    provider: result?.provider ?? providerOf(run, target),
    status: 'unknown',
    ...known,
    cell: null,
    leadId: null,
    duplicateOf: null,
    errors: [ERROR],
    warnings: [],
    attempts: 0,
    durationMs: 0,
    at,
    lead: flight.lead,
    now,
  };
}

/** It begins the account that every key holds; not known of a sandbox target. */
function providerOf({ sentTo = [] }: RunRow, target: string): string {
  return sentTo.find(({ name }) => name === target)?.identity.split('|')[0] ?? '';
}
