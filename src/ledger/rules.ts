// The answer to a claim, from what the ledger has under its key: pure rules, without a database.

import type { DuplicateOf, Status } from '../delivery/outcome.ts';
import type { Claim, ClaimAnswer, ClaimRules } from './ledger.ts';
import type { Liveness } from './process-table.ts';

export type KeyState = 'sending' | Exclude<Status, 'invalid' | 'skipped'>;

/** The newest submission of a key. */
export interface KeyRow {
  readonly run: string;
  readonly seq: number;
  readonly state: KeyState;
  readonly submissionId: string;
  readonly leadIdWatermark: string | null;
  readonly leadId: string | null;
  /** ISO 8601: of the claim while it is sending, then of its end. */
  readonly at: string;
  readonly file: string | null;
  /** Null while it is sending. */
  readonly record: number | null;
  /** Unix ms: a request of an earlier run may be in progress until then. */
  readonly until: number | null;
  /** How long its request may take, while it is sending. */
  readonly timeoutMs: number | null;
}

/** What is known about the run that has a key. */
export interface Owner {
  readonly liveness: Liveness;
  /** Unix ms: it hands over no request after this, unless it renews its lease first. */
  readonly sendsUntil: number;
}

/** For requests of a version that did not store their timeout. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** The run whose process matters to {@link answerTo}. */
export function isSending(row: KeyRow): boolean {
  return row.state === 'sending';
}

/**
 * @param run the run that claims
 * @param held it had this claim before
 * @param row what the ledger has under the claim's key
 * @param ownerOf what is known about another run that is sending
 */
export function answerTo(
  run: string,
  { held = false, key, seq }: Pick<Claim, 'held' | 'key' | 'seq'>,
  row: KeyRow | undefined,
  rules: ClaimRules,
  ownerOf: (run: string) => Owner,
): ClaimAnswer {
  if (row === undefined) return { kind: 'ours' };
  const lost = held && row.run !== run;
  const { file, leadId, at, submissionId, leadIdWatermark } = row;
  const record = row.record ?? 0;
  switch (row.state) {
    case 'created':
    case 'duplicate':
      return lost || isKnown(row, rules, run)
        ? { kind: 'known', status: row.state, leadId, run: row.run, file, record, at }
        : { kind: 'ours', earlier: { at, run: row.run, file, record } };
    case 'rejected':
      return lost ? { kind: 'taken', status: row.state, run: row.run } : { kind: 'ours' };
    case 'failed':
      if (lost) return { kind: 'taken', status: row.state, run: row.run };
      return row.run === run ? { kind: 'ended', status: 'failed', file, record } : { kind: 'ours' };
    case 'unknown':
      if (lost) return { kind: 'taken', status: row.state, run: row.run };
      return row.run === run
        ? { kind: 'ended', status: 'unknown', file, record }
        : { kind: 'unsettled', submissionId, leadIdWatermark, run: row.run, at, notBefore: row.until };
    case 'sending': {
      if (row.run === run) return held && row.seq === seq ? { kind: 'ours' } : { kind: 'busy', run, on: key };
      const owner = ownerOf(row.run);
      return owner.liveness === 'alive'
        ? { kind: 'busy', run: row.run, on: key }
        : {
            kind: 'unsettled',
            submissionId,
            leadIdWatermark,
            run: row.run,
            at,
            notBefore: underWayUntil(row, owner),
          };
    }
  }
}

/** A process that is gone has closed its connections; one that is only silent may still have handed over a request. */
function underWayUntil({ until, timeoutMs }: KeyRow, { liveness, sendsUntil }: Owner): number | null {
  if (liveness === 'gone') return until;
  return Math.max(until ?? 0, sendsUntil + (timeoutMs ?? DEFAULT_TIMEOUT_MS));
}

/** Another lead of a phone, which is in progress under another key. */
export interface PhoneRow {
  readonly phoneKey: string;
  readonly run: string;
  readonly seq: number;
  readonly timeoutMs: number | null;
}

/** Of this very claim, or of the one that it takes over (`row`). */
export function isFlightOf(
  flight: PhoneRow,
  run: string,
  { seq }: Pick<Claim, 'seq'>,
  row: KeyRow | undefined,
): boolean {
  return (
    (flight.run === run && flight.seq === seq) ||
    (row !== undefined && flight.run === row.run && flight.seq === row.seq)
  );
}

/**
 * Whether a lead of the phone may be in progress: its provider could not be asked which of two it means.
 * @param now Unix ms
 */
export function isInProgress(row: PhoneRow, owner: Owner, now: number): boolean {
  switch (owner.liveness) {
    case 'alive':
      return true;
    case 'gone':
      return false;
    case 'lapsed':
      return now < owner.sendsUntil + (row.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }
}

/** What a claim of this key would find, without a run (`--dry-run`). */
export function knownAt(row: KeyRow | undefined, rules: ClaimRules): DuplicateOf | null {
  if (row === undefined || !isKnown(row, rules, null)) return null;
  const { leadId, at, run, file, record } = row;
  return { by: 'ledger', leadId, at, run, file, record };
}

/** What this run created stays known, also with --resend. */
function isKnown(row: KeyRow, rules: ClaimRules, run: string | null): boolean {
  if (row.state !== 'created' && row.state !== 'duplicate') return false;
  if (row.run === run) return true;
  return !rules.resend && (rules.knownSince === null || row.at >= rules.knownSince);
}
