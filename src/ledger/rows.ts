// Rows of the ledger's tables as typed values: what every engine stores alike.
import { type Counts, type DuplicateOf, STATUSES, type Status, type Summary } from '../delivery/outcome.ts';
import type { Problem } from '../lead/codes.ts';
import type { UsageError } from '../util/usage-error.ts';
import { jsonText } from './json-text.ts';
import type { InFlight, RunRow, RunStart, SentTo, Standing, StoredResult } from './ledger.ts';
import type { ProcessIdentity } from './process-table.ts';
import { LedgerUnusable } from './unusable.ts';

type Row = Readonly<Record<string, unknown>>;

/** The positions in `results.body`; in a file see sqlite/packed.ts. */
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

export function numberOrNull(value: unknown): number | null {
  return value === null ? null : numberOf(value);
}

export function processOf(row: Row): ProcessIdentity {
  return {
    pid: numberOf(row['pid']),
    startTime: textOrNull(row['process_start']),
    boot: textOrNull(row['boot']),
  };
}

/** What is known of a run without a summary. */
export interface SoFar {
  readonly counts: Counts;
  readonly inProgress: number;
}

/** @param soFar null for a run with a summary */
export function runRowOf(row: Row, lives: boolean, soFar: SoFar | null): RunRow {
  const command = textOf(row['command']);
  const endedAt = textOrNull(row['ended_at']);
  const summary = summaryOf(row['summary']);
  return {
    id: runIdOf(row['id']),
    command: command === 'retry' || command === 'smoke' ? command : 'send',
    startedAt: textOf(row['started_at']),
    files: filesIn(row['files']),
    ...targetsIn(row['targets']),
    parent: textOrNull(row['parent']),
    endedAt,
    state: endedAt !== null ? 'ended' : lives ? 'running' : 'died',
    exitStatus: numberOrNull(row['exit_status']),
    summary,
    purgedAt: textOrNull(row['purged_at']),
    ...soFar,
  };
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

/** @param now how it stands since another run took it over */
export function flightOf(seq: number, body: FlightBody, now: Standing | null): InFlight {
  if (!Array.isArray(body)) throw damaged();
  const [target, file, record, line, lead] = body;
  return { seq, file, record, line, target: textOf(target), lead, now, result: null };
}

export function statusOf(value: unknown): Status {
  const status = STATUSES.find((one) => one === value);
  if (status === undefined) throw damaged();
  return status;
}

/** The file is damaged, or somebody else has written to it. */
export function damaged(): UsageError {
  return new LedgerUnusable('The ledger holds a row that leadpush did not write, so it cannot be trusted.', {
    first: 'Restore it from a backup',
    note: 'A new ledger does not know what was sent.',
  });
}

/** What a column of JSON holds. */
export function stored<T>(text: unknown): T {
  try {
    return JSON.parse(textOf(text));
  } catch {
    throw damaged();
  }
}

/** What a column that is a list in JSON holds. */
export function listIn<T>(column: unknown): readonly T[] {
  const list = stored<readonly T[]>(column);
  if (!Array.isArray(list)) throw damaged();
  return list;
}

/** The column `files` of a run: their names, with the path where that is another text. */
export function filesText({ files, paths = files }: Pick<RunStart, 'files' | 'paths'>): string {
  return jsonText(
    files.map((name, i) => {
      const path = paths[i] ?? name;
      return path === name ? name : { name, path };
    }),
  );
}

/** The names alone: paths are compared where the rows are. */
function filesIn(column: unknown): readonly string[] {
  return listIn<unknown>(column).map((one) => textOf(typeof one === 'string' ? one : rowOf(one)['name']));
}

/** The column `targets` of a run: their names, or, where it is kept, where each of them sent. */
export function targetsText({ targets, sentTo = [] }: Pick<RunStart, 'targets' | 'sentTo'>): string {
  return jsonText(targets.map((name) => sentTo.find((one) => one.name === name) ?? name));
}

function targetsIn(column: unknown): Pick<RunRow, 'targets' | 'sentTo'> {
  const all = listIn<unknown>(column).map((one) => (typeof one === 'string' ? one : sentToOf(one)));
  const sentTo = all.filter((one) => typeof one !== 'string');
  const targets = all.map((one) => (typeof one === 'string' ? one : one.name));
  return sentTo.length === 0 ? { targets } : { targets, sentTo };
}

function sentToOf(value: unknown): SentTo {
  const row = rowOf(value);
  return {
    name: textOf(row['name']),
    origin: textOf(row['origin']),
    identity: textOf(row['identity']),
    config: textOrNull(row['config']),
    found: row['found'] === true,
  };
}

function rowOf(value: unknown): Row {
  return typeof value === 'object' && value !== null ? { ...value } : {};
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
