// Writes lines to a stream in large chunks, waits for a slow reader, and notices when the reader has left or the stream
// cannot be written.

import { readerLeft } from '../util/write-error.ts';
import type { Screen } from './screen.ts';

const CHUNK = 64 * 1024;

/** `gone`: the reader left (`| head`) or the stream cannot be written (a full disk); stop writing. */
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

  /** True if the stream is gone because it could not be written, not because its reader left. */
  get unwritable(): boolean {
    return this.#unwritable;
  }

  /** Adds a line for the next flush. @returns whether enough has gathered for one */
  add(text: string): boolean {
    this.#pending += `${text}\n`;
    return this.#pending.length >= CHUNK;
  }

  /** Adds a line; it is written with the next flush, or when a chunk is full. */
  async line(text: string): Promise<Written> {
    return this.add(text) ? this.flush() : this.#state();
  }

  async flush(): Promise<Written> {
    const text = this.#pending;
    this.#pending = '';
    if (this.#gone || text === '') return this.#state();
    // The callback is called when the system has taken the chunk, or failed: this is the backpressure.
    await new Promise<void>((resolve) => {
      try {
        this.#stream.write(text, (error) => {
          if (error) this.#broke(error);
          resolve();
        });
      } catch (error) {
        // If stdout is a file, older versions of Node throw at once.
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
