// Writes lines to a stream in large pieces, waits where the reader is slow, and notices where nobody reads any more.
import type { Screen } from './screen.ts';

const PIECE = 64 * 1024;

/** `gone`: the reader left (`| head`); nothing more need be written. */
export type Written = 'gone' | undefined;

export class LineWriter {
  readonly #stream: Screen;
  #pending = '';
  #gone = false;

  constructor(stream: Screen) {
    this.#stream = stream;
    stream.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') this.#gone = true;
      else throw error;
    });
    stream.once('close', () => {
      this.#gone = true;
    });
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
    if (this.#gone || this.#pending === '') return this.#state();
    const text = this.#pending;
    this.#pending = '';
    // The callback comes when the piece was handed to the system, or failed: that is the backpressure.
    await new Promise<void>((resolve) => {
      this.#stream.write(text, () => resolve());
    });
    return this.#state();
  }

  #state(): Written {
    return this.#gone ? 'gone' : undefined;
  }
}
