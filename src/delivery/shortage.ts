// This machine has no file or port left for a connection. Other connections will end and free theirs, so we wait: it uses
// up no retries and says nothing about the provider. Without any answer for long, it is not a temporary shortage.

import type { Clock } from '../util/clock.ts';
import { backoffMs } from './backoff.ts';

const LASTING_MS = 30_000;
/** Waits grow no further than the bound of this many failures. */
const MAX_BACKOFF = 4;

/** One submission's, from its first try that this machine could not make. */
export class Shortage {
  readonly #clock: Clock;
  #since: number | null = null;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param lastAnswerAt monotonic ms of the target's last answer @returns milliseconds to wait, or null: it lasts */
  wait(lastAnswerAt: number): number | null {
    const now = this.#clock.monotonic();
    this.#since ??= now;
    this.#count++;
    if (now - Math.max(this.#since, lastAnswerAt) >= LASTING_MS) return null;
    return backoffMs(Math.min(MAX_BACKOFF, this.#count), this.#clock.random());
  }
}
