// Rows of the ledger's tables as the values that the rest of the program knows.
import type { Problem } from '../lead/codes.ts';
import type { ClaimAnswer, ClaimRules, RunRow, StoredResult, Unfinished } from './ledger.ts';
import { STATE } from './ledger-schema.ts';
import { type DuplicateOf, STATUSES, type Status, type Summary } from './outcome.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A column that is never null. */
export function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('the ledger holds a row of another shape');
  return value;
}

function orNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** The answer for a key that was created or duplicate; null for any other. */
export function known(row: Row): Extract<ClaimAnswer, { kind: 'known' }> | null {
  const state = Number(row['state']);
  if (state !== STATE.created && state !== STATE.duplicate) return null;
  return {
    kind: 'known',
    status: state === STATE.created ? 'created' : 'duplicate',
    leadId: orNull(row['lead_id']),
    run: text(row['run']),
    file: orNull(row['file']),
    record: Number(row['record']),
    at: text(row['at']),
  };
}

/** What a claim of this key would be told if it is known, by the same rules as the claim itself. */
export function peekedOf(row: Row, rules: ClaimRules): DuplicateOf | null {
  const found = known(row);
  if (found === null || rules.resend || (rules.knownSince !== null && found.at < rules.knownSince))
    return null;
  const { leadId, at, run, file, record } = found;
  return { by: 'ledger', leadId, at, run, file, record };
}

export function runRowOf(row: Row, lives: boolean): RunRow {
  const command = text(row['command']);
  const endedAt = orNull(row['ended_at']);
  return {
    id: text(row['id']),
    command: command === 'retry' || command === 'smoke' ? command : 'send',
    startedAt: text(row['started_at']),
    files: JSON.parse(text(row['files'])),
    targets: JSON.parse(text(row['targets'])),
    parent: orNull(row['parent']),
    endedAt,
    state: endedAt !== null ? 'ended' : lives ? 'running' : 'died',
    exitStatus: numberOrNull(row['exit_status']),
    summary: row['summary'] === null ? null : (JSON.parse(text(row['summary'])) satisfies Summary),
  };
}

export function resultOf(row: Row): StoredResult {
  return {
    run: text(row['run']),
    seq: Number(row['seq']),
    file: orNull(row['file']),
    record: Number(row['record']),
    line: numberOrNull(row['line']),
    target: text(row['target']),
    provider: text(row['provider']),
    status: statusOf(text(row['status'])),
    phone: orNull(row['phone']),
    name: orNull(row['name']),
    leadId: orNull(row['lead_id']),
    duplicateOf: row['duplicate_of'] === null ? null : JSON.parse(text(row['duplicate_of'])),
    errors: problems(row['errors']),
    warnings: problems(row['warnings']),
    attempts: Number(row['attempts']),
    durationMs: Number(row['duration_ms']),
    source: orNull(row['source']),
    campaign: orNull(row['campaign']),
    at: text(row['at']),
    lead: orNull(row['lead']),
  };
}

export function unfinishedOf(row: Row): Unfinished {
  const status = text(row['status']);
  return {
    seq: Number(row['seq']),
    file: orNull(row['file']),
    record: Number(row['record']),
    line: numberOrNull(row['line']),
    target: text(row['target']),
    lead: text(row['lead']),
    status: status === 'rejected' || status === 'unknown' || status === 'sending' ? status : 'failed',
  };
}

function statusOf(value: string): Status {
  const status = STATUSES.find((known) => known === value);
  if (status === undefined) throw new TypeError(`the ledger holds a status that is not known: ${value}`);
  return status;
}

function problems(value: unknown): readonly Problem[] {
  return value === null ? [] : JSON.parse(text(value));
}
