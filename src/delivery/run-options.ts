// What a run is asked for, what it needs, and what it gives back: the engine's interface, as types.

import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../util/clock.ts';
import type { LookAtCanary } from './canary-gate.ts';
import type { Counts, Result, Summary } from './outcome.ts';
import type { LeadInput, Target } from './submission.ts';

/** @param run another run's id; null: the one that a retry of this one names */
export type CommandLine = (name: 'retry' | 'show', run: string | null, what: readonly string[]) => string;

export interface RunOptions {
  readonly run: string;
  /** There is no ledger that keeps the run, so that `leadpush retry` does not know it. */
  readonly notKept?: boolean;
  /** The commands that messages propose, as a person can paste them; absent: with nothing but the run. */
  readonly commandLine?: CommandLine;
  readonly targets: readonly Target[];
  /** Send again what earlier runs created. */
  readonly resend: boolean;
  /** Send what stays unknown although asked. */
  readonly resendUnknown: boolean;
  /** Only ask about what earlier runs left unknown; send nothing. */
  readonly askOnly?: boolean;
  /** Go on asking about a lost answer while the provider shows other leads of the person, until the run is over. */
  readonly patient?: boolean;
  /** Stop when this many leads were invalid, rejected, failed or unknown. */
  readonly maxFailures: number | null;
}

export type InterruptReason = Exclude<Summary['interrupted'], null>;

/** One result and the input record that it belongs to. */
export interface Emitted<I extends LeadInput> {
  readonly input: I;
  readonly result: Result;
}

/** What a progress line shows. */
export interface RunState {
  readonly records: number;
  /** Results, over all targets. */
  readonly done: number;
  /** Results expected; null while the input is still read. */
  readonly total: number | null;
  readonly counts: Counts;
  readonly inProgress: number;
  readonly targets: readonly {
    readonly name: string;
    readonly inProgress: number;
    /** Requests that the provider has not answered yet. */
    readonly requests: number;
    /** Answers that asked to slow down, since a lead ended there. */
    readonly slowDowns: number;
    /** Leads that another run has, which is waited for. */
    readonly elsewhere: number;
    /** Leads of which the provider is asked whether they arrived, from the first question to the last. */
    readonly asking: number;
    /** Leads that wait for their next try. */
    readonly retrying: number;
    /** 1 while the lead that went first is looked at. */
    readonly canary: number;
    /** The provider asks to wait so long. */
    readonly heldMs: number;
    readonly patience: {
      /** Something of this run has reached it. */
      readonly answered: boolean;
      /** Its answers ask to wait so long; unlike `heldMs`, no pause of our own counts. */
      readonly askedMs: number;
      /** Until it is given up, if it goes on asking to slow down; null: not said. */
      readonly givesUpMs: number | null;
    };
    readonly limit: number;
    readonly rate: number | null;
  }[];
}

export interface RunDeps<I extends LeadInput> {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Aborted with an InterruptReason: nothing more is read or sent, what is in progress finishes. */
  readonly drain: AbortSignal;
  /** Aborted: what is in progress ends as unknown. */
  readonly abort: AbortSignal;
  /** Takes results in order; the next batch waits for it. `gone`: the reader has left. */
  readonly emit: (batch: readonly Emitted<I>[]) => Promise<'gone' | undefined>;
  /** Called once with a way to look at the run while it goes on. */
  readonly watch?: (state: () => RunState) => void;
  readonly canary?: LookAtCanary;
}

export interface RunEnd {
  readonly summary: Summary;
  /** What broke the input in the middle, or null; every record before it has its result. */
  readonly inputError: unknown;
  /** What `emit` threw, or null: from then on nothing more was sent or emitted, and the ledger alone has the results. */
  readonly emitError: unknown;
}
