// What all requests to one target share: its pacer, whether anything may be sent, and what its answers showed so far.
import type { Clock } from '../util/clock.ts';
import type { BackpressureSignal } from './backpressure-signal.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Remedy } from './clock-skew.ts';
import { LeadIds } from './lead-ids.ts';
import type { LeaseFence } from './lease-fence.ts';
import type { TargetStop } from './outcome.ts';
import { Pacer } from './pacer.ts';
import { PostBodies } from './post-bodies.ts';
import type { RunState } from './run-options.ts';
import { SendState } from './send-state.ts';
import type { Target } from './submission.ts';

/** What a target's requests need of the run. */
export interface DeliveryHost {
  readonly clock: Clock;
  readonly fence: LeaseFence;
  /** Send what stays unknown although asked (`retry --unknown`). */
  readonly resendUnknown: boolean;
  /** Send nothing: only ask about what earlier runs left (`retry --settle`). */
  readonly askOnly: boolean;
  /** Goes on asking about a lost answer while the provider shows other leads of the person, until the run is over. */
  readonly patient: boolean;
  /** Aborts what is in progress. */
  readonly abort: AbortSignal;
  readonly stopped: (stop: TargetStop) => void;
  /** Aborted when the run has ended. */
  readonly over: AbortSignal;
}

type WaitsFor = 'elsewhere' | 'asking' | 'retrying' | 'canary';

export class TargetContext {
  readonly target: Target;
  readonly host: DeliveryHost;
  readonly state = new SendState();
  readonly pacer: Pacer;
  readonly breaker: CircuitBreaker;
  readonly leadIds = new LeadIds();
  /** What this target answers to leads without naming one. */
  readonly postBodies = new PostBodies();

  /** Answers that asked to slow down, since a lead ended here: a look now and then would not tell which came after it. */
  slowDowns = 0;
  readonly #waits = { elsewhere: 0, asking: 0, retrying: 0, canary: 0 };

  /** A person said how long it is waited for. */
  readonly #isTimed: boolean;
  #isWatched = false;

  constructor(target: Target, host: DeliveryHost) {
    this.target = target;
    this.host = host;
    const { maxWaitMs = null } = target;
    this.breaker = new CircuitBreaker(maxWaitMs);
    this.pacer = new Pacer(host.clock, this.state, target.concurrency, target.rate);
    this.#isTimed = maxWaitMs !== null;
  }

  /** Leads that wait, by what for: see {@link RunState}. */
  get waits(): Readonly<Record<WaitsFor, number>> {
    return this.#waits;
  }

  /** Counts a lead as waiting until then. */
  async counting<T>(what: WaitsFor, waiting: Promise<T>): Promise<T> {
    this.#waits[what]++;
    try {
      return await waiting;
    } finally {
      this.#waits[what]--;
    }
  }

  /** Nothing new is sent: what is in progress finishes, the rest is NOT_SENT. The first reason counts. */
  stop(stop: Omit<TargetStop, 'target'>, leaveAlone = false): void {
    const before = this.state.stop;
    const { clock } = this.host;
    const askedMs = stop.code === 'PROVIDER_ERROR' ? this.breaker.askedMs(clock.monotonic()) : 0;
    const until = askedMs === 0 ? {} : { until: new Date(clock.now() + askedMs).toISOString() };
    this.state.apply({
      kind: 'stop',
      stop: { target: this.target.name, ...stop, ...until },
      leaveAlone,
    });
    const { stop: now } = this.state;
    if (now !== null && now !== before) this.host.stopped(now);
  }

  /** As {@link stop}, because the credentials were refused; if the clock is wrong, that is the reason given. */
  stopUnauthorized(said: string, { clockIsOff, text }: Remedy): void {
    const message = `the provider refused the credentials (${said})`;
    const { key } = this.target;
    this.stop(
      clockIsOff
        ? { code: 'CREDENTIALS_REFUSED', message: `${message}. ${text}`, clockIsOff }
        : { code: 'CREDENTIALS_REFUSED', message, ...(key === undefined ? {} : { key }) },
    );
  }

  /** Milliseconds until it is given up, if it goes on asking to slow down; null: it does not, or nobody said how long to wait. */
  get givesUpMs(): number | null {
    const until = this.#isTimed ? this.breaker.throttledUntil : null;
    return until === null ? null : Math.max(0, until - this.host.clock.monotonic());
  }

  /** What an answer asks for may stop the target. */
  noteAnswer(status: number, signal: BackpressureSignal): void {
    if (signal.kind === 'throttled') this.slowDowns++;
    const message = this.breaker.onAnswer(status, signal, this.host.clock.monotonic());
    if (message !== null) this.stop({ code: 'PROVIDER_ERROR', message }, true);
    else if (this.#isTimed && signal.kind === 'throttled' && !this.#isWatched) void this.#watch();
  }

  /** Its pauses may be longer than the time that a person gave: that ends in the middle of one, too. */
  async #watch(): Promise<void> {
    const { clock, over } = this.host;
    this.#isWatched = true;
    for (let until = this.breaker.throttledUntil; until !== null; until = this.breaker.throttledUntil) {
      const message = this.breaker.whyGivenUp(clock.monotonic());
      if (message !== null) this.stop({ code: 'PROVIDER_ERROR', message }, true);
      if (message !== null || over.aborted) break;
      await clock.sleep(Math.max(1, Math.ceil(until - clock.monotonic())), over);
    }
    this.#isWatched = false;
  }

  /** @returns whether the target is taken to be restarting: the failure then uses up no retry */
  noteConnectionFailure(message: string): boolean {
    const { clock } = this.host;
    const failure = this.breaker.onConnectionFailure(clock.monotonic(), clock.random());
    switch (failure.kind) {
      case 'counts':
        return false;
      case 'open':
        this.stop({ code: 'UNREACHABLE', message });
        return false;
      case 'restarting':
        this.pacer.hold(failure.pauseMs);
        return true;
    }
  }
}
