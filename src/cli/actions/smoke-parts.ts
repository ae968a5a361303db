// What one smoke test needs, and what came of it.
import type { Context } from '../../app/context.ts';
import type { Limits } from '../../app/options.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import type { Ledger, SentTo } from '../../ledger/ledger.ts';
import type { signalOf } from './smoke-patience.ts';
import type { ReportPlace } from './smoke-report.ts';
import type { SentOne } from './smoke-send.ts';
import type { ReadStep } from './smoke-steps.ts';

export interface SmokeOptions {
  readonly to: string | null;
  readonly config: string | null;
  readonly ledger: string | null;
  readonly noLedger: boolean;
  /** `--config` and `--ledger`, for the commands that are proposed. */
  readonly places: readonly string[];
  readonly phone: string | null;
  readonly junit: ReportPlace | null;
  readonly json: boolean;
  readonly yes: boolean;
  readonly limits: Limits;
  /** How long the lead may take to get through. */
  readonly maxWaitMs: number;
}

/** All that one smoke test needs. */
export interface Smoke {
  readonly target: Target;
  readonly sentTo: readonly SentTo[];
  readonly input: LeadInput;
  readonly run: string;
  readonly ledger: Ledger;
  readonly options: SmokeOptions;
  readonly context: Context;
}

/** What came of it. */
export interface Came extends SentOne {
  /** As which the provider can show the lead; null: it cannot. */
  readonly submissionId: string | null;
  readonly read: ReadStep;
  readonly signal: ReturnType<typeof signalOf>;
}
