// The exit status, as one pure function of how a run ended. README and docs list the statuses.
import type { Summary } from '../delivery/outcome.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, EPIPE: 141 } as const;

/** Signals first (unwritable results and a time that is up are none), else the first that applies of 3, 4, 5, 1. */
export function exitStatus(summary: Summary): number {
  const { counts, stops } = summary;
  const bySignal = statusOfSignal(summary.interrupted);
  if (bySignal !== null) return bySignal;
  if (stops.some((stop) => stop.code === 'CREDENTIALS_REFUSED')) return 3;
  if (stops.some((stop) => stop.code === 'UNREACHABLE' || stop.code === 'REDIRECTED')) return 4;
  if (counts.unknown > 0) return 5;
  const toFix = counts.invalid + counts.rejected + counts.failed;
  const incomplete = summary.maxFailuresReached || summary.ledgerFailure !== null || stops.length > 0;
  return toFix > 0 || incomplete || summary.interrupted !== null ? 1 : 0;
}

/** Null where no signal ended it. */
export function statusOfSignal(by: Summary['interrupted']): number | null {
  return by === null || by === 'OUTPUT' || by === 'TIME' ? null : SIGNALS[by];
}

/** What interrupted a run, for people. */
export function interruption(by: NonNullable<Summary['interrupted']>): string {
  if (by === 'OUTPUT') return 'its results could not be written';
  return by === 'TIME' ? 'its time was up' : by;
}
