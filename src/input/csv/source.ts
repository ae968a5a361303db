// A table's head and its records.
import { UsageError } from '../../util/usage-error.ts';
import { detectDelimiter, endOfHeader } from '../bytes/detect.ts';
import { checkHeaders } from '../mapping/header-limits.ts';
import type { CellEncoding, InputRecord, TableFacts } from '../record.ts';
import { type Dialect, detectDialect } from './dialect.ts';
import { unescapeFormula } from './escape-formula.ts';
import { CsvReader, type RawRow } from './reader.ts';
import { lineEndsBetween } from './record.ts';
import { factsOf, positions, SAMPLE, widened } from './table-facts.ts';
import { RecordMaker } from './table-record.ts';
import {
  type CellJudge,
  dataAbove,
  type FirstRows,
  LOOKED_BELOW,
  looksLikeData,
  MAX_ABOVE,
  needsLoad,
  tableStart,
} from './table-start.ts';

const BATCH = 256;
/** A longer header has a quote that is never closed; stop waiting for its end. */
const MAX_HEADER = 2 * 1024 * 1024;
/** Titles and the header below them are within this many characters. */
const MAX_TITLE_TEXT = 64 * 1024;

const SEPARATOR = /^"?sep=(.)"?\1*[^\S\r\n]*$/i;
/** Characters of a `sep=` line, padded with delimiters. */
const MAX_SEPARATOR = 1000;

export interface TableHead {
  readonly splitter: CsvReader;
  readonly delimiter: string;
  readonly sepLine: boolean;
  readonly cells: CellEncoding;
  readonly headers: readonly string[];
  /** Null without a header. */
  readonly headerLine: number | null;
  /** Rows skipped above it. */
  readonly titles: number;
  readonly table: TableFacts;
}

export interface TableOptions {
  /** For messages. */
  readonly name: string;
  readonly delimiter: string | null;
  readonly cellEncoding: (headers: readonly string[]) => CellEncoding;
  readonly judge: CellJudge;
  readonly noHeader: boolean;
}

/**
 * Reads up to and including the header.
 * @param text the first part; `rest` is what follows
 * @returns null if there is no header
 * @throws UsageError if the header cannot be split
 */
export async function tableHead(
  text: string,
  rest: AsyncGenerator<string>,
  { name, delimiter, cellEncoding, judge, noHeader }: TableOptions,
): Promise<TableHead | null> {
  const splitter = new CsvReader();
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
      // A CR at the end may be the first half of a CRLF.
      const whole = seen[end] === '\n' || end + 1 < seen.length;
      if (final || whole || seen.length > MAX_HEADER) return seen;
      await more();
    }
  };
  let first = await ahead();
  const sep = SEPARATOR.exec(first.slice(0, Math.min(endOfHeader(first), MAX_SEPARATOR)))?.[1] ?? null;
  if (sep !== null) {
    splitter.skipLine();
    first = await ahead();
  }
  const given = delimiter ?? sep;
  if (first.trim() === '') return null;
  let titles = 0;
  if (!noHeader) {
    titles = await passTitles();
  }
  splitter.delimiter = given ?? detectDelimiter(first);
  splitter.use(
    detectDialect(first, splitter.delimiter, (part, dialect) => brokenRows(part, splitter, dialect)),
  );

  async function passTitles(): Promise<number> {
    let starts = startsOf(first);
    const head = new HeadRows(first, starts, given);
    // Rows that arrive later are only waited for if the first is no header.
    const waits = !head.cells(0, 0).some(judge.namesPhone);
    while (waits && !final && starts.length <= MAX_ABOVE + LOOKED_BELOW && first.length < MAX_TITLE_TEXT) {
      await more();
      first = splitter.ahead();
      starts = startsOf(first);
    }
    const rows = waits ? new HeadRows(first, starts, given) : head;
    if (needsLoad(rows, judge)) await judge.load();
    const start = tableStart(rows, judge);
    const lineOf = (row: number) => splitter.line + lineEndsBetween(first, 0, starts[row] ?? 0);
    if (start.kind === 'data') throw looksLikeData(name, 'line', lineOf(0));
    const { index } = start;
    if (start.kind === 'data-above')
      throw dataAbove(name, 'line', lineOf(0), lineOf(index), lineOf(index) - 1);
    if (index > 0) {
      splitter.skip(starts[index] ?? 0);
      first = await ahead();
    }
    return index;
  }

  const sample = sampleOf(first, splitter, final);
  const facts = async (headers: readonly string[]): Promise<TableFacts> => {
    const named = !noHeader && headers.some(judge.namesPhone);
    if (!named && sample.some((row) => row.some(judge.needsLoad))) await judge.load();
    return factsOf(headers, sample, noHeader, named ? null : judge);
  };
  const common = { splitter, delimiter: splitter.delimiter, sepLine: sep !== null, titles };
  if (noHeader) {
    const headers = positions(sample, false);
    splitter.width = headers.length;
    return { ...common, cells: 'plain', headers, headerLine: null, table: await facts(headers) };
  }
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
  checkHeaders(row.cells, name);
  sample.shift();
  const headers = widened(row.cells.map(unescapeFormula), sample, false);
  const cells = cellEncoding(headers);
  if (cells === 'json') splitter.use({ quote: '"', cells });
  splitter.width = headers.length;
  return { ...common, cells, headers, headerLine: row.line, table: await facts(headers) };
}

