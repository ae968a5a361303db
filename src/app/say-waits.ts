// Without a live line, as in a log, a long wait would look like a run that hangs: it is said on stderr.
import type { RunState } from '../delivery/run-options.ts';
import { WaitNotes } from '../output/wait-notes.ts';
import type { Context } from './context.ts';

/** How often the run is looked at. */
const LOOK_MS = 5_000;

/** @param look the run as it is; null before it has begun @returns stops it */
export function sayWaits(look: () => RunState | null, { clock, stderr }: Context): () => void {
  const notes = new WaitNotes(clock.monotonic());
  const timer = setInterval(() => {
    const state = look();
    const line = state === null ? null : notes.at(clock.monotonic(), clock.now(), state);
    if (line !== null) stderr.write(`leadpush: ${line}\n`);
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
