// Those who wait for the end of a submission that another run has in progress, by key. The database notifies of ends;
// a notification may be lost with its connection, so each waits only for a while.
import type { Clock } from '../../util/clock.ts';

export class Waiters {
  readonly #clock: Clock;
  readonly #maxMs: number;
  readonly #waiting = new Map<string, Set<() => void>>();

  /** @param maxMs how long to wait in vain; then the key is asked for again */
  constructor(clock: Clock, maxMs: number) {
    this.#clock = clock;
    this.#maxMs = maxMs;
  }

  /** Resolves when the key is freed, when it may have been, or with the signal. Never rejects. */
  async wait(key: string, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const wake = () => over.abort();
    const waiting = this.#waiting.get(key) ?? new Set();
    waiting.add(wake);
    this.#waiting.set(key, waiting);
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted) wake();
    await this.#clock.sleep(this.#maxMs * (0.5 + this.#clock.random()), over.signal);
    signal.removeEventListener('abort', wake);
    waiting.delete(wake);
    if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
  }

  freed(keys: readonly string[]): void {
    for (const key of keys) for (const wake of this.#waiting.get(key) ?? []) wake();
  }

  /** Notifications may have been lost. */
  wakeAll(): void {
    this.freed([...this.#waiting.keys()]);
  }
}
