// A text with many small changes. String.replace() keeps all matches in memory at once, and crashes the process if
// there are tens of millions of them.

const MAX_PARTS = 8192;

/** Add the changes in order, then call {@link text} once. */
export class Rewriter {
  readonly #given: string;
  #done = '';
  #parts: string[] = [];
  #copied = 0;

  constructor(given: string) {
    this.#given = given;
  }

  /** Replaces the text from `from` to `to`. */
  replace(from: number, to: number, text: string): void {
    if (from > this.#copied) this.#parts.push(this.#given.slice(this.#copied, from));
    if (text !== '') this.#parts.push(text);
    this.#copied = to;
    if (this.#parts.length > MAX_PARTS) this.#flush();
  }

  text(): string {
    if (this.#copied === 0) return this.#given;
    this.#parts.push(this.#given.slice(this.#copied));
    this.#flush();
    return this.#done;
  }

  #flush(): void {
    this.#done += this.#parts.join('');
    this.#parts = [];
  }
}

/** @returns the text without NULs; the same text if there are none */
export function withoutNuls(text: string): string {
  const rewriter = new Rewriter(text);
  for (let at = text.indexOf('\u0000'); at >= 0; at = text.indexOf('\u0000', at)) {
    const from = at;
    while (text.charCodeAt(at) === 0) at++;
    rewriter.replace(from, at, '');
  }
  return rewriter.text();
}

/** After the quote that closes the string that starts here; the text's end if it is not closed. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return text.length;
}

const QUOTE = 34;
const BACKSLASH = 92;
