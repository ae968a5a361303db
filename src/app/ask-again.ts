// A provider may show a lead only some time after it has taken it: it is asked again until it does, or for so long.
import type { Clock } from '../util/clock.ts';
import type { ReadBack } from './read-back.ts';

/** When it is asked, in parts of `settleAfter`: soon where it is quick, and at last when two questions about a lost answer would tell. */
const LOOKS = [0, 1 / 8, 1 / 4, 1 / 2, 1, 2];

/** How long questions begin. */
export function askedForMs(settleAfterMs: number): number {
  return Math.max(...LOOKS) * settleAfterMs;
}

export interface AskedAgain {
  readonly found: ReadBack;
  /** Milliseconds from the first question to the one that was answered so; 0: that was the first. */
  readonly after: number;
}

/**
 * @param ask asks once
 * @param isThere it tells what was asked for
 * @param stop aborted when nothing more is to be asked
 */
export async function askUntilThere(
  ask: () => Promise<ReadBack>,
  isThere: (found: ReadBack) => boolean,
  settleAfterMs: number,
  clock: Clock,
  stop: AbortSignal,
): Promise<AskedAgain> {
  const from = clock.monotonic();
  let found = await ask();
  let after = 0;
  for (const part of LOOKS.slice(1)) {
    if (isThere(found) || stop.aborted) break;
    const wait = from + part * settleAfterMs - clock.monotonic();
    // It has come and gone while an answer was awaited: the next one is soon enough, and after the last one none begins.
    if (wait < 0) continue;
    await clock.sleep(wait, stop);
    if (stop.aborted) break;
    after = clock.monotonic() - from;
    found = await ask();
  }
  return { found, after };
}
