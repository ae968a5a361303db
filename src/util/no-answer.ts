// The words of a provider that has not answered in time, and the timeout to try after them: the same would end the same way.

/** `no answer within 30 s`. */
export function noAnswerWithin(ms: number): string {
  return `no answer within ${ms / 1000} s`;
}

/** As long as a timeout may be: a day. */
const MAX_SECONDS = 86_400;

/**
 * @param message what became of a request
 * @returns twice the time in which it was not answered, as a duration: `60s`; null where something else is wrong
 */
export function longerTimeout(message: string): string | null {
  const [, used] = /\bno answer within (\d+(?:\.\d+)?) s\b/.exec(message) ?? [];
  if (used === undefined || 2 * Number(used) > MAX_SECONDS) return null;
  const ms = Math.round(2000 * Number(used));
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
