// What a run says where no live line shows that it waits, as in a log: for what, until when, for how long already and with how
// many leads; and that it goes on.
import type { RunState } from '../delivery/run-options.ts';
import { counted } from '../util/counted.ts';
import { plain } from '../util/plain.ts';

/** Nothing has ended for so long. */
const SILENT_MS = 30_000;
/** A wait that lasts is said again after so long. */
const LASTS_MS = 60_000;
/** Another wait, after some results, so long after the last that was said. */
const ANOTHER_MS = 180_000;

export class WaitNotes {
  #done = 0;
  #since: number;
  #told: number | null = null;
  #waits = false;
  /** Since the last result, the provider has asked to wait: it answers. */
  #asked = false;
  /** The waits that are over, those of half a minute or more. */
  #before = 0;

  /** @param ms monotonic, the run's start */
  constructor(ms: number) {
    this.#since = ms;
  }

  /** @param ms monotonic @param now Unix ms @returns what is to be said now, or null */
  at(ms: number, now: number, state: RunState): string | null {
    if (state.done !== this.#done || state.records === 0) {
      const waited = ms - this.#since;
      this.#done = state.done;
      this.#asked = false;
      this.#since = ms;
      if (waited >= SILENT_MS) this.#before += waited;
      if (!this.#waits) return null;
      this.#waits = false;
      return `goes on after ${durationText(waited)}.`;
    }
    if (state.targets.some(({ heldMs }) => heldMs > 0)) this.#asked = true;
    const silent = ms - this.#since;
    const pause = this.#waits ? LASTS_MS : ANOTHER_MS;
    if (silent < SILENT_MS || (this.#told !== null && ms - this.#told < pause)) return null;
    const why = whyOf(state, silent, this.#before + silent, now, this.#asked);
    if (why === null) return null;
    this.#told = ms;
    this.#waits = true;
    return `waiting: ${why}`;
  }
}

/**
 * Null where there is nothing to do, as with a pipe that gives no more for now.
 * @param inAll with the earlier waits of this run
 * @param asked the provider has asked to wait meanwhile
 */
function whyOf(state: RunState, silent: number, inAll: number, now: number, asked: boolean): string | null {
  const { targets, records, done, total, inProgress } = state;
  const left = (total ?? records * targets.length) - done;
  const held = targets.filter(({ heldMs }) => heldMs > 0);
  if (held.length > 0) {
    const until = held.map(({ name, heldMs }) => `${plain(name)} pauses until ${timeText(now + heldMs)}`);
    const waits = `${counted(left, 'lead')} ${left === 1 ? 'waits' : 'wait'}, for ${durationText(silent)} so far`;
    const earlier = inAll > silent ? ` (${durationText(inAll)} in this run)` : '';
    return `${until.join('; ')}. The run goes on by itself; ${waits}${earlier}.`;
  }
  if (inProgress > 0) {
    const where = targets.filter((target) => target.inProgress > 0).map(({ name }) => plain(name));
    const what = `${counted(inProgress, 'lead')} in progress at ${where.join(', ')}`;
    return asked
      ? `${what}, which has asked to wait and has taken none for ${durationText(silent)}. The run goes on by itself.`
      : `${what}, without an answer for ${durationText(silent)}.`;
  }
  if (left <= 0) return null;
  return `${counted(left, 'lead')} cannot be sent yet, for ${durationText(silent)} now.`;
}

/** `14:05:10`, of this machine's zone. */
function timeText(ms: number): string {
  const at = new Date(ms);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':');
}

function durationText(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
