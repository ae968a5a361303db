// Which record of an input came first with its key, told by its file and its number there: for dry run and check, which
// remember nothing else.
import { DedupeIndex } from './dedupe-index.ts';

export interface RecordPlace {
  readonly file: string | null;
  /** From 1 in its file. */
  readonly record: number;
}

export class InputDuplicates {
  readonly #first = new DedupeIndex();
  /** Where each file starts in the count of all records. */
  readonly #starts: { readonly file: string | null; readonly before: number }[] = [];
  #records = 0;

  /** Records so far. */
  get records(): number {
    return this.#records;
  }

  /** The next records are in this file. */
  startFile(file: string | null): void {
    this.#starts.push({ file, before: this.#records });
  }

  /**
   * The next record.
   * @param file its file, for callers that do not say when a file starts
   * @param record its number there, where some are left out
   */
  next(file?: string | null, record?: number): void {
    if (file !== undefined && this.#starts.at(-1)?.file !== file) this.startFile(file);
    this.#records = record === undefined ? this.#records + 1 : (this.#starts.at(-1)?.before ?? 0) + record;
  }

  /** @returns the first record with this key; null: the present one is it */
  firstOf(key: string): RecordPlace | null {
    const first = this.#first.first(key, this.#records);
    if (first === null) return null;
    const { file, before } = this.#starts.findLast((start) => start.before < first) ?? {
      file: null,
      before: 0,
    };
    return { file, record: first - before };
  }
}
