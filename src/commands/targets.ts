// Opens the targets of a run: settings from the configuration (or the built-in sandbox), bound to the provider's code,
// with defaults parsed once, limits from flags, and a way out to the network.
import type { Config, TargetConfig } from '../config/config.ts';
import type { Target } from '../delivery/submission.ts';
import type { Transport } from '../delivery/transport.ts';
import type { Problem } from '../lead/codes.ts';
import type { FieldName, Lead } from '../lead/lead.ts';
import { PROVIDERS } from '../providers/index.ts';
import type { Endpoint, ProviderKind } from '../providers/provider.ts';
import { UsageError } from '../usage-error.ts';
import type { Context } from './context.ts';

const SANDBOX_PREFIX = 'sandbox-';

/** What flags say about every target of a run; null: as configured. */
export interface Limits {
  readonly concurrency: number | null;
  readonly rate: number | null;
  readonly timeoutMs: number | null;
  readonly retries: number | null;
}

/** A target ready to be sent to. */
export interface OpenTarget {
  readonly target: Target;
  readonly config: TargetConfig;
  readonly kind: ProviderKind;
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly sandbox: boolean;
  /** Fields that the configuration's defaults give every lead. */
  readonly given: ReadonlySet<FieldName>;
}

export interface OpenTargets {
  readonly targets: readonly OpenTarget[];
  readonly close: () => Promise<void>;
}
