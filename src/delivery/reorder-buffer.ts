// Results come in any order and are emitted in input order: one entry per submission, emitted a batch at a time once all
// entries before it are there.
import type { Result } from './outcome.ts';
import type { Emitted } from './run-options.ts';
import type { LeadInput } from './submission.ts';

const MAX_BATCH = 512;

interface Pending<I> {
  readonly input: I;
  result: Result | null;
}

export interface ReorderBufferHost<I extends LeadInput> {
  /** Takes results in order; the next batch waits for it. `gone`: the reader has left. */
  readonly emit: (batch: readonly Emitted<I>[]) => Promise<'gone' | undefined>;
  /** The reader has left, or `emit` threw (a full disk under a results file): nothing more need be sent. */
  readonly ended: (why: 'gone' | 'failed') => void;
  /** Some were emitted: there may be room, or all is done. */
  readonly moved: () => void;
}

export class ReorderBuffer<I extends LeadInput> {
  readonly #host: ReorderBufferHost<I>;
  readonly #pending: Pending<I>[] = [];
  /** Seq of the first entry; those of the others follow it without a gap. */
  #first = 0;
  #emitting = false;
  #error: unknown = null;

  constructor(host: ReorderBufferHost<I>) {
    this.#host = host;
  }

  /** Entries whose result is not emitted yet. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** All that was added is emitted. */
  get idle(): boolean {
    return this.#pending.length === 0 && !this.#emitting;
  }

  /** What `emit` threw, or null; from then on nothing is emitted, and entries are only removed. */
  get error(): unknown {
    return this.#error;
  }

  /** The next entry in order. @param seq by which its result will name it: one more than that of the entry before */
  add(seq: number, input: I): void {
    if (this.#pending.length === 0) this.#first = seq;
    this.#pending.push({ input, result: null });
  }

  fill(result: Result): void {
    const entry = this.#pending[result.seq - this.#first];
    if (entry !== undefined) entry.result = result;
    if (this.#emitting) return;
    this.#emitting = true;
    void this.#emitReady();
  }

  async #emitReady(): Promise<void> {
    for (;;) {
      const batch: Emitted<I>[] = [];
      for (const { input, result } of this.#pending) {
        if (result === null || batch.length === MAX_BATCH) break;
        batch.push({ input, result });
      }
      if (batch.length === 0) break;
      const answer = await this.#emit(batch);
      this.#pending.splice(0, batch.length);
      this.#first += batch.length;
      if (answer === 'gone') this.#host.ended('gone');
      this.#host.moved();
    }
    this.#emitting = false;
    this.#host.moved();
  }

  async #emit(batch: readonly Emitted<I>[]): Promise<'gone' | undefined> {
    if (this.#error !== null) return undefined;
    try {
      return await this.#host.emit(batch);
    } catch (error) {
      this.#error = error ?? new Error('the results could not be emitted');
      this.#host.ended('failed');
      return undefined;
    }
  }
}
