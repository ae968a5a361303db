// The one way to stdout and stderr. Whatever is printed, for people or as JSON, goes through `write`, which shows escaped
// what a terminal would obey, wherever it came from; `\u001b` is the same character in JSON. Only colours pass that
// style.ts has made: they carry a mark that no text from outside can know.
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { escaped, STEERING_BUT_LINES } from '../util/plain.ts';

const MARK = randomBytes(9).toString('hex');
const STEERS = new RegExp(`[${STEERING_BUT_LINES}]`);
const COLOUR_OR_STEERING = new RegExp(`\\u001b${MARK}(\\[\\d+m)|[${STEERING_BUT_LINES}]`, 'g');

/** A colour's own sequence (`ESC [ 31 m`), so marked that it passes. */
export function ownColour(sequence: string): string {
  return sequence.replaceAll('\u001b', `\u001b${MARK}`);
}

export class Screen {
  readonly #stream: Writable & { readonly isTTY?: boolean; readonly columns?: number };

  constructor(stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }) {
    this.#stream = stream;
  }

  /** @param written called when the text was handed to the system, or could not be @returns false where the reader is slow */
  write(text: string, written?: (error?: Error | null) => void): boolean {
    return this.#stream.write(this.shown(text), written);
  }

  /** The text as `write` would print it: for prompts, which readline prints itself. */
  shown(text: string): string {
    if (!STEERS.test(text)) return text;
    return text.replace(COLOUR_OR_STEERING, (found, colour: string | undefined) =>
      colour === undefined ? escaped(found) : `\u001b${colour}`,
    );
  }

  /** One line that is written over by the next, or taken away (''). For terminals only. */
  live(line: string): void {
    this.#stream.write(`\r${this.shown(line)}\u001b[K`);
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  /** Undefined where the width is not known; terminals that nobody has sized (`script` in a job) say 0. */
  get columns(): number | undefined {
    return this.#stream.columns || undefined;
  }

  /** The stream itself, for readline and ora, which move the cursor. What they are given to print has been through `shown`. */
  get terminal(): Writable {
    return this.#stream;
  }

  on(event: 'error' | 'close', listener: (error: NodeJS.ErrnoException) => void): void {
    this.#stream.on(event, listener);
  }

  once(event: 'error' | 'close', listener: (error: NodeJS.ErrnoException) => void): void {
    this.#stream.once(event, listener);
  }
}
