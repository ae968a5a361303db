// Cells in which a backslash escapes the next character, as MySQL and PostgreSQL export them: `\"`, `\\`, `\n`, and
// `\N` for nothing.
import { backslashes } from './record.ts';

const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '',
  f: '',
  v: '\n',
  0: '',
  Z: '',
};

/** The cells of one record whose quotes are known to be balanced. A doubled quote is one quote too. */
export function backslashCells(record: string, delimiter: string, quote: string): readonly string[] {
  const cells: string[] = [];
  let i = 0;
  for (;;) {
    let end: number;
    if (record[i] === quote) {
      const close = closing(record, i + 1, quote);
      cells.push(decoded(record.slice(i + 1, close), quote));
      end = record.indexOf(delimiter, close + 1);
    } else {
      end = delimiterFrom(record, i, delimiter);
      const cell = record.slice(i, end < 0 ? undefined : end);
      cells.push(cell === '\\N' ? '' : decoded(cell, ''));
    }
    if (end < 0) return cells;
    i = end + delimiter.length;
  }
}

function closing(text: string, from: number, quote: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return i;
      i++;
    }
  }
  return text.length;
}

function delimiterFrom(text: string, from: number, delimiter: string): number {
  let at = text.indexOf(delimiter, from);
  while (at >= 0 && backslashes(text, at, from) % 2 === 1) at = text.indexOf(delimiter, at + 1);
  return at;
}

function decoded(cell: string, quote: string): string {
  const whole = quote === '' ? cell : cell.replaceAll(quote + quote, quote);
  if (!whole.includes('\\')) return whole;
  return whole.replace(/\\([\s\S])/g, (_, char: string) => LETTERS[char] ?? char);
}
