// Detects files that are not text by their first bytes, and says what they are and what to do.
import { UsageError } from '../../util/usage-error.ts';
import type { InputFormat } from '../record.ts';
import { startsWith } from './encoding.ts';

interface Kind {
  readonly bytes: readonly number[] | string;
  /** Offset; 0 by default. */
  readonly at?: number;
  readonly what: string;
  readonly next: string;
}

const ASK = 'Ask for the leads as CSV or Excel (.xlsx).';
const EXPORT = 'Export the table as CSV.';
const SAVE = 'Open it and save it as .xlsx or CSV.';
const UNPACK = 'Unpack it first.';

const KINDS: readonly Kind[] = [
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    what: 'an old Excel file (.xls), an Office document with a password, or another old Office document',
    next: 'Open it and save it as .xlsx (without a password) or CSV.',
  },
  { bytes: '%PDF', what: 'a PDF', next: ASK },
  {
    bytes: [0x1f, 0x8b],
    what: 'gzip-compressed twice',
    next: 'Unpack it once: gunzip FILE, or gunzip -c FILE | leadpush send -',
  },
  { bytes: 'BZh', what: 'bzip2-compressed', next: UNPACK },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], what: 'xz-compressed', next: UNPACK },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd-compressed', next: UNPACK },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive', next: UNPACK },
  { bytes: 'Rar!', what: 'a RAR archive', next: UNPACK },
  { bytes: 'ustar', at: 257, what: 'a tar archive', next: UNPACK },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG picture', next: ASK },
  { bytes: [0xff, 0xd8, 0xff], what: 'a JPEG picture', next: ASK },
  { bytes: 'GIF8', what: 'a GIF picture', next: ASK },
  { bytes: [0x49, 0x49, 0x2a, 0x00], what: 'a TIFF picture', next: ASK },
  { bytes: [0x4d, 0x4d, 0x00, 0x2a], what: 'a TIFF picture', next: ASK },
  { bytes: 'WEBP', at: 8, what: 'a WebP picture', next: ASK },
  { bytes: 'ftyp', at: 4, what: 'a picture or video', next: ASK },
  { bytes: 'SQLite format 3\0', what: 'an SQLite database', next: EXPORT },
  { bytes: [0, 1, 0, 0, ...Buffer.from('Standard ')], what: 'an Access database', next: EXPORT },
  { bytes: 'PAR1', what: 'a Parquet file', next: EXPORT },
  { bytes: 'ARROW1', what: 'an Arrow file', next: EXPORT },
  { bytes: [0x7f, 0x45, 0x4c, 0x46], what: 'a program', next: 'Name the file that holds the leads.' },
  { bytes: '{\\rtf', what: 'a rich text document', next: SAVE },
];

/** Files that only point to something, by the ends of their names. */
const SHORTCUTS: readonly (readonly [end: RegExp, what: string, next: string])[] = [
  [
    /\.(?:gsheet|gform)$/i,
    'a shortcut to a Google Sheet or Form, without its rows',
    'Open it in the browser, choose File > Download > Microsoft Excel (.xlsx) or CSV, and send that file.',
  ],
  [
    /\.(?:gdoc|gslides|gdraw|gsite|gnote|glink|gscript|gmap)$/i,
    'a shortcut to a Google document, without its content',
    'Put the leads into a Google Sheet, choose File > Download > Microsoft Excel (.xlsx) or CSV, and send that file.',
  ],
  [
    /\.(?:url|webloc|website|desktop|lnk)$/i,
    'a shortcut to a web page or a file, not the file itself',
    'Open it, download the leads there as .xlsx or CSV, and send that file.',
  ],
];

/** @throws UsageError for a file that only points to the leads */
export function refuseShortcut(path: string, name: string): void {
  const found = SHORTCUTS.find(([end]) => end.test(path));
  if (found !== undefined) throw new UsageError(`${name} is ${found[1]}.`, found[2]);
}

