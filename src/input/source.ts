// Opens an input: reads its head, detects its format, and yields its records in batches, one per chunk of the stream.
import type { Readable } from 'node:stream';
import { UsageError } from '../util/usage-error.ts';
import { ByteSource, openFile } from './bytes/byte-source.ts';
import { createDecoder, type Decoder } from './bytes/decode.ts';
import { detectFormat, lineEnd } from './bytes/detect.ts';
import { detectEncoding, namedEncoding } from './bytes/encoding.ts';
import { judgeBytes, judgeText } from './bytes/magic.ts';
import { type NamesPhone, namesPhone } from './csv/title-rows.ts';
import type { CellEncoding, InputFormat, Source, SourceInfo } from './record.ts';

export interface SourceSpec {
  /** As given; `-` for stdin. */
  readonly path: string;
  /** Read instead of the path; for `-` the process's stdin by default. */
  readonly stdin?: Readable;
}

/** Null or absent: detected from the content. */
export interface SourceOptions {
  readonly format?: InputFormat | null;
  /** Overrides detection. */
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
  /** Name or number (from 1) of a workbook's sheet; by default the first that is not hidden. */
  readonly sheet?: string | null;
  /** Called once with the header's cells: how this table writes its cells. */
  readonly cellEncoding?: (headers: readonly string[]) => CellEncoding;
  /** Distinguishes the header from title rows above it. */
  readonly namesPhone?: NamesPhone;
}

/** How much is read to detect encoding, format and delimiter. */
const HEAD_FILE = 1024 * 1024;
const HEAD_STREAM = 64 * 1024;

/**
 * Opens an input and reads its head.
 * @throws UsageError if it cannot be read as leads (missing, a folder, empty, a PDF …), with what it is and what to do
 */
export async function openSource(spec: SourceSpec, options: SourceOptions): Promise<Source> {
  const { path } = spec;
  const name = path === '-' ? 'stdin' : path;
  const { delimiter = null } = options;
  if (delimiter !== null && !/^[^"\r\n]$/.test(delimiter)) {
    throw new UsageError('--delimiter: a quote or a line end cannot separate columns.', 'Use , ; | or \\t.');
  }
  const given = spec.stdin ?? (path === '-' ? process.stdin : null);
  const { stream, repeatable, size } =
    given === null ? await openFile(path) : { stream: given, repeatable: false, size: null };
  const pieces = new ByteSource(stream, name);
  try {
    const head = await pieces.head(repeatable ? HEAD_FILE : HEAD_STREAM);
    if (head.length === 0) throw empty(name);
    if (judgeBytes(head, name, options.format ?? null) === 'text') {
      const source = { ...(await openText(pieces, head, path, name, options)), repeatable };
      return size === null ? source : { ...source, bytesRead: () => ({ bytes: pieces.taken, of: size }) };
    }
    const { openWorkbook } = await import('./xlsx/source.ts');
    const source = await openWorkbook(path, name, repeatable ? null : pieces.all(), {
      sheet: options.sheet ?? null,
      namesPhone: options.namesPhone ?? namesPhone,
    });
    await pieces.close();
    return { ...source, repeatable };
  } catch (error) {
    await pieces.close();
    throw error;
  }
}

async function openText(
  pieces: ByteSource,
  head: Buffer,
  path: string,
  name: string,
  options: SourceOptions,
): Promise<Omit<Source, 'repeatable'>> {
  const { encoding = null, format = null } = options;
  const known = encoding === null ? detectEncoding(head) : await namedEncoding(encoding, head);
  const decoder = await createDecoder(known);
  const text = decoder.write(head);
  judgeText(text.slice(0, HEAD_STREAM), name);
  if (text.trim() === '' && pieces.ended) throw empty(name);
  const asked = format === 'xlsx' || format === 'flags' ? null : format;
  const found = asked ?? detectFormat(text, path, pieces.ended);
  const rest = decoded(pieces, decoder);
  const common = { file: path, encoding: known.name, bom: known.bom, eol: lineEnd(text), sheet: null };
  const close = () => pieces.close();
  if (found === 'json' || found === 'ndjson') {
    const { jsonRecords, lineRecords } = await import('./json/source.ts');
    const info: SourceInfo = {
      ...common,
      format: found,
      delimiter: null,
      sepLine: false,
      cellEncoding: 'plain',
      headers: null,
      headerLine: null,
      titles: 0,
    };
    return { info, records: () => (found === 'json' ? jsonRecords : lineRecords)(text, rest), close };
  }
  const { tableHead, tableRecords } = await import('./csv/source.ts');
  const table = await tableHead(text, rest, {
    name,
    delimiter: options.delimiter ?? (found === 'tsv' ? '\t' : null),
    cellEncoding: options.cellEncoding ?? (() => 'plain'),
    namesPhone: options.namesPhone ?? namesPhone,
  });
  if (table === null) throw empty(name);
  const { delimiter, sepLine, cells, headers, headerLine, titles } = table;
  const info: SourceInfo = {
    ...common,
    format: delimiter === '\t' ? 'tsv' : 'csv',
    delimiter,
    sepLine,
    cellEncoding: cells,
    headers,
    headerLine,
    titles,
  };
  return { info, records: () => tableRecords(table, rest), close };
}

function empty(name: string): UsageError {
  return new UsageError(`${name} is empty.`, 'Export it again, or check the name.');
}

async function* decoded(pieces: ByteSource, decoder: Decoder): AsyncGenerator<string> {
  for await (const bytes of pieces.rest()) {
    const text = decoder.write(bytes);
    if (text !== '') yield text;
  }
  const last = decoder.end();
  if (last !== '') yield last;
}
