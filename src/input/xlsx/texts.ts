// A workbook's shared texts, packed: a hundred thousand leads have a million of them, and as separate strings (each of
// which may keep its chunk of XML alive) they take twice the memory. They are stored in blocks, so that growing never
// copies all of them.

/** Bytes of all texts together; a full sheet of leads has fewer. */
const MAX_BYTES = 160 * 1024 * 1024;
/** Texts in a block. */
const BLOCK = 4096;

interface Block {
  readonly bytes: Buffer;
  /** Where each text ends; the next one starts there. */
  readonly ends: Uint32Array;
}

export class PackedTexts {
  readonly #blocks: Block[] = [];
  /** The block that grows. */
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);
  #ends = new Uint32Array(BLOCK);
  #count = 0;
  /** Bytes of the full blocks. */
  #packed = 0;

  /** @returns false if there was no room */
  push(text: string): boolean {
    const start = endOf(this.#ends, (this.#count % BLOCK) - 1);
    // UTF-8 needs at most three bytes for each UTF-16 unit.
    const most = start + text.length * 3;
    if (most > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(most, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    const end = start + this.#bytes.write(text, start);
    this.#ends[this.#count % BLOCK] = end;
    this.#count++;
    if (this.#packed + end > MAX_BYTES) return false;
    if (this.#count % BLOCK === 0) this.#close(end);
    return true;
  }

  /** @returns undefined for an unknown number */
  at(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    const { bytes, ends } = this.#blocks[Math.floor(index / BLOCK)] ?? {
      bytes: this.#bytes,
      ends: this.#ends,
    };
    const place = index % BLOCK;
    return bytes.toString('utf8', endOf(ends, place - 1), endOf(ends, place));
  }

  #close(end: number): void {
    const bytes = Buffer.allocUnsafeSlow(end);
    this.#bytes.copy(bytes, 0, 0, end);
    this.#blocks.push({ bytes, ends: this.#ends });
    this.#packed += end + BLOCK * 4;
    this.#ends = new Uint32Array(BLOCK);
    // One long text must not make the buffer large for the many short ones that follow.
    this.#bytes = Buffer.allocUnsafeSlow(64 * 1024);
  }
}

function endOf(ends: Uint32Array, place: number): number {
  return ends[place] ?? 0;
}
