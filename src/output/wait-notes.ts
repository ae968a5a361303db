// What a run says where no live line shows that it waits, as in a log: for what, until when, for how long already and with how
// many leads; and that it goes on.
import type { RunState } from '../delivery/run-options.ts';
import { counted } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { clockTime } from './short-time.ts';

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
      this.#since = ms;
      if (waited >= SILENT_MS) this.#before += waited;
      if (!this.#waits) return null;
      this.#waits = false;
      return `goes on after ${durationText(waited)}.`;
    }
    return this.#waiting(ms, (silent) => whyOf(state, silent, this.#before + silent, now));
  }

  /** The same of a lead that was sent, and that its provider is asked to show. @param leftMs until no more questions begin */
  atReadBack(ms: number, now: number, target: string, leftMs: number): string | null {
    const name = plain(target);
    return this.#waiting(ms, (silent) =>
      leftMs > 0
        ? `${name} is asked to show the lead, until ${clockTime(now + leftMs, now)} (twice its settleAfter); ${durationText(silent)} so far.`
        : `${name} is asked to show the lead for the last time; ${durationText(silent)} so far.`,
    );
  }

  #waiting(ms: number, whyAfter: (silent: number) => string | null): string | null {
    const silent = ms - this.#since;
    const pause = this.#waits ? LASTS_MS : ANOTHER_MS;
    if (silent < SILENT_MS || (this.#told !== null && ms - this.#told < pause)) return null;
    const why = whyAfter(silent);
    if (why === null) return null;
    this.#told = ms;
    this.#waits = true;
    return `waiting: ${why}`;
  }
}

/**
 * Null where there is nothing to do, as with a pipe that gives no more for now.
 * @param inAll with the earlier waits of this run
 */
function whyOf(state: RunState, silent: number, inAll: number, now: number): string | null {
  const { targets, records, done, total } = state;
  const left = (total ?? records * targets.length) - done;
  const waits = `${counted(left, 'lead')} ${left === 1 ? 'waits' : 'wait'}, for ${durationText(silent)} so far`;
  const earlier = inAll > silent ? ` (${durationText(inAll)} in this run)` : '';
  const because = ({ is, and, what }: Reason) => {
    const which = targets.filter(is);
    if (which.length === 0) return null;
    const each = which.map(
      (target) => `${what(target, now)}${givesUp(target) ? `, ${and} ${lastsText(target, now)}` : ''}`,
    );
    return `${each.join('; ')}. ${which.every(givesUp) ? '' : 'The run goes on by itself; '}${waits}${earlier}.`;
  };
  const asked = because(PAUSES) ?? because(SLOWS_DOWN);
  if (asked !== null) return asked;
  // Questions about what was sent are requests, too.
  const busy = targets.filter(({ requests, asking }) => requests > asking);
  if (busy.length > 0) {
    const requests = busy.reduce((sum, target) => sum + target.requests, 0);
    return `${counted(requests, 'lead')} in progress at ${busy.map(({ name }) => plain(name)).join(', ')}; none has ended for ${durationText(silent)}.`;
  }
  const sent = because(ASKED_ABOUT) ?? because(SHOWS_CANARY);
  if (sent !== null) return sent;
  const elsewhere = targets.reduce((sum, target) => sum + target.elsewhere, 0);
  if (elsewhere > 0)
    return `another run has ${counted(elsewhere, 'lead')} of these, or had when it was killed: its end is waited for, or the end of its lease of a minute, for ${durationText(silent)} now.`;
  if (left <= 0) return null;
  return (
    because(TRIED_AGAIN) ?? `${counted(left, 'lead')} cannot be sent yet, for ${durationText(silent)} now.`
  );
}

type TargetState = RunState['targets'][number];

/** Why leads of a target wait. */
interface Reason {
  readonly is: (target: TargetState) => boolean;
  /** Between it and the end of the time for it. */
  readonly and: 'and' | 'but';
  readonly what: (target: TargetState, now: number) => string;
}

const PAUSES: Reason = {
  is: ({ heldMs }) => heldMs > 0,
  and: 'but',
  what: ({ name, heldMs }, now) => `${plain(name)} pauses until ${clockTime(now + heldMs, now)}`,
};
const SLOWS_DOWN: Reason = {
  is: ({ slowDowns }) => slowDowns > 0,
  and: 'and',
  what: ({ name, slowDowns }) => `${plain(name)} asks to slow down (${counted(slowDowns, 'answer')} since)`,
};
const ASKED_ABOUT: Reason = {
  is: ({ asking }) => asking > 0,
  and: 'and',
  what: ({ name, asking }) => `${plain(name)} is asked whether ${counted(asking, 'lead')} arrived`,
};
const SHOWS_CANARY: Reason = {
  is: ({ canary }) => canary > 0,
  and: 'and',
  what: ({ name }) => `${plain(name)} is asked how it has filed the canary`,
};
const TRIED_AGAIN: Reason = {
  is: ({ retrying }) => retrying > 0,
  and: 'and',
  what: ({ name, retrying }) => `${counted(retrying, 'lead')} will soon be tried again at ${plain(name)}`,
};

/** It is given up before it can go on, as far as one can see. */
function givesUp({ heldMs, patience: { givesUpMs } }: TargetState): boolean {
  return givesUpMs !== null && (heldMs === 0 || givesUpMs < heldMs);
}

function lastsText({ patience: { givesUpMs } }: TargetState, now: number): string {
  if ((givesUpMs ?? 0) <= 0) return 'the time for it is up (see --max-wait)';
  return `this run begins nothing more after ${clockTime(now + (givesUpMs ?? 0), now)} (see --max-wait)`;
}

/** `90 s`, `2 min`, `2 min 30 s`. */
function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 2) return `${seconds} s`;
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
}
