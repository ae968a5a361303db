// Splits a stream of text into JSON values: the elements of a top-level array, or values one after another. Each chunk
// is scanned once: a value that arrives in many chunks is kept in parts and joined when it ends.
import { KEPT, MAX_JSON_RECORD } from '../limits.ts';

export interface CutValue {
  /** If it is too long, its beginning. */
  readonly text: string;
  readonly tooLong: boolean;
}

export interface Cut {
  /** Complete values, in order. */
  readonly values: readonly CutValue[];
  /** Why no more values can be found; null while there is no error. */
  readonly broken: string | null;
}

/** Give it text with {@link add} in chunks of any size, then call {@link end}. */
export class JsonCutter {
  readonly #array: boolean;
  /** The current chunk, and the position in it. */
  #text = '';
  #at = 0;
  /** Inside a value; its part of this chunk starts at `#from`. */
  #open = false;
  #from = 0;
  /** Its parts from earlier chunks. */
  readonly #before = new Parts();
  #depth = 0;
  #inString = false;
  /** The chunk before ended with a backslash. */
  #escaped = false;
  /** In an array: not started, before a value or the end, after a value, closed. Without an array always `before`. */
  #place: 'outside' | 'before' | 'after' | 'closed';

  constructor(array: boolean) {
    this.#array = array;
    this.#place = array ? 'outside' : 'before';
  }

  /** The text at the error. */
  get rest(): string {
    return this.#open ? this.#before.start(this.#text.slice(this.#from)) : this.#text.slice(this.#at);
  }

  add(text: string): Cut {
    this.#text = text;
    this.#at = 0;
    this.#from = 0;
    const values: CutValue[] = [];
    let broken: string | null = null;
    const { length } = text;
    while (this.#at < length && broken === null) {
      if (this.#inString) this.#passString(length);
      else if (this.#open) this.#inside(values);
      else broken = this.#between(text.charCodeAt(this.#at));
    }
    if (broken === null) {
      if (this.#open) this.#before.add(this.#from === 0 ? text : text.slice(this.#from));
      this.#text = '';
      this.#at = 0;
      this.#from = 0;
    }
    return { values, broken };
  }

  /** No more text will come. */
  end(): Cut {
    const values: CutValue[] = [];
    // A number or word at the end, without an array.
    if (!this.#array && this.#open && this.#depth === 0 && !this.#inString) this.#close(values);
    if (this.#open)
      return { values, broken: 'the text ends in the middle of a record: the file is incomplete' };
    const open = this.#array && this.#place !== 'closed';
    return { values, broken: open ? 'the list is not closed: the file is incomplete' : null };
  }

  /** Between values, at a character. @returns why it is not allowed there, or null */
  #between(code: number): string | null {
    if (isBlank(code)) {
      this.#at++;
      return null;
    }
    if (this.#place === 'outside' && code === BRACKET) this.#place = 'before';
    else if (this.#place === 'closed') return 'there is text after the end of the list';
    else if (this.#array && code === BRACKET_END) this.#place = 'closed';
    else if (code === COMMA && (this.#place === 'after' || !this.#array)) this.#place = 'before';
    else if (this.#place === 'before' && code !== COMMA && code !== BRACE_END && code !== BRACKET_END) {
      this.#open = true;
      this.#from = this.#at;
      return null;
    } else return 'the list breaks off here, and the records after it cannot be read';
    this.#at++;
    return null;
  }

  /** In a value, outside strings, at a character. */
  #inside(values: CutValue[]): void {
    const code = this.#text.charCodeAt(this.#at);
    const begun = this.#at > this.#from || this.#before.length > 0;
    // A number or word ends at the character after it.
    if (this.#depth === 0 && begun && this.#endsBare(code)) {
      this.#close(values);
      return;
    }
    this.#at++;
    if (code === QUOTE) this.#inString = true;
    else if (code === BRACE || code === BRACKET) this.#depth++;
    else if (code === BRACE_END || code === BRACKET_END) {
      this.#depth--;
      if (this.#depth === 0) this.#close(values);
    }
  }

  #endsBare(code: number): boolean {
    if (code === COMMA || code === BRACKET_END || code === BRACE_END) return true;
    return isBlank(code) || (!this.#array && (code === BRACE || code === BRACKET || code === QUOTE));
  }

  /** The value ends before `#at`. */
  #close(values: CutValue[]): void {
    values.push(this.#before.take(this.#text.slice(this.#from, this.#at)));
    this.#open = false;
    this.#depth = 0;
    if (this.#array) this.#place = 'after';
  }

  /** From inside a string past its end, or as far as the text goes. */
  #passString(length: number): void {
    if (this.#escaped) this.#at++;
    this.#escaped = false;
    for (; this.#at < length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === BACKSLASH) {
        this.#at++;
        // The escaped character is in the next chunk.
        this.#escaped = this.#at === length;
      } else if (code === QUOTE) {
        this.#at++;
        this.#inString = false;
        return;
      }
    }
  }
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

const QUOTE = 34;
const COMMA = 44;
const BRACKET = 91;
const BACKSLASH = 92;
const BRACKET_END = 93;
const BRACE = 123;
const BRACE_END = 125;

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9 || code === 0 || code === 0xfeff;
}
