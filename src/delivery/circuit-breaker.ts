// When a target is given up: nobody answers there, or the provider asks to be left alone. It decides and does nothing itself;
// time and chance are arguments.
import { counted } from '../util/counted.ts';
import type { BackpressureSignal } from './backpressure-signal.ts';

/** How many failures in a row to connect stop a target that never answered. */
const MAX_CONNECTION_FAILURES = 10;
/** For so long, a target that has answered and cannot be connected to is taken to be restarting. */
const RESTART_MS = 30_000;
const MIN_RESTART_PAUSE_MS = 50;
const MAX_RESTART_PAUSE_MS = 2_000;
const MAX_RETRY_AFTER_MS = 5 * 60_000;
const MAX_THROTTLED_MS = 10 * 60_000;
/** A shorter wait is over before it has been read. */
const LEAST_SAID_MS = 1_000;
/** Up to here a rounded wait would be too short by much of it. */
const EXACT_MS = 10 * 60_000;
/** What is longer is no date of a calendar. */
const FOR_EVER_MS = 9_999 * 24 * 3_600_000;

/** How long a target is waited for. */
interface Patience {
  /** While it restarts. */
  readonly restartMs: number;
  /** As long as one answer may ask for. */
  readonly retryAfterMs: number;
  /** While it answers nothing but "slow down". */
  readonly throttledMs: number;
}

/** @param maxWaitMs what a person said of all three; null: nothing */
function patienceOf(maxWaitMs: number | null): Patience {
  return {
    restartMs: Math.min(RESTART_MS, maxWaitMs ?? RESTART_MS),
    retryAfterMs: maxWaitMs ?? MAX_RETRY_AFTER_MS,
    throttledMs: maxWaitMs ?? MAX_THROTTLED_MS,
  };
}

/** What a failure to connect means. */
export type ConnectionFailure =
  /** It uses up one of its lead's retries. */
  | { readonly kind: 'counts' }
  /** The target is restarting: nothing leaves for `pauseMs`, and the failure uses up no retry. */
  | { readonly kind: 'restarting'; readonly pauseMs: number }
  /** Nobody answers there: stop. */
  | { readonly kind: 'open' };

export class CircuitBreaker {
  /** Monotonic ms. */
  #lastAnswerAt: number | null = null;
  #connectionFailures = 0;
  /** Monotonic ms of the first failure to connect since the last answer. */
  #goneSince: number | null = null;
  /** Monotonic ms of the first answer that asked to slow down since the last other one. */
  #throttledSince: number | null = null;
  /** The last HTTP status that asked for it. */
  #throttledBy = 0;
  /** Monotonic ms until which its answers asked to wait. */
  #askedUntil = Number.NEGATIVE_INFINITY;
  readonly #patience: Patience;

  /** @param maxWaitMs how long to wait at most; null: for as long as is usual */
  constructor(maxWaitMs: number | null = null) {
    this.#patience = patienceOf(maxWaitMs);
  }

  get hasAnswered(): boolean {
    return this.#lastAnswerAt !== null;
  }

  /** Monotonic ms of the last answer; before the first, negative infinity. */
  get lastAnswerAt(): number {
    return this.#lastAnswerAt ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * Any answer proves the connection.
   * @param now monotonic ms
   * @returns why nothing more is sent: it asks for too long a wait, or answers nothing but "slow down"; else null
   */
  onAnswer(status: number, signal: BackpressureSignal, now: number): string | null {
    this.#lastAnswerAt = now;
    this.#connectionFailures = 0;
    this.#goneSince = null;
    const throttled = signal.kind === 'throttled';
    if (!throttled) this.#throttledSince = null;
    else this.#throttledSince ??= now;
    const waitMs = throttled || signal.kind === 'answered' ? signal.waitMs : null;
    if (waitMs !== null) this.#askedUntil = Math.max(this.#askedUntil, now + Math.min(waitMs, FOR_EVER_MS));
    const { retryAfterMs } = this.#patience;
    if (waitMs !== null && waitMs > retryAfterMs) {
      return `the provider asks to wait ${spanOf(waitMs)} (HTTP ${status}).`;
    }
    if (throttled) this.#throttledBy = status;
    return this.whyGivenUp(now);
  }

  /** Monotonic ms at which it has answered nothing but "slow down" for too long; null: it does not. */
  get throttledUntil(): number | null {
    return this.#throttledSince === null ? null : this.#throttledSince + this.#patience.throttledMs;
  }

  /** @param now monotonic ms @returns milliseconds that it still asks to wait; 0: none */
  askedMs(now: number): number {
    return Math.max(0, this.#askedUntil - now);
  }

  /** @param now monotonic ms @returns that, as a sentence after others; empty: it asks for no wait */
  askedText(now: number): string {
    const left = this.askedMs(now);
    return left < LEAST_SAID_MS
      ? ''
      : ` The provider asks to wait ${left < EXACT_MS ? counted(Math.ceil(left / 1000), 'second') : spanOf(left)} more.`;
  }

  /** @param now monotonic ms @returns why nothing more is sent, once that has come; else null */
  whyGivenUp(now: number): string | null {
    const until = this.throttledUntil;
    if (until === null || now < until) return null;
    return `the provider answered nothing but "slow down" (HTTP ${this.#throttledBy}) for ${spanOf(this.#patience.throttledMs)}.${this.askedText(now)}`;
  }

  /**
   * @param now monotonic ms
   * @param random in [0, 1)
   */
  onConnectionFailure(now: number, random: number): ConnectionFailure {
    this.#connectionFailures++;
    if (!this.hasAnswered) {
      return { kind: this.#connectionFailures >= MAX_CONNECTION_FAILURES ? 'open' : 'counts' };
    }
    this.#goneSince ??= now;
    if (now - this.#goneSince >= this.#patience.restartMs) return { kind: 'open' };
    const longest = Math.min(MAX_RESTART_PAUSE_MS, 100 * 2 ** Math.min(10, this.#connectionFailures - 1));
    return { kind: 'restarting', pauseMs: MIN_RESTART_PAUSE_MS + random * longest };
  }
}

/** `45 seconds`, `6 minutes`, `3 days`. */
function spanOf(ms: number): string {
  if (ms < 120_000) return counted(Math.round(ms / 1000), 'second');
  const minutes = Math.round(ms / 60_000);
  if (minutes <= 2 * 24 * 60) return `${minutes} minutes`;
  return `${Math.min(9_999, Math.round(minutes / 24 / 60))} days`;
}
