// When a target is given up: one line a story. Times are seconds; chance is the same at each draw.
import { describe, expect, it } from 'vitest';
import type { BackpressureSignal } from '../../src/delivery/backpressure-signal.ts';
import { CircuitBreaker } from '../../src/delivery/circuit-breaker.ts';

const ok: BackpressureSignal = { kind: 'answered', waitMs: null };
const answer = (waitSeconds: number): BackpressureSignal => ({
  kind: 'answered',
  waitMs: waitSeconds * 1000,
});
const throttled = (waitSeconds: number | null): BackpressureSignal => ({
  kind: 'throttled',
  status: 429,
  waitMs: waitSeconds === null ? null : waitSeconds * 1000,
});

type Step = readonly [atSeconds: number, what: BackpressureSignal | 'no connection'];
const failures = (count: number, at = 0): Step[] =>
  Array.from({ length: count }, () => [at, 'no connection']);

/** What the last of the steps came to: `counts`, `open`, `restarting 123`, an answer's message or `goes on`. */
function last(steps: readonly Step[], random = 0, maxWaitMs: number | null = null): string {
  const breaker = new CircuitBreaker(maxWaitMs);
  let said = '';
  for (const [at, what] of steps) {
    if (what === 'no connection') {
      const failure = breaker.onConnectionFailure(at * 1000, random);
      said = failure.kind === 'restarting' ? `restarting ${failure.pauseMs}` : failure.kind;
    } else said = breaker.onAnswer(429, what, at * 1000) ?? 'goes on';
  }
  return said;
}

describe('failures to connect', () => {
  it.each<[string, Step[], string]>([
    ['the first uses up a retry', failures(1), 'counts'],
    ['the ninth as well', failures(9), 'counts'],
    ['the tenth in a row gives a target up that never answered', failures(10), 'open'],
    ['an answer proves the connection', [...failures(9), [1, ok], ...failures(1, 2)], 'restarting 50'],
    ['also one that is no good', [[1, throttled(null)], ...failures(1, 2)], 'restarting 50'],
    [
      'a target that answered may restart for half a minute',
      [[0, ok], ...failures(1, 5), ...failures(50, 34.9)],
      'restarting 50',
    ],
    ['and no longer', [[0, ok], ...failures(1, 5), ...failures(1, 35)], 'open'],
    [
      'from the first failure after an answer',
      [[0, ok], ...failures(1, 5), [20, ok], ...failures(1, 35)],
      'restarting 50',
    ],
  ])('%s', (_, steps, expected) => {
    expect(last(steps)).toBe(expected);
  });

  it.each([
    [1, 100],
    [2, 150],
    [3, 250],
    [5, 850],
    [6, 1050],
    [30, 1050],
  ])('failure %i of a restarting target holds it for %i ms (even chance)', (count, ms) => {
    expect(last([[0, ok], ...failures(count)], 0.5)).toBe(`restarting ${ms}`);
  });

  it('knows when an answer came last', () => {
    const breaker = new CircuitBreaker();
    expect(breaker).toMatchObject({ hasAnswered: false, lastAnswerAt: Number.NEGATIVE_INFINITY });
    breaker.onAnswer(500, ok, 7);
    expect(breaker).toMatchObject({ hasAnswered: true, lastAnswerAt: 7 });
  });

  it('knows for how long it asks to be left alone, and a wish without end is a date', () => {
    const breaker = new CircuitBreaker();
    breaker.onAnswer(503, throttled(90), 0);
    expect([0, 60_000, 90_000].map((now) => breaker.askedMs(now))).toEqual([90_000, 30_000, 0]);
    breaker.onAnswer(503, throttled(Number.MAX_SAFE_INTEGER / 1000), 0);
    expect(new Date(Date.now() + breaker.askedMs(0)).toISOString()).toMatch(/^20\d\d-/);
  });
});

describe('answers that ask to be left alone', () => {
  const tooLong = (span: string) => `the provider asks to wait ${span} (HTTP 429).`;
  const forTenMinutes = 'the provider answered nothing but "slow down" (HTTP 429) for 10 minutes.';
  it.each<[string, Step[], string]>([
    ['five minutes are waited for', [[0, throttled(300)]], 'goes on'],
    ['more are not', [[0, throttled(301)]], tooLong('5 minutes')],
    ['under any answer', [[0, answer(420)]], tooLong('7 minutes')],
    ['two days are told in minutes', [[0, answer(172_800)]], tooLong('2880 minutes')],
    ['three in days', [[0, answer(259_200)]], tooLong('3 days')],
    ['a wish without end', [[0, answer(Number.MAX_SAFE_INTEGER / 1000)]], tooLong('9999 days')],
    [
      '"slow down" for less than ten minutes',
      [
        [0, throttled(1)],
        [599, throttled(1)],
      ],
      'goes on',
    ],
    [
      'for ten',
      [
        [0, throttled(1)],
        [300, throttled(1)],
        [600, throttled(null)],
      ],
      forTenMinutes,
    ],
    [
      'for ten, and it asks for more',
      [
        [0, throttled(1)],
        [600, throttled(90)],
      ],
      `${forTenMinutes} The provider asks to wait 90 seconds more.`,
    ],
    [
      'with another answer in between',
      [
        [0, throttled(1)],
        [300, ok],
        [600, throttled(1)],
      ],
      'goes on',
    ],
    [
      'failures to connect in between change nothing',
      [[0, throttled(1)], ...failures(1, 300), [600, throttled(null)]],
      forTenMinutes,
    ],
  ])('%s', (_, steps, expected) => {
    expect(last(steps)).toBe(expected);
  });

  const forSeconds = (seconds: number) =>
    `the provider answered nothing but "slow down" (HTTP 429) for ${seconds} seconds.`;
  it.each<[number, string, Step[], string]>([
    [20, 'as long as one answer asks for', [[0, throttled(20)]], 'goes on'],
    [20, 'no longer', [[0, throttled(21)]], tooLong('21 seconds')],
    [
      20,
      'without a wait',
      [
        [0, throttled(null)],
        [19, throttled(null)],
      ],
      'goes on',
    ],
    [
      20,
      'and then no longer',
      [
        [0, throttled(null)],
        [20, throttled(null)],
      ],
      forSeconds(20),
    ],
    [20, 'a restart', [[0, ok], ...failures(1, 5), ...failures(1, 25)], 'open'],
    [
      3_600,
      'a restart for half a minute all the same',
      [[0, ok], ...failures(1, 5), ...failures(1, 35)],
      'open',
    ],
    [
      3_600,
      'more than is usual',
      [
        [0, throttled(900)],
        [900, throttled(900)],
      ],
      'goes on',
    ],
  ])('with %i s to wait: %s', (seconds, _, steps, expected) => {
    expect(last(steps, 0, seconds * 1000)).toBe(expected);
  });
});