const ZIP = [0x50, 0x4b];
/** A part, the end of an empty archive, a part of a split one. */
const ZIP_RECORDS = [0x0403, 0x0605, 0x0807];

/** @returns `xlsx` for a workbook, `text` otherwise @throws UsageError if it is something else, with what to do */
export function judgeBytes(head: Buffer, name: string, format: InputFormat | null): 'xlsx' | 'text' {
  const zip = startsWith(head, ZIP) && head.length >= 4 && ZIP_RECORDS.includes(head.readUInt16LE(2));
  if (zip) return judgeZip(head, name, format);
  const found = KINDS.find(({ bytes, at = 0 }) =>
    startsWith(head.subarray(at), typeof bytes === 'string' ? [...Buffer.from(bytes)] : bytes),
  );
  if (found !== undefined) {
    throw new UsageError(`${name} is ${found.what}, not a table of leads.`, found.next);
  }
  if (format === 'xlsx') {
    throw new UsageError(
      `${name} is not an Excel workbook (.xlsx).`,
      'Remove --format: the format is detected from the content.',
    );
  }
  return 'text';
}

function judgeZip(head: Buffer, name: string, format: InputFormat | null): 'xlsx' {
  if (head.includes('mimetypeapplication/vnd.oasis.opendocument')) {
    throw new UsageError(`${name} is an OpenDocument file (.ods), not a table of leads.`, SAVE);
  }
  // The order of a workbook's parts is free; at least one of these is in the head.
  const workbook = ['[Content_Types].xml', '_rels/.rels', 'xl/'].some((part) => head.includes(part));
  if (!workbook && format !== 'xlsx') {
    throw new UsageError(
      `${name} is a zip archive, not a table of leads.`,
      'Unpack it and name the file inside.',
    );
  }
  if (format === null || format === 'xlsx') return 'xlsx';
  throw new UsageError(
    `${name} is an Excel workbook (.xlsx), not ${format.toUpperCase()}.`,
    'Remove --format: the format is detected from the content.',
  );
}

const MARKUP: readonly (readonly [start: RegExp, what: string])[] = [
  [/^<(!doctype html|html|head|body|table|meta|div)\b/i, 'an HTML page (some tools name it .xls)'],
  [/^<\?xml|^<[a-z][\w:.-]*[\s>]/i, 'XML'],
];

/**
 * @param head the first part of the decoded text
 * @param most how many of its characters are looked at
 * @throws UsageError if it is not text or not a table
 */
export function judgeText(head: string, name: string, most = head.length): void {
  const start = head.slice(0, 1000).trimStart();
  const markup = MARKUP.find(([pattern]) => pattern.test(start));
  if (markup !== undefined) throw new UsageError(`${name} is ${markup[1]}, not a table of leads.`, SAVE);
  const text = withoutFillers(head).slice(0, most);
  let control = 0;
  let zero = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) zero++;
    else if (code < 32 ? code !== 9 && code !== 10 && code !== 13 : code >= 0x7f && code < 0xa0) control++;
    else if (code === 0xfffd) control++;
  }
  // A few stray bytes are no reason to refuse a file; NULs are removed row by row, with a warning.
  if (
    (text === '' && head !== '') ||
    (control >= 3 && control > text.length * 0.02) ||
    (zero >= 4 && zero > text.length * 0.2)
  ) {
    throw new UsageError(
      `${name} is not text: it holds binary data.`,
      'Name a CSV, TSV, JSON, NDJSON or xlsx file. If it is text, set its encoding with --encoding.',
    );
  }
}

/**
 * A file with holes (written past its end, or on a disk that was full) has long runs of NULs; old programs fill the last
 * block with Ctrl-Z.
 */
function withoutFillers(head: string): string {
  if (!head.includes('\u0000') && !head.includes('\u001a')) return head;
  return head.replace(/\u0000{64,}/g, '').replace(/\u001a[\u001a\s]*$/, '');
}
