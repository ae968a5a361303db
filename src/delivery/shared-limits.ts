// The limits of a target hold for all living runs on one ledger together: asks the ledger again and again how many places
// this run has beside the others, and tells the pacers.
import type { Ledger, ShareRequest } from '../ledger/ledger.ts';
import type { Clock } from '../util/clock.ts';
import type { Pacer } from './pacer.ts';
import { endpointOf, type Target } from './submission.ts';

/** One that sends to a target within its limits. */
interface Sender {
  readonly target: Target;
  readonly pacer: Pacer;
  /** Submissions that are not claimed yet. */
  readonly waiting: number;
}

/** A newcomer is seen this soon. */
const ALONE_MS = 1_000;
/** While others are there. */
const TOGETHER_MS = 200;
const AFTER_FAILURE_MS = 1_000;

export class SharedLimits {
  readonly #ledger: Pick<Ledger, 'share' | 'digest'>;
  readonly #run: string;
  readonly #clock: Clock;
  readonly #senders: readonly { readonly endpoint: string; readonly sender: Sender }[];
  /** The lease may have run out since the last request: its answer tells nothing. */
  #hasLapsed = false;
  #isOver = false;

  constructor(
    ledger: Pick<Ledger, 'share' | 'digest'>,
    run: string,
    clock: Clock,
    senders: readonly Sender[],
  ) {
    this.#ledger = ledger;
    this.#run = run;
    this.#clock = clock;
    this.#senders = senders.map((sender) => ({ endpoint: ledger.digest(endpointOf(sender.target)), sender }));
    // Until it is known who else is there, nothing leaves.
    this.#none();
  }

  /** Asks until the run is over. Never rejects. */
  async keep(over: AbortSignal): Promise<void> {
    while (!over.aborted && !this.#isOver) {
      await this.#clock.sleep(await this.#ask(), over);
    }
  }

  /** The others may have taken this run for dead, and have its places now. */
  lapsed(): void {
    if (this.#isOver) return;
    this.#hasLapsed = true;
    this.#none();
  }

  /** The ledger cannot be asked any more: nothing new is sent, but what was is still asked about, one question at a time. */
  unshared(): void {
    this.#isOver = true;
    for (const { sender } of this.#senders) {
      sender.pacer.share(Math.max(1, sender.pacer.limit), sender.target.rate);
    }
  }

  #none(): void {
    for (const { sender } of this.#senders) sender.pacer.share(0, sender.target.rate);
  }

  /** @returns when to ask again */
  async #ask(): Promise<number> {
    this.#hasLapsed = false;
    const requests = this.#senders.map(
      ({ endpoint, sender: { target, pacer, waiting } }): ShareRequest => ({
        endpoint,
        target: target.name,
        wanted: pacer.wanted(waiting),
        held: pacer.held,
        limit: target.concurrency,
        rate: target.rate,
      }),
    );
    let next = ALONE_MS;
    try {
      const allotments = await this.#ledger.share(this.#run, requests);
      if (this.#hasLapsed || this.#isOver) return 0;
      for (const [i, { sender }] of this.#senders.entries()) {
        const given = allotments[i];
        if (given === undefined) continue;
        sender.pacer.share(given.places, given.rate);
        if (!given.alone) next = TOGETHER_MS;
      }
    } catch {
      // The next claim reports a ledger that cannot be written.
      return AFTER_FAILURE_MS;
    }
    return next;
  }
}
