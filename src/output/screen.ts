// The only way to stdout and stderr. All output, for people or as JSON, goes through `write`, which escapes terminal
// control characters, wherever they came from (`\u001b` is the same character in JSON). Only colours from style.ts
// pass: they carry a random mark that no text from outside can contain.
import type { Writable } from 'node:stream';
import { escaped, plain, STEERING_BUT_LINES } from '../util/plain.ts';
import { wrapped } from '../util/wrap.ts';

const STEERS = new RegExp(`[${STEERING_BUT_LINES}]`);

interface Mark {
  readonly text: string;
  readonly colourOrSteering: RegExp;
}

let made: Mark | null = null;

/** Made when something is coloured or steers: loading node:crypto is a tenth of a start that does neither. */
function mark(): Mark {
  if (made === null) {
    const text = process.getBuiltinModule('node:crypto').randomBytes(9).toString('hex');
    made = { text, colourOrSteering: new RegExp(`\\u001b${text}(\\[\\d+m)|[${STEERING_BUT_LINES}]`, 'g') };
  }
  return made;
}

/** A colour sequence (`ESC [ 31 m`), marked so that it passes. */
export function ownColour(sequence: string): string {
  // No mark is made for it.
  if (sequence === '') return '';
  return sequence.replaceAll('\u001b', `\u001b${mark().text}`);
}

export class Screen {
  readonly #stream: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly #messages: boolean;
  readonly #broken: readonly string[];

  /**
   * @param messages what is written is for people: on a terminal, lines are wrapped at words
   * @param broken names that hold line breaks; see brokenNames
   */
  constructor(
    stream: Writable & { readonly isTTY?: boolean; readonly columns?: number },
    messages = false,
    broken: readonly string[] = [],
  ) {
    this.#stream = stream;
    this.#messages = messages;
    this.#broken = broken;
  }

  /** @param written called when the system has taken the text, or failed @returns false if the reader is slow */
  write(text: string, written?: (error?: Error | null) => void): boolean {
    const shown = this.shown(text);
    const wraps = this.#messages && this.isTTY;
    return this.#stream.write(wraps ? wrapped(shown, this.columns ?? null) : shown, written);
  }

  /** The text as `write` would print it: for prompts, which readline prints. */
  shown(given: string): string {
    const text = this.#broken.reduce((said, name) => said.replaceAll(name, () => plain(name)), given);
    if (!STEERS.test(text)) return text;
    return text.replace(mark().colourOrSteering, (found, colour: string | undefined) =>
      colour === undefined ? escaped(found) : `\u001b${colour}`,
    );
  }

  /** A line that the next one overwrites; '' clears it. For terminals only. */
  live(line: string): void {
    this.#stream.write(`\r${this.shown(line)}\u001b[K`);
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  /** Undefined if the width is not known; a terminal without a size (`script` in a job) says 0. */
  get columns(): number | undefined {
    return this.#stream.columns || undefined;
  }

  /** The stream itself, for readline and ora, which move the cursor. Text for them must go through `shown` first. */
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
