// A row of a table, from CSV or a workbook, as a record: checks the number of cells, removes apostrophes and secrets.
import type { Problem } from '../../lead/codes.ts';
import { counted } from '../../util/counted.ts';
import type { InputRecord } from '../record.ts';
import { isSecret } from '../secret-keys.ts';
import { unescapeFormula } from './escape-formula.ts';
import type { RawRow } from './reader.ts';

const NONE: readonly Problem[] = [];

/** Turns rows into records and counts them. */
export class RecordMaker {
  readonly #headers: readonly string[];
  /** Columns up to the last with a name: Excel ends each row with one more delimiter. */
  readonly #named: number;
  readonly #secret: ReadonlySet<number>;
  #count = 0;

  constructor(headers: readonly string[]) {
    this.#headers = headers;
    this.#named = headers.findLastIndex((header) => header.trim() !== '') + 1;
    this.#secret = new Set(headers.flatMap((header, column) => (isSecret(header) ? [column] : [])));
  }

  /** @param line physical line; null if the format has none */
  of(row: RawRow, line: number | null): InputRecord {
    this.#count++;
    const warnings: Problem[] = [];
    if (row.nul) {
      warnings.push({ field: null, code: 'NUL_REMOVED', message: 'NUL bytes were removed from this row.' });
    }
    const { cells, problem } =
      row.problem === null ? this.#fitted(row, warnings) : this.#broken(row.cells, row.problem);
    return {
      record: this.#count,
      line,
      keys: this.#headers,
      cells,
      problem,
      warnings: warnings.length === 0 ? NONE : warnings,
      json: null,
    };
  }

  #broken(cells: readonly string[], why: string): Pick<InputRecord, 'cells' | 'problem'> {
    return {
      // It is not known which of its parts is the secret.
      cells: this.#secret.size === 0 ? cells : [],
      problem: {
        field: null,
        code: 'ROW_UNPARSABLE',
        message: `This row cannot be read: ${why}`,
      },
    };
  }

  #fitted({ cells: raw }: RawRow, warnings: Problem[]): Pick<InputRecord, 'cells' | 'problem'> {
    const { length } = this.#headers;
    let cells = raw;
    if (raw.some((cell) => cell.includes("'"))) cells = raw.map(unescapeFormula);
    if (this.#secret.size > 0) cells = cells.map((cell, column) => (this.#secret.has(column) ? '' : cell));
    if (cells.length < this.#named) {
      warnings.push({
        field: null,
        code: 'ROW_SHORT',
        message: `The row has ${cells.length} of ${counted(this.#named, 'cell')}; the missing ones count as empty.`,
      });
    }
    if (cells.length <= length) return { cells, problem: null };
    const extra = cells.slice(length).filter((cell) => cell.trim() !== '').length;
    if (extra === 0) return { cells: cells.slice(0, length), problem: null };
    return {
      cells,
      problem: {
        field: null,
        code: 'ROW_TOO_MANY_COLUMNS',
        message: `The row has ${counted(cells.length, 'cell')}, ${extra} of them filled beyond the header's ${length}, so values may be in the wrong columns. Put cells that contain the delimiter in quotes, or add the missing columns to the header.`,
      },
    };
  }
}
