// How each submission ends: a union on `status`. Every view (terminal, JSON, files, report,
// exit status) reads this and nothing else.
import type { Problem } from '../lead/codes.ts';
import { listed } from '../util/counted.ts';

export const STATUSES = [
  'created',
  'duplicate',
  'skipped',
  'invalid',
  'rejected',
  'failed',
  'unknown',
] as const;
export type Status = (typeof STATUSES)[number];

/** What a person may name: `not-sent` is the part of `failed` that was never tried. */
export const NAMED_STATUSES = [...STATUSES, 'not-sent'] as const;
export type NamedStatus = (typeof NAMED_STATUSES)[number];

export interface DuplicateOf {
  readonly by: 'provider' | 'ledger' | 'input';
  readonly leadId: string | null;
  /** ISO 8601 instant of the first sending; null where it is not known. */
  readonly at: string | null;
  readonly run: string | null;
  readonly file: string | null;
  readonly record: number | null;
}

/** What became of one record at one target. */
export interface Result {
  readonly run: string;
  /** Place in the run's order, from 0: records in input order, targets in the order of `--to`. */
  readonly seq: number;
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly target: string;
  readonly provider: string;
  readonly status: Status;
  /** E.164, or null where none was understood. */
  readonly phone: string | null;
  /** For people: the lead's name where there is one. */
  readonly name: string | null;
  /** The exporting system's own id. */
  readonly externalId: string | null;
  /** What the provider files it under, by the record or the target's defaults. */
  readonly source: string | null;
  readonly campaign: string | null;
  /** The phone's cell as it stands, where no phone was understood. */
  readonly cell: string | null;
  /** Source and campaign as far as a record that is no lead says them itself; the history does not keep it. */
  readonly ownOrigin?: readonly string[];
  readonly leadId: string | null;
  readonly duplicateOf: DuplicateOf | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Requests that carried this lead to the provider. */
  readonly attempts: number;
  readonly durationMs: number;
}

/** False for a lead that its target never came to; programs see `failed` with NOT_SENT. */
export function wasTried({
  status,
  attempts,
  errors,
}: Pick<Result, 'status' | 'attempts' | 'errors'>): boolean {
  return status !== 'failed' || attempts > 0 || !errors.some(({ code }) => code === 'NOT_SENT');
}

export type Counts = Readonly<Record<Status, number>>;

/** Nothing counted yet. */
export function emptyCounts(): Record<Status, number> {
  return { created: 0, duplicate: 0, skipped: 0, invalid: 0, rejected: 0, failed: 0, unknown: 0 };
}

/** What to do about a key that was refused. */
export interface KeyAdvice {
  /** The settings that hold it, and where they have it from; empty: not known. */
  readonly places: string;
  /** Its other settings that may be wrong: they go with the key, or choose the host. Absent: stored by an older version. */
  readonly settings?: readonly string[];
  /** The words of the command that tests it, without `--config`. */
  readonly test: readonly string[];
  /** That command needs a test phone, and the target has none. */
  readonly lacksPhone: boolean;
}

/** `the key (targets.crm.key, from $CRM_KEY), channel or environment` */
export function keyWords({ places, settings = [] }: Partial<KeyAdvice>, last: 'and' | 'or'): string {
  const key = places === undefined || places === '' ? 'the key' : `the key (${places})`;
  return listed([key, ...settings], last);
}

/** Why a target stopped before its end. */
export interface TargetStop {
  readonly target: string;
  readonly code:
    | 'CREDENTIALS_REFUSED'
    | 'UNREACHABLE'
    | 'REDIRECTED'
    | 'PROVIDER_ERROR'
    | 'MAX_FAILURES'
    | 'CANARY_REFUSED'
    /** This machine has no file or port left for connections. */
    | 'NOT_SENT';
  readonly message: string;
  /** ISO 8601 instant until which the provider asks to wait; absent: it asks for nothing. */
  readonly until?: string;
  /** For refused credentials: they may be right, it is this machine's clock that is not. */
  readonly clockIsOff?: boolean;
  /** For refused credentials; absent: not known, or stored by an older version. */
  readonly key?: KeyAdvice;
}

/** How a whole run ended. */
export interface Summary {
  readonly run: string;
  /** Input records, whatever became of them. */
  readonly records: number;
  readonly targets: readonly string[];
  readonly counts: Counts;
  /** Of the failed, those that were never tried; absent: none were, or an older version did not count them. */
  readonly notSent?: number;
  readonly durationMs: number;
  readonly interrupted: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'EPIPE' | 'OUTPUT' | 'TIME' | null;
  readonly stops: readonly TargetStop[];
  /** The ledger could not be written (full disk): why. */
  readonly ledgerFailure: string | null;
  readonly maxFailuresReached: boolean;
  /** Records that other machines send (`--shard`); absent: this one sends all. */
  readonly otherShards?: number;
  /** The input was not read to its end. */
  readonly unread?: boolean;
  /** Set for a dry run: how many would have been sent. */
  readonly dryRun: { readonly wouldSend: number } | null;
}
