// Which sheet of a workbook is read: the one that is named, else the first visible one with a column of phones.
import { plain } from '../../util/plain.ts';
import { shellQuoted } from '../../util/shell.ts';
import { UsageError } from '../../util/usage-error.ts';
import {
  type CellJudge,
  dataAbove,
  type FirstRows,
  LOOKED_BELOW,
  looksLikeData,
  MAX_ABOVE,
  needsLoad,
  tableStart,
} from '../csv/table-start.ts';
import { MAX_COLUMNS } from '../limits.ts';
import type { Note } from '../record.ts';
import type { Sheet } from './parts.ts';
import { cellsOf, type SheetRow } from './sheet.ts';

/** Sheets that are opened to look for phones. */
const MAX_TRIED = 60;
/** How many sheets a message lists. */
const MAX_LISTED = 60;

/** A sheet's first rows, the header's place among them, and the rows that follow. */
export interface OpenSheet {
  readonly sheet: Sheet;
  readonly head: readonly SheetRow[];
  readonly rest: AsyncGenerator<readonly SheetRow[]>;
  /** Index of the header; null without one. */
  readonly header: number | null;
}

interface Opened {
  readonly sheet: Sheet;
  readonly head: readonly SheetRow[];
  readonly rest: AsyncGenerator<readonly SheetRow[]>;
}

export interface SheetChoice {
  /** Name or number; null: found. */
  readonly sheet: string | null;
  readonly judge: CellJudge;
  readonly noHeader: boolean;
}

/**
 * @param open reads a sheet's rows
 * @throws UsageError if there is no such sheet, or none with a header
 */
export async function chooseSheet(
  sheets: readonly Sheet[],
  open: (sheet: Sheet) => AsyncGenerator<readonly SheetRow[]>,
  name: string,
  choice: SheetChoice,
): Promise<OpenSheet> {
  if (choice.sheet !== null) {
    return startOf(await opened(named(sheets, choice.sheet, name), open), sheets, name, choice);
  }
  const visible = sheets.filter(({ hidden }) => !hidden);
  const tried = (visible.length > 0 ? visible : sheets).slice(0, MAX_TRIED);
  if (tried.length === 0)
    throw new UsageError(`${name} has no sheet with rows.`, 'Open it and save it again.');
  let first: Opened | null = null;
  for (const sheet of tried) {
    const found = await opened(sheet, open);
    if (found.head.length > 0 && (await hasPhones(found, choice))) {
      await first?.rest.return(undefined);
      return startOf(found, sheets, name, choice);
    }
    if (first === null && found.head.length > 0) first = found;
    else await found.rest.return(undefined);
  }
  const [empty] = tried;
  if (first === null && empty !== undefined) throw emptySheet(empty, sheets, name);
  if (first === null) throw new UsageError(`${name} has no sheet with rows.`, 'Open it and save it again.');
  return startOf(first, sheets, name, choice);
}

/** What is said where there was a choice; null if there was none. */
export function sheetNote(sheets: readonly Sheet[], read: Sheet, wanted: string | null): Note | null {
  const others = sheets.filter((sheet) => sheet !== read && !sheet.hidden);
  if (others.length === 0 || wanted !== null) return null;
  const first = sheets.find(({ hidden }) => !hidden);
  const why = first === read ? '' : ', the first with a column of phones';
  const [other] = others;
  const example = other === undefined ? '' : `, such as --sheet ${shellQuoted(other.name)}`;
  const unread = `${others.length === 1 ? 'the sheet' : 'the sheets'} ${listOf(others)}`;
  return {
    kind: 'sheet',
    text: `the sheet "${plain(read.name)}" is read${why}; ${unread} ${others.length === 1 ? 'is' : 'are'} not. To read another, add --sheet${example}.`,
  };
}

