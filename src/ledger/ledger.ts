// What the ledger promises (docs/behaviour.md, "Ledger"), apart from where it is kept. sqlite/ledger.ts keeps it in SQLite;
// a shared database could stand behind the same interface. The suite test/ledger/contract.ts runs every implementation.
import type { Counts, DuplicateOf, Result, Status, Summary } from '../delivery/outcome.ts';

/** Of a lease; the rest of it is the time that a request which was handed over just now has to leave. */
export const FENCE_SHARE = 2 / 3;

/** The intent to send one lead to one target. */
export interface Claim {
  /** Keyed digest of what makes the submission one (see identityOf); text. */
  readonly key: string;
  /** Fresh id to send under; a claim that takes over an unsettled one is answered with the older id. */
  readonly submissionId: string;
  readonly seq: number;
  readonly target: string;
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  /** The canonical lead as JSON text: what `retry` needs. Forgotten when the submission is created or duplicate. */
  readonly lead: string;
  readonly phone: string;
  /** The longest that one request of it may take: what another run waits for that takes it over. */
  readonly timeoutMs: number;
  /** The run had this claim, and asks whether it still has: what another run has made of it since, counts. */
  readonly held?: boolean;
  /** The highest lead id that this run was given by this target so far; see Settling.read. */
  readonly leadIdWatermark: string | null;
}

export type ClaimAnswer =
  /** Durably ours: send it. */
  | { readonly kind: 'ours' }
  /** Created or duplicate before, by this run or another. */
  | {
      readonly kind: 'known';
      readonly status: 'created' | 'duplicate';
      readonly leadId: string | null;
      readonly run: string;
      readonly file: string | null;
      readonly record: number;
      /** ISO 8601. */
      readonly at: string;
    }
  /** This same run ended it otherwise. (`rejected` is not among them: a twin of a rejected lead is ours to send.) */
  | {
      readonly kind: 'ended';
      readonly status: 'failed' | 'unknown';
      readonly file: string | null;
      readonly record: number;
    }
  /** To a claim that was held: another run has taken it over and ended it so. */
  | { readonly kind: 'taken'; readonly status: 'rejected' | 'failed' | 'unknown'; readonly run: string }
  /** Another living run is sending it. Ask again later. */
  | { readonly kind: 'busy'; readonly run: string }
  /** A dead run had it in flight, or a run left it unknown. It is ours now, durably, and to be settled before it is sent. */
  | {
      readonly kind: 'unsettled';
      readonly submissionId: string;
      readonly leadIdWatermark: string | null;
      readonly run: string;
      readonly at: string;
      /**
       * Unix ms by which the last request of the run that had it has ended or timed out, where its process may still
       * live; before that, an answer says nothing. Null: none can be under way.
       */
      readonly notBefore: number | null;
    };

/** One submission's end, or (key null) a record that was never sent. */
export interface Completion {
  readonly key: string | null;
  readonly result: Result;
  /** The canonical lead as JSON: kept for failed, rejected and unknown, so that `retry` needs no file; else null. */
  readonly lead: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  /** ISO 8601 instant of the end. */
  readonly at: string;
}

export interface RunStart {
  readonly id: string;
  readonly command: 'send' | 'retry' | 'smoke';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly files: readonly string[];
  readonly targets: readonly string[];
  /** The run that a retry repeats. */
  readonly parent: string | null;
}

export interface RunRow extends RunStart {
  readonly endedAt: string | null;
  /** `running`: its process lives. `died`: it did not end by itself. */
  readonly state: 'running' | 'ended' | 'died';
  readonly exitStatus: number | null;
  readonly summary: Summary | null;
  /** What the ledger holds of it so far, where there is no summary (yet). */
  readonly counts?: Counts;
  /** ISO 8601: people's data were forgotten then; `retry` has nothing to send. */
  readonly purgedAt?: string | null;
}

export interface StoredResult extends Result {
  readonly source: string | null;
  readonly campaign: string | null;
  readonly at: string;
  /** The canonical lead as JSON where it is kept. */
  readonly lead: string | null;
}

/** What `retry` sends again. */
export interface Unfinished {
  readonly seq: number;
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly target: string;
  readonly lead: string;
  /** `sending`: in flight when the run died. */
  readonly status: 'failed' | 'rejected' | 'unknown' | 'sending';
}

export interface ClaimRules {
  /** Send again what earlier runs created (never what this run did). */
  readonly resend: boolean;
  /** A created or duplicate submission older than this instant (ISO 8601) is no longer known; null: known for ever. */
  readonly knownSince: string | null;
}

/** The disk is full or the file cannot be written: nothing more may be sent. */
export class LedgerWriteError extends Error {
  override readonly name = 'LedgerWriteError';
}

export interface Ledger {
  /** Records the run and its process as living. */
  readonly openRun: (run: RunStart) => Promise<void>;
  /**
   * One transaction, durable when it resolves: first all completions, then all claims.
   * Answers are aligned with `claims`. Keys within one call are different from each other. A created or duplicate is
   * kept under its key even where another run has taken the claim over; any other end then leaves the key as it is.
   * @throws LedgerWriteError; then nothing of this call was kept
   */
  readonly commit: (
    run: string,
    completions: readonly Completion[],
    claims: readonly Claim[],
    rules: ClaimRules,
  ) => Promise<readonly ClaimAnswer[]>;
  /** Renews the run's lease; call it well within {@link leaseMs}. */
  readonly renew: (run: string) => Promise<void>;
  /** How long a run counts as living after its last renewal, where its process cannot be looked at. */
  readonly leaseMs: number;
  /**
   * Milliseconds since the last renewal that this process made for the run (opening it is the first), by the wall or the
   * monotonic clock, whichever says more. 0 where nobody else can open the ledger.
   */
  readonly sinceRenewal: (run: string) => number;
  readonly closeRun: (run: string, summary: Summary, exitStatus: number, endedAt: string) => Promise<void>;
  /** What `turn` would say for these keys, without writing: for `--dry-run`. Null: not known. */
  readonly lookUp: (keys: readonly string[], rules: ClaimRules) => Promise<readonly (DuplicateOf | null)[]>;
  /** The keyed digest that this ledger stores for a submission's identity text. */
  readonly digest: (identity: string) => string;

  // Looking back.
  readonly runs: () => Promise<readonly RunRow[]>;
  /** All runs whose id starts with `prefix`, upper or lower case. */
  readonly findRuns: (prefix: string) => Promise<readonly RunRow[]>;
  /** In order of `seq`, a page at a time, so that memory does not grow. */
  readonly results: (run: string, statuses?: readonly Status[]) => AsyncIterable<readonly StoredResult[]>;
  /** @param reader the retry that reads, which is not to be fed with its own results */
  readonly unfinished: (
    run: string,
    statuses: readonly Unfinished['status'][],
    reader?: string,
  ) => AsyncIterable<readonly Unfinished[]>;
  /** Forgets people's data of runs that ended (or died) before the instant; keeps keys, lead ids and counts. Gives the number of runs. */
  readonly purge: (before: string) => Promise<number>;
  readonly close: () => Promise<void>;
}
