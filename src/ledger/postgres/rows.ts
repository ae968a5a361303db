// Rows of the tables in PostgreSQL as typed values. JSON columns hold what this program wrote; the schema's version
// guarantees their shape.
import type { Change, Claim, Completion, InFlight, Standing, StoredResult, Unfinished } from '../ledger.ts';
import {
  damaged,
  type FlightBody,
  flightOf,
  numberOf,
  numberOrNull,
  type ResultBody,
  resultFrom,
  statusOf,
  stored,
  textOf,
  textOrNull,
} from '../rows.ts';
import type { KeyRow, KeyState } from '../rules.ts';
import type { Row } from './connection.ts';

/** A row for `results`: seq, status, key, body. */
export function resultRow(completion: Completion): readonly unknown[] {
  const { result, key, identity, source, campaign, at, lead } = completion;
  const { file, record, line, target, provider, phone, name, leadId, externalId, cell } = result;
  const { duplicateOf, errors, warnings, attempts, durationMs } = result;
  const body: ResultBody = [
    file,
    record,
    line,
    target,
    provider,
    phone,
    name,
    leadId,
    duplicateOf,
    errors,
    warnings,
    attempts,
    durationMs,
    source,
    campaign,
    at,
    lead,
    externalId,
    cell,
    key === null ? identity : null,
  ];
  return [result.seq, result.status, key, body];
}

/** A row for `flights`: seq, body, phone. */
export function flightRow(claim: Claim): readonly unknown[] {
  const { seq, target, file, record, line, lead, timeoutMs, phoneKey } = claim;
  const body: FlightBody = [target, file, record, line, lead, timeoutMs];
  return [seq, body, phoneKey];
}

type KnownKey = readonly [
  key: string,
  run: string,
  seq: number,
  state: string,
  submissionId: string,
  leadIdWatermark: string | null,
  leadId: string | null,
  at: string,
  file: string | null,
  record: number | null,
  until: number | null,
  timeoutMs: number | null,
];

/** Rows of keys as a JSON array, by key. */
export function keyRowsOf(known: string): ReadonlyMap<string, KeyRow> {
  const rows = stored<readonly KnownKey[]>(known);
  return new Map(
    rows.map(
      ([key, run, seq, state, submissionId, leadIdWatermark, leadId, at, file, record, until, timeoutMs]) => [
        key,
        {
          run,
          seq,
          state: keyStateOf(state),
          submissionId,
          leadIdWatermark,
          leadId,
          at,
          file,
          record,
          until,
          timeoutMs,
        },
      ],
    ),
  );
}

export function resultOf(row: Row): StoredResult {
  const body = stored<ResultBody>(row['body']);
  return resultFrom(
    body,
    { run: textOf(row['run']), seq: numberOf(row['seq']), status: statusOf(row['status']) },
    standingOf(row),
  );
}

function standingOf(row: Row): Standing | null {
  if (row['now_run'] === null) return null;
  return {
    status: keyStateOf(row['now_state']),
    leadId: textOrNull(row['now_lead_id']),
    run: textOf(row['now_run']),
    at: textOf(row['now_at']),
  };
}

/** None where the row of its lead is gone. */
export function inFlightOf(row: Row): readonly InFlight[] {
  const seq = numberOf(row['seq']);
  const now = standingOf(row);
  if (row['body'] === null)
    return row['flight'] === null ? [] : [flightOf(seq, stored<FlightBody>(row['flight']), now)];
  const result = resultFrom(
    stored<ResultBody>(row['body']),
    { run: textOf(row['run']), seq: numberOf(row['now_seq']), status: statusOf(row['status']) },
    null,
  );
  const { file, record, line, target } = result;
  return [{ seq, file, record, line, target, lead: null, now, result }];
}

export function changeOf(row: Row): Change {
  return {
    was: statusOf(row['was']),
    now: keyStateOf(row['now']),
    by: textOf(row['by']),
    count: numberOf(row['n']),
  };
}

export function unfinishedOf(row: Row): Unfinished {
  const status = keyStateOf(row['status']);
  if (status === 'created' || status === 'duplicate') throw damaged();
  return {
    seq: numberOf(row['seq']),
    file: textOrNull(row['file']),
    record: numberOf(row['record']),
    line: numberOrNull(row['line']),
    target: textOf(row['target']),
    lead: textOf(row['lead']),
    status,
  };
}

function keyStateOf(value: unknown): KeyState {
  if (value === 'sending') return value;
  const status = statusOf(value);
  if (status === 'invalid' || status === 'skipped') throw damaged();
  return status;
}
