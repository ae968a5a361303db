// Walks a stream of JSON text without building it: a handler says of each value whether to go into it, to keep its text,
// or to pass over it. Each character is looked at once, in whatever pieces it arrives, and memory holds no more than the
// open containers and the one value that is kept.
import { Parts } from './parts.ts';

/** What to do with a value: go into a container, keep its whole text, or pass over it. */
export type Step = 'into' | 'keep' | 'pass';

export interface Frame {
  readonly array: boolean;
  /** The present member's name; empty in an array. */
  key: string;
  /** The present member's index, from 0. */
  index: number;
}

export interface WalkHandler {
  /** A value begins below the frames; no frame for a value at the top. @param first its first character */
  begin(frames: readonly Frame[], first: string): Step;
  /** The text of a value that was kept; if it is too long, its beginning. */
  kept(frames: readonly Frame[], text: string, tooLong: boolean): void;
  /** A container that was gone into ends. */
  end(frames: readonly Frame[]): void;
  /** The container's text breaks: the rest of it is passed over. @param why in words for a person */
  broken(frames: readonly Frame[], why: string, rest: string): void;
}

type Place = 'top' | 'value' | 'first' | 'key' | 'inKey' | 'colon' | 'after' | 'passing' | 'stopped';
/** In a remark between values: its slash was seen, or up to its line's end, or up to a star and slash. */
type Remark = 'slash' | 'line' | 'block' | 'star';

/** Deeper containers are kept or passed over, never gone into. */
const MAX_FRAMES = 64;

/** Give it text with {@link add} in pieces of any size, then call {@link end}. */
export class JsonWalker {
  readonly #handler: WalkHandler;
  readonly #frames: Frame[] = [];
  #place: Place = 'top';
  #text = '';
  #at = 0;
  /** Where the part of the kept text or key that is in this piece begins. */
  #from = 0;
  readonly #before = new Parts();
  #keeps = false;
  /** The first character of the value that is kept or passed over. */
  #opened = 0;
  /** Containers around the position within a value that is kept or passed over. */
  #depth = 0;
  #inString = false;
  /** The next backslash of this piece; its length if there is none. */
  #backslash = -1;
  /** The piece before ended with a backslash. */
  #escaped = false;
  #remark: Remark | null = null;
  /** The container whose rest is passed over because it breaks. */
  #lost = false;

  constructor(handler: WalkHandler) {
    this.#handler = handler;
  }

  /** Nothing after this is looked at. */
  stop(): void {
    this.#place = 'stopped';
  }

  get stopped(): boolean {
    return this.#place === 'stopped';
  }

  /** Between two values at the top. */
  get outside(): boolean {
    return this.#place === 'top';
  }

  /** The part of the present piece that was not looked at yet. */
  get rest(): string {
    return this.#text.slice(this.#at);
  }

