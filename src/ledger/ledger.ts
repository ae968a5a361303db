// What a ledger promises, whatever stores it. sqlite/ledger.ts stores it in SQLite; another engine would implement the
// same interface. One suite of tests runs against every implementation.
import type { Counts, DuplicateOf, Result, Status, Summary } from '../delivery/outcome.ts';
import type { Allotment } from './shares.ts';

/** Part of a lease; the rest is the time that a request which was just handed over has to be written. */
export const FENCE_SHARE = 2 / 3;

/** The intent to send one lead to one target. */
export interface Claim {
  /** Keyed digest of the submission's identity text; see {@link Ledger.keyOf}. */
  readonly key: string;
  /** New id to send; a claim that takes over an unsettled one is answered with the older id. */
  readonly submissionId: string;
  readonly seq: number;
  readonly target: string;
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  /** The canonical lead as JSON text, for `retry`. Deleted when the submission is created or duplicate. */
  readonly lead: string;
  readonly phone: string;
  /** Digest of the endpoint and the phone, of which one lead is in progress at a time, whichever run sends it. */
  readonly phoneKey: string;
  /** The timeout of one request: a run that takes the claim over waits this long. */
  readonly timeoutMs: number;
  /** The run had this claim and asks whether it still has it; what another run did with it since counts. */
  readonly held?: boolean;
  /** The highest lead id that this target has returned in this run; see delivery/reconcile.ts. */
  readonly leadIdWatermark: string | null;
}

export type ClaimAnswer =
  /** The claim is ours and durable: send it. `earlier`: it was created or duplicate before, and is to be sent again. */
  | { readonly kind: 'ours'; readonly earlier?: Omit<DuplicateOf, 'by' | 'leadId'> }
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
  /** This same run ended it otherwise. (Not `rejected`: a duplicate of a rejected lead is sent.) */
  | {
      readonly kind: 'ended';
      readonly status: 'failed' | 'unknown';
      readonly file: string | null;
      readonly record: number;
    }
  /** Answer to a claim that was held: another run took it over and ended it like this. */
  | { readonly kind: 'taken'; readonly status: 'rejected' | 'failed' | 'unknown'; readonly run: string }
  /** Another run is sending it, or another lead of its phone to the same endpoint. Try again later. */
  | {
      readonly kind: 'busy';
      readonly run: string;
      /** The key or phone whose end is waited for: see {@link Ledger.whenEnded}. */
      readonly on: string;
    }
  /** A dead run was sending it, or a run left it unknown. It is ours now and durable; reconcile it before sending. */
  | {
      readonly kind: 'unsettled';
      readonly submissionId: string;
      readonly leadIdWatermark: string | null;
      readonly run: string;
      readonly at: string;
      /**
       * Unix ms by which the last request of the earlier run has ended or timed out, if its process may still live; an
       * earlier look-up proves nothing. Null: no request can be in progress.
       */
      readonly notBefore: number | null;
    };

/** The end of one submission, or (key null) a record that was never sent. */
export interface Completion {
  readonly key: string | null;
  /** Its key, also where it was never claimed; null for a record that is no submission. By it later runs are found. */
  readonly identity: string | null;
  readonly result: Result;
  /** The canonical lead as JSON: kept for failed, rejected and unknown, so that `retry` needs no file; else null. */
  readonly lead: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  /** ISO 8601 instant of the end. */
  readonly at: string;
}

/** Where a run sends to one of its targets; no secret. What a target's name means may change after it. */
export interface SentTo {
  /** The target. */
  readonly name: string;
  /** `https://host`. */
  readonly origin: string;
  /** The account there, as it stands in every key; see `ProviderClient.identity`. */
  readonly identity: string;
  /** The absolute path of the configuration; null: it was no file. */
  readonly config: string | null;
  /** It was found from where the run was called, and not named: then it may not say everything. */
  readonly found: boolean;
}

export interface RunStart {
  readonly id: string;
  readonly command: 'send' | 'retry' | 'smoke';
  /** ISO 8601. */
  readonly startedAt: string;
  /** As they were named. */
  readonly files: readonly string[];
  /** Of each of them what is the same wherever the command is called: the absolute path of a file. Absent: as in `files`. */
  readonly paths?: readonly string[];
  readonly targets: readonly string[];
  /** Of these targets, those of which it is kept; absent: of none, as with the sandbox, or in a run of an older version. */
  readonly sentTo?: readonly SentTo[];
  /** The run that a retry repeats. */
  readonly parent: string | null;
}

export interface RunRow extends RunStart {
  readonly endedAt: string | null;
  /** `running`: its process lives. `died`: it was interrupted without an end. */
  readonly state: 'running' | 'ended' | 'died';
  readonly exitStatus: number | null;
  readonly summary: Summary | null;
  /** The counts so far, if there is no summary (yet). */
  readonly counts?: Counts;
  /** Leads that it has in progress, or had when it died: not those that another run has taken over. */
  readonly inProgress?: number;
  /** ISO 8601: when its personal data was deleted; `retry` has nothing to send. */
  readonly purgedAt?: string | null;
}

