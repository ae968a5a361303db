// A workbook's shared texts, packed: a hundred thousand leads have a million of them, and as strings of their own (each
// of which may keep the piece of XML alive that it was cut from) they take twice the memory.

export class PackedTexts {
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);
  /** Where each text ends; it starts where the one before ends. */
  #ends = new Uint32Array(4096);
  #count = 0;

  push(text: string): void {
    const start = this.#endOf(this.#count - 1);
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const most = start + text.length * 3;
    if (most > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(most, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    if (this.#count === this.#ends.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#ends[this.#count++] = start + this.#bytes.write(text, start);
  }

  /** @returns undefined where there is none of this number */
  at(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    return this.#bytes.toString('utf8', this.#endOf(index - 1), this.#endOf(index));
  }

  #endOf(index: number): number {
    return this.#ends[index] ?? 0;
  }
}
