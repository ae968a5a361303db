// Cuts JSON values out of a stream of text, one at a time: the elements of a top-level array, or values one after another.

/** A value that is longer is none: a bracket that nobody closed must not fill the memory. */
const MOST_VALUE = 32 * 1024 * 1024;

export interface Cut {
  /** Texts of whole values, in order. */
  readonly values: readonly string[];
  /** Why no more can be told apart; null while all is well. */
  readonly broken: string | null;
}

/** Give it text with {@link add} in pieces of any size, and {@link end} at last. */
export class JsonCutter {
  readonly #array: boolean;
  #buffer = '';
  /** How far the buffer has been looked at. */
  #at = 0;
  /** Where the value under way starts; -1 between values. */
  #start = -1;
  #depth = 0;
  #inString = false;
  /** Of an array: not begun, before a value or the end, after a value, closed. Values in a row are always `before`. */
  #place: 'outside' | 'before' | 'after' | 'closed';

  constructor(array: boolean) {
    this.#array = array;
    this.#place = array ? 'outside' : 'before';
  }

  /** The text that stands where it broke. */
  get rest(): string {
    return this.#buffer.slice(Math.max(0, this.#start));
  }

  add(text: string): Cut {
    this.#buffer += text;
    const values: string[] = [];
    let broken: string | null = null;
    const { length } = this.#buffer;
    while (this.#at < length && broken === null) {
      if (this.#inString) this.#passString(length);
      else if (this.#start >= 0) this.#inside(values);
      else broken = this.#between(this.#buffer.charCodeAt(this.#at));
    }
    const kept = this.#start < 0 ? this.#at : this.#start;
    if (broken === null) {
      this.#buffer = this.#buffer.slice(kept);
      this.#at -= kept;
      if (this.#start >= 0) this.#start = 0;
      if (this.#buffer.length > MOST_VALUE)
        broken = `one value goes on for more than ${MOST_VALUE / 1024 / 1024} million characters`;
    }
    return { values, broken };
  }

  /** Nothing more will come. */
  end(): Cut {
    const values: string[] = [];
    // A bare number or word at the end of values in a row.
    if (!this.#array && this.#start >= 0 && this.#depth === 0 && !this.#inString) {
      this.#close(values, this.#buffer.length);
    }
    if (this.#start >= 0)
      return { values, broken: 'the text ends in the middle of a record: the file is cut off' };
    const open = this.#array && this.#place !== 'closed';
    return { values, broken: open ? 'the list is not closed: the file is cut off' : null };
  }

  /** Between values, at a character. @returns why it cannot stand there, or null */
  #between(code: number): string | null {
    if (isBlank(code)) {
      this.#at++;
      return null;
    }
    if (this.#place === 'outside' && code === BRACKET) this.#place = 'before';
    else if (this.#place === 'closed') return 'more text follows the end of the list';
    else if (this.#array && code === BRACKET_END) this.#place = 'closed';
    else if (code === COMMA && (this.#place === 'after' || !this.#array)) this.#place = 'before';
    else if (this.#place === 'before' && code !== COMMA && code !== BRACE_END && code !== BRACKET_END) {
      this.#start = this.#at;
      return null;
    } else return 'the list breaks here, and the records after it cannot be told apart';
    this.#at++;
    return null;
  }

  /** In a value, outside strings, at a character. */
  #inside(values: string[]): void {
    const code = this.#buffer.charCodeAt(this.#at);
    // A value that is no list, object or text ends before what follows it.
    if (this.#depth === 0 && this.#at > this.#start && this.#endsBare(code)) {
      this.#close(values, this.#at);
      return;
    }
    this.#at++;
    if (code === QUOTE) this.#inString = true;
    else if (code === BRACE || code === BRACKET) this.#depth++;
    else if (code === BRACE_END || code === BRACKET_END) {
      this.#depth--;
      if (this.#depth === 0) this.#close(values, this.#at);
    }
  }

  #endsBare(code: number): boolean {
    if (code === COMMA || code === BRACKET_END || code === BRACE_END) return true;
    return isBlank(code) || (!this.#array && (code === BRACE || code === BRACKET || code === QUOTE));
  }

  #close(values: string[], end: number): void {
    values.push(this.#buffer.slice(this.#start, end));
    this.#start = -1;
    this.#depth = 0;
    if (this.#array) this.#place = 'after';
  }

  /** From inside a string past its end, or as far as the text goes. */
  #passString(length: number): void {
    for (; this.#at < length; this.#at++) {
      const code = this.#buffer.charCodeAt(this.#at);
      // What is escaped may come with the next piece: its place is passed all the same.
      if (code === BACKSLASH) this.#at++;
      else if (code === QUOTE) {
        this.#at++;
        this.#inString = false;
        return;
      }
    }
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
