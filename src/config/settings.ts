// The settings that every target has, whatever its provider, as data.
import { parseDuration } from './duration.ts';

export interface Limit {
  readonly read: (text: string) => number | null;
  /** What is expected, for messages. */
  readonly expected: string;
  /** The value without it, where there is one. */
  readonly usual?: string;
  /** What holds without it, in words, where that is no value. */
  readonly without?: string;
  /** A value for examples. */
  readonly example: string;
  /** For the documentation and for `init`: limitHelp makes a sentence of it. */
  readonly help: string;
}

const whole =
  (least: number) =>
  (text: string): number | null =>
    /^\d{1,9}$/.test(text.trim()) && Number(text) >= least ? Number(text) : null;

const between =
  (least: number, most: number, alone: 's' | null) =>
  (text: string): number | null => {
    const ms = parseDuration(text, alone);
    return ms !== null && ms >= least && ms <= most ? ms : null;
  };

/** A day: longer than anybody waits for an answer. */
const DAY_MS = 86_400_000;
const CENTURY_MS = 36_525 * DAY_MS;
/** One a day: with less, a second lead would never be sent. */
const MIN_RATE = 1000 / DAY_MS;

export const COMMON = {
  concurrency: {
    read: whole(1),
    expected: 'a whole number of at least 1',
    usual: '16',
    example: '16',
    help: 'Requests at once',
  },
  rate: {
    read: (text) => (Number(text) >= MIN_RATE && Number.isFinite(Number(text)) ? Number(text) : null),
    expected: 'a number above 0, and at least one request a day (0.0000116)',
    example: '50',
    without: 'what the provider allows, else no limit',
    help: 'Requests a second',
  },
  timeout: {
    read: between(1, DAY_MS, 's'),
    expected: 'a duration such as 30s or 5m, at most a day',
    usual: '30s',
    example: '30s',
    help: 'How long to wait for an answer; a number alone is seconds',
  },
  retries: {
    read: whole(0),
    expected: 'a whole number',
    usual: '4',
    example: '4',
    help: 'Retries after a request that was not accepted',
  },
  maxWait: {
    read: between(1, DAY_MS, 's'),
    expected: 'a duration such as 30s or 10m, at most a day',
    usual: '10m',
    example: '10m',
    help: 'How long to wait while the provider asks to slow down or cannot be reached again; a number alone is seconds',
  },
  settleAfter: {
    read: between(0, DAY_MS, 's'),
    expected: 'a duration such as 5s, at most a day',
    usual: '5s',
    example: '5s',
    help: 'Wait before the second look-up after a lost answer; a number alone is seconds',
  },
  dedupeWindow: {
    read: between(1, CENTURY_MS, null),
    expected: 'a duration with its unit, such as 90d',
    example: '90d',
    without: 'forever',
    help: 'How long a sent lead counts as a duplicate',
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof COMMON;

/** One sentence. @param own what a provider has in place of the usual value */
export function limitHelp({ help, usual, without }: Limit, own: string | null = null): string {
  return `${help} (default: ${own ?? usual ?? without ?? 'none'}).`;
}

/** Further keys of a target; their values are checked where they are used. */
export const COMMON_KEYS = ['provider', 'baseUrl', 'path', 'defaults', 'dedupe', 'testPhone'] as const;

/** Of the settings at the top. */
export const TOP_DEFAULTS = { region: 'IN', timezone: 'Asia/Kolkata' } as const;
