// What an HTTP exchange tells of the provider's load.
import type { HttpAnswer } from '../providers/provider.ts';
import { retryAfterMs } from './backoff.ts';
import type { LoadSign } from './pace.ts';
import type { Exchange } from './transport.ts';

export function loadSign(exchange: Exchange, nowMs: number): LoadSign {
  if (!exchange.ok) {
    const { kind } = exchange.failure;
    // Where this machine has no file or port left, fewer at once help as well.
    return kind === 'timeout' || kind === 'local' ? { kind: 'timeout' } : { kind: 'none' };
  }
  const { status } = exchange.answer;
  if (status === 429 || status === 503) {
    return { kind: 'throttled', status, waitMs: waitOf(exchange.answer, nowMs) };
  }
  return { kind: 'answered', waitMs: status >= 400 ? waitOf(exchange.answer, nowMs) : null };
}

/** Milliseconds that the answer asks to wait, or null. */
export function waitOf(answer: HttpAnswer, nowMs: number): number | null {
  return retryAfterMs(answer.headers['retry-after'], answer.headers['date'], nowMs);
}
