// The exit status, as one pure function of how a run ended (docs/behaviour.md, "Exit status").
import type { Summary } from '../delivery/outcome.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, EPIPE: 141 } as const;

/** Signals first (results that could not be written are none), else the first that applies of 3, 4, 5, 1. */
export function exitStatus(summary: Summary): number {
  const { counts, stops } = summary;
  if (summary.interrupted !== null && summary.interrupted !== 'OUTPUT') return SIGNALS[summary.interrupted];
  if (stops.some((stop) => stop.code === 'CREDENTIALS_REFUSED')) return 3;
  if (stops.some((stop) => stop.code === 'UNREACHABLE' || stop.code === 'REDIRECTED')) return 4;
  if (counts.unknown > 0) return 5;
  const mended = counts.invalid + counts.rejected + counts.failed;
  const incomplete = summary.maxFailuresReached || summary.ledgerFailure !== null || stops.length > 0;
  return mended > 0 || incomplete || summary.interrupted !== null ? 1 : 0;
}

/** What interrupted a run, for people. */
export function interruption(by: NonNullable<Summary['interrupted']>): string {
  return by === 'OUTPUT' ? 'its results could not be written' : by;
}
