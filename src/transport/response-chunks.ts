// Normalises a chunked body for undici's parser, which refuses spaces after a chunk's size and single line feeds. Sizes
// and data stay as they are; extensions and trailers are not used and removed.

/** The longest line between chunks; a longer one is passed on unchanged. */
const MAX_LINE = 16 * 1024;

/** The bytes of one body. */
export class ResponseChunks {
  /** `given`: not understood, or finished: everything that follows is passed on unchanged. */
  #next: 'size' | 'data' | 'end of data' | 'trailer' | 'given' = 'size';
  #left = 0;
  #line = '';

  /** @returns the bytes for the parser; empty while a line is incomplete */
  pass(bytes: Buffer): Buffer {
    const plain: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#next === 'given') {
        plain.push(bytes.subarray(at));
        break;
      }
      if (this.#next === 'data') {
        const part = bytes.subarray(at, at + this.#left);
        plain.push(part);
        at += part.length;
        this.#left -= part.length;
        if (this.#left === 0) this.#next = 'end of data';
        continue;
      }
      const end = bytes.indexOf('\n', at);
      this.#line += bytes.toString('latin1', at, end === -1 ? bytes.length : end + 1);
      if (end === -1 && this.#line.length <= MAX_LINE) break;
      at = end === -1 ? bytes.length : end + 1;
      plain.push(Buffer.from(this.#plainLine(this.#line), 'latin1'));
      this.#line = '';
    }
    return plain.length === 1 ? (plain[0] ?? bytes) : Buffer.concat(plain);
  }

  #plainLine(line: string): string {
    const text = line.replace(/\r?\n$/, '');
    if (this.#next === 'end of data' && text === '') {
      this.#next = 'size';
      return '\r\n';
    }
    if (this.#next === 'trailer') {
      if (text !== '') return '';
      this.#next = 'given';
      return '\r\n';
    }
    const [, size] = (this.#next === 'size' && /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(text)) || [];
    if (size === undefined) {
      this.#next = 'given';
      return line;
    }
    this.#left = Number.parseInt(size, 16);
    this.#next = this.#left === 0 ? 'trailer' : 'data';
    return `${size}\r\n`;
  }
}
