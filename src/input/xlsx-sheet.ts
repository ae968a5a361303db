// A sheet's rows, one after another, as text.
import { cellText, columnOf, type WorkbookContext } from './xlsx-values.ts';
import { xmlReader } from './xlsx-xml.ts';

/** Columns that a sheet can have. */
const MOST_COLUMNS = 16_384;

/**
 * Rows that are not empty, as many at once as a piece of the text holds; their cells end with the last that is not empty.
 * @throws Error where the text is damaged; the rows before it have been given
 */
export async function* sheetRows(
  text: AsyncIterable<string>,
  context: WorkbookContext,
): AsyncGenerator<readonly (readonly string[])[]> {
  let rows: (readonly string[])[] = [];
  let cells: string[] = [];
  let column = -1;
  let type = 'n';
  let style = 0;
  let value = '';
  let inValue = false;
  let inReading = false;
  const reader = xmlReader({
    open: (tag, attributes) => {
      switch (tag) {
        case 'row':
          cells = [];
          column = -1;
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
          if (cell === '' || column < 0 || column >= MOST_COLUMNS) break;
          while (cells.length < column) cells.push('');
          cells[column] = cell;
          break;
        }
        case 'row':
          if (cells.some((cell) => cell.trim() !== '')) rows.push(cells);
          break;
      }
    },
    text: (part) => {
      if (inValue) value += part;
    },
  });
  let any = false;
  for await (const chunk of text) {
    any = true;
    try {
      reader.write(chunk);
    } catch (error) {
      if (rows.length > 0) yield rows;
      throw error;
    }
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
  if (any) reader.end();
}
