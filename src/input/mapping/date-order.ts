// Day and month order, decided once per file, never row by row: dates that can be read in only one way decide how to
// read the ambiguous ones; where there are none, an order that puts contacts into the future is not the file's.
import { type DateOrder, dayOrderVote, isFuture, parseInstant } from '../../lead/date.ts';
import { plain } from '../../util/plain.ts';
import type { Note } from '../record.ts';

/** `13/10/2026`, `Mon, 5.10.26 14:03`: dates that may need an order. ISO dates, epochs and serials do not. */
const NEEDS_ORDER = /^\D{0,12}\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}/u;

/** An order found in the cells, and why. */
export interface DayOrder {
  readonly order: DateOrder;
  readonly why: 'proven' | 'future' | 'assumed' | 'contradicted';
  /** The cell that shows it; where it is assumed, the first that depends on it. */
  readonly cell: string;
  /** The cell that shows the other order. */
  readonly against?: string;
}

/** Counts the votes of date cells. */
export class DateVotes {
  readonly #now: number;
  #dayFirst = 0;
  #monthFirst = 0;
  /** The first cell that each order needs. */
  readonly #proofs = { DMY: '', MDY: '' };
  /** The first cell that lies in the future by one order only. */
  readonly #futures = { DMY: '', MDY: '' };
  #first = '';

  /** @param now Unix ms */
  constructor(now: number) {
    this.#now = now;
  }

  /** There was a cell that may depend on the order. */
  get ordered(): boolean {
    return this.#first !== '';
  }

  /** @param cell a cell of a date column, as in the file @param timezone of dates without an offset */
  add(cell: string, timezone: string): void {
    if (!NEEDS_ORDER.test(cell)) return;
    this.#first ||= cell.trim();
    const vote = dayOrderVote(cell);
    if (vote === null) this.#look(cell, timezone);
    else {
      this.#proofs[vote] ||= cell.trim();
      if (vote === 'DMY') this.#dayFirst++;
      else this.#monthFirst++;
    }
  }

  #look(cell: string, timezone: string): void {
    const [day, month] = (['DMY', 'MDY'] as const).map((order) => {
      const instant = parseInstant(cell, timezone, order);
      return instant !== null && isFuture(instant, this.#now);
    });
    if (day === month) return;
    this.#futures[day === true ? 'DMY' : 'MDY'] ||= cell.trim();
  }

  /**
   * The order that most cells need; cells that do not fit it are DATE_INVALID. Null without votes, or with equally many
   * for both.
   */
  get proven(): DayOrder | null {
    if (this.#dayFirst === this.#monthFirst) return null;
    const order = this.#dayFirst > this.#monthFirst ? 'DMY' : 'MDY';
    return { order, why: 'proven', cell: this.#proofs[order] };
  }

  /** What all cells say; without any sign, day first. */
  get settled(): DayOrder {
    const { DMY: dayFirst, MDY: monthFirst } = this.#futures;
    const found = this.proven;
    if (found !== null) return found;
    if (dayFirst !== '' && monthFirst === '') return { order: 'MDY', why: 'future', cell: dayFirst };
    if (monthFirst !== '' && dayFirst === '') return { order: 'DMY', why: 'future', cell: monthFirst };
    if (this.#dayFirst > 0) {
      const { DMY: cell, MDY: against } = this.#proofs;
      return { order: 'DMY', why: 'contradicted', cell, against };
    }
    return { order: 'DMY', why: 'assumed', cell: this.#first };
  }
}

const WORDS = { DMY: 'day first', MDY: 'month first', YMD: 'year first' } as const;

/** What is said about it. */
export function dateNote({ order, why, cell, against = '' }: DayOrder): Note {
  const other = order === 'DMY' ? 'MDY' : 'DMY';
  const [shown, contrary] = [cell, against].map((one) => `"${plain(one.slice(0, 40))}"`);
  const text = {
    proven: `the order of dates is ${order} (${WORDS[order]}), proven by ${shown}.`,
    future: `the order of dates is ${order} (${WORDS[order]}): by ${other}, ${shown} would lie in the future. To choose, add --date-order.`,
    assumed: `the order of dates is assumed: ${order} (${WORDS[order]}). Nothing in the file proves it. If ${shown} is ${WORDS[other]}, add --date-order ${other}.`,
    contradicted: `the order of dates is assumed: ${order} (${WORDS[order]}). ${shown} is ${WORDS[order]}, ${contrary} is ${WORDS[other]}; those that do not fit are left out. To choose, add --date-order.`,
  }[why];
  return { kind: 'dates', text };
}