/** The other visible sheets, with their numbers, for advice; null if there are none. */
export function otherSheets(sheets: readonly Sheet[], read: Sheet): string | null {
  const others = sheets.flatMap((sheet, i) =>
    sheet === read || sheet.hidden ? [] : [`${i + 1} "${plain(sheet.name)}"`],
  );
  return others.length === 0 ? null : others.slice(0, MAX_LISTED).join(', ');
}

async function opened(
  sheet: Sheet,
  open: (sheet: Sheet) => AsyncGenerator<readonly SheetRow[]>,
): Promise<Opened> {
  const rest = open(sheet);
  const head: SheetRow[] = [];
  while (head.length <= MAX_ABOVE + LOOKED_BELOW) {
    const next = await rest.next();
    if (next.done === true) break;
    head.push(...next.value);
  }
  return { sheet, head, rest };
}

function rowsOf(head: readonly SheetRow[]): FirstRows {
  const cells = head.slice(0, MAX_ABOVE + LOOKED_BELOW).map((row) => cellsOf(row, MAX_COLUMNS));
  return { count: cells.length, cells: (row) => cells[row] ?? [] };
}

async function hasPhones({ head }: Opened, { judge, noHeader }: SheetChoice): Promise<boolean> {
  const rows = rowsOf(head);
  if (noHeader) {
    const cells = head.slice(0, LOOKED_BELOW).flatMap((row) => cellsOf(row, MAX_COLUMNS));
    if (cells.some(judge.isPhone)) return true;
    if (cells.some(judge.needsLoad)) await judge.load();
    return cells.some(judge.isPhone);
  }
  if (needsLoad(rows, judge)) await judge.load();
  const start = tableStart(rows, judge);
  return start.kind !== 'data' && rows.cells(start.index, start.index).some(judge.namesPhone);
}

async function startOf(
  found: Opened,
  sheets: readonly Sheet[],
  name: string,
  { judge, noHeader }: SheetChoice,
): Promise<OpenSheet> {
  const { head, sheet } = found;
  if (head.length === 0) throw emptySheet(sheet, sheets, name);
  if (noHeader) return { ...found, header: null };
  const rows = rowsOf(head);
  if (needsLoad(rows, judge)) await judge.load();
  const start = tableStart(rows, judge);
  const where = sheets.length === 1 ? name : `${name}, sheet "${sheet.name}"`;
  const lineOf = (row: number) => head[row]?.line ?? 0;
  if (start.kind === 'data') throw looksLikeData(where, 'row', lineOf(0));
  const { index } = start;
  if (start.kind === 'data-above') throw dataAbove(where, 'row', lineOf(0), lineOf(index), lineOf(index - 1));
  return { ...found, header: index };
}

function named(sheets: readonly Sheet[], wanted: string, name: string): Sheet {
  const same = (text: string) => text.trim().toLowerCase();
  const found = sheets.find((sheet) => same(sheet.name) === same(wanted)) ?? sheets[Number(wanted) - 1];
  if (found !== undefined) return found;
  throw new UsageError(`${plain(name)} has no sheet "${wanted}".`, `Its sheets: ${numbered(sheets)}.`);
}

function emptySheet(sheet: Sheet, sheets: readonly Sheet[], name: string): UsageError {
  return new UsageError(
    `${plain(name)}: the sheet "${plain(sheet.name)}" is empty.`,
    `Choose with --sheet: ${numbered(sheets)}.`,
  );
}

function numbered(sheets: readonly Sheet[]): string {
  const shown = sheets.slice(0, MAX_LISTED);
  const more = sheets.length > shown.length ? ` and ${sheets.length - shown.length} more` : '';
  const names = shown.map(({ name, hidden }, i) => `${i + 1} "${plain(name)}"${hidden ? ' (hidden)' : ''}`);
  return `${names.join(', ')}${more}`;
}

function listOf(sheets: readonly Sheet[]): string {
  const shown = sheets.slice(0, MAX_LISTED).map(({ name }) => `"${plain(name)}"`);
  const more = sheets.length > shown.length ? ` and ${sheets.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}`;
}
