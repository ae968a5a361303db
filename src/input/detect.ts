// What a file is, from its content: by magic bytes, by its first characters, and the delimiter by its header.
import { UsageError } from '../usage-error.ts';
import type { InputFormat } from './record.ts';

const MAGIC: readonly { readonly bytes: readonly number[]; readonly what: string; readonly next: string }[] =
  [
    {
      bytes: [0xd0, 0xcf, 0x11, 0xe0],
      what: 'an old Excel file (.xls) or another Office document',
      next: 'Open it and save it as .xlsx or CSV.',
    },
    { bytes: [0x25, 0x50, 0x44, 0x46], what: 'a PDF', next: 'Ask for the leads as CSV or Excel.' },
    {
      bytes: [0x1f, 0x8b],
      what: 'gzip-compressed',
      next: 'Unpack it first: gunzip FILE, or gunzip -c FILE | leadpush send -',
    },
    { bytes: [0x42, 0x5a, 0x68], what: 'bzip2-compressed', next: 'Unpack it first.' },
    { bytes: [0xfd, 0x37, 0x7a, 0x58], what: 'xz-compressed', next: 'Unpack it first.' },
    { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd-compressed', next: 'Unpack it first.' },
    { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive', next: 'Unpack it first.' },
    { bytes: [0x52, 0x61, 0x72, 0x21], what: 'a RAR archive', next: 'Unpack it first.' },
    { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG picture', next: 'Ask for the leads as CSV or Excel.' },
    { bytes: [0xff, 0xd8, 0xff], what: 'a JPEG picture', next: 'Ask for the leads as CSV or Excel.' },
    { bytes: [0x47, 0x49, 0x46, 0x38], what: 'a GIF picture', next: 'Ask for the leads as CSV or Excel.' },
    { bytes: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file', next: 'Export it as CSV.' },
    { bytes: [0x7f, 0x45, 0x4c, 0x46], what: 'a program', next: 'Name the file that holds the leads.' },
    {
      bytes: [...Buffer.from('SQLite format 3')],
      what: 'an SQLite database',
      next: 'Export the table as CSV.',
    },
  ];

const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** @returns `xlsx` for a spreadsheet, `text` otherwise @throws UsageError that names what else it is, and what to do */
export function judgeBytes(head: Buffer, name: string, format: InputFormat | null): 'xlsx' | 'text' {
  const starts = (bytes: readonly number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(ZIP)) {
    if (head.includes('[Content_Types].xml') || head.includes('xl/') || format === 'xlsx') {
      if (format === null || format === 'xlsx') return 'xlsx';
      throw new UsageError(
        `${name} is an Excel workbook (.xlsx), not ${format.toUpperCase()}.`,
        'Leave --format out.',
      );
    }
    throw new UsageError(`${name} is a zip archive, not a table.`, 'Unpack it, and name the file inside.');
  }
  const found = MAGIC.find(({ bytes }) => starts(bytes));
  if (found !== undefined)
    throw new UsageError(`${name} is ${found.what}, not a table of leads.`, found.next);
  if (format === 'xlsx')
    throw new UsageError(
      `${name} is not an Excel workbook (.xlsx).`,
      'Leave --format out: it is found from the content.',
    );
  return 'text';
}

/** @throws UsageError for what decodes to no text */
export function judgeText(head: string, name: string): void {
  if (head.length === 0) return;
  let control = 0;
  let zero = 0;
  for (let i = 0; i < head.length; i++) {
    const code = head.charCodeAt(i);
    if (code === 0) zero++;
    else if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 0xfffd) control++;
  }
  if (control > head.length * 0.02 || zero > head.length * 0.1) {
    throw new UsageError(
      `${name} is not text: it holds binary data.`,
      'Name a CSV, TSV, JSON, NDJSON or xlsx file. If it is text, say how it is encoded with --encoding.',
    );
  }
}

/** The format that the text's first characters speak for; the file's extension decides only between equals. */
export function detectFormat(head: string, name: string): 'csv' | 'tsv' | 'json' | 'ndjson' {
  const text = head.trimStart();
  if (/^\[\s*([{[\]"]|$)/.test(text)) return 'json';
  if (!text.startsWith('{')) return /\.tsv$/i.test(name) ? 'tsv' : 'csv';
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const [first = '', second] = lines;
  if (second !== undefined) return second.startsWith('{') ? 'ndjson' : isObject(first) ? 'ndjson' : 'json';
  return isObject(first) && /\.(ndjson|jsonl)$/i.test(name) ? 'ndjson' : 'json';
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** The delimiter that the header uses most outside quotes: tab, `;`, `|` or `,`. */
export function detectDelimiter(header: string): string {
  const counts = new Map([
    ['\t', 0],
    [';', 0],
    ['|', 0],
    [',', 0],
  ]);
  let quoted = false;
  for (const char of header) {
    if (char === '"') quoted = !quoted;
    const count = quoted ? undefined : counts.get(char);
    if (count !== undefined) counts.set(char, count + 1);
  }
  let best = ',';
  for (const [delimiter, count] of counts) if (count > (counts.get(best) ?? 0)) best = delimiter;
  return best;
}
