// Bad rows of a file that have been corrected in a rejects file and sent: such a row still has all other cells of the bad one,
// as a spreadsheet may have saved them, and a column that says which cells were wrong. The ledger keeps keyed digests of them,
// from which no row can be read.
import type { Result } from '../delivery/outcome.ts';
import type { Emitted } from '../delivery/run-options.ts';
import type { Target } from '../delivery/submission.ts';
import type { InputRecord } from '../input/record.ts';
import { type SavedCell, savedCell } from '../lead/saved-cell.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ownColumns } from '../output/own-columns.ts';
import { isFaulty, REJECTS_COLUMN, rejectsMessage } from '../output/rejects-message.ts';
import type { SendInput } from './inputs.ts';
import type { RowNotes } from './row-notes.ts';

type Row = Emitted<SendInput>;

/** Cells that must agree where the file has no ids: namesakes are many. */
const LEAST = 2;
/** Of different rows; more of them are not looked at, so that memory does not grow with the file. */
const MOST = 10_000;

export class FixedRows {
  readonly #ledger: Ledger;
  readonly #notes: RowNotes;
  readonly #run: string;
  readonly #targets: ReadonlyMap<string, Target>;
  /** The inputs that have rows of a rejects file. */
  readonly inputs = new Set<string>();
  /** Where the message stands, by the columns; -1: this is no rejects file. */
  readonly #messageAt = new WeakMap<readonly string[], number>();
  /** Of targets: whether an earlier run has sent any row of a rejects file there. */
  readonly #anySent = new Map<string, boolean>();
  /** How many were met that are alike but for the wrong cells: of two bad rows, one that was fixed tells of one. */
  readonly #met = { bad: new Map<string, number>(), sent: new Map<string, number>() };

  constructor(
    ledger: Ledger,
    notes: RowNotes,
    { run, targets }: { readonly run: string; readonly targets: readonly Target[] },
  ) {
    this.#ledger = ledger;
    this.#notes = notes;
    this.#run = run;
    this.#targets = new Map(targets.map((target) => [target.name, target]));
  }

  /** Bad rows of a batch that an earlier run has sent corrected. */
  async among(batch: readonly Row[]): Promise<ReadonlySet<Row>> {
    const digests = new Map<Row, readonly string[]>();
    for (const row of batch) {
      const { result, input } = row;
      if (result.status !== 'invalid' || result.file === null) continue;
      if (!(await this.#wasAnySent(result.target))) continue;
      const others = this.#others(result, input.row, rejectsMessage(result.errors));
      if (others === null) continue;
      // Nobody knows yet what a spreadsheet has left of its long numbers.
      const forms = new Set([identity(others, 'exact'), identity(others, 'rounded')]);
      digests.set(row, this.#digests('bad', result, [...forms]));
    }
    if (digests.size === 0) return new Set();
    const fixed = await this.#ledger.noted(this.#run, [...new Set([...digests.values()].flat())]);
    return new Set(
      [...digests].flatMap(([row, forms]) => (forms.some((one) => fixed.has(one)) ? [row] : [])),
    );
  }

  /** Whether a row is told from all others of its file: of two namesakes, the other one may be the one that was fixed. */
  tellsApart({ result, input: { row } }: Row): boolean {
    if (result.externalId !== null) return true;
    const message = rejectsMessage(result.errors);
    return ownColumns(row.keys).some(
      (i) => (row.cells[i] ?? '').includes('@') && !isFaulty((row.keys[i] ?? '').trim(), message),
    );
  }

  /** Rows of a rejects file that the provider has now. */
  async note(batch: readonly Row[]): Promise<void> {
    const digests: string[] = [];
    for (const { result, input } of batch) {
      const { status } = result;
      const at = this.#placeOfMessage(input.row.keys);
      if (at < 0) continue;
      if (result.file !== null) this.inputs.add(result.file);
      const message = input.row.cells[at] ?? '';
      if (message === '' || (status !== 'created' && status !== 'duplicate')) continue;
      const others = this.#others(result, input.row, message);
      if (others === null) continue;
      const as = others.some(([, cell]) => cell.mayBeRounded) ? 'rounded' : 'exact';
      digests.push(...this.#digests('sent', result, [identity(others, as)]), this.#mark(result.target));
    }
    await this.#notes.add(digests);
  }

  /** Asked once, so that a file of bad rows costs nothing where nobody sends rejects files. */
  async #wasAnySent(target: string): Promise<boolean> {
    let was = this.#anySent.get(target);
    if (was === undefined) {
      was = (await this.#ledger.noted(this.#run, [this.#mark(target)])).size > 0;
      this.#anySent.set(target, was);
    }
    return was;
  }

  #mark(target: string): string {
    return this.#ledger.digest(JSON.stringify(['fixed', this.#targets.get(target)?.endpoint.identity]));
  }

  #placeOfMessage(keys: readonly string[]): number {
    let at = this.#messageAt.get(keys);
    if (at === undefined) {
      at = keys.findIndex((key) => key.trim() === REJECTS_COLUMN);
      this.#messageAt.set(keys, at);
    }
    return at;
  }

  /** The filled columns that were not wrong. Null: too little tells this row from others, or each run has keys of its own (a sandbox). */
  #others(
    { target: name, name: who, externalId }: Result,
    { keys, cells }: InputRecord,
    message: string,
  ): readonly Column[] | null {
    if (this.#targets.get(name)?.keySuffix !== '') return null;
    const others = ownColumns(keys).flatMap((i): Column[] => {
      const [key, cell] = [(keys[i] ?? '').trim(), (cells[i] ?? '').trim()];
      return cell === '' || isFaulty(key, message) ? [] : [[savedCell(key).exact, savedCell(cell)]];
    });
    return externalId === null && (who === null || others.length < LEAST) ? null : others;
  }

  /** @param forms identities of one row */
  #digests(as: 'bad' | 'sent', { target }: Result, forms: readonly string[]): readonly string[] {
    const met = this.#met[as];
    return forms.flatMap((form) => {
      const fact = JSON.stringify(['fixed', this.#targets.get(target)?.endpoint.identity, form]);
      const number = (met.get(fact) ?? 0) + 1;
      if (number === 1 && met.size >= MOST) return [];
      met.set(fact, number);
      return [this.#ledger.digest(`${number} ${fact}`)];
    });
  }
}

type Column = readonly [key: string, cell: SavedCell];

/** The same however a spreadsheet spells the cells. */
function identity(columns: readonly Column[], as: 'exact' | 'rounded'): string {
  return JSON.stringify(columns.map(([key, cell]) => JSON.stringify([key, cell[as]])).sort());
}
