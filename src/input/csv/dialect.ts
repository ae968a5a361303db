// How a text file writes its cells: the quote, and what a backslash means. Found from the first rows, because no header
// says it.
import type { CellEncoding } from '../record.ts';

export interface Dialect {
  readonly quote: '"' | "'";
  /** `backslash`: `\"` inside quotes and `\N` for nothing, as MySQL and PostgreSQL write them. */
  readonly cells: CellEncoding | 'backslash';
}

export const PLAIN: Dialect = { quote: '"', cells: 'plain' };

/** How much of a file is looked at. */
const LOOKED = 64 * 1024;
/** Lines that are looked at for single quotes. */
const LINES = 20;

/**
 * @param text from the header on
 * @param broken how many of its rows cannot be read, or are wider than the header, in a dialect
 */
export function detectDialect(
  text: string,
  delimiter: string,
  broken: (text: string, dialect: Dialect) => number,
): Dialect {
  const looked = text.slice(0, LOOKED);
  const quote = looked.includes("'") && isSingleQuoted(looked, delimiter) ? "'" : '"';
  if (!looked.includes('\\')) return quote === '"' ? PLAIN : { quote, cells: 'plain' };
  const plain: Dialect = { quote, cells: 'plain' };
  const backslash: Dialect = { quote, cells: 'backslash' };
  if (hasNull(looked, delimiter)) return backslash;
  if (!looked.includes(`\\${quote}`)) return plain;
  return broken(looked, backslash) < broken(looked, plain) ? backslash : plain;
}

/** A cell that is `\N`, without quotes. */
function hasNull(text: string, delimiter: string): boolean {
  const ends = new Set([delimiter, '\n', '\r', undefined]);
  for (let at = text.indexOf('\\N'); at >= 0; at = text.indexOf('\\N', at + 2)) {
    if (ends.has(text[at - 1]) && ends.has(text[at + 2])) return true;
  }
  return false;
}

/** All cells of the header, or a cell of each row below it, have single quotes around them. */
function isSingleQuoted(text: string, delimiter: string): boolean {
  const [header = '', ...rows] = text.split(/[\r\n]+/, LINES + 1).filter((line) => line.trim() !== '');
  const named = header
    .split(delimiter)
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');
  if (named.length > 0 && named.every(isQuoted)) return true;
  const end = `[${delimiter.replace(/[\\\]^-]/g, '\\$&')}]`;
  const cell = new RegExp(`(?:^|${end})\\s*'(?:[^']|''|\\\\')*'\\s*(?:$|${end})`);
  return rows.length >= 2 && rows.every((row) => cell.test(row));
}

function isQuoted(cell: string): boolean {
  return cell.length >= 2 && cell.startsWith("'") && cell.endsWith("'");
}
