// Cells that are PHP json_encode() strings (Elementor's CSV export): \" for a quote, \n for a line break, \/ for a
// slash.
import { escaped } from '../../util/plain.ts';

/**
 * The cells of one record whose quotes are known to be balanced. Cells that are not JSON strings stay as they are; a
 * doubled quote, as spreadsheets write it, is one quote too.
 */
export function jsonCells(record: string, delimiter: string): readonly string[] {
  const cells: string[] = [];
  let i = 0;
  for (;;) {
    if (record[i] === '"') {
      const end = closing(record, i + 1);
      cells.push(decode(record.slice(i + 1, end)));
      i = record.indexOf(delimiter, end + 1);
    } else {
      const end = record.indexOf(delimiter, i);
      cells.push(record.slice(i, end < 0 ? undefined : end));
      i = end;
    }
    if (i < 0) return cells;
    i += delimiter.length;
  }
}

function closing(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '"') {
      if (text[i + 1] !== '"') return i;
      i++;
    }
  }
  return text.length;
}

function decode(inner: string): string {
  if (!/[\\"]/.test(inner)) return inner;
  const body = inner
    .replace(/\\[\s\S]|""/g, (pair) => (pair === '""' ? '\\"' : pair))
    .replace(/[\u0000-\u001f]/g, escaped);
  try {
    const value: unknown = JSON.parse(`"${body}"`);
    return typeof value === 'string' ? value : inner;
  } catch {
    return inner.replaceAll('""', '"');
  }
}
