// Reads a run's records: as far ahead as there is room for, to the end of the input, to an interruption, or to an error.

export interface IntakeHost<I> {
  readonly accept: (input: I) => void;
  /** Records were accepted, and may go on. */
  readonly accepted: () => void;
  /** @param share of the room that may be taken: 1 is all of it */
  readonly isFull: (share: number) => boolean;
  /** The run was interrupted, or nobody takes its results. */
  readonly isOver: () => boolean;
}

/** Once full, it reads on when this share of the room is free: to wait for each record alone costs more than the record. */
const REFILL = 0.5;

export class Intake<I> {
  readonly #host: IntakeHost<I>;
  #readAll = false;
  /** Ends a wait for the next record; only an interruption does. */
  #stopReading: (() => void) | null = null;
  /** Ends a wait for room. */
  #haveRoom: (() => void) | null = null;

  constructor(host: IntakeHost<I>) {
    this.#host = host;
  }

  /** The input was read to its end. */
  get readAll(): boolean {
    return this.#readAll;
  }

  /** @returns the error of the input that ended it, or null */
  async read(inputs: AsyncIterable<readonly I[]>): Promise<unknown> {
    const { accept, accepted, isFull, isOver } = this.#host;
    const reader = inputs[Symbol.asyncIterator]();
    try {
      while (!isOver()) {
        const next = await this.#unlessInterrupted(reader.next());
        if (next?.done === true) this.#readAll = true;
        if (next === null || next.done === true) break;
        for (const input of next.value) {
          if (isOver()) break;
          accept(input);
          if (isFull(1)) await this.#room();
        }
        accepted();
      }
      // Not awaited: a reader that waits for its terminal would never answer.
      if (isOver()) void reader.return?.();
      return null;
    } catch (error) {
      return error;
    }
  }

  /** There may be room for more. */
  readOn(): void {
    if (this.#haveRoom !== null && !this.#host.isFull(REFILL)) this.#haveRoom();
  }

  /** Ends whatever it waits for; `isOver` says why. */
  interrupt(): void {
    this.#stopReading?.();
    this.#haveRoom?.();
  }

  /** The value, or null when an interruption comes first. */
  #unlessInterrupted<T>(value: Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      this.#stopReading = () => resolve(null);
      value.then(resolve, reject);
    });
  }

  async #room(): Promise<void> {
    const { accepted, isFull, isOver } = this.#host;
    accepted();
    while (isFull(REFILL) && !isOver()) {
      await new Promise<void>((resolve) => {
        this.#haveRoom = resolve;
      });
      this.#haveRoom = null;
    }
  }
}