/** Where the first non-blank lines of a text start. */
function startsOf(text: string): readonly number[] {
  const starts: number[] = [];
  let at = 0;
  while (at < text.length && starts.length <= MAX_ABOVE + LOOKED_BELOW) {
    const part = text.slice(at, at + MAX_TITLE_TEXT);
    const end = at + endOfHeader(part);
    if (text.slice(at, end).trim() !== '') starts.push(at);
    // A line without an end is no title.
    if (end - at === MAX_TITLE_TEXT) break;
    at = end + 1;
  }
  return starts;
}

/** The first rows, each split by the delimiter of the row that may be the header. */
class HeadRows implements FirstRows {
  readonly #text: string;
  readonly #starts: readonly number[];
  readonly #given: string | null;
  readonly #delimiters = new Map<number, string>();
  readonly #cells = new Map<string, readonly string[]>();

  constructor(text: string, starts: readonly number[], given: string | null) {
    this.#text = text;
    this.#starts = starts;
    this.#given = given;
  }

  get count(): number {
    return this.#starts.length;
  }

  cells(row: number, header: number): readonly string[] {
    const delimiter = this.#delimiter(header);
    const key = `${row}${delimiter}`;
    let cells = this.#cells.get(key);
    if (cells === undefined) {
      const start = this.#starts[row] ?? 0;
      const line = this.#text.slice(start, this.#starts[row + 1] ?? start + MAX_TITLE_TEXT);
      cells = cellsOfLine(line.slice(0, endOfHeader(line)), delimiter);
      this.#cells.set(key, cells);
    }
    return cells;
  }

  #delimiter(row: number): string {
    if (this.#given !== null) return this.#given;
    let found = this.#delimiters.get(row);
    if (found === undefined) {
      found = detectDelimiter(this.#text.slice(this.#starts[row] ?? 0));
      this.#delimiters.set(row, found);
    }
    return found;
  }
}

function cellsOfLine(line: string, delimiter: string): readonly string[] {
  if (!line.includes('"')) return line.split(delimiter).map((cell) => cell.replace(/^\s*'(.*)'\s*$/s, '$1'));
  const reader = new CsvReader();
  reader.delimiter = delimiter;
  reader.add(line);
  return reader.take(true, 1)[0]?.cells ?? [];
}

/** Rows that a dialect cannot read, or reads as wider than the header. */
function brokenRows(text: string, { delimiter }: CsvReader, dialect: Dialect): number {
  const reader = new CsvReader();
  reader.delimiter = delimiter;
  reader.use(dialect);
  reader.add(text);
  const [header, ...rows] = reader.take(false, BATCH);
  const width = header?.cells.length ?? 0;
  return rows.filter(({ problem, cells }) => problem !== null || cells.length > width).length;
}

/** The first rows, the header among them. */
function sampleOf(
  text: string,
  { delimiter, quote, cells }: CsvReader,
  final: boolean,
): (readonly string[])[] {
  const reader = new CsvReader();
  reader.delimiter = delimiter;
  reader.use({ quote, cells });
  reader.add(text.slice(0, MAX_TITLE_TEXT));
  const ended = final && text.length <= MAX_TITLE_TEXT;
  return reader.take(ended, SAMPLE + 1).flatMap((row) => (row.problem === null ? [row.cells] : []));
}

/** The records below the header, in batches as they arrive. */
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