  add(text: string): void {
    this.#text = text;
    this.#at = 0;
    this.#from = 0;
    this.#backslash = -1;
    const { length } = text;
    while (this.#at < length && this.#place !== 'stopped') {
      if (this.#inString) this.#passString(length);
      else if (this.#remark !== null) this.#passRemark(text.charCodeAt(this.#at), this.#remark);
      else if (this.#place === 'passing') this.#pass(length);
      else this.#structure(text.charCodeAt(this.#at));
    }
    if (this.#place === 'stopped') return;
    if (this.#keeps || this.#place === 'inKey') this.#before.add(text.slice(this.#from));
  }

  /** No more text will come. @returns why the text is incomplete, or null */
  end(): string | null {
    if (this.#place === 'stopped') return null;
    this.#text = '';
    this.#at = 0;
    this.#from = 0;
    // A number or word at the top, which nothing else ends.
    if (this.#place === 'passing' && this.#depth === 0 && !this.#inString) this.#close();
    if (this.#place === 'passing' || this.#place === 'inKey' || this.#place === 'colon') {
      return 'the text ends in the middle of a record: the file is incomplete';
    }
    return this.#frames.length === 0 ? null : 'the list is not closed: the file is incomplete';
  }

  /** The beginning of a kept value that is not complete. */
  get open(): string {
    return this.#keeps ? this.#before.start(this.#text.slice(this.#from)) : '';
  }

  /** At a character that is between values. */
  #structure(code: number): void {
    if (isBlank(code)) {
      this.#at++;
      return;
    }
    if (code === SLASH) {
      this.#remark = 'slash';
      this.#at++;
      return;
    }
    const frame = this.#frames.at(-1);
    switch (this.#place) {
      case 'top':
        // Commas between values are accepted, as between the lines of a list that somebody took apart.
        if (code === COMMA) this.#at++;
        else this.#begin(code);
        return;
      case 'first':
      case 'key':
        if (code === BRACE_END || code === BRACKET_END) this.#leave(code, frame);
        else if (frame?.array === true) this.#begin(code);
        else if (code === QUOTE) {
          this.#place = 'inKey';
          this.#from = this.#at;
          this.#at++;
          this.#inString = true;
        } else this.#lose('a name in quotes is missing');
        return;
      case 'colon':
        if (code !== COLON) this.#lose('a colon is missing');
        else {
          this.#at++;
          this.#place = 'value';
        }
        return;
      case 'value':
        // `"phone": ,` has no value; in a list it breaks the list.
        if (code === COMMA || code === BRACE_END || code === BRACKET_END) {
          if (frame === undefined || (frame.array && code === COMMA)) this.#lose(BREAKS);
          else if (code === COMMA) this.#comma(frame);
          else this.#leave(code, frame);
        } else this.#begin(code);
        return;
      default:
        if (frame !== undefined && code === COMMA) this.#comma(frame);
        else if (code === BRACE_END || code === BRACKET_END) this.#leave(code, frame);
        else this.#lose(BREAKS);
    }
  }

  #passRemark(code: number, remark: Remark): void {
    if (remark === 'slash' && code !== SLASH && code !== STAR) {
      this.#remark = null;
      this.#lose(BREAKS);
      return;
    }
    this.#at++;
    if (remark === 'slash') this.#remark = code === STAR ? 'block' : 'line';
    else if (remark === 'line') {
      if (code === LINE_FEED || code === RETURN) this.#remark = null;
    } else if (remark === 'star' && code === SLASH) this.#remark = null;
    else this.#remark = code === STAR ? 'star' : 'block';
  }

  #comma(frame: Frame): void {
    this.#at++;
    frame.index++;
    this.#place = frame.array ? 'value' : 'key';
  }

  #begin(code: number): void {
    if (code === BRACE_END || code === BRACKET_END || code === COLON) {
      this.#lose(BREAKS);
      return;
    }
    const container = code === BRACE || code === BRACKET;
    const step = this.#handler.begin(this.#frames, String.fromCharCode(code));
    if (this.#place === 'stopped') return;
    if (step === 'into' && container && this.#frames.length < MAX_FRAMES) {
      this.#frames.push({ array: code === BRACKET, key: '', index: 0 });
      this.#at++;
      this.#place = 'first';
      return;
    }
    this.#place = 'passing';
    this.#keeps = step !== 'pass';
    this.#from = this.#at;
    this.#depth = 0;
    this.#opened = code;
    // Its first character belongs to it whatever it is.
    this.#at++;
    if (container) this.#depth = 1;
    else if (code === QUOTE) this.#inString = true;
  }

  /** Within a value that is kept or passed over, outside strings. */
  #pass(length: number): void {
    const text = this.#text;
    let at = this.#at;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (this.#depth === 0 && endsBare(code)) {
        this.#at = at;
        this.#close();
        return;
      }
      if (code === QUOTE) {
        this.#inString = true;
        this.#at = at + 1;
        return;
      }
      if (code === BRACE || code === BRACKET) this.#depth++;
      else if (code === BRACE_END || code === BRACKET_END) {
        this.#depth--;
        if (this.#depth === 0) {
          // A bracket of the other kind closes what is around a value that is not closed.
          const other = !this.#lost && (this.#opened === BRACE) !== (code === BRACE_END);
          this.#at = other && this.#frames.length > 0 ? at : at + 1;
          this.#close();
          return;
        }
      }
    }
    this.#at = at;
  }

  /** A kept or passed value ends before `#at`. */
  #close(): void {
    const kept = this.#keeps;
    this.#keeps = false;
    this.#depth = 0;
    this.#place = this.#frames.length === 0 ? 'top' : 'after';
    if (this.#lost) {
      this.#lost = false;
      this.#leaveFrame();
      return;
    }
    if (!kept) return;
    const { text, tooLong } = this.#before.take(this.#text.slice(this.#from, this.#at));
    this.#handler.kept(this.#frames, text, tooLong);
  }

