// Writes lines to a stream in large pieces, waits where the reader is slow, and notices where nobody reads any more or
// nothing can be written.

import { readerLeft } from '../util/write-error.ts';
import type { Screen } from './screen.ts';

const PIECE = 64 * 1024;

/** `gone`: the reader left (`| head`), or it cannot be written (a full disk); nothing more need be written. */
export type Written = 'gone' | undefined;

export class LineWriter {
  readonly #stream: Screen;
  #pending = '';
  #gone = false;
  #unwritable = false;

  constructor(stream: Screen) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => this.#broke(error));
    stream.once('close', () => {
      this.#gone = true;
    });
  }

  /** It is gone because it could not be written, not because its reader left. main.ts says why. */
  get unwritable(): boolean {
    return this.#unwritable;
  }

  /** Adds a line for the next flush. */
  add(text: string): void {
    this.#pending += `${text}\n`;
  }

  /** Adds a line; it is written with the next flush, or when a piece is full. */
  async line(text: string): Promise<Written> {
    this.add(text);
    return this.#pending.length >= PIECE ? this.flush() : this.#state();
  }

  async flush(): Promise<Written> {
    const text = this.#pending;
    this.#pending = '';
    if (this.#gone || text === '') return this.#state();
    // The callback comes when the piece was handed to the system, or failed: that is the backpressure.
    await new Promise<void>((resolve) => {
      try {
        this.#stream.write(text, (error) => {
          if (error) this.#broke(error);
          resolve();
        });
      } catch (error) {
        // Where stdout is a file, an older Node throws at once.
        if (!(error instanceof Error)) throw error;
        this.#broke(error);
        resolve();
      }
    });
    return this.#state();
  }

  #broke(error: NodeJS.ErrnoException): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#unwritable = !readerLeft(error);
  }

  #state(): Written {
    return this.#gone ? 'gone' : undefined;
  }
}
