// A text with many small changes. The engine's own replace() keeps every match of a text in memory at once, and ends the
// process where there are tens of millions of them.

const MAX_PARTS = 8192;

/** Changes are given in order, then {@link text} is asked for once. */
export class Rewriter {
  readonly #given: string;
  #done = '';
  #parts: string[] = [];
  #copied = 0;

  constructor(given: string) {
    this.#given = given;
  }

  /** Puts `text` where `from` to `to` stands. */
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

/** @returns the text without NULs; itself where there are none */
export function withoutNuls(text: string): string {
  const rewriter = new Rewriter(text);
  for (let at = text.indexOf('\u0000'); at >= 0; at = text.indexOf('\u0000', at)) {
    const from = at;
    while (text.charCodeAt(at) === 0) at++;
    rewriter.replace(from, at, '');
  }
  return rewriter.text();
}
