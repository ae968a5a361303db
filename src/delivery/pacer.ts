// How fast one target is asked: how many requests at once (additive increase, multiplicative decrease), how many a
// second (the user's rate, and one learned from 429s), and how long to pause when the provider asks for it. Where other
// runs send to the same target, all of it stays below this run's share. It knows time only through the clock, and nothing
// about leads.
import type { Clock } from '../util/clock.ts';
import type { BackpressureSignal } from './backpressure-signal.ts';
import { LastRequests, LastSecond, Levels } from './load-history.ts';
import type { SendState } from './send-state.ts';

/** Permission for one request; give it back with {@link Pacer.release}. */
export interface Permit {
  /** Monotonic ms. */
  readonly since: number;
  /** Requests in progress when this one left, itself included. */
  readonly beside: number;
}

/** Who waits for a permit. */
export interface Waiter {
  /** It goes before the others, and also while the target drains: for questions about what was sent. */
  readonly urgent: boolean;
  /** Called once. @param permit null where nothing more may leave */
  readonly permitted: (permit: Permit | null) => void;
}

const DECREASE = 0.7;
/** Each reset is an answer lost, which must be asked about. */
const DECREASE_RESET = 0.5;
/** Above a level that failed before, growth is this much slower: probing costs the provider refused requests. */
const PROBE = 0.05;
const LEARNED_SHARE = 0.9;
/** One refusal lowers a learned rate to this share of it at most: after a pause, little was answered in any case. */
const MIN_LEARNED_SHARE = 0.5;
const LEARNED_GROWTH_PER_S = 0.02;
const MIN_LEARNED = 0.2;
/** A learned rate is forgotten when it has long been far above what is used. */
const LEARNED_FORGET_MS = 60_000;
const HOLD_BASE_MS = 250;
const MAX_HOLD_MS = 60_000;
/** How much unused rate may be caught up at once: timers are coarse. */
const BURST_MS = 20;

