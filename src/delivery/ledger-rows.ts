// Rows of the ledger's tables as the values that the rest of the program knows. JSON columns hold what this program
// wrote; the schema's version vouches for their shape.
import type { Problem } from '../lead/codes.ts';
import type { Completion, RunRow, StoredResult, Unfinished } from './ledger.ts';
import type { Row } from './ledger-database.ts';
import type { KeyRow, KeyState } from './ledger-rules.ts';
import { type Counts, type DuplicateOf, STATUSES, type Status, type Summary } from './outcome.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** How a completion fills the columns of `results`. */
const RESULT_VALUES = {
  seq: ({ result }) => result.seq,
  key: ({ key }) => key,
  file: ({ result }) => result.file,
  record: ({ result }) => result.record,
  line: ({ result }) => result.line,
  target: ({ result }) => result.target,
  provider: ({ result }) => result.provider,
  status: ({ result }) => result.status,
  phone: ({ result }) => result.phone,
  name: ({ result }) => result.name,
  lead_id: ({ result }) => result.leadId,
  duplicate_of: ({ result }) => result.duplicateOf,
  errors: ({ result }) => result.errors,
  warnings: ({ result }) => result.warnings,
  attempts: ({ result }) => result.attempts,
  duration_ms: ({ result }) => result.durationMs,
  source: ({ source }) => source,
  campaign: ({ campaign }) => campaign,
  at: ({ at }) => at,
  lead: ({ lead }) => lead,
} satisfies Record<string, (completion: Completion) => unknown>;

export const RESULT_COLUMNS = Object.keys(RESULT_VALUES);
const VALUES: readonly ((completion: Completion) => unknown)[] = Object.values(RESULT_VALUES);

/** One row of `results` by position, which SQLite takes apart much faster than by name. */
export function resultRow(completion: Completion): readonly unknown[] {
  return VALUES.map((value) => value(completion));
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

function textOrNull(value: unknown): string | null {
  return value === null ? null : textOf(value);
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : numberOf(value);
}

export function keyRowOf(row: Row): KeyRow {
  return {
    run: textOf(row['run']),
    seq: numberOf(row['seq']),
    state: keyStateOf(row['state']),
    submissionId: textOf(row['submission_id']),
    floor: textOrNull(row['floor']),
    leadId: textOrNull(row['lead_id']),
    at: textOf(row['at']),
    file: textOrNull(row['file']),
    record: numberOrNull(row['record']),
  };
}

export function processOf(row: Row): ProcessIdentity {
  return {
    pid: numberOf(row['pid']),
    startTime: textOrNull(row['process_start']),
    boot: textOrNull(row['boot']),
  };
}

/** @param counts what it has so far; null for a run that has a summary */
export function runRowOf(row: Row, lives: boolean, counts: Counts | null): RunRow {
  const command = textOf(row['command']);
  const endedAt = textOrNull(row['ended_at']);
  const summary: Summary | null = row['summary'] === null ? null : JSON.parse(textOf(row['summary']));
  return {
    id: textOf(row['id']),
    command: command === 'retry' || command === 'smoke' ? command : 'send',
    startedAt: textOf(row['started_at']),
    files: JSON.parse(textOf(row['files'])),
    targets: JSON.parse(textOf(row['targets'])),
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
  const duplicateOf: DuplicateOf | null =
    row['duplicate_of'] === null ? null : JSON.parse(textOf(row['duplicate_of']));
  const errors: readonly Problem[] = JSON.parse(textOf(row['errors']));
  const warnings: readonly Problem[] = JSON.parse(textOf(row['warnings']));
  return {
    run: textOf(row['run']),
    seq: numberOf(row['seq']),
    file: textOrNull(row['file']),
    record: numberOf(row['record']),
    line: numberOrNull(row['line']),
    target: textOf(row['target']),
    provider: textOf(row['provider']),
    status: statusOf(row['status']),
    phone: textOrNull(row['phone']),
    name: textOrNull(row['name']),
    leadId: textOrNull(row['lead_id']),
    duplicateOf,
    errors,
    warnings,
    attempts: numberOf(row['attempts']),
    durationMs: numberOf(row['duration_ms']),
    source: textOrNull(row['source']),
    campaign: textOrNull(row['campaign']),
    at: textOf(row['at']),
    lead: textOrNull(row['lead']),
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

function damaged(): TypeError {
  return new TypeError('The ledger holds a row that leadpush did not write: the file is damaged.');
}
