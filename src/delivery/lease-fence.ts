// The fence: a run whose lease may have run out (a paused container, a laptop that slept) sends nothing more until it has
// renewed it and knows which of its claims are still its own. Another run may have taken them over meanwhile.

import { type ClaimAnswer, FENCE_SHARE, type Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../util/clock.ts';
import type { Submission } from './submission.ts';
import { termOf } from './submission-state.ts';

/** How many times a lease is renewed before it runs out. */
const RENEWALS = 4;
const AFTER_FAILURE_MS = 1_000;

/** The part of a ledger that a lease needs. */
type Leases = Pick<Ledger, 'leaseMs' | 'renew' | 'sinceRenewal'>;

/** The ledger's answer when a claim is checked again; null: it cannot be written. */
export interface AskedAgain {
  readonly answer: ClaimAnswer | null;
  /** The fence's term when it was asked. */
  readonly term: number;
}

/**
 * Thrown out of a delivery, at whatever depth: its request may not leave before its claim was asked about again.
 * `uncertain`: an earlier attempt may have arrived.
 */
export class Withheld extends Error {
  override readonly name = 'Withheld';
  readonly uncertain: boolean;
  /** Not null: it was asked, and the claim is not ours. */
  readonly asked: AskedAgain | null;

  constructor(uncertain: boolean, asked: AskedAgain | null = null) {
    super('the lease ran out');
    this.uncertain = uncertain;
    this.asked = asked;
  }
}

/** One run's lease, as the code that sends sees it. */
export class LeaseFence {
  readonly #ledger: Leases;
  readonly #run: string;
  readonly #clock: Clock;
  #term = 0;
  readonly #onLapse: () => void;
  #renewing: Promise<void> | null = null;

  /** @param onLapse called when the lease may have run out before it was renewed, before anything leaves again */
  constructor(ledger: Leases, run: string, clock: Clock, onLapse: () => void = () => {}) {
    this.#ledger = ledger;
    this.#run = run;
    this.#clock = clock;
    this.#onLapse = onLapse;
  }

  get renewEveryMs(): number {
    return this.#ledger.leaseMs / RENEWALS;
  }

  /** Grows whenever the lease may have run out before it was renewed: claims of an earlier term may be lost. */
  get term(): number {
    return this.#term;
  }

  /** Nobody can have taken over a claim since the last renewal. */
  get open(): boolean {
    return this.#ledger.sinceRenewal(this.#run) < this.#ledger.leaseMs * FENCE_SHARE;
  }

  /** Nobody can have taken over the submission's claim. Ask in the same tick in which its request leaves. */
  holds({ state }: Submission): boolean {
    return termOf(state) === this.#term && this.open;
  }

  /** @throws Withheld where the claim may be another run's by now */
  check(submission: Submission, uncertain: boolean): void {
    if (!this.holds(submission)) throw new Withheld(uncertain);
  }

  /** Renews where that is due. Never rejects: the next claim reports a ledger that cannot be written. */
  async renewed(): Promise<void> {
    if (!this.open) await this.renew();
  }

  /** Renews the lease. Never rejects. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    const since = this.#ledger.sinceRenewal(this.#run);
    const [wall, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    try {
      await this.#ledger.renew(this.#run);
    } catch {
      await this.#clock.sleep(AFTER_FAILURE_MS);
      return;
    }
    // Until it was written, the others saw the renewal before it.
    const took = Math.max(this.#clock.now() - wall, this.#clock.monotonic() - monotonic);
    if (since + took < this.#ledger.leaseMs * FENCE_SHARE) return;
    this.#term++;
    this.#onLapse();
  }
}
