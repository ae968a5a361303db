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
    ['a fraction', '1.5', undefined, null],
  ])('%s', (_, header, date, ms) => {
    expect(retryAfterMs(header, date, now)).toBe(ms);
  });
});
