// The settings that every target has, whatever its provider, as data.
import { parseDuration } from './duration.ts';

export interface Limit {
  readonly read: (text: string) => number | null;
  /** What the text has to be, for messages. */
  readonly expected: string;
  /** One sentence for the README. */
  readonly help: string;
}

const whole =
  (least: number) =>
  (text: string): number | null =>
    /^\d{1,9}$/.test(text.trim()) && Number(text) >= least ? Number(text) : null;

const duration = (text: string): number | null => parseDuration(text);

const EXPECTED_DURATION = 'a duration such as 30s or 5m';

export const COMMON = {
  concurrency: { read: whole(1), expected: 'a whole number of at least 1', help: 'Requests at once (16).' },
  rate: {
    read: (text) => (Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : null),
    expected: 'a number above 0',
    help: 'Requests a second (no limit).',
  },
  timeout: { read: duration, expected: EXPECTED_DURATION, help: 'How long to wait for an answer (30s).' },
  retries: {
    read: whole(0),
    expected: 'a whole number',
    help: 'How often to try again what surely did not arrive (4).',
  },
  settleAfter: {
    read: duration,
    expected: EXPECTED_DURATION,
    help: 'How long after a lost answer to ask a second time (5s).',
  },
  dedupeWindow: {
    read: duration,
    expected: 'a duration such as 90d',
    help: 'How long a lead that was sent counts as known (for ever).',
  },
} as const satisfies Record<string, Limit>;

/** Further keys of a target: what each holds is checked where it is used. */
export const COMMON_KEYS = ['provider', 'baseUrl', 'path', 'defaults', 'dedupe', 'testPhone'] as const;
