// Spreadsheets (.xlsx), read row by row: a thin reader over yauzl (zip) and saxes (XML). Of the readers measured with
// 100,000 rows of ten columns (2026-10, Node 20, peak memory) it is the one that stays well under 300 MB: this 124 MB
// and 1.6 s; read-excel-file 9.3 303 MB and 1.6 s, whole sheets only; exceljs 4.4 streaming 330 MB and 2.6 s.
import { grouped } from '../../util/counted.ts';
import { messageOf } from '../../util/errors.ts';
import { UsageError } from '../../util/usage-error.ts';
import { unescapeFormula } from '../csv/escape-formula.ts';
import type { RawRow } from '../csv/reader.ts';
import { factsOf, positions, SAMPLE, widened } from '../csv/table-facts.ts';
import { RecordMaker } from '../csv/table-record.ts';
import { MAX_COLUMNS } from '../limits.ts';
import { checkHeaders } from '../mapping/header-limits.ts';
import { type InputRecord, NO_TEXT_FORMAT, type Note, type Source, type SourceInfo } from '../record.ts';
import { chooseSheet, otherSheets, type SheetChoice, sheetNote } from './choose.ts';
import { readDateStyles, readStrings, readWorkbook, type Sheet } from './parts.ts';
import { cellsOf, type SheetRow, sheetRows } from './sheet.ts';
import { type Container, openContainer, openSpooled } from './zip.ts';

const BATCH = 256;

/**
 * Opens one sheet of a workbook.
 * @param bytes the workbook itself if it is not at `path` (stdin)
 * @throws UsageError if it is damaged, empty, or has no such sheet
 */
export async function openWorkbook(
  path: string,
  name: string,
  bytes: AsyncIterable<Buffer> | null,
  choice: SheetChoice,
): Promise<Omit<Source, 'repeatable'>> {
  let container: Container | null = null;
  try {
    container = bytes === null ? await openContainer(path) : await openSpooled(bytes);
    return await openSheet(container, path, name, choice);
  } catch (error) {
    await container?.close();
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${name} is a damaged Excel workbook (${damageOf(error)}).`,
      'Open it in a spreadsheet program and save it again, or download it again.',
    );
  }
}

async function* counted(text: AsyncIterable<string>, add: (length: number) => void): AsyncGenerator<string> {
  for await (const chunk of text) {
    add(chunk.length);
    yield chunk;
  }
}

async function openSheet(
  container: Container,
  path: string,
  name: string,
  choice: SheetChoice,
): Promise<Omit<Source, 'repeatable'>> {
  const { sheets, date1904, stringsPart, stylesPart } = await readWorkbook(container, name);
  const context = {
    strings: await readStrings(container, stringsPart, name),
    dates: await readDateStyles(container, stylesPart),
    date1904,
  };
  const taken = new Map<Sheet, number>();
  const open = (sheet: Sheet) => {
    const count = (length: number) => taken.set(sheet, (taken.get(sheet) ?? 0) + length);
    return sheetRows(counted(container.text(sheet.part), count), context);
  };
  const { sheet, head, rest, header } = await chooseSheet(sheets, open, name, choice);
  const below = header === null ? head : head.slice(header + 1);
  const sample = below.slice(0, SAMPLE).map((row) => cellsOf(row, MAX_COLUMNS));
  const top = header === null ? undefined : head[header];
  // Without the apostrophes, if leadpush wrote the file and a spreadsheet saved it as a workbook.
  const headers =
    top === undefined
      ? positions(sample, true)
      : widened(cellsOf(top, MAX_COLUMNS).map(unescapeFormula), sample, true);
  checkHeaders(
    headers.slice(0, headers.findLastIndex((one) => one.trim() !== '') + 1),
    `${name}, sheet "${sheet.name}"`,
  );
  const info: SourceInfo = {
    file: path,
    format: 'xlsx',
    ...NO_TEXT_FORMAT,
    headers,
    headerLine: top?.line ?? null,
    titles: header ?? 0,
    sheet: sheet.name,
  };
  const { judge } = choice;
  const named = top !== undefined && headers.some(judge.namesPhone);
  if (!named && sample.some((row) => row.some(judge.needsLoad))) await judge.load();
  const chosen = sheetNote(sheets, sheet, choice.sheet);
  const hidden = new HiddenRows();
  const size = container.size(sheet.part);
  return {
    info,
    table: {
      ...factsOf(headers, sample, top === undefined, named ? null : judge),
      otherSheets: otherSheets(sheets, sheet),
    },
    notes: () => [...(chosen === null ? [] : [chosen]), ...hidden.notes()],
    records: () => sheetRecords(headers, below, rest, hidden),
    // Characters, nearly all of one byte; what follows the rows is not read.
    bytesRead: () => ({ bytes: Math.min(taken.get(sheet) ?? 0, size), of: size }),
    close: () => container.close(),
  };
}

/** Rows that a filter, or a person, has hidden: they are read like the others, and that is told. */
class HiddenRows {
  #count = 0;
  #first = 0;

  add({ hidden, line }: SheetRow): void {
    if (!hidden) return;
    if (this.#count === 0) this.#first = line;
    this.#count++;
  }

  notes(): readonly Note[] {
    if (this.#count === 0) return [];
    const rows =
      this.#count === 1
        ? `row ${this.#first} is hidden in the sheet (by a filter, for example) and is read like the others.`
        : `${grouped(this.#count)} rows are hidden in the sheet (by a filter, for example), the first is row ${this.#first}; they are read like the others.`;
    return [
      {
        kind: 'hidden',
        text: `${rows} To leave them out, delete them or copy the visible rows to a new sheet.`,
      },
    ];
  }
}

async function* sheetRecords(
  headers: readonly string[],
  first: readonly SheetRow[],
  rest: AsyncIterable<readonly SheetRow[]>,
  hidden: HiddenRows,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new RecordMaker(headers);
  let line = 0;
  const batches = function* (rows: readonly SheetRow[]): Generator<readonly InputRecord[]> {
    for (let at = 0; at < rows.length; at += BATCH) {
      yield rows.slice(at, at + BATCH).map((row) => {
        ({ line } = row);
        hidden.add(row);
        return maker.of(rowOf(row, headers.length), line);
      });
    }
  };
  yield* batches(first);
  try {
    for await (const rows of rest) yield* batches(rows);
  } catch (error) {
    const problem = `the workbook is damaged from here on (${damageOf(error)}). Save it again, then send the rest.`;
    yield [maker.of({ line: line + 1, cells: [], problem, nul: false }, line + 1)];
  }
}

/** Workbooks do not store empty cells, so a short row is complete; cells beyond the columns of the first rows have no name. */
function rowOf(row: SheetRow, width: number): RawRow {
  const own = cellsOf(row, width);
  const cells = own.length >= width ? own : [...own, ...new Array<string>(width - own.length).fill('')];
  return { line: row.line, cells, problem: row.problem, nul: false };
}

/** The libraries' messages name positions in the XML, never a cell's text. */
function damageOf(error: unknown): string {
  return messageOf(error).replace(/\s+/g, ' ').slice(0, 100);
}
