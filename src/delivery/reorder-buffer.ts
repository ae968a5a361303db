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
  /** Takes results in order; the next batch waits for it. `gone`: nobody reads any more. */
  readonly tell: (batch: readonly Emitted<I>[]) => Promise<'gone' | undefined>;
  /** Nobody reads any more, or `tell` threw (a full disk under a results file): nothing more need be sent. */
  readonly ended: (why: 'gone' | 'failed') => void;
  /** Some were told: there is room, or all is done. */
  readonly moved: () => void;
}

export class ReorderBuffer<I extends LeadInput> {
  readonly #host: ReorderBufferHost<I>;
  readonly #pending: Pending<I>[] = [];
  /** Seq of the first entry; those of the others follow it without a gap. */
  #first = 0;
  #telling = false;
  #error: unknown = null;

  constructor(host: ReorderBufferHost<I>) {
    this.#host = host;
  }

  /** Entries whose result is not told yet. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** All that was added is told. */
  get idle(): boolean {
    return this.#pending.length === 0 && !this.#telling;
  }

  /** What `tell` threw, or null; from then on nothing is told, and entries only go. */
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
    if (this.#telling) return;
    this.#telling = true;
    void this.#tellReady();
  }

  async #tellReady(): Promise<void> {
    for (;;) {
      const batch: Emitted<I>[] = [];
      for (const { input, result } of this.#pending) {
        if (result === null || batch.length === MAX_BATCH) break;
        batch.push({ input, result });
      }
      if (batch.length === 0) break;
      const told = await this.#tell(batch);
      this.#pending.splice(0, batch.length);
      this.#first += batch.length;
      if (told === 'gone') this.#host.ended('gone');
      this.#host.moved();
    }
    this.#telling = false;
    this.#host.moved();
  }

  async #tell(batch: readonly Emitted<I>[]): Promise<'gone' | undefined> {
    if (this.#error !== null) return undefined;
    try {
      return await this.#host.tell(batch);
    } catch (error) {
      this.#error = error ?? new Error('the results could not be told');
      this.#host.ended('failed');
      return undefined;
    }
  }
}
