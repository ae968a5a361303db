// Day and month order, decided once a file (docs/behaviour.md, "Reading"), never row by row: what the date cells that can be read
// in one way only say about those that can be read in two.
import { type DateOrder, dayOrderVote } from '../../lead/date.ts';

/** `13/10/2026`, `Mon, 5.10.26 14:03`: what may need an order. ISO dates, epochs and serials need none. */
const NEEDS_ORDER = /^\D{0,12}\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}/u;

/** Counts what date cells say. */
export class DateVotes {
  #dayFirst = 0;
  #monthFirst = 0;
  #ordered = false;

  /** A cell was seen whose reading may depend on the order. */
  get ordered(): boolean {
    return this.#ordered;
  }

  /** @param cell a cell of a date column, as it stands in the file */
  add(cell: string): void {
    if (!NEEDS_ORDER.test(cell)) return;
    this.#ordered = true;
    const vote = dayOrderVote(cell);
    if (vote === 'DMY') this.#dayFirst++;
    if (vote === 'MDY') this.#monthFirst++;
  }

  /**
   * The order that most cells need; those that do not fit it are DATE_INVALID. Null while no cell tells, or as many
   * tell one as the other.
   */
  get verdict(): DateOrder | null {
    if (this.#dayFirst === this.#monthFirst) return null;
    return this.#dayFirst > this.#monthFirst ? 'DMY' : 'MDY';
  }
}
