// What the first rows of a table show beyond its header: columns without a name, and columns of phones and e-mails.
import type { TableFacts } from '../record.ts';
import type { CellJudge } from './table-start.ts';

/** Rows below the header that are looked at. */
export const SAMPLE = 50;
/** Columns beyond the header: a value in the last column of a sheet must not cost 16,384 cells in each row. */
const MAX_BEYOND = 256;

type Rows = readonly (readonly string[])[];

/**
 * The header with the columns beyond it, as empty names.
 * @param everywhere a workbook: each cell has its address, so one row is enough; else most rows must fill the column
 */
export function widened(headers: readonly string[], sample: Rows, everywhere: boolean): readonly string[] {
  let width = headers.length;
  const widest = Math.min(
    sample.reduce((most, row) => Math.max(most, row.length), 0),
    headers.length + MAX_BEYOND,
  );
  for (let column = headers.length; column < widest; column++) {
    const filled = sample.filter((row) => isFilled(row[column])).length;
    if (everywhere ? filled > 0 : filled >= 2 && filled * 2 > sample.length) width = column + 1;
  }
  return width === headers.length
    ? headers
    : [...headers, ...new Array<string>(width - headers.length).fill('')];
}

/** Names by position, for a table without a header: as many as most rows have cells. */
export function positions(sample: Rows, everywhere: boolean): readonly string[] {
  const [first = []] = sample;
  return widened(first.slice(0, MAX_BEYOND), sample, everywhere).map((_, column) => String(column + 1));
}

/**
 * @param headers as they are read, with empty names
 * @param judge null where the header says what is a phone
 */
export function factsOf(
  headers: readonly string[],
  sample: Rows,
  headerless: boolean,
  judge: CellJudge | null,
): TableFacts {
  const columns = [...headers.keys()];
  return {
    headerless,
    unnamed: columns.filter(
      (column) => headers[column]?.trim() === '' && sample.some((row) => isFilled(row[column])),
    ),
    contacts: judge === null ? null : contactsOf(columns, sample, judge),
    otherSheets: null,
  };
}

function contactsOf(columns: readonly number[], sample: Rows, judge: CellJudge): TableFacts['contacts'] {
  const mostly = (holds: (cell: string) => boolean) =>
    columns.filter((column) => {
      const filled = sample.map((row) => row[column] ?? '').filter(isFilled);
      return filled.length > 0 && filled.filter(holds).length * 2 >= filled.length;
    });
  return { phones: mostly(judge.isPhone), emails: mostly(judge.isEmail) };
}

function isFilled(cell: string | undefined): boolean {
  return cell !== undefined && cell.trim() !== '';
}
