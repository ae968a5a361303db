// Time and chance as arguments, so that the whole engine runs in a simulated world.

export interface Clock {
  /** Unix milliseconds, as the provider is told. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Resolves once what is ready now was handled: what arrives together can be done together, without a fixed wait. */
  readonly turn: () => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // Not performance.now(), the first call of which loads what costs a start 3 ms.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  turn: () => new Promise((resolve) => setImmediate(resolve)),
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, ms));
      signal?.addEventListener('abort', done, { once: true });
    }),
};