/** How a lead stands since a later run went on with it. */
export interface Standing {
  /** `sending`: that run is still at it, or died meanwhile. */
  readonly status: 'created' | 'duplicate' | 'rejected' | 'failed' | 'unknown' | 'sending';
  readonly leadId: string | null;
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What later runs made of open leads (failed, rejected or unknown) of one run. */
export interface Change {
  readonly was: Status;
  readonly now: Standing['status'];
  /** The later run. */
  readonly by: string;
  readonly count: number;
}

export interface StoredResult extends Result {
  /** Null: no later run has gone on with it, or nothing was left to do. */
  readonly now: Standing | null;
  readonly at: string;
  /** The canonical lead as JSON, if it is kept. */
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
  /** `sending`: in progress when the run died. */
  readonly status: 'failed' | 'rejected' | 'unknown' | 'sending';
}

/** A lead that a run had in progress when it died, and that is in none of its results. */
export interface InFlight extends Omit<Unfinished, 'lead' | 'status'> {
  /** The canonical lead as JSON, if it is kept. */
  readonly lead: string | null;
  /** How it stands since another run took it over; null: none did. */
  readonly now: Standing | null;
  /** That run's result; null: it has none yet. */
  readonly result: StoredResult | null;
}

export interface ClaimRules {
  /** Send again what earlier runs created (never what this run did). */
  readonly resend: boolean;
  /** Created and duplicate submissions older than this instant (ISO 8601) no longer count; null: they count forever. */
  readonly knownSince: string | null;
}

/** What a run has of a target's limits, and wants; see shares.ts. */
export interface ShareRequest {
  /** Digest of the endpoint's identity: whose limits they are, whatever the target is called here. */
  readonly endpoint: string;
  readonly target: string;
  readonly wanted: number;
  /** Requests that it has in progress or, by the last answer, may have. */
  readonly held: number;
  readonly limit: number;
  readonly rate: number | null;
}

/** The disk is full or the file cannot be written: send nothing more. */
export class LedgerWriteError extends Error {
  override readonly name = 'LedgerWriteError';
}

export interface Ledger {
  /** Records the run and its process as living. */
  readonly openRun: (run: RunStart) => Promise<void>;
  /**
   * One transaction, durable when it resolves: first all completions, then all claims.
   * Answers are aligned with `claims`. Keys within one call are different from each other, and so are phones. A created or duplicate is
   * kept under its key even if another run has taken the claim over; any other end then leaves the key as it is.
   * @throws LedgerWriteError; then nothing of this call was kept
   */
  readonly commit: (
    run: string,
    completions: readonly Completion[],
    claims: readonly Claim[],
    rules: ClaimRules,
  ) => Promise<readonly ClaimAnswer[]>;
  /**
   * How many requests to each endpoint this run may have in progress from now on, beside the others that live, and how many
   * a second. Ask again about once a second, and often while others are there: {@link Allotment.alone}.
   * @throws LedgerWriteError
   */
  readonly share: (run: string, requests: readonly ShareRequest[]) => Promise<readonly Allotment[]>;
  /** Renews the run's lease; call it well within {@link leaseMs}. */
  readonly renew: (run: string) => Promise<void>;
  /** How long a run counts as living after its last renewal, if its process cannot be checked. */
  readonly leaseMs: number;
  /**
   * Milliseconds since the last renewal that this process made for the run (opening it is the first), by the wall or the
   * monotonic clock, whichever is larger. 0 if nobody else can open the ledger.
   */
  readonly sinceRenewal: (run: string) => number;
  readonly closeRun: (run: string, summary: Summary, exitStatus: number, endedAt: string) => Promise<void>;
  /**
   * Resolves when another run has ended its submission of this key, when it may have, or with the signal. Absent: only
   * asking again tells.
   */
  readonly whenEnded?: (key: string, signal: AbortSignal) => Promise<void>;
  /** From now on, does not wait for a database that cannot be reached: the user wants to leave. */
  readonly hurry?: () => void;
  /** What `commit` would answer for these keys, without writing: for `--dry-run`. Null: not known. */
  readonly lookUp: (keys: readonly string[], rules: ClaimRules) => Promise<readonly (DuplicateOf | null)[]>;
  /** Whether anybody ever claimed these keys, however it ended. */
  readonly holds: (keys: readonly string[]) => Promise<readonly boolean[]>;
  /** The keyed digest that this ledger stores for a submission's identity text. */
  readonly digest: (identity: string) => string;

  // History.
  readonly runs: () => Promise<readonly RunRow[]>;
  /** All runs whose id starts with `prefix`, in upper or lower case. */
  readonly findRuns: (prefix: string) => Promise<readonly RunRow[]>;
  /**
   * In order of `seq`, a page at a time, so that memory does not grow.
   * @param statuses only what stands like this now
   */
  readonly results: (run: string, statuses?: readonly Status[]) => AsyncIterable<readonly StoredResult[]>;
  /** In order of `seq`; of a run that lives, what it has in progress now. As many as it sent at once. */
  readonly inFlight: (run: string) => Promise<readonly InFlight[]>;
  /** How many open leads of this run later runs have gone on with, and what became of them. */
  readonly changes: (run: string) => Promise<readonly Change[]>;
  /**
   * For a run that was interrupted or died: a later one of the same files and targets that read its input to the end
   * and met every lead of this one; for one lead from flags also its retry. Null: none did.
   */
  readonly finishedBy: (run: string) => Promise<string | null>;
  /**
   * What a run could not deliver and no other run has delivered since.
   * @param reader the retry that reads, whose own results are left out
   */
  readonly unfinished: (
    run: string,
    statuses: readonly Unfinished['status'][],
    reader?: string,
  ) => AsyncIterable<readonly Unfinished[]>;
  /**
   * Deletes personal data of runs that ended (or died) before the instant; keeps keys, lead ids and counts.
   * @returns the number of runs
   */
  readonly purge: (before: string) => Promise<number>;
  /**
   * Leads of these runs, each once, that are failed, rejected, unknown or in progress as they stand now, and that no run
   * whose data is kept still has.
   */
  readonly undelivered: (runs: readonly string[]) => Promise<number>;
  /**
   * Bad rows that a person has seen, as digests (see {@link digest}): which of these another run has noted. They outlive
   * `purge`, as keys do.
   */
  readonly noted: (run: string, rows: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Notes them as seen; durable when it resolves. @throws LedgerWriteError */
  readonly note: (run: string, rows: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}
