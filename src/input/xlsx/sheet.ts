// A sheet's rows as text.
import { MAX_CELL, MAX_COLUMNS } from '../limits.ts';
import { cellText, columnOf, type WorkbookContext } from './values.ts';
import { xmlReader } from './xml.ts';

/** Rows; four times the maximum of a sheet. */
const MAX_ROWS = 4 * 1024 * 1024;
/** Characters of XML between the ends of two rows. */
const MAX_OF_A_ROW = 16 * 1024 * 1024;
/** A cell after a wider gap is stored separately: a value in column XFD must not cost 16,384 cells in each row. */
const GAP = 64;

export interface SheetRow {
  /** Its number in the sheet, from 1. */
  readonly line: number;
  readonly hidden: boolean;
  /** Cells up to the last filled one, or the first wide gap. */
  readonly cells: readonly string[];
  /** Filled cells after such a gap, by column; null if there are none, as in most sheets. */
  readonly far: ReadonlyMap<number, string> | null;
  /** Why it is not a record, as a sentence without its capital; or null. */
  readonly problem: string | null;
}

/** The cells of a row up to a column. */
export function cellsOf({ cells, far }: SheetRow, most: number): readonly string[] {
  if (far === null) return cells.length > most ? cells.slice(0, most) : cells;
  const within = [...far].filter(([column]) => column < most);
  const width = within.reduce(
    (widest, [column]) => Math.max(widest, column + 1),
    Math.min(cells.length, most),
  );
  const whole = new Array<string>(width).fill('');
  for (let column = 0; column < width && column < cells.length; column++) whole[column] = cells[column] ?? '';
  for (const [column, cell] of within) whole[column] = cell;
  return whole;
}

/**
 * Rows that are not empty, one batch per chunk of text; their cells end with the last that is not empty. What follows
 * the rows (merged ranges, links, pictures) is not read.
 * @throws Error if the text is damaged; the rows before it have been yielded
 */
export async function* sheetRows(
  text: AsyncIterable<string>,
  context: WorkbookContext,
): AsyncGenerator<readonly SheetRow[]> {
  let rows: SheetRow[] = [];
  let cells: string[] = [];
  let far: Map<number, string> | null = null;
  let problem: string | null = null;
  let column = -1;
  let line = 0;
  let hidden = false;
  let type = 'n';
  let style = 0;
  let value = '';
  let inValue = false;
  let inReading = false;
  let ended = false;
  let count = 0;
  /** Characters since the last row ended. */
  let length = 0;
  const reader = xmlReader({
    open: (tag, attributes) => {
      switch (tag) {
        case 'row':
          cells = [];
          far = null;
          problem = null;
          column = -1;
          line = rowNumber(attributes['r'], line);
          hidden = /^(1|true)$/.test(attributes['hidden'] ?? '');
          break;
        case 'c': {
          const { r, t, s } = attributes;
          column = r === undefined ? column + 1 : columnOf(r);
          type = t ?? 'n';
          style = Number(s ?? 0);
          value = '';
          break;
        }
        case 'rPh':
          inReading = true;
          break;
        case 'v':
        case 't':
          inValue = !inReading;
          break;
      }
    },
    close: (tag) => {
      switch (tag) {
        case 'v':
        case 't':
          inValue = false;
          break;
        case 'rPh':
          inReading = false;
          break;
        case 'c': {
          const cell = cellText(type, style, value, context);
          if (cell === '' || column < 0 || column >= MAX_COLUMNS) break;
          if (column > cells.length + GAP) {
            far ??= new Map();
            far.set(column, cell);
            break;
          }
          while (cells.length < column) cells.push('');
          cells[column] = cell;
          break;
        }
        case 'row':
          length = 0;
          if (++count > MAX_ROWS) throw new Error('it has more rows than a sheet can have');
          if (far !== null || problem !== null || cells.some((cell) => cell.trim() !== '')) {
            rows.push({ line, hidden, cells, far, problem });
          }
          break;
        case 'sheetData':
          ended = true;
          break;
      }
    },
    text: (part) => {
      if (!inValue || problem !== null) return;
      value += part;
      if (value.length <= MAX_CELL) return;
      value = value.slice(0, 1000);
      problem = 'one of its cells holds more than 1 MiB of text. Shorten it and send this row again.';
    },
  });
  let any = false;
  for await (const chunk of text) {
    any = true;
    length += chunk.length;
    try {
      reader.write(chunk);
      if (length > MAX_OF_A_ROW) throw new Error('one of its rows has no end');
    } catch (error) {
      if (rows.length > 0) yield rows;
      throw error;
    }
    if (rows.length > 0) yield rows;
    rows = [];
    if (ended) return;
  }
  if (any) reader.end();
}

/** Rows without a number follow each other; a number that does not grow is wrong. */
function rowNumber(given: string | undefined, before: number): number {
  const number = Number(given);
  return Number.isInteger(number) && number > before && number <= MAX_ROWS ? number : before + 1;
}
