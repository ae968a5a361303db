// Time and randomness as arguments, so that the engine can run in a simulation.

export interface Clock {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock. */
  readonly monotonic: () => number;
  /** Resolves after `ms`, or when the signal aborts. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Resolves when the events that are ready now have been handled, so that what arrives together is handled together. */
  readonly yieldToEventLoop: () => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // Not performance.now(): its first call adds 3 ms to the start.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = after(ms, done);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** The longest timer, about 24 days; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `run` once after `ms`, however long that is. Use it for every timer whose time comes from outside.
 * @returns cancels it
 */
export function after(ms: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const set = (left: number) => {
    const part = Math.min(left, MAX_TIMER_MS);
    timer = setTimeout(() => (left > part ? set(left - part) : run()), part);
  };
  set(Math.max(0, ms));
  return () => clearTimeout(timer);
}
