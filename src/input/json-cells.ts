// Cells that are PHP json_encode() strings (Elementor's CSV export): \" for a quote, \n for a line break, \/ for a slash.

/** One record's cells. What is no JSON string stays as it is. */
export function jsonCells(record: string, delimiter: string): readonly string[] {
  const cells: string[] = [];
  let i = 0;
  for (;;) {
    while (record[i] === ' ') i++;
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
    i++;
  }
}

function closing(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') {
      // A doubled quote is how others write one.
      if (text[i + 1] !== '"') return i;
      i++;
    }
  }
  return text.length;
}

function decode(inner: string): string {
  const body = inner
    .replace(/\\[\s\S]|""/g, (pair) => (pair === '""' ? '\\"' : pair))
    .replace(/[\u0000-\u001f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  try {
    const value: unknown = JSON.parse(`"${body}"`);
    return typeof value === 'string' ? value : inner;
  } catch {
    return inner.replaceAll('""', '"');
  }
}
