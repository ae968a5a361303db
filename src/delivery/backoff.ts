// When to try again, as pure functions.

const BASE_MS = 500;
const CAP_MS = 30_000;

/**
 * Exponential backoff with full jitter: a wait drawn evenly from nothing to the exponential bound, so that
 * retries of many leads do not come at the same moment.
 * @param failures how many tries failed so far, from 1
 * @param random in [0, 1)
 * @returns milliseconds
 */
export function backoffMs(failures: number, random: number): number {
  return random * Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, failures - 1));
}

/** Between headers of one name that a proxy put on one line; the comma inside a date is followed by its day. */
const BETWEEN = /,(?!\s*\d{1,2}[ -][a-z]{3})/i;

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3): seconds, also in fractions, or a date. A date is measured against the
 * answer's own Date header where it has one, so that a wrong clock on this side does no harm. Of several the longest counts.
 * @returns milliseconds from now, never negative; null where the header is missing or none of it is readable
 */
export function retryAfterMs(
  header: string | undefined,
  serverDate: string | undefined,
  nowMs: number,
): number | null {
  const waits = (header ?? '')
    .split(BETWEEN)
    .flatMap((text) => waitOfOne(text.trim(), serverDate, nowMs) ?? []);
  return waits.length === 0 ? null : Math.max(...waits);
}

function waitOfOne(text: string, serverDate: string | undefined, nowMs: number): number | null {
  if (/^(\d+\.?\d*|\.\d+)$/.test(text)) {
    return Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(Number(text) * 1000));
  }
  // Date.parse would read "-5" as a year.
  if (!/[a-z]{3}/i.test(text)) return null;
  const until = Date.parse(text);
  if (Number.isNaN(until)) return null;
  const since = Date.parse(serverDate ?? '');
  return Math.max(0, until - (Number.isNaN(since) ? nowMs : since));
}
