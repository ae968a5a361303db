// Remembers the first record of each key, for inputs of tens of millions of records: a Map of strings would need ten
// times the memory.
import { hash } from 'node:crypto';

/** 2^10 tables that grow one by one, so that the whole index is never in memory twice. */
const SEGMENT_BITS = 10;
/** A slot: two words of the digest and the value plus one (0 is an empty slot). */
const WORDS = 3;
const FIRST_SLOTS = 8;
const FULLEST = 0.94;
const GROWTH = 1.08;
const GREATEST_VALUE = 0xffff_fffe;

/**
 * The first record of each key: an open-addressing hash table over typed arrays.
 *
 * A key is known by 74 bits of its SHA-1 (the segment's 10 and 64 kept), so the chance that two of 50
 * million keys collide is below 1 in 10 million. Memory: 12 bytes a slot at 87-94 % full, so 12.8 to 13.8 bytes a key;
 * 10 million keys take 140 MB, a hundred keys 30 KB.
 */
export class DedupeIndex {
  readonly #segments: (Segment | undefined)[] = new Array(1 << SEGMENT_BITS);
  #size = 0;

  /** How many different keys were seen. */
  get size(): number {
    return this.#size;
  }

  /**
   * Remembers `value` if the key is new.
   * @param value a whole number from 0 to 4,294,967,294, such as a record's place in the run
   * @returns the value that was stored for this key before; null if the key is new
   * @throws RangeError for another value
   */
  first(key: string, value: number): number | null {
    if (!(Number.isInteger(value) && value >= 0 && value <= GREATEST_VALUE)) {
      throw new RangeError(`DedupeIndex: expected a whole number of 32 bits, found ${value}.`);
    }
    const digest = hash('sha1', key, 'hex');
    const high = Number.parseInt(digest.slice(0, 8), 16);
    const low = Number.parseInt(digest.slice(8, 16), 16);
    const place = Number.parseInt(digest.slice(16, 19), 16) & ((1 << SEGMENT_BITS) - 1);
    const segment = this.#segments[place] ?? new Segment();
    this.#segments[place] = segment;
    const before = segment.first(high, low, value);
    if (before === null) this.#size++;
    return before;
  }
}

/** One table with linear probing from where the digest points. */
class Segment {
  #words = new Uint32Array(FIRST_SLOTS * WORDS);
  #slots = FIRST_SLOTS;
  #used = 0;

  first(high: number, low: number, value: number): number | null {
    const at = this.#find(high, low);
    const kept = this.#words[at + 2] ?? 0;
    if (kept !== 0) return kept - 1;
    this.#put(at, high, low, value + 1);
    this.#used++;
    if (this.#used >= this.#slots * FULLEST) this.#grow();
    return null;
  }

  /** The slot of this digest, or the empty slot where it belongs. */
  #find(high: number, low: number): number {
    const words = this.#words;
    const end = this.#slots * WORDS;
    // The digest is evenly distributed, so scaling it from 2^32 works for any number of slots.
    let at = Math.floor((high / 2 ** 32) * this.#slots) * WORDS;
    while (words[at + 2] !== 0 && (words[at] !== high || words[at + 1] !== low)) {
      at += WORDS;
      if (at === end) at = 0;
    }
    return at;
  }

  #put(at: number, high: number, low: number, stored: number): void {
    this.#words[at] = high;
    this.#words[at + 1] = low;
    this.#words[at + 2] = stored;
  }

  #grow(): void {
    const old = this.#words;
    this.#slots = Math.ceil(this.#slots * GROWTH) + 1;
    this.#words = new Uint32Array(this.#slots * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      const stored = old[at + 2] ?? 0;
      if (stored === 0) continue;
      const high = old[at] ?? 0;
      const low = old[at + 1] ?? 0;
      this.#put(this.#find(high, low), high, low, stored);
    }
  }
}
