// Rows as CSV text in a given shape: delimiter, line ends, encoding and cell format.
import { escapeFormula, SEPARATORS } from '../input/csv/escape-formula.ts';
import type { SourceInfo } from '../input/record.ts';
import { escaped } from '../util/plain.ts';

export interface TableShape {
  readonly delimiter: string;
  readonly eol: string;
  /** A name that iconv-lite knows. */
  readonly encoding: string;
  readonly bom: boolean;
  readonly sepLine: boolean;
  readonly cells: 'plain' | 'json';
}

/** The shape of result files, whatever the input. */
export const RESULTS_SHAPE: TableShape = {
  delimiter: ',',
  eol: '\r\n',
  encoding: 'utf-8',
  bom: true,
  sepLine: false,
  cells: 'plain',
};

/** The input's own shape; CSV for a spreadsheet. */
export function shapeOf(info: SourceInfo): TableShape {
  if (info.delimiter === null || info.encoding === null) return RESULTS_SHAPE;
  const { delimiter, eol, encoding, bom, sepLine, cellEncoding } = info;
  return { delimiter, eol, encoding, bom, sepLine, cells: cellEncoding };
}

/** One row with its line end, formulas escaped. */
export function rowText(cells: readonly string[], shape: TableShape): string {
  const write = shape.cells === 'json' ? jsonCell : plainCell;
  return cells.map((cell) => write(cell, shape.delimiter)).join(shape.delimiter) + shape.eol;
}

/** The header is plain even if the cells are JSON. */
export function headerText(cells: readonly string[], shape: TableShape): string {
  return (
    sepText(shape) + cells.map((cell) => plainCell(cell, shape.delimiter)).join(shape.delimiter) + shape.eol
  );
}

/** The line above the header (or the first row) that names the delimiter; nothing where there is none. */
export function sepText({ sepLine, delimiter, eol }: TableShape): string {
  return sepLine ? `sep=${delimiter}${eol}` : '';
}

/** Quote what a spreadsheet in any country might split at or trim, whatever this file's delimiter. */
const SPECIAL = new RegExp(`[${SEPARATORS}"\\r\\n]|^\\s|\\s$`);

function plainCell(cell: string, delimiter: string): string {
  const guarded = escapeFormula(cell, delimiter);
  const quoted = guarded !== cell || SPECIAL.test(cell) || cell.includes(delimiter);
  return quoted ? `"${guarded.replaceAll('"', '""')}"` : cell;
}

/**
 * A text as PHP's json_encode() writes it: slashes and non-ASCII escaped. Quotes are escaped as with JSON_HEX_QUOT: a
 * spreadsheet would take \" for the end of the cell.
 */
function jsonCell(cell: string, delimiter: string): string {
  return `"${JSON.stringify(escapeFormula(cell, delimiter))
    .slice(1, -1)
    .replaceAll('\\"', '\\u0022')
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, escaped)}"`;
}

/** Bytes in the shape's encoding. A character that the encoding lacks becomes `?`; see {@link toAscii}. */
export async function encoder(shape: TableShape): Promise<(text: string, first: boolean) => Uint8Array> {
  const { encoding } = shape;
  if (/^utf-?8$/i.test(encoding)) {
    return (text, first) => Buffer.from(first && shape.bom ? `\ufeff${text}` : text, 'utf8');
  }
  const { default: iconv } = await import('iconv-lite');
  return (text, first) =>
    iconv.encode(first && shape.bom ? `\ufeff${text}` : text, encoding, { addBOM: false });
}

/** Replaces the typographic characters of our own messages, for encodings that lack them. */
export function toAscii(text: string, encoding: string): string {
  if (/^utf/i.test(encoding)) return text;
  return text
    .replaceAll('…', '...')
    .replace(/[–—]/g, '-')
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replaceAll('₹', 'Rs ');
}
