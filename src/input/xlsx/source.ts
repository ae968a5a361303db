// Spreadsheets (.xlsx), read row by row: a thin reader over yauzl (zip) and saxes (XML). Of the readers measured with
// 100,000 rows of ten columns (2026-10, Node 20, peak memory) it is the one that stays well under 300 MB: this 124 MB
// and 1.6 s; read-excel-file 9.3 303 MB and 1.6 s, whole sheets only; exceljs 4.4 streaming 330 MB and 2.6 s.
import { messageOf } from '../../util/errors.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import { unescapeFormula } from '../csv/escape-formula.ts';
import type { RawRow } from '../csv/reader.ts';
import { RecordMaker } from '../csv/table-record.ts';
import { MAX_TITLES, mayBeTitle, type NamesPhone, titleRows } from '../csv/title-rows.ts';
import { MAX_COLUMNS } from '../limits.ts';
import { checkHeaders } from '../mapping/header-limits.ts';
import { type InputRecord, NO_TEXT_FORMAT, type Source, type SourceInfo } from '../record.ts';
import { readDateStyles, readStrings, readWorkbook, type Sheet } from './parts.ts';
import { cellsOf, measureOf, type SheetRow, sheetRows } from './sheet.ts';
import { type Container, openContainer, openSpooled } from './zip.ts';

const BATCH = 256;
/** How many cells beyond the header are kept for a rejects file. */
const BEYOND = 256;

export interface SheetChoice {
  /** Name or number; null: the first sheet that is not hidden. */
  readonly sheet: string | null;
  readonly namesPhone: NamesPhone;
}

/**
 * Opens one sheet of a workbook. The first row that is neither empty nor a title is the header.
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
  { sheet: wanted, namesPhone }: SheetChoice,
): Promise<Omit<Source, 'repeatable'>> {
  const { sheets, date1904, stringsPart, stylesPart } = await readWorkbook(container, name);
  const sheet = chosen(sheets, wanted, name);
  const size = container.size(sheet.part);
  let taken = 0;
  const rows = sheetRows(
    counted(container.text(sheet.part), (length) => (taken += length)),
    {
      strings: await readStrings(container, stringsPart, name),
      dates: await readDateStyles(container, stylesPart),
      date1904,
    },
  );
  const head: SheetRow[] = [];
  for (;;) {
    const top = head[0] === undefined ? undefined : cellsOf(head[0], MAX_COLUMNS);
    if (top !== undefined && (!mayBeTitle(top) || top.some(namesPhone) || head.length > MAX_TITLES)) break;
    const next = await rows.next();
    if (next.done === true) break;
    head.push(...next.value);
  }
  const titles = titleRows(
    head.slice(0, MAX_TITLES + 1).map((row) => cellsOf(row, MAX_COLUMNS)),
    namesPhone,
  );
  const [header, ...below] = head.slice(titles);
  // Without the apostrophes, if leadpush wrote the file and a spreadsheet saved it as a workbook.
  const headers = header === undefined ? undefined : cellsOf(header, MAX_COLUMNS).map(unescapeFormula);
  if (headers === undefined) {
    throw new UsageError(
      `${plain(name)}: the sheet "${plain(sheet.name)}" is empty.`,
      `Choose with --sheet: ${listOf(sheets)}.`,
    );
  }
  checkHeaders(headers, `${name}, sheet "${sheet.name}"`);
  const info: SourceInfo = {
    file: path,
    format: 'xlsx',
    ...NO_TEXT_FORMAT,
    headers,
    headerLine: null,
    titles,
    sheet: sheet.name,
  };
  return {
    info,
    records: () => sheetRecords(headers, below, rows),
    // Characters, nearly all of one byte; what follows the rows is not read.
    bytesRead: () => ({ bytes: Math.min(taken, size), of: size }),
    close: () => container.close(),
  };
}

async function* sheetRecords(
  headers: readonly string[],
  first: readonly SheetRow[],
  rest: AsyncIterable<readonly SheetRow[]>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new RecordMaker(headers);
  const batches = function* (rows: readonly SheetRow[]): Generator<readonly InputRecord[]> {
    for (let at = 0; at < rows.length; at += BATCH) {
      yield rows.slice(at, at + BATCH).map((row) => maker.of(rowOf(row, headers.length), null));
    }
  };
  yield* batches(first);
  try {
    for await (const rows of rest) yield* batches(rows);
  } catch (error) {
    const problem = `the workbook is damaged from here on (${damageOf(error)}). Save it again, then send the rest.`;
    yield [maker.of({ line: 0, cells: [], problem, nul: false }, null)];
  }
}

/** Workbooks do not store empty cells, so a short row is complete. */
function rowOf(row: SheetRow, width: number): RawRow {
  const { problem } = row;
  const most = width + BEYOND;
  const own = cellsOf(row, most);
  const cells = own.length >= width ? own : [...own, ...new Array<string>(width - own.length).fill('')];
  if (row.far === null && row.cells.length <= most) return { line: 0, cells, problem, nul: false };
  const measure = measureOf(row, most);
  const left = { cells: Math.max(0, measure.width - cells.length), filled: measure.filled };
  return { line: 0, cells, problem, nul: false, left };
}

function chosen(sheets: readonly Sheet[], wanted: string | null, name: string): Sheet {
  const same = (text: string) => text.trim().toLowerCase();
  const found =
    wanted === null
      ? (sheets.find((sheet) => !sheet.hidden) ?? sheets[0])
      : (sheets.find((sheet) => same(sheet.name) === same(wanted)) ?? sheets[Number(wanted) - 1]);
  if (found !== undefined) return found;
  if (wanted === null) throw new UsageError(`${name} has no sheet with rows.`, 'Open it and save it again.');
  throw new UsageError(`${plain(name)} has no sheet "${wanted}".`, `Its sheets: ${listOf(sheets)}.`);
}

/** How many sheets a message lists. */
const MAX_LISTED = 60;

function listOf(sheets: readonly Sheet[]): string {
  const shown = sheets.slice(0, MAX_LISTED);
  const more = sheets.length > shown.length ? ` and ${sheets.length - shown.length} more` : '';
  const names = shown.map(({ name, hidden }, i) => `${i + 1} "${plain(name)}"${hidden ? ' (hidden)' : ''}`);
  return `${names.join(', ')}${more}`;
}

/** The libraries' messages name positions in the XML, never a cell's text. */
function damageOf(error: unknown): string {
  return messageOf(error).replace(/\s+/g, ' ').slice(0, 100);
}
