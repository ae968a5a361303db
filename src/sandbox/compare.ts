// Compares what a caller presents with a secret, in a time that does not tell how much of it was right.
import { timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same. */
export function sameSecret(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
