// A table's head and its records.
import type { Problem } from '../lead/codes.ts';
import { unguard } from './guard.ts';
import type { CellEncoding, InputRecord } from './record.ts';
import { type RawRow, Splitter } from './split.ts';

const BATCH = 512;

export interface TableHead {
  readonly splitter: Splitter;
  readonly delimiter: string;
  readonly sepLine: boolean;
  readonly cells: CellEncoding;
  readonly headers: readonly string[];
  readonly headerLine: number;
}

/** Reads up to and with the header. @returns null where there is none */
export async function tableHead(
  text: string,
  rest: AsyncGenerator<string>,
  given: string | null,
  detect: (header: string) => string,
  cellEncoding: (headers: readonly string[]) => CellEncoding,
): Promise<TableHead | null> {
  const splitter = new Splitter();
  splitter.add(text);
  let final = false;
  const firstLine = async (): Promise<string | null> => {
    for (;;) {
      const line = splitter.peekLine(final);
      if (line !== null || final) return line;
      const next = await rest.next();
      if (next.done === true) final = true;
      else splitter.add(next.value);
    }
  };
  let line = await firstLine();
  const sep = /^"?sep=(.)"?\s*$/i.exec(line ?? '')?.[1] ?? null;
  if (sep !== null) {
    splitter.skipLine();
    line = await firstLine();
  }
  if (line === null || line.trim() === '') return null;
  splitter.delimiter = given ?? sep ?? detect(line);
  let row: RawRow | undefined;
  for (;;) {
    [row] = splitter.take(final, 1);
    if (row !== undefined || final) break;
    const next = await rest.next();
    if (next.done === true) final = true;
    else splitter.add(next.value);
  }
  if (row === undefined) return null;
  const cells = cellEncoding(row.cells);
  splitter.cells = cells;
  return {
    splitter,
    delimiter: splitter.delimiter,
    sepLine: sep !== null,
    cells,
    headers: row.cells,
    headerLine: row.line,
  };
}

/** The records below the header. */
export async function* tableRecords(
  head: TableHead,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const { splitter, headers } = head;
  // Excel ends each row with one more delimiter: columns without a name at the end need not be there.
  const width = headers.length - [...headers].reverse().findIndex((header) => header.trim() !== '');
  let count = 0;
  const batches = function* (final: boolean): Generator<readonly InputRecord[]> {
    for (;;) {
      const rows = splitter.take(final, BATCH);
      if (rows.length === 0) return;
      yield rows.map((row) => recordOf(row, ++count, headers, width));
    }
  };
  yield* batches(false);
  for await (const text of rest) {
    splitter.add(text);
    yield* batches(false);
  }
  yield* batches(true);
}

const NONE: readonly Problem[] = [];

function recordOf(row: RawRow, record: number, headers: readonly string[], width: number): InputRecord {
  const { line } = row;
  const cells = row.cells.map((cell) => (cell.charCodeAt(0) === 39 ? unguard(cell) : cell));
  if (row.problem !== null) {
    const problem: Problem = {
      field: null,
      code: 'ROW_UNPARSABLE',
      message: `This line cannot be split into columns: ${row.problem}. Mend the quotes (a quote inside a cell is written twice) and send it again.`,
    };
    return { record, line, keys: headers, cells, problem, warnings: NONE, json: null };
  }
  const warnings: Problem[] = [];
  if (row.nul) {
    warnings.push({ field: null, code: 'NUL_REMOVED', message: 'NUL bytes were taken out of this row.' });
  }
  let problem: Problem | null = null;
  let kept: readonly string[] = cells;
  if (cells.length > headers.length) {
    const extra = cells.slice(headers.length).filter((cell) => cell.trim() !== '').length;
    if (extra === 0) kept = cells.slice(0, headers.length);
    else {
      problem = {
        field: null,
        code: 'ROW_TOO_MANY_COLUMNS',
        message: `The row has more non-empty cells than the header has columns (${extra} more), so values may be shifted. Quote cells that hold the delimiter, or add the missing headers.`,
      };
    }
  } else if (cells.length < width) {
    const missing = width - cells.length;
    warnings.push({
      field: null,
      code: 'ROW_SHORT',
      message: `The row ends ${missing} ${missing === 1 ? 'cell' : 'cells'} early; they count as empty.`,
    });
  }
  return {
    record,
    line,
    keys: headers,
    cells: kept,
    problem,
    warnings: warnings.length === 0 ? NONE : warnings,
    json: null,
  };
}
