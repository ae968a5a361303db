// Day and month order, decided once per file, never row by row: dates that can be read in only one way decide how to
// read the ambiguous ones.
import { type DateOrder, dayOrderVote } from '../../lead/date.ts';

/** `13/10/2026`, `Mon, 5.10.26 14:03`: dates that may need an order. ISO dates, epochs and serials do not. */
const NEEDS_ORDER = /^\D{0,12}\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}/u;

/** Counts the votes of date cells. */
export class DateVotes {
  #dayFirst = 0;
  #monthFirst = 0;
  #ordered = false;

  /** There was a cell that may depend on the order. */
  get ordered(): boolean {
    return this.#ordered;
  }

  /** @param cell a cell of a date column, as in the file */
  add(cell: string): void {
    if (!NEEDS_ORDER.test(cell)) return;
    this.#ordered = true;
    const vote = dayOrderVote(cell);
    if (vote === 'DMY') this.#dayFirst++;
    if (vote === 'MDY') this.#monthFirst++;
  }

  /**
   * The order that most cells need; cells that do not fit it are DATE_INVALID. Null without votes, or with equally many
   * for both.
   */
  get verdict(): DateOrder | null {
    if (this.#dayFirst === this.#monthFirst) return null;
    return this.#dayFirst > this.#monthFirst ? 'DMY' : 'MDY';
  }
}
