// Bad rows of a file that grows: what an earlier run has shown is counted and not shown again. The ledger keeps keyed
// digests of them, from which no row can be read.
import { resolve } from 'node:path';
import type { Result } from '../delivery/outcome.ts';
import type { Emitted } from '../delivery/run-options.ts';
import type { Target } from '../delivery/submission.ts';
import { type Ledger, LedgerWriteError } from '../ledger/ledger.ts';
import type { SendInput } from './inputs.ts';

type Row = Emitted<SendInput>;

/** Written together, so that a file of nothing but bad rows does not wait for the disk after each batch. */
const MAX_WAITING = 4_096;

export class SeenRows {
  readonly #ledger: Ledger;
  readonly #run: string;
  readonly #targets: readonly Target[];
  readonly #cwd: string;
  readonly #waiting = new Set<string>();

  constructor(
    ledger: Ledger,
    { run, targets }: { readonly run: string; readonly targets: readonly Target[] },
    cwd: string,
  ) {
    this.#ledger = ledger;
    this.#run = run;
    this.#targets = targets;
    this.#cwd = cwd;
  }

  /** Those of a batch that an earlier run has shown; null: none. */
  async among(batch: readonly Row[]): Promise<ReadonlySet<Row> | null> {
    const digests = this.#digests(batch);
    if (digests.size === 0) return null;
    const seen = await this.#ledger.noted(this.#run, [...new Set(digests.values())]);
    return new Set([...digests].flatMap(([row, digest]) => (seen.has(digest) ? [row] : [])));
  }

  /** They have been shown. */
  async note(batch: readonly Row[]): Promise<void> {
    for (const digest of this.#digests(batch).values()) this.#waiting.add(digest);
    if (this.#waiting.size >= MAX_WAITING) await this.close();
  }

  /** Writes what is left. A ledger that cannot be written costs nothing but seeing these rows again. */
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

  #digests(batch: readonly Row[]): ReadonlyMap<Row, string> {
    const digests = new Map<Row, string>();
    for (const row of batch) {
      const { result, input } = row;
      const { status, file } = result;
      if (status !== 'invalid' || file === null) continue;
      const target = this.#targets.find(({ name }) => name === result.target);
      // A key of its own for each run (a sandbox): trying twice shows all twice.
      if (target === undefined || target.keySuffix !== '') continue;
      digests.set(row, this.#ledger.digest(this.#identity(target, file, result, input)));
    }
    return digests;
  }

  /** Where it stands, what it says and what is wrong with it; not its line, which moves where newer rows stand first. */
  #identity({ endpoint }: Target, file: string, { errors }: Result, { row }: SendInput): string {
    return JSON.stringify([
      'row',
      file === '-' ? file : resolve(this.#cwd, file),
      row.json ?? row.cells,
      errors.map(({ field, code }) => [field, code]),
      endpoint.identity,
    ]);
  }
}