/** Paces one target. */
export class Pacer {
  readonly #clock: Clock;
  readonly #state: SendState;
  readonly #concurrency: number;
  #rate: number | null;
  /** Requests at once that this run's share allows; 0: another run has its turn. */
  #places: number;
  #limit: number;
  #ceiling: number;
  readonly #permits = new Set<Permit>();
  #waiters: Waiter[] = [];
  #lastDecrease = Number.NEGATIVE_INFINITY;
  #learned: number | null = null;
  #grownAt = 0;
  #loweredAt = Number.NEGATIVE_INFINITY;
  #lastThrottle = Number.NEGATIVE_INFINITY;
  #throttlesInARow = 0;
  #holdUntil = Number.NEGATIVE_INFINITY;
  #nextToken = Number.NEGATIVE_INFINITY;
  readonly #answered = new LastSecond();
  readonly #recent = new LastRequests();
  readonly #levels = new Levels();
  /** How often the ceiling was raised since something went wrong. */
  #raised = 0;
  #timer: AbortController | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  /**
   * @param state while it is not open, only urgent permits are given; once it is aborted, none
   * @param concurrency the most requests at once
   * @param rate the most requests a second, or null
   */
  constructor(clock: Clock, state: SendState, concurrency: number, rate: number | null) {
    this.#clock = clock;
    this.#state = state;
    this.#concurrency = concurrency;
    this.#rate = rate;
    this.#places = concurrency;
    this.#limit = concurrency;
    this.#ceiling = concurrency;
    state.onChange(() => this.#turnAway());
  }

  /** Requests allowed at once now. */
  get limit(): number {
    return Math.min(this.#places, this.#accepted);
  }

  /** Requests at once that the provider seems to accept. */
  get #accepted(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  /** Requests that it has in progress, or may have by its share. */
  get held(): number {
    return Math.max(this.#places, this.#permits.size);
  }

  /** Requests that could be in progress if its share allowed it. @param unclaimed leads that do not wait here yet */
  wanted(unclaimed: number): number {
    const waiting = this.#waiters.length + (this.#state.isOpen ? unclaimed : 0);
    return Math.min(this.#accepted, this.#permits.size + waiting);
  }

  /** From now on this is its share of what the target allows. What is in progress beyond it comes to its end. */
  share(places: number, rate: number | null): void {
    this.#places = places;
    this.#rate = rate;
    this.#wake();
  }

  get inProgress(): number {
    return this.#permits.size;
  }

  /** About as many requests as leave within 75 ms at the speed of just now. */
  get leavingSoon(): number {
    return Math.floor(this.#answered.recent(this.#clock.monotonic()) / 2);
  }

  /** Milliseconds for which the target is still paused at the provider's request; 0 if it is not. */
  get heldMs(): number {
    return Math.max(0, this.#holdUntil - this.#clock.monotonic());
  }

  /** Requests a second that are allowed now; null: no such limit. */
  get rate(): number | null {
    if (this.#learned === null) return this.#rate;
    return this.#rate === null ? this.#learned : Math.min(this.#rate, this.#learned);
  }

  /**
   * Waits for permission to send one request.
   * @param urgent goes before the others, and is given also while the target drains: for questions about what was sent
   * @returns null where nothing more may leave
   */
  acquire(urgent = false): Permit | null | Promise<Permit | null> {
    if (!this.#mayLeave(urgent)) return null;
    if (this.#waiters.length === 0 && this.#untilNext() === 0) return this.#grant();
    return new Promise((permitted) => {
      this.#wait({ urgent, permitted });
    });
  }

  /** As {@link acquire}, without a promise: where a request may leave at once, the waiter learns it within the call. */
  admit(waiter: Waiter): void {
    if (!this.#mayLeave(waiter.urgent)) waiter.permitted(null);
    else if (this.#waiters.length === 0 && this.#untilNext() === 0) waiter.permitted(this.#grant());
    else this.#wait(waiter);
  }

  #wait(waiter: Waiter): void {
    if (waiter.urgent) this.#waiters.unshift(waiter);
    else this.#waiters.push(waiter);
    this.#wake();
  }

  /** Returns a permit and learns from how the request ended; a second call for the same permit is ignored. */
  release(permit: Permit, signal: BackpressureSignal): void {
    const atOnce = this.#permits.size;
    if (!this.#permits.delete(permit)) return;
    if (signal.kind !== 'answered' && signal.kind !== 'none') this.#raised = 0;
    switch (signal.kind) {
      case 'answered':
        this.#recent.add(false);
        this.#levels.add(atOnce, false);
        this.#onAnswer(permit);
        if (signal.waitMs !== null) this.hold(signal.waitMs);
        break;
      case 'timeout':
        this.#recent.add(true);
        this.#decrease(permit);
        break;
      case 'reset':
      case 'unreachable':
        this.#recent.add(true);
        this.#levels.add(atOnce, true);
        this.#onBreak(permit, atOnce);
        break;
      case 'throttled':
        this.#recent.add(true);
        this.#onThrottle(permit, signal.status, signal.waitMs);
        break;
      case 'none':
        break;
    }
    this.#wake();
  }

  #mayLeave(urgent: boolean): boolean {
    return urgent ? this.#state.mayAsk : this.#state.isOpen;
  }

  /** Waiters that may no longer send get null. */
  #turnAway(): void {
    const waiting = this.#waiters;
    this.#waiters = waiting.filter(({ urgent }) => this.#mayLeave(urgent));
    for (const waiter of waiting) if (!this.#mayLeave(waiter.urgent)) waiter.permitted(null);
    this.#wake();
  }

  #onAnswer(permit: Permit): void {
    const now = this.#clock.monotonic();
    this.#throttlesInARow = 0;
    this.#answered.add(now);
    // Grow only if this limit is what slows the target down.
    if (permit.beside >= this.#accepted - 1 && this.#limit < this.#concurrency) {
      this.#limit = Math.min(this.#concurrency, this.#limit + this.#step() / this.#limit);
      if (this.#limit >= this.#ceiling + 1) {
        this.#ceiling = this.#limit;
        this.#raised++;
      }
    }
    if (this.#learned !== null) this.#growLearned(now);
  }

  #step(): number {
    if (this.#limit + 1 <= this.#ceiling) return 1;
    // Each level that held makes it likelier that what failed was chance.
    return Math.min(1, (PROBE * 2 ** this.#raised) / this.#levels.caution(this.#accepted + 1));
  }

  #growLearned(now: number): void {
    if (this.#learned === null) return;
    if (now - this.#lastThrottle > LEARNED_FORGET_MS) {
      this.#learned = null;
      return;
    }
    const seconds = (now - this.#grownAt) / 1000;
    // The longer nothing was refused, the higher the limit must be.
    const calm = Math.max(1, (now - this.#lastThrottle) / 1000);
    this.#learned += calm * Math.max(MIN_LEARNED, this.#learned * LEARNED_GROWTH_PER_S) * seconds;
    this.#grownAt = now;
  }

  #onThrottle(permit: Permit, status: number, waitMs: number | null): void {
    const now = this.#clock.monotonic();
    const fresh = permit.since > this.#lastThrottle;
    this.#lastThrottle = now;
    // 503 means too many at once, unless one at once is still too many; anything else means too many per second.
    if (status !== 503 || this.#accepted === 1) this.#learnRate(permit, now);
    if (status === 503) this.#decrease(permit);
    if (fresh) this.#throttlesInARow++;
    const asked =
      waitMs ??
      this.#clock.random() *
        Math.min(MAX_HOLD_MS, HOLD_BASE_MS * 2 ** Math.min(10, this.#throttlesInARow - 1));
    // After a 503 without Retry-After, fewer at once is enough; a pause as well would only lose time at first.
    if (waitMs !== null || status !== 503 || this.#throttlesInARow > 2) {
      this.hold(asked);
    }
  }

  /** Lets nothing leave for this long, not even urgent requests. */
  hold(ms: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, this.#clock.monotonic() + ms);
  }

  #learnRate(permit: Permit, now: number): void {
    // For an occasional refusal a pause is enough; those of one burst count as one.
    if (!this.#recent.many || permit.since <= this.#loweredAt || now - this.#loweredAt < 500) return;
    const seen = this.#answered.count(now);
    const known = this.#learned;
    const met = known === null ? seen : Math.min(known, Math.max(seen, MIN_LEARNED_SHARE * known));
    this.#learned = Math.max(MIN_LEARNED, LEARNED_SHARE * met);
    this.#grownAt = now;
    this.#loweredAt = now;
    this.#nextToken = Math.max(this.#nextToken, now);
  }

  #decrease(permit: Permit): void {
    // Several refusals of one burst count as one.
    if (permit.since <= this.#lastDecrease) return;
    this.#lastDecrease = this.#clock.monotonic();
    // Only many refusals, or one at the ceiling itself, show a limit there; after one by chance the old level is fine.
    if (this.#recent.many || permit.beside >= this.#ceiling) {
      this.#ceiling = Math.max(1, Math.min(this.#ceiling, permit.beside - 1));
    }
    this.#limit = Math.max(1, Math.min(this.#limit * DECREASE, this.#ceiling));
  }

  /** A connection broke or could not be made while `atOnce` requests were in progress. */
  #onBreak(permit: Permit, atOnce: number): void {
    const fresh = permit.since > this.#lastDecrease;
    if (fresh) this.#lastDecrease = this.#clock.monotonic();
    // Those of one burst together show how many were accepted: all but those that broke.
    if (this.#levels.isTooMuch(atOnce)) this.#ceiling = Math.max(1, Math.min(this.#ceiling, atOnce - 1));
    const lower = fresh ? this.#limit * DECREASE_RESET : this.#limit - 1;
    this.#limit = Math.max(1, Math.min(lower, this.#ceiling));
  }

  #grant(): Permit {
    const now = this.#clock.monotonic();
    const rate = this.rate;
    if (rate !== null) this.#nextToken = Math.max(this.#nextToken, now - BURST_MS) + 1000 / rate;
    const permit = { since: now, beside: this.#permits.size + 1 };
    this.#permits.add(permit);
    return permit;
  }

  /** 0: a request may leave now; else the ms until time alone may allow it; infinite: only a release can. */
  #untilNext(): number {
    // Looked up for every request, and at most providers nothing has to wait for a time.
    if (this.rate !== null || this.#holdUntil !== Number.NEGATIVE_INFINITY) {
      const now = this.#clock.monotonic();
      const wait = Math.max(this.#holdUntil - now, this.rate === null ? 0 : this.#nextToken - now);
      if (wait > 0) return wait;
    }
    return this.#permits.size < this.limit ? 0 : Number.POSITIVE_INFINITY;
  }

  #wake(): void {
    while (this.#waiters.length > 0) {
      const wait = this.#untilNext();
      if (wait > 0) {
        if (wait !== Number.POSITIVE_INFINITY) this.#setTimer(wait);
        return;
      }
      this.#waiters.shift()?.permitted(this.#grant());
    }
  }

  #setTimer(ms: number): void {
    const at = this.#clock.monotonic() + ms;
    if (this.#timer !== null && this.#timerAt <= at + 0.5) return;
    this.#timer?.abort();
    const timer = new AbortController();
    this.#timer = timer;
    this.#timerAt = at;
    void this.#clock.sleep(Math.ceil(ms), timer.signal).then(() => {
      if (this.#timer !== timer) return;
      this.#timer = null;
      this.#wake();
    });
  }
}
