// Opens an input: reads its head, detects its format, and yields its records in batches, one per chunk of the stream.
import type { Readable } from 'node:stream';
import { UsageError } from '../util/usage-error.ts';
import { ByteSource, openFile, sizeOf } from './bytes/byte-source.ts';
import { createDecoder, type Decoder } from './bytes/decode.ts';
import { detectFormat, lineEnd, otherThan } from './bytes/detect.ts';
import { detectEncoding, type Encoding, namedEncoding } from './bytes/encoding.ts';
import { isGzip, type Unpacked, unpacked, withoutGz } from './bytes/gzip.ts';
import { judgeBytes, judgeText, refuseShortcut } from './bytes/magic.ts';
import { contactCells } from './csv/contact-cells.ts';
import { type CellJudge, namesPhone } from './csv/table-start.ts';
import type { CellEncoding, InputFormat, InputRecord, Source, SourceInfo } from './record.ts';

export interface SourceSpec {
  /** As given; `-` for stdin. */
  readonly path: string;
  /** Read instead of the path; for `-` the process's stdin by default. */
  readonly stdin?: Readable;
  /** Opens what is read instead of the path, from its start, any number of times: a download. */
  readonly opened?: () => Readable;
}

/** Null or absent: detected from the content. */
export interface SourceOptions {
  readonly format?: InputFormat | null;
  /** Overrides detection. */
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
  /** Name or number (from 1) of a workbook's sheet; by default the first that is not hidden. */
  readonly sheet?: string | null;
  /** `data.items`: the list of records within a JSON document; by default the only one whose objects have phones. */
  readonly records?: string | null;
  /** Called once with the header's cells: how this table writes its cells. */
  readonly cellEncoding?: (headers: readonly string[]) => CellEncoding;
  /** Distinguishes the header from titles above it and data below it. */
  readonly judge?: CellJudge;
  /** The first row of a table is data. */
  readonly noHeader?: boolean;
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
  const judge = options.judge ?? { ...contactCells('IN'), namesPhone };
  const name = path === '-' ? 'stdin' : path;
  const { delimiter = null } = options;
  if (delimiter !== null && !/^[^"\r\n]$/.test(delimiter)) {
    throw new UsageError('--delimiter: a quote or a line end cannot separate columns.', 'Use , ; | or \\t.');
  }
  const { opened } = spec;
  if (opened === undefined) refuseShortcut(path, name);
  const given = spec.stdin ?? (path === '-' ? process.stdin : null);
  const open = async () =>
    opened === undefined ? openFile(path) : { stream: opened(), repeatable: true, size: null };
  const { stream, repeatable, size } =
    given === null ? await open() : { stream: given, repeatable: false, size: sizeOf(given) };
  const bytes = new InputBytes(stream, name);
  try {
    const head = await bytes.head(repeatable ? HEAD_FILE : HEAD_STREAM);
    if (head.length === 0) throw empty(name);
    if (judgeBytes(head, name, options.format ?? null) === 'text') {
      const again = repeatable ? async () => (await open()).stream : null;
      const source = {
        ...(await openText(bytes, head, path, name, { ...options, judge }, again)),
        repeatable,
      };
      return size === null ? source : { ...source, bytesRead: () => ({ bytes: bytes.taken, of: size }) };
    }
    // A workbook is read from its end, so one that is not at the path is saved first.
    const isFile = repeatable && opened === undefined;
    const { openWorkbook } = await import('./xlsx/source.ts');
    const source = await openWorkbook(path, name, isFile && !bytes.packed ? null : bytes.all(), {
      sheet: options.sheet ?? null,
      noHeader: options.noHeader ?? false,
      judge,
    });
    await bytes.close();
    return { ...source, repeatable };
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

/** An input's bytes, unpacked where they are gzipped. */
class InputBytes {
  readonly #name: string;
  readonly #given: ByteSource;
  #unpacked: Unpacked | null = null;
  #pieces: ByteSource;

  constructor(stream: Readable, name: string) {
    this.#name = name;
    this.#given = new ByteSource(stream, name);
    this.#pieces = this.#given;
  }

  get packed(): boolean {
    return this.#unpacked !== null;
  }

  /** Bytes of the file itself that were taken so far. */
  get taken(): number {
    return this.#given.taken;
  }

  get ended(): boolean {
    return this.#pieces.ended;
  }

  /** Why not all of it could be unpacked. */
  get damage(): string | null {
    return this.#unpacked?.damage() ?? null;
  }

  /** @throws UsageError if nothing of it can be unpacked */
  async head(size: number): Promise<Buffer> {
    const head = await this.#given.head(size);
    if (!isGzip(head)) return head;
    this.#unpacked = unpacked(this.#given.all());
    this.#pieces = new ByteSource(this.#unpacked.stream, this.#name);
    const inner = await this.#pieces.head(size);
    if (inner.length > 0 || this.damage === null) return inner;
    throw new UsageError(
      `${this.#name} is a damaged gzip file (${this.damage}).`,
      'Download it again, or test it with gunzip -t.',
    );
  }

  rest(): AsyncIterable<Buffer> {
    return this.#pieces.rest();
  }

  all(): AsyncIterable<Buffer> {
    return this.#pieces.all();
  }

  async close(): Promise<void> {
    await this.#pieces.close();
    await this.#given.close();
  }
}

async function openText(
  bytes: InputBytes,
  head: Buffer,
  path: string,
  name: string,
  options: SourceOptions & { readonly judge: CellJudge },
  open: (() => Promise<Readable>) | null,
): Promise<Omit<Source, 'repeatable'>> {
  const { encoding = null, format = null } = options;
  const known = encoding === null ? detectEncoding(head) : await namedEncoding(encoding, head);
  const decoder = await createDecoder(known);
  const text = decoder.write(head);
  judgeText(text, name, HEAD_STREAM);
  if (text.trim() === '' && bytes.ended) throw empty(name);
  const asked = format === 'xlsx' || format === 'flags' ? null : format;
  const other = asked === null ? null : otherThan(asked, text, bytes.ended);
  if (other !== null) {
    throw new UsageError(`${name} is ${other}.`, 'Remove --format: the format is detected from the content.');
  }
  const found = asked ?? detectFormat(text, withoutGz(path), bytes.ended);
  const rest = decoded(bytes.rest(), decoder);
  const common = { file: path, encoding: known.name, bom: known.bom, eol: lineEnd(text), sheet: null };
  const close = () => bytes.close();
  if (found === 'json' || found === 'ndjson') {
    const { openJson, openLines } = await import('./json/source.ts');
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
    const again = open === null ? null : () => textAgain(open, name, known);
    const json = { name, wanted: options.records ?? null, again };
    const input = found === 'json' ? await openJson(text, rest, json) : openLines(text, rest, json);
    return { info, records: () => withDamage(input.records(), bytes, NO_HEADERS), notes: input.notes, close };
  }
  const { tableHead, tableRecords } = await import('./csv/source.ts');
  const table = await tableHead(text, rest, {
    name,
    delimiter: options.delimiter ?? (found === 'tsv' ? '\t' : null),
    cellEncoding: options.cellEncoding ?? (() => 'plain'),
    noHeader: options.noHeader ?? false,
    judge: options.judge,
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
  const records = () => withDamage(tableRecords(table, rest), bytes, headers);
  return { info, table: table.table, records, close };
}

const NO_HEADERS: readonly string[] = [];

/** The records, and one more that tells of the rest where a packed input is damaged. */
function withDamage(
  records: AsyncIterable<readonly InputRecord[]>,
  bytes: InputBytes,
  keys: readonly string[],
): AsyncIterable<readonly InputRecord[]> {
  return bytes.packed ? toldOf(records, bytes, keys) : records;
}

async function* toldOf(
  records: AsyncIterable<readonly InputRecord[]>,
  bytes: InputBytes,
  keys: readonly string[],
): AsyncGenerator<readonly InputRecord[]> {
  let count = 0;
  for await (const batch of records) {
    count += batch.length;
    yield batch;
  }
  const { damage } = bytes;
  if (damage === null) return;
  const message = `The gzip file is damaged (${damage}): the records after this place cannot be read. Download it again, then send it again.`;
  const problem = { field: null, code: 'ROW_UNPARSABLE' as const, message };
  yield [{ record: count + 1, line: null, keys, cells: [], problem, warnings: [], json: null }];
}

/** The whole text of a file once more. */
async function* textAgain(
  open: () => Promise<Readable>,
  name: string,
  encoding: Encoding,
): AsyncGenerator<string> {
  const bytes = new InputBytes(await open(), name);
  try {
    const decoder = await createDecoder(encoding);
    await bytes.head(HEAD_STREAM);
    yield* decoded(bytes.all(), decoder);
  } finally {
    await bytes.close();
  }
}

function empty(name: string): UsageError {
  return new UsageError(`${name} is empty.`, 'Export it again, or check the name.');
}

async function* decoded(pieces: AsyncIterable<Buffer>, decoder: Decoder): AsyncGenerator<string> {
  for await (const bytes of pieces) {
    const text = decoder.write(bytes);
    if (text !== '') yield text;
  }
  const last = decoder.end();
  if (last !== '') yield last;
}
