// What a claim is told about a key that the ledger has or has not: the rules of contract section 7, without a database.
import type { ClaimAnswer, ClaimRules } from './ledger.ts';
import type { DuplicateOf, Status } from './outcome.ts';

export type KeyState = 'sending' | Exclude<Status, 'invalid' | 'skipped'>;

/** The newest submission of a key. */
export interface KeyRow {
  readonly run: string;
  readonly seq: number;
  readonly state: KeyState;
  readonly submissionId: string;
  readonly floor: string | null;
  readonly leadId: string | null;
  /** ISO 8601: of the claim while it is sending, else of its end. */
  readonly at: string;
  readonly file: string | null;
  /** Null while it is sending. */
  readonly record: number | null;
}

/** Whose process matters to {@link answerTo}. */
export function isSending(row: KeyRow): boolean {
  return row.state === 'sending';
}

/**
 * @param run the run that claims
 * @param row what the ledger has under the claim's key
 * @param lives whether another run's process lives
 */
export function answerTo(
  run: string,
  row: KeyRow | undefined,
  rules: ClaimRules,
  lives: (run: string) => boolean,
): ClaimAnswer {
  if (row === undefined) return { kind: 'ours' };
  const { file, leadId, at, submissionId, floor } = row;
  const record = row.record ?? 0;
  switch (row.state) {
    case 'created':
    case 'duplicate':
      return isKnown(row, rules, run)
        ? { kind: 'known', status: row.state, leadId, run: row.run, file, record, at }
        : { kind: 'ours' };
    case 'rejected':
      return { kind: 'ours' };
    case 'failed':
      return row.run === run ? { kind: 'ended', status: 'failed', file, record } : { kind: 'ours' };
    case 'unknown':
      return row.run === run
        ? { kind: 'ended', status: 'unknown', file, record }
        : { kind: 'unsettled', submissionId, floor, run: row.run, at };
    case 'sending':
      return row.run === run || lives(row.run)
        ? { kind: 'busy', run: row.run }
        : { kind: 'unsettled', submissionId, floor, run: row.run, at };
  }
}

/** What a claim of this key would find, for a run that is none yet (`--dry-run`). */
export function peekAt(row: KeyRow | undefined, rules: ClaimRules): DuplicateOf | null {
  if (row === undefined || !isKnown(row, rules, null)) return null;
  const { leadId, at, run, file, record } = row;
  return { by: 'ledger', leadId, at, run, file, record };
}

/** What this same run created stays known, whatever is resent. */
function isKnown(row: KeyRow, rules: ClaimRules, run: string | null): boolean {
  if (row.state !== 'created' && row.state !== 'duplicate') return false;
  if (row.run === run) return true;
  return !rules.resend && (rules.knownSince === null || row.at >= rules.knownSince);
}
