// Rows of the ledger's tables as typed values. JSON columns hold what this program wrote; the schema's version
// guarantees their shape.

import {
  type Counts,
  type DuplicateOf,
  STATUSES,
  type Status,
  type Summary,
} from '../../delivery/outcome.ts';
import type { Problem } from '../../lead/codes.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { Change, Claim, Completion, RunRow, Standing, StoredResult, Unfinished } from '../ledger.ts';
import type { ProcessIdentity } from '../process-table.ts';
import type { KeyRow, KeyState } from '../rules.ts';
import type { Row } from './database.ts';

/** The positions in `results.body`; in a file see packed.ts. */
export type ResultBody = readonly [
  file: string | null,
  record: number,
  line: number | null,
  target: string,
  provider: string,
  phone: string | null,
  name: string | null,
  leadId: string | null,
  duplicateOf: DuplicateOf | null,
  errors: readonly Problem[],
  warnings: readonly Problem[],
  attempts: number,
  durationMs: number,
  source: string | null,
  campaign: string | null,
  at: string,
  lead: string | null,
  /** From here on missing in rows of version 3. */
  externalId?: string | null,
  cell?: string | null,
  /** The submission's key where it was never claimed; null where the column has it. */
  identity?: string | null,
];

/** The positions that SQL needs. */
export const RESULT_AT = {
  file: 0,
  record: 1,
  line: 2,
  target: 3,
  phone: 5,
  name: 6,
  duplicateOf: 8,
  errors: 9,
  warnings: 10,
  source: 13,
  campaign: 14,
  lead: 16,
  externalId: 17,
  cell: 18,
  identity: 19,
} as const;

/** The positions in `flights.body`. */
export type FlightBody = readonly [
  target: string,
  file: string | null,
  record: number,
  line: number | null,
  lead: string | null,
  /** Missing in rows of version 2. */
  timeoutMs?: number,
];
export const FLIGHT_AT = { target: 0, file: 1, record: 2, line: 3, lead: 4, timeoutMs: 5 } as const;

/** What replaces a message, or a file's name, when personal data is deleted. */
export const FORGOTTEN = 'Deleted by `leadpush runs --purge`.';
export const FORGOTTEN_FILE = '(forgotten)';

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

/** A column that is never null. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw damaged();
  return value;
}

export function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw damaged();
  return value;
}

export function textOrNull(value: unknown): string | null {
  return value === null ? null : textOf(value);
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : numberOf(value);
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
  const rows: readonly KnownKey[] = JSON.parse(known);
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

export function processOf(row: Row): ProcessIdentity {
  return {
    pid: numberOf(row['pid']),
    startTime: textOrNull(row['process_start']),
    boot: textOrNull(row['boot']),
  };
}

/** @param counts the counts so far; null for a run with a summary */
export function runRowOf(row: Row, lives: boolean, counts: Counts | null): RunRow {
  const command = textOf(row['command']);
  const endedAt = textOrNull(row['ended_at']);
  const summary = summaryOf(row['summary']);
  return {
    id: runIdOf(row['id']),
    command: command === 'retry' || command === 'smoke' ? command : 'send',
    startedAt: textOf(row['started_at']),
    files: textsIn(row['files']),
    targets: textsIn(row['targets']),
    parent: textOrNull(row['parent']),
    endedAt,
    state: endedAt !== null ? 'ended' : lives ? 'running' : 'died',
    exitStatus: numberOrNull(row['exit_status']),
    summary,
    purgedAt: textOrNull(row['purged_at']),
    ...(counts === null ? {} : { counts }),
  };
}

export function resultOf(row: Row): StoredResult {
  const body = stored<ResultBody>(row['body']);
  return resultFrom(
    body,
    { run: textOf(row['run']), seq: numberOf(row['seq']), status: statusOf(row['status']) },
    standingOf(row),
  );
}

export function resultFrom(
  body: ResultBody,
  { run, seq, status }: Pick<StoredResult, 'run' | 'seq' | 'status'>,
  now: Standing | null,
): StoredResult {
  const [file, record, line, target, provider, phone, name, leadId, duplicateOf, ...rest] = body;
  const [errors, warnings, attempts, durationMs, source, campaign, at, lead, externalId, cell] = rest;
  return {
    run,
    seq,
    file,
    record,
    line,
    target,
    provider,
    status,
    phone,
    name,
    externalId: externalId ?? null,
    source,
    campaign,
    cell: cell ?? null,
    leadId,
    duplicateOf,
    errors,
    warnings,
    attempts,
    durationMs,
    at,
    lead,
    now,
  };
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

export function statusOf(value: unknown): Status {
  const status = STATUSES.find((one) => one === value);
  if (status === undefined) throw damaged();
  return status;
}

function keyStateOf(value: unknown): KeyState {
  if (value === 'sending') return value;
  const status = statusOf(value);
  if (status === 'invalid' || status === 'skipped') throw damaged();
  return status;
}

/** The file is damaged, or somebody else has written to it. */
export function damaged(): UsageError {
  return new UsageError(
    'The ledger holds a row that leadpush did not write, so it cannot be trusted.',
    'Restore it from a backup, or name another one with --ledger. A new ledger does not know what was sent.',
  );
}

/** What a column of JSON holds. */
export function stored<T>(text: unknown): T {
  try {
    return JSON.parse(textOf(text));
  } catch {
    throw damaged();
  }
}

function textsIn(column: unknown): readonly string[] {
  const texts = stored<unknown>(column);
  if (!Array.isArray(texts)) throw damaged();
  return texts.map(textOf);
}

/** A file's name may be made from it. */
function runIdOf(column: unknown): string {
  const id = textOf(column);
  if (!/^[\w-]{1,64}$/.test(id)) throw damaged();
  return id;
}

function summaryOf(column: unknown): Summary | null {
  if (column === null) return null;
  const summary = stored<Summary | null>(column);
  const isOne =
    Array.isArray(summary?.stops) && STATUSES.every((status) => Number.isInteger(summary.counts?.[status]));
  if (!isOne) throw damaged();
  return summary;
}