  #leave(code: number, frame: Frame | undefined): void {
    if (frame === undefined || frame.array !== (code === BRACKET_END)) {
      this.#lose(BREAKS);
      return;
    }
    this.#at++;
    this.#leaveFrame();
  }

  #leaveFrame(): void {
    this.#handler.end(this.#frames);
    this.#frames.pop();
    if (this.#place !== 'stopped') this.#place = this.#frames.length === 0 ? 'top' : 'after';
  }

  /** What is here cannot be: the rest of this container is passed over. */
  #lose(why: string): void {
    this.#handler.broken(this.#frames, why, this.#text.slice(this.#at));
    if (this.#place === 'stopped') return;
    if (this.#frames.length === 0) {
      this.#place = 'stopped';
      return;
    }
    this.#place = 'passing';
    this.#keeps = false;
    this.#lost = true;
    this.#depth = 1;
  }

  /** From inside a string past its end, or as far as the text goes. */
  #passString(length: number): void {
    const text = this.#text;
    let at = this.#at;
    if (this.#escaped) at++;
    this.#escaped = false;
    // Each is only looked for behind the last one found: a text may be nothing but backslashes.
    let quote = -1;
    for (;;) {
      if (quote < at) quote = indexOrEnd(text, '"', at);
      if (this.#backslash < at) this.#backslash = indexOrEnd(text, '\\', at);
      if (this.#backslash >= quote) {
        if (quote === length) break;
        this.#at = quote + 1;
        this.#inString = false;
        this.#endOfString();
        return;
      }
      // The character behind it may be in the next piece.
      at = this.#backslash + 2;
      if (at <= length) continue;
      this.#escaped = true;
      break;
    }
    this.#at = length;
  }

  #endOfString(): void {
    if (this.#place === 'inKey') {
      const frame = this.#frames.at(-1);
      const { text } = this.#before.take(this.#text.slice(this.#from, this.#at));
      if (frame !== undefined) frame.key = keyOf(text);
      this.#place = 'colon';
    } else if (this.#depth === 0) this.#close();
  }
}

function indexOrEnd(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at < 0 ? text.length : at;
}

/** A key that cannot be decoded stays as it is written. */
function keyOf(text: string): string {
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    const key: unknown = JSON.parse(text);
    return typeof key === 'string' ? key : text;
  } catch {
    return text.slice(1, -1);
  }
}

const BREAKS = 'the list breaks off here, and the records after it cannot be read';

const LINE_FEED = 10;
const RETURN = 13;
const QUOTE = 34;
const STAR = 42;
const COMMA = 44;
const SLASH = 47;
const COLON = 58;
const BRACKET = 91;
const BRACKET_END = 93;
const BRACE = 123;
const BRACE_END = 125;

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9 || code === 0 || code === 0xfeff;
}

/** A number or word ends before it. */
function endsBare(code: number): boolean {
  return (
    code === COMMA ||
    code === BRACKET_END ||
    code === BRACE_END ||
    code === BRACE ||
    code === BRACKET ||
    code === QUOTE ||
    isBlank(code)
  );
}
