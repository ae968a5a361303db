// Digests of rows on their way to the ledger, written together, so that a file of nothing but bad rows does not wait for the
// disk after each batch.
import { type Ledger, LedgerWriteError } from '../ledger/ledger.ts';

const MAX_WAITING = 4_096;

export class RowNotes {
  readonly #ledger: Ledger;
  readonly #run: string;
  readonly #waiting = new Set<string>();

  constructor(ledger: Ledger, run: string) {
    this.#ledger = ledger;
    this.#run = run;
  }

  async add(digests: Iterable<string>): Promise<void> {
    for (const digest of digests) this.#waiting.add(digest);
    if (this.#waiting.size >= MAX_WAITING) await this.close();
  }

  /** Writes what is left. A ledger that cannot be written costs nothing but telling of these rows again. */
  async close(): Promise<void> {
    const rows = [...this.#waiting];
    this.#waiting.clear();
    if (rows.length === 0) return;
    try {
      await this.#ledger.note(this.#run, rows);
    } catch (error) {
      if (!(error instanceof LedgerWriteError)) throw error;
    }
  }
}
