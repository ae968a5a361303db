// What the live line of a run says: a bar, done of total, what needs attention, rate, time left, counts, and the reason if
// it is slow. Where a terminal is narrow, what matters least goes. Pure.
import { STATUSES } from '../delivery/outcome.ts';
import type { RunState } from '../delivery/run-options.ts';
import { grouped } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { cutTo, widthOf } from '../util/text.ts';
import { needsPerson } from './attention.ts';

/** The rate is that of so long. */
const RECENT_MS = 5000;
/** Before that, a rate says little. */
const FIRST_MS = 1000;
/** The time left is not said before so much was done: it would jump. */
const FIRST_DONE = 5;
const BAR = { least: 5, most: 24 };
/** Columns that ora puts before the text, and one that stays free. */
const ASIDE = 3;
const BETWEEN = ' · ';

/** How fast results came in the last seconds. */
export class RecentRate {
  readonly #seen: { readonly ms: number; readonly done: number }[] = [];

  /** @returns results a second; null while too little is known */
  at(ms: number, done: number): number | null {
    this.#seen.push({ ms, done });
    while ((this.#seen[1]?.ms ?? ms) <= ms - RECENT_MS) this.#seen.shift();
    const [first] = this.#seen;
    if (first === undefined || ms - first.ms < FIRST_MS) return null;
    return ((done - first.done) * 1000) / (ms - first.ms);
  }
}

export interface ProgressView {
  /** Records; null: not known. */
  readonly expected: { readonly records: number; readonly exact: boolean; readonly results?: number } | null;
  /** Results a second, lately; null: not known yet. */
  readonly rate: number | null;
  /** Null: do not cut. */
  readonly columns: number | null;
}

export function progressText(state: RunState, { expected, rate, columns }: ProgressView): string {
  const total = totalOf(state, expected);
  const width = columns === null ? Number.POSITIVE_INFINITY : columns - ASIDE;
  const done =
    total === null
      ? `${grouped(state.done)} done`
      : `${grouped(state.done)} of ${total.exact ? '' : '~'}${grouped(total.results)}`;
  const attention = STATUSES.reduce(
    (sum, status) => sum + (needsPerson(status) ? state.counts[status] : 0),
    0,
  );
  const parts = [done];
  if (attention > 0) parts.push(`${grouped(attention)} ${attention === 1 ? 'needs' : 'need'} attention`);
  // A bar of one lead says nothing.
  const bars = total !== null && total.results > 1;
  let left = width - widthOf(parts.join(BETWEEN)) - (bars ? BAR.least + 1 : 0);
  for (const part of lessImportant(state, total, rate)) {
    const needed = BETWEEN.length + widthOf(part);
    if (needed > left) continue;
    left -= needed;
    parts.push(part);
  }
  const text = cutTo(parts.join(BETWEEN), columns === null ? null : width);
  if (!bars || left < 0) return text;
  return `${barOf(state.done / total.results, Math.min(BAR.most, BAR.least + left))} ${text}`;
}

interface Total {
  readonly results: number;
  readonly exact: boolean;
}

/** Results of all targets. What has been read already is never more than the estimate. */
function totalOf({ total, records, targets }: RunState, expected: ProgressView['expected']): Total | null {
  if (total !== null) return { results: total, exact: true };
  if (expected === null) return null;
  const { results = Math.max(records, expected.records) * targets.length, exact } = expected;
  return { results, exact };
}

/** In the order in which they go when there is no room: the last first. */
function lessImportant(state: RunState, total: Total | null, rate: number | null): readonly string[] {
  const parts: string[] = [];
  for (const { name, heldMs } of state.targets) {
    if (heldMs > 500) parts.push(`${plain(name)} pauses for ${Math.ceil(heldMs / 1000)} s`);
  }
  if (rate !== null) parts.push(`${rate >= 10 ? grouped(Math.round(rate)) : rate.toFixed(1)}/s`);
  if (total !== null && rate !== null && rate > 0 && state.done >= FIRST_DONE && total.results > state.done)
    parts.push(`${duration((total.results - state.done) / rate)} left`);
  for (const status of STATUSES)
    if (state.counts[status] > 0) parts.push(`${grouped(state.counts[status])} ${status}`);
  return parts;
}

function barOf(share: number, width: number): string {
  const full = Math.min(width, Math.floor(share * width));
  return '█'.repeat(full) + '░'.repeat(width - full);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
