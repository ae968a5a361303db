// What the end of a request says about the provider's load. The verdict decides, never the HTTP status alone: a provider
// may well say "slow down" under 200, and "no" under 503.
import type { AskVerdict, HttpAnswer, Verdict } from '../providers/provider.ts';
import type { TransportFailure } from '../transport/transport.ts';
import { retryAfterMs } from './backoff.ts';

/** What a finished request says about the provider's load. */
export type BackpressureSignal =
  /** An answer of any kind but those below. `waitMs`: an error may ask to wait, too. */
  | { readonly kind: 'answered'; readonly waitMs: number | null }
  /** No answer in time: maybe overloaded. */
  | { readonly kind: 'timeout' }
  /** The connection broke after the request was written: maybe too many connections at once. */
  | { readonly kind: 'reset' }
  /** No connection could be made: maybe the same, and it costs no lead. */
  | { readonly kind: 'unreachable' }
  /** It asks to slow down, under whatever status. `waitMs`: what Retry-After asks for, if anything. */
  | { readonly kind: 'throttled'; readonly status: number; readonly waitMs: number | null }
  /** We gave it up; says nothing about the provider's load. */
  | { readonly kind: 'none' };

export function signalOfFailure({ kind }: TransportFailure): BackpressureSignal {
  switch (kind) {
    case 'timeout':
    case 'reset':
      return { kind };
    case 'connect':
    case 'tls':
      return { kind: 'unreachable' };
    // Where this machine has no file or port left, fewer at once help as well.
    case 'local':
      return { kind: 'unreachable' };
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
    case 'resend':
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
