// The live line of a run on a terminal: done of total, rate, time left, counts, and the reason if it is slow.

import { STATUSES } from '../delivery/outcome.ts';
import type { RunState } from '../delivery/run-options.ts';
import { plain } from '../util/plain.ts';
import { cutTo } from '../util/text.ts';
import type { Screen } from './screen.ts';

const EVERY_MS = 100;

export interface Progress {
  /** Clears the line so that something else can be printed; it comes back by itself. */
  readonly clear: () => void;
  /** Clears the line until `resume`, while the user is asked something. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
}

/** @param expected number of results, if known before the input is read @param elapsedMs since the start */
export function progressText(
  state: RunState,
  expected: number | null,
  elapsedMs: number,
  columns: number | null,
): string {
  const total = expected ?? state.total;
  const rate = elapsedMs > 0 ? (state.done * 1000) / elapsedMs : 0;
  const done = total === null ? `${state.done} done` : `${state.done} of ${total}`;
  const parts = [done];
  if (elapsedMs > 1000) parts.push(rate >= 10 ? `${Math.round(rate)}/s` : `${rate.toFixed(1)}/s`);
  if (total !== null && rate > 0 && elapsedMs > 3000)
    parts.push(`${duration((total - state.done) / rate)} left`);
  for (const status of STATUSES)
    if (state.counts[status] > 0) parts.push(`${state.counts[status]} ${status}`);
  for (const target of state.targets) {
    if (target.heldMs > 500)
      parts.push(`${plain(target.name)} asked for a pause of ${Math.ceil(target.heldMs / 1000)} s`);
  }
  return cutTo(parts.join(' · '), columns === null ? null : columns - 3);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** Starts the line on a terminal; ora is loaded only there. */
export async function startProgress(screen: Screen, line: () => string): Promise<Progress> {
  // ora moves the cursor itself; the text that it prints is ours.
  const stream = screen.terminal;
  const text = () => screen.shown(line());
  const { default: ora } = await import('ora');
  const spinner = ora({ stream, text: text(), discardStdin: false, hideCursor: true }).start();
  const timer = setInterval(() => {
    spinner.text = text();
  }, EVERY_MS);
  timer.unref();
  return {
    clear: () => {
      spinner.clear();
    },
    pause: () => {
      spinner.stop();
    },
    resume: () => {
      spinner.start(text());
    },
    stop: () => {
      clearInterval(timer);
      spinner.stop();
    },
  };
}
