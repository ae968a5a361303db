// What ends a smoke test before its time: a signal, and the time that it may take to get through.
import type { Context } from '../../app/context.ts';
import { abortWords, listenForSignals } from '../../app/signals.ts';
import type { InterruptReason, RunState } from '../../delivery/run-options.ts';

/** How long a lead may take to get through. */
export const MAX_WAIT_MS = 120_000;

export interface Patience {
  /** Aborted with an InterruptReason: nothing more is sent, what is in progress finishes. */
  readonly drain: AbortSignal;
  /** Aborted: nothing is waited for any more. */
  readonly abort: AbortSignal;
  /** Aborted by the first signal, with its name: nothing more is asked. */
  readonly signalled: AbortSignal;
  /** Milliseconds until the time for it is up. */
  readonly leftMs: () => number;
  /** The sending, from now on; null: it is over, and its time is not counted any more. */
  readonly watch: (state: (() => RunState) | null) => void;
  readonly dispose: () => void;
}

/**
 * Listens to signals until `dispose`, and counts the time until the sending is over.
 * @param lastAnswerMs a request that is in progress when the time is up may take so long
 */
export function startPatience(maxWaitMs: number, lastAnswerMs: number, context: Context): Patience {
  const { clock, env, stderr } = context;
  let state: (() => RunState) | null = null;
  const signals = listenForSignals(env, (signal) => {
    const inProgress = state?.().inProgress ?? 0;
    const what =
      state === null
        ? 'nothing more is asked.'
        : `nothing more is sent; waiting for ${inProgress} still in progress. ${abortWords(signal)}`;
    stderr.write(`\n${signal}: ${what}\n`);
  });
  const endsAt = clock.monotonic() + maxWaitMs;
  const late = new AbortController();
  const tooLate = new AbortController();
  const over = new AbortController();
  const count = async () => {
    await clock.sleep(maxWaitMs, over.signal);
    if (over.signal.aborted) return;
    late.abort('TIME' satisfies InterruptReason);
    await clock.sleep(lastAnswerMs, over.signal);
    if (!over.signal.aborted) tooLate.abort();
  };
  void count();
  return {
    drain: AbortSignal.any([signals.drain, late.signal]),
    abort: AbortSignal.any([signals.abort, tooLate.signal]),
    signalled: signals.drain,
    leftMs: () => Math.max(0, endsAt - clock.monotonic()),
    watch: (look) => {
      state = look;
      if (look === null) over.abort();
    },
    dispose: () => {
      over.abort();
      signals.dispose();
    },
  };
}

/** What has interrupted it, as its exit status and its words need it; null: no signal. */
export function signalOf({ signalled }: Pick<Patience, 'signalled'>): 'SIGINT' | 'SIGTERM' | 'SIGHUP' | null {
  if (!signalled.aborted) return null;
  const { reason } = signalled;
  return reason === 'SIGTERM' || reason === 'SIGHUP' ? reason : 'SIGINT';
}
