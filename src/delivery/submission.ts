// One lead on its way to one target, and the target as the engine needs it.
import type { Problem } from '../lead/codes.ts';
import type { FieldName, Lead, LeadResult } from '../lead/lead.ts';
import type { Payload, ProviderClient } from '../providers/provider.ts';
import type { Transport } from '../transport/transport.ts';
import type { DuplicateOf, KeyAdvice } from './outcome.ts';
import type { Shortage } from './shortage.ts';
import { type SubmissionState, WAITING } from './submission-state.ts';

/** One input record as the engine gets it: where it stood and what it means. */
export interface LeadInput {
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly result: LeadResult;
  /** The one target that it is for (`retry`); absent: all of the run. */
  readonly only?: string;
}

/** A target with everything bound: settings, defaults, limits and the transport. */
export interface Target {
  readonly name: string;
  readonly provider: string;
  readonly endpoint: ProviderClient;
  readonly transport: Transport;
  /** The names of the settings that make its address, such as `channel`; absent: there can be no mistake in them. */
  readonly address?: readonly string[];
  /** Fills what a lead lacks from the target's defaults and resolves names of sources; `errors` make it invalid here. */
  /** @param warnings what was wrong with the values that are missing in it */
  readonly complete: (
    lead: Lead,
    warnings: readonly Problem[],
  ) => { readonly lead: Lead; readonly errors: readonly Problem[] };
  /** Fields of the target's own (`--field NAME=VALUE`), in the provider's names. */
  readonly own: Readonly<Record<string, string>>;
  readonly dedupe: readonly FieldName[];
  readonly concurrency: number;
  /** Requests a second, or null. */
  readonly rate: number | null;
  readonly timeoutMs: number;
  readonly retries: number;
  /** How long the provider is waited for; null or absent: see circuit-breaker.ts. */
  readonly maxWaitMs?: number | null;
  readonly settleAfterMs: number;
  /** ISO 8601; what was sent before it is no longer known. Null: known for ever. */
  readonly knownSince: string | null;
  /** Goes into every key; the run's id for sandbox targets, so that trying twice works twice. */
  readonly keySuffix: string;
  /** What to do where its key is refused; absent: not known. */
  readonly key?: KeyAdvice;
}

/** What a submission is made of; it does not change. */
interface Given {
  readonly seq: number;
  readonly target: Target;
  readonly input: LeadInput;
  readonly lead: Lead;
  readonly key: string;
  /** Keys of the row's other usable numbers. */
  readonly otherKeys: readonly string[];
  readonly warnings: readonly Problem[];
  /** Monotonic ms when it was accepted from the input. */
  readonly since: number;
}

/** One lead on its way to one target. Only this folder changes it. */
export interface Submission extends Given {
  state: SubmissionState;
  /** Ours, or the older one that came with a claim that was taken over. */
  submissionId: string;
  /** The highest lead id that was known when its first request was written. */
  leadIdWatermark: string | null;
  payload: Payload | null;
  /** When it was sent before, where it is sent again on purpose. */
  earlier: Omit<DuplicateOf, 'by' | 'leadId'> | null;
  /** Requests that may have left. */
  attempts: number;
  /** Retries that are used up. */
  failures: number;
  /** How often in a row it was only asked to slow down. */
  throttled: number;
  /** Since when this machine cannot make its request; null before that. */
  shortage: Shortage | null;
  /** Later records of this run with the same key, which wait for this one; null: none, as nearly always. */
  inputDuplicates: Submission[] | null;
}

/** What the provider is told to keep with a lead: it identifies the lead when an answer was lost. */
export function submissionIdOf(run: string, seq: number): string {
  return `${run}-${seq}`;
}

export function newSubmission(given: Given, submissionId: string): Submission {
  const { seq, target, input, lead, key, otherKeys, warnings, since } = given;
  return {
    seq,
    target,
    input,
    lead,
    key,
    otherKeys,
    warnings,
    since,
    state: WAITING,
    submissionId,
    leadIdWatermark: null,
    payload: null,
    earlier: null,
    attempts: 0,
    failures: 0,
    throttled: 0,
    shortage: null,
    inputDuplicates: null,
  };
}

/** The text whose digest tells endpoints apart: where leads go, whatever the target is called. */
export function endpointOf({ endpoint, keySuffix }: Pick<Target, 'endpoint' | 'keySuffix'>): string {
  return JSON.stringify(['endpoint', endpoint.identity, keySuffix]);
}

/** The same for one phone at an endpoint, of which one lead is in progress at a time. */
export function phoneAt(
  { endpoint, keySuffix }: Pick<Target, 'endpoint' | 'keySuffix'>,
  phone: string,
): string {
  return JSON.stringify(['phone', endpoint.identity, phone, keySuffix]);
}

/**
 * The text whose digest is a submission's key: where it goes, whose phone it is, and the fields that, with the phone,
 * identify a lead.
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
