// Repeatable random numbers: the same seed draws the same faults and credentials.
import { createHash } from 'node:crypto';

/** Numbers in [0, 1), the same for the same seed and stream (mulberry32). */
export function seededRandom(seed: number, stream: number): () => number {
  let state = (Math.imul(seed | 0, 0x9e3779b1) + Math.imul(stream, 0x85ebca6b)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** 64 hex digits that only this seed gives. */
export function seededHex(seed: number, what: string): string {
  return createHash('sha256').update(`leadpush sandbox ${seed} ${what}`).digest('hex');
}
