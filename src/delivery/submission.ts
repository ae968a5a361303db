// One lead on its way to one target, and the target as the engine needs it.
import type { Problem } from '../lead/codes.ts';
import type { FieldName, Lead, LeadResult } from '../lead/lead.ts';
import type { Payload, ProviderClient } from '../providers/provider.ts';
import type { Transport } from '../transport/transport.ts';
import type { Status } from './outcome.ts';
import type { Shortage } from './shortage.ts';

/** One input record as the engine gets it: where it stood and what it means. */
export interface LeadInput {
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly result: LeadResult;
  /** The one target that it is for (`retry`); absent: all of the run. */
  readonly only?: string;
}

/** A target with everything bound: settings, defaults, limits and the way out. */
export interface Target {
  readonly name: string;
  readonly provider: string;
  readonly endpoint: ProviderClient;
  readonly transport: Transport;
  /** Fills what a lead lacks from the target's defaults and resolves names of sources; `errors` make it invalid here. */
  readonly complete: (lead: Lead) => { readonly lead: Lead; readonly errors: readonly Problem[] };
  /** Fields of the target's own (`--field NAME=VALUE`), in the provider's names. */
  readonly own: Readonly<Record<string, string>>;
  readonly dedupe: readonly FieldName[];
  readonly concurrency: number;
  /** Requests a second, or null. */
  readonly rate: number | null;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly settleAfterMs: number;
  /** ISO 8601; what was sent before it is no longer known. Null: known for ever. */
  readonly knownSince: string | null;
  /** Goes into every key; the run's id for sandbox targets, so that trying twice works twice. */
  readonly keySuffix: string;
}

/** A submission under way. The engine is the only one that changes it. */
export interface Submission {
  readonly seq: number;
  readonly target: Target;
  readonly input: LeadInput;
  readonly lead: Lead;
  readonly key: string;
  readonly warnings: readonly Problem[];
  /** Ours, or the older one that was taken over with an unsettled claim. */
  submissionId: string;
  leadIdWatermark: string | null;
  /** The ledger holds our intent. */
  claimed: boolean;
  /** The fence's term in which the claim was last known to be ours; null: to be asked again before it is sent. */
  term: number | null;
  /** Its process may still live: what it was answered meanwhile is looked for before each request. */
  contested: boolean;
  /** The claim was another run's first. */
  takenOver: boolean;
  payload: Payload | null;
  /** Requests that may have left. */
  attempts: number;
  /** Retries that are used up. */
  failures: number;
  /** How often in a row it was only asked to slow down. */
  throttled: number;
  /** Since when this machine cannot make its request; null before that. */
  shortage: Shortage | null;
  /** Monotonic ms when it was accepted from the input. */
  readonly since: number;
  /** Counted among those that are claimed ahead of the pacer. */
  claimedAhead: boolean;
  /** Later records of this run with the same key, which wait for this one. */
  inputDuplicates: Submission[];
  /** Set once it ended, so that a duplicate which comes before the ledger knows it is answered as well. */
  ended: Ending | null;
}

/** How a submission ends, before it becomes a Result. */
export interface Ending {
  readonly status: Status;
  readonly leadId: string | null;
  readonly duplicateOf:
    | { readonly by: 'provider' }
    | {
        readonly by: 'ledger' | 'input';
        readonly at: string | null;
        readonly run: string | null;
        readonly file: string | null;
        readonly record: number | null;
      }
    | null;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * The text whose digest is a submission's key (docs/behaviour.md, "Delivery"): where it goes, whose phone it is, and the fields
 * that make two leads of one phone two.
 */
export function identityOf(
  endpointIdentity: string,
  lead: Lead,
  dedupe: readonly FieldName[],
  suffix: string,
): string {
  return JSON.stringify([
    endpointIdentity,
    lead.phone,
    dedupe.map((name) => [name, lead[name] ?? null]),
    suffix,
  ]);
}

/** An ending with one error and no lead. */
export function endingOf(status: 'rejected' | 'failed' | 'unknown', problem: Problem): Ending {
  return { status, leadId: null, duplicateOf: null, errors: [problem], warnings: [] };
}

/** How a duplicate ends whose first record ended as `failed` or `unknown`. */
export function inputDuplicateEnding(
  status: 'failed' | 'unknown',
  file: string | null,
  record: number,
): Ending {
  const first = `record ${record}${file === null ? '' : ` of ${file}`}`;
  return endingOf(
    status,
    status === 'failed'
      ? {
          field: null,
          code: 'NOT_SENT',
          message: `Not sent: the same lead stands in ${first}, which failed. Sending it again is safe.`,
        }
      : {
          field: null,
          code: 'ANSWER_LOST',
          message: `Not sent: the same lead stands in ${first}, and whether that one arrived is not known.`,
        },
  );
}
