// Bad rows of a file that grows: what an earlier run has shown is counted and not shown again. The ledger keeps keyed
// digests of them, from which no row can be read.
import { resolve } from 'node:path';
import type { Result } from '../delivery/outcome.ts';
import type { Emitted } from '../delivery/run-options.ts';
import type { Target } from '../delivery/submission.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SendInput } from './inputs.ts';
import type { RowNotes } from './row-notes.ts';

type Row = Emitted<SendInput>;

export class SeenRows {
  readonly #ledger: Ledger;
  readonly #run: string;
  readonly #targets: readonly Target[];
  readonly #cwd: string;
  readonly #notes: RowNotes;

  constructor(
    ledger: Ledger,
    notes: RowNotes,
    { run, targets }: { readonly run: string; readonly targets: readonly Target[] },
    cwd: string,
  ) {
    this.#ledger = ledger;
    this.#notes = notes;
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
    await this.#notes.add(this.#digests(batch).values());
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
