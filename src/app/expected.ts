// How many records a call will read: known, counted beside the run where a file is small, or estimated from how much of
// the bytes the records so far took.
import type { PreparedSource } from '../input/mapping/prepared-file.ts';
import type { InputRecord } from '../input/record.ts';

export interface Expected {
  readonly records: number;
  /** False: estimated. */
  readonly exact: boolean;
  /** Where not every record goes to every target. */
  readonly results?: number;
}

/** What a live line needs to know of the input. */
export interface Expectation {
  /** Null: not known, as of a stream. */
  readonly now: () => Expected | null;
  /** Starts to count; for a live line only. @param stop when nobody wants to know any more */
  readonly count: (stop: AbortSignal) => void;
}

/** Reading a file of so many bytes once more takes a fraction of a second. */
const SMALL = 4 * 1024 * 1024;

export function known(records: number): Expectation {
  return { now: () => ({ records, exact: true }), count: () => {} };
}

/** So many submissions, each of a record to one target. */
export function knownResults(results: number): Expectation {
  return { now: () => ({ records: results, results, exact: true }), count: () => {} };
}

/** So much of a text is read ahead to find out what it is, before it gives its first record. */
const AHEAD = 1024 * 1024;

type Counted = Pick<PreparedSource, 'bytesRead' | 'countRecords' | 'info'>;

/** What one file has given, and is thought to give. */
interface FileSoFar {
  readonly source: Counted;
  records: number;
  /** Bytes of the records, as far as they are measured. */
  bytes: number;
  /** As of the last batch: what is read ahead since has given no record yet. */
  share: number;
  counted: number | null;
}

export class FilesExpectation implements Expectation {
  readonly #files: readonly FileSoFar[];
  readonly #limit: number;
  readonly #isWhole: boolean;
  #live = false;

  /** @param limit records over all files; null: all @param isWhole all records of the files are meant */
  constructor(sources: readonly Counted[], limit: number | null, isWhole = true) {
    this.#isWhole = isWhole;
    this.#files = sources.map((source) => ({ source, records: 0, bytes: 0, share: 0, counted: null }));
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /** A batch was read from a file. */
  read(index: number, batch: readonly { readonly record: InputRecord }[]): void {
    const file = this.#files[index];
    if (file === undefined) return;
    file.records += batch.length;
    if (!this.#live) return;
    const { bytesRead, info } = file.source;
    if (bytesRead === null || bytesRead.of === 0) return;
    let { bytes } = bytesRead;
    if (bytes <= AHEAD && info.format !== 'xlsx') {
      for (const { record } of batch) file.bytes += bytesOf(record, info.encoding);
      bytes = Math.min(bytes, file.bytes);
    }
    file.share = bytes / bytesRead.of;
  }

  /** A file was read to its end. */
  over(index: number): void {
    const file = this.#files[index];
    if (file !== undefined) file.counted = file.records;
  }

  count(stop: AbortSignal): void {
    this.#live = true;
    // How many of them are this machine's shows only while they are read.
    if (!this.#isWhole) return;
    void this.#countAll(stop);
  }

  now(): Expected | null {
    let records = 0;
    let exact = true;
    for (const file of this.#files) {
      const found = file.counted ?? this.#estimated(file);
      if (found === null) return null;
      exact &&= file.counted !== null;
      records += found;
    }
    // An estimate well above the limit makes the limit sure.
    if (records >= 2 * this.#limit) return { records: this.#limit, exact: true };
    return { records: Math.min(this.#limit, Math.round(records)), exact };
  }

  /** A file that has not begun is taken to be like the others. */
  #estimated({ source, records, share }: FileSoFar): number | null {
    if (share > 0 && records > 0) return records / share;
    const size = source.bytesRead?.of;
    if (size === undefined) return null;
    let seen = 0;
    let bytes = 0;
    for (const other of this.#files) {
      if (other.share === 0) continue;
      seen += other.records;
      bytes += (other.source.bytesRead?.of ?? 0) * other.share;
    }
    return bytes === 0 ? null : (size * seen) / bytes;
  }

  async #countAll(stop: AbortSignal): Promise<void> {
    for (const file of this.#files) {
      const size = file.source.bytesRead?.of;
      if (size === undefined || size > SMALL || stop.aborted) continue;
      try {
        file.counted ??= await file.source.countRecords(stop);
      } catch {
        // What is wrong with the file is said where it is read; here it only stays an estimate.
      }
    }
  }
}

/** About what a record takes in its file; without quotes. */
function bytesOf({ json, cells }: InputRecord, encoding: string | null): number {
  const wide = encoding !== null && /^utf-?16/i.test(encoding);
  const size = (text: string) => (wide ? 2 * text.length : Buffer.byteLength(text));
  const between = wide ? 2 : 1;
  if (json !== null) return size(json) + between;
  return cells.reduce((sum, cell) => sum + size(cell) + between, 0);
}
