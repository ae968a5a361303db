// Time and chance as arguments, so that the whole engine runs in a simulated world.

export interface Clock {
  /** Unix milliseconds, as the provider is told. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Resolves once what is ready now was handled: what arrives together can be done together, without a fixed wait. */
  readonly yieldToEventLoop: () => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // Not performance.now(), the first call of which loads what costs a start 3 ms.
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

/** What one timer of the system can hold, about 24 days; a longer one would go off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `run` once after `ms`, however long that is: every timer whose time comes from outside is set here.
 * @returns takes it back
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
