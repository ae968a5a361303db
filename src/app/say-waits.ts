// Where no live line shows it, as in a log, a long wait would look like a run that hangs: it is said on stderr.
import type { RunState } from '../delivery/run-options.ts';
import { WaitNotes } from '../output/wait-notes.ts';
import type { Context } from './context.ts';

/** How often the run is looked at. */
const LOOK_MS = 5_000;

/** @param look the run as it is; null before it has begun @returns stops it */
export function sayWaits(look: () => RunState | null, context: Context): () => void {
  return say((notes, ms, now) => {
    const state = look();
    return state === null ? null : notes.at(ms, now, state);
  }, context);
}

/** @param leftMs until no more questions begin @returns stops it */
export function sayReadBack(target: string, leftMs: () => number, context: Context): () => void {
  return say((notes, ms, now) => notes.atReadBack(ms, now, target, leftMs()), context);
}

function say(
  lineAt: (notes: WaitNotes, ms: number, now: number) => string | null,
  { clock, stderr }: Context,
): () => void {
  const notes = new WaitNotes(clock.monotonic());
  const timer = setInterval(() => {
    const line = lineAt(notes, clock.monotonic(), clock.now());
    if (line !== null) stderr.write(`leadpush: ${line}\n`);
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
