// SIGINT, SIGTERM and SIGHUP: the first drains the run, the second aborts what is in progress.
import type { InterruptReason } from '../delivery/run-options.ts';
import { hangupsAreIgnored } from './hangups.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Aborted by the first signal, with its name as the reason. */
  readonly drain: AbortSignal;
  /** Aborted by the second. */
  readonly abort: AbortSignal;
  /** Stops listening. */
  readonly dispose: () => void;
}

/** What a second signal does. */
export function abortWords(signal: InterruptReason): string {
  return signal === 'SIGINT' ? 'Press Ctrl-C again to abort.' : `A second ${signal} aborts.`;
}

/**
 * Listens from now on until `dispose`.
 * @param env tells whether hangups are to be ignored, as `nohup` wants it
 * @param told called at the first signal, to say what happens next
 */
export function listenForSignals(
  env: Readonly<Record<string, string | undefined>>,
  told: (signal: InterruptReason) => void,
): Interruption {
  const drain = new AbortController();
  const abort = new AbortController();
  const goesOn = hangupsAreIgnored(env, process.platform);
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      // Node has reset it to the default, which would end the process: listen, and do nothing.
      if (signal === 'SIGHUP' && goesOn) return;
      if (drain.signal.aborted) abort.abort(signal);
      else {
        drain.abort(signal);
        told(signal);
      }
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  return {
    drain: drain.signal,
    abort: abort.signal,
    dispose: () => {
      for (const { signal, listener } of listeners) process.off(signal, listener);
    },
  };
}
