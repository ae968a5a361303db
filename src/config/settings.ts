// The settings that every target has, whatever its provider, as data.
import { parseDuration } from './duration.ts';

export interface Limit {
  readonly read: (text: string) => number | null;
  /** What the text has to be, for messages. */
  readonly expected: string;
  /** What stands in an example. */
  readonly example: string;
  /** One sentence for docs/settings.md and for `init`. */
  readonly help: string;
}

const whole =
  (least: number) =>
  (text: string): number | null =>
    /^\d{1,9}$/.test(text.trim()) && Number(text) >= least ? Number(text) : null;

const between =
  (least: number, most: number) =>
  (text: string): number | null => {
    const ms = parseDuration(text);
    return ms !== null && ms >= least && ms <= most ? ms : null;
  };

/** Longer than anybody waits for an answer. */
const DAY_MS = 86_400_000;
const CENTURY_MS = 36_525 * DAY_MS;
/** One a day: below it a second lead would never leave. */
const MIN_RATE = 1000 / DAY_MS;

export const COMMON = {
  concurrency: {
    read: whole(1),
    expected: 'a whole number of at least 1',
    example: '16',
    help: 'Requests at once (default: 16).',
  },
  rate: {
    read: (text) => (Number(text) >= MIN_RATE && Number.isFinite(Number(text)) ? Number(text) : null),
    expected: 'a number above 0, and at least one request a day (0.0000116)',
    example: '50',
    help: 'Requests a second (default: no limit).',
  },
  timeout: {
    read: between(1, DAY_MS),
    expected: 'a duration such as 30s or 5m, a day at most',
    example: '30s',
    help: 'How long to wait for an answer (default: 30s).',
  },
  retries: {
    read: whole(0),
    expected: 'a whole number',
    example: '4',
    help: 'How often to try again what surely did not arrive (default: 4).',
  },
  settleAfter: {
    read: between(0, DAY_MS),
    expected: 'a duration such as 5s, a day at most',
    example: '5s',
    help: 'How long after a lost answer to ask a second time (default: 5s).',
  },
  dedupeWindow: {
    read: between(1, CENTURY_MS),
    expected: 'a duration such as 90d',
    example: '90d',
    help: 'How long a lead that was sent counts as known (default: for ever).',
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof COMMON;

/** Further keys of a target: what each holds is checked where it is used. */
export const COMMON_KEYS = ['provider', 'baseUrl', 'path', 'defaults', 'dedupe', 'testPhone'] as const;
