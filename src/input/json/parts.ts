// Text that arrives in pieces and is joined when it is complete; beyond the limit only its beginning is kept.
import { KEPT, MAX_JSON_RECORD } from '../limits.ts';

export interface CutValue {
  /** If it is too long, its beginning. */
  readonly text: string;
  readonly tooLong: boolean;
}

/** One value or line that arrives in parts. Beyond the limit only its beginning is kept. */
export class Parts {
  #parts: string[] = [];
  #length = 0;

  /** Characters so far. */
  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    if (text === '') return;
    this.#length += text.length;
    if (this.#length <= MAX_JSON_RECORD) this.#parts.push(text);
    else if (this.#parts.length !== 1 || (this.#parts[0]?.length ?? 0) > KEPT) {
      this.#parts = [this.start(text)];
    }
  }

  /** Its beginning, if `text` is added. */
  start(text: string): string {
    let start = '';
    for (const part of [...this.#parts, text]) {
      if (start.length >= KEPT) break;
      start += part.slice(0, KEPT - start.length);
    }
    return start;
  }

  /** Everything, with `text` at its end; this is empty afterwards. */
  take(text: string): CutValue {
    const parts = this.#parts;
    const length = this.#length + text.length;
    if (length <= MAX_JSON_RECORD) {
      this.#parts = [];
      this.#length = 0;
      return { text: parts.length === 0 ? text : [...parts, text].join(''), tooLong: false };
    }
    const start = this.start(text);
    this.#parts = [];
    this.#length = 0;
    return { text: start, tooLong: true };
  }
}
