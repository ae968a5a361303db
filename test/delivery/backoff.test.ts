import { describe, expect, it } from 'vitest';
import { backoffMs, retryAfterMs } from '../../src/delivery/backoff.ts';

describe('backoffMs', () => {
  it.each([
    [1, 0, 0],
    [1, 0.5, 250],
    [2, 0.5, 500],
    [4, 0.999, 3996],
    [30, 0.5, 15_000],
  ])('failure %i with chance %d waits %d ms', (failures, random, ms) => {
    expect(backoffMs(failures, random)).toBe(ms);
  });
});

describe('retryAfterMs', () => {
  const now = Date.UTC(2026, 10, 24, 12, 0, 0);
  it.each([
    ['seconds', '12', undefined, 12_000],
    ['zero', '0', undefined, 0],
    ['a date', 'Tue, 24 Nov 2026 12:00:30 GMT', undefined, 30_000],
    ['a date in the past', 'Tue, 24 Nov 2026 11:00:00 GMT', undefined, 0],
    [
      'a date by a server whose clock is an hour late',
      'Tue, 24 Nov 2026 11:00:05 GMT',
      'Tue, 24 Nov 2026 11:00:00 GMT',
      5_000,
    ],
    ['nothing', undefined, undefined, null],
    ['nonsense', 'soon', undefined, null],
    ['a negative number', '-5', undefined, null],
    ['a fraction', '2.5', undefined, 2_500],
    ['less than a second', '0.493', undefined, 493],
    ['a fraction beyond milliseconds is never early', '0.0001', undefined, 1],
    ['a fraction without its zero', '.5', undefined, 500],
    ['a point without a fraction', '3.', undefined, 3_000],
    ['the same twice', '3, 3', undefined, 3_000],
    ['two: the longest counts', '2, 7.5,3', undefined, 7_500],
    ['one that is readable beside one that is not', 'soon, 4', undefined, 4_000],
    [
      'the same date twice',
      'Tue, 24 Nov 2026 12:00:30 GMT, Tue, 24 Nov 2026 12:00:30 GMT',
      undefined,
      30_000,
    ],
    ['seconds and a date', '5, Tue, 24 Nov 2026 12:00:30 GMT', undefined, 30_000],
    ['an old form of date', 'Tuesday, 24-Nov-26 12:00:30 GMT', undefined, 30_000],
    ['more seconds than can be counted', '9'.repeat(400), undefined, Number.MAX_SAFE_INTEGER],
    ['two points', '1.2.3', undefined, null],
    ['hexadecimal', '0x10', undefined, null],
    ['an exponent', '1e3', undefined, null],
    ['empty', '', undefined, null],
    ['only commas', ', ,', undefined, null],
  ])('%s', (_, header, date, ms) => {
    expect(retryAfterMs(header, date, now)).toBe(ms);
  });
});
