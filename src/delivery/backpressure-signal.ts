// What a request's end tells of the provider's load. An answer's verdict decides, never its HTTP status alone: a provider
// may well say "slow down" under 200, and "no" under 503.
import type { AskVerdict, HttpAnswer, Verdict } from '../providers/provider.ts';
import type { TransportFailure } from '../transport/transport.ts';
import { retryAfterMs } from './backoff.ts';
import type { BackpressureSignal } from './pacer.ts';

export function signalOfFailure({ kind }: TransportFailure): BackpressureSignal {
  switch (kind) {
    case 'timeout':
    case 'reset':
      return { kind };
    case 'connect':
    case 'tls':
      return { kind: 'refused' };
    // Where this machine has no file or port left, fewer at once help as well.
    case 'local':
      return { kind: 'refused' };
    case 'unsendable':
    case 'withheld':
    case 'aborted':
      return { kind: 'none' };
  }
}

export function signalOfAnswer(
  answer: HttpAnswer,
  verdict: Verdict | AskVerdict,
  nowMs: number,
): BackpressureSignal {
  switch (verdict.kind) {
    case 'throttled':
      return { kind: 'throttled', status: answer.status, waitMs: retryAfterOf(answer, nowMs) };
    case 'created':
    case 'duplicate':
    case 'found':
    case 'absent':
      return { kind: 'answered', waitMs: null };
    case 'rejected':
    case 'unauthorized':
    case 'redirected':
    case 'retryable':
    case 'indeterminate':
    case 'unclear':
      return { kind: 'answered', waitMs: retryAfterOf(answer, nowMs) };
  }
}

/** Milliseconds that the answer asks to wait, or null. */
function retryAfterOf(answer: HttpAnswer, nowMs: number): number | null {
  return retryAfterMs(answer.headers['retry-after'], answer.headers['date'], nowMs);
}
