// A table's head and its records.
import { UsageError } from '../usage-error.ts';
import { detectDelimiter, endOfHeader } from './detect.ts';
import type { CellEncoding, InputRecord } from './record.ts';
import { type RawRow, Splitter } from './split.ts';
import { RecordMaker } from './table-record.ts';

const BATCH = 256;
/** A header that goes on for longer has a quote that nobody closed; more of it is not waited for. */
const MOST_HEADER = 2 * 1024 * 1024;

export interface TableHead {
  readonly splitter: Splitter;
  readonly delimiter: string;
  readonly sepLine: boolean;
  readonly cells: CellEncoding;
  readonly headers: readonly string[];
  readonly headerLine: number;
}

export interface TableOptions {
  /** For messages. */
  readonly name: string;
  readonly delimiter: string | null;
  readonly cellEncoding: (headers: readonly string[]) => CellEncoding;
}

/**
 * Reads up to and with the header.
 * @param text the first part, of which `rest` is the rest
 * @returns null where there is none
 * @throws UsageError where the header cannot be split
 */
export async function tableHead(
  text: string,
  rest: AsyncGenerator<string>,
  { name, delimiter, cellEncoding }: TableOptions,
): Promise<TableHead | null> {
  const splitter = new Splitter();
  splitter.add(text);
  let final = false;
  const more = async () => {
    const next = await rest.next();
    if (next.done === true) final = true;
    else splitter.add(next.value);
  };
  const ahead = async (): Promise<string> => {
    for (;;) {
      const seen = splitter.ahead();
      const end = endOfHeader(seen);
      // A CR at the very end may be the first half of a CRLF.
      const whole = seen[end] === '\n' || end + 1 < seen.length;
      if (final || whole || seen.length > MOST_HEADER) return seen;
      await more();
    }
  };
  let first = await ahead();
  const sep = /^"?sep=(.)"?\1*[^\S\r\n]*$/i.exec(first.slice(0, endOfHeader(first)))?.[1] ?? null;
  if (sep !== null) {
    splitter.skipLine();
    first = await ahead();
  }
  splitter.delimiter = delimiter ?? sep ?? detectDelimiter(first);
  let row: RawRow | undefined;
  for (;;) {
    [row] = splitter.take(final, 1);
    if (row !== undefined) break;
    if (final) return null;
    await more();
  }
  if (row.problem !== null) {
    throw new UsageError(`${name}: the header in line ${row.line} cannot be read: ${row.problem}`);
  }
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

/** The records below the header, as many at once as have come. */
export async function* tableRecords(
  { splitter, headers }: TableHead,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new RecordMaker(headers);
  const batches = function* (final: boolean): Generator<readonly InputRecord[]> {
    for (;;) {
      const rows = splitter.take(final, BATCH);
      if (rows.length === 0) return;
      yield rows.map((row) => maker.of(row, row.line));
    }
  };
  yield* batches(false);
  for await (const text of rest) {
    splitter.add(text);
    yield* batches(false);
  }
  yield* batches(true);
}
