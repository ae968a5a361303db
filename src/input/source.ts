// An input opened: its head read, its shape known, its records on demand, a batch for each piece of the stream.
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { UsageError } from '../usage-error.ts';
import { createDecoder, type Decoder, detectEncoding, namedEncoding } from './decode.ts';
import { detectDelimiter, detectFormat, judgeBytes, judgeText } from './detect.ts';
import { jsonRecords, lineRecords } from './json-source.ts';
import type { CellEncoding, InputFormat, InputRecord, SourceInfo } from './record.ts';
import { tableHead, tableRecords } from './table-source.ts';

export interface SourceSpec {
  /** As given; `-` for stdin. */
  readonly path: string;
  readonly stdin?: Readable;
}

export interface SourceOptions {
  readonly format?: InputFormat | null;
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
  readonly sheet?: string | null;
  /** Asked once with the header's cells: how this table writes its cells. */
  readonly cellEncoding?: (headers: readonly string[]) => CellEncoding;
}

export interface Source {
  readonly info: SourceInfo;
  records(): AsyncIterable<readonly InputRecord[]>;
  close(): Promise<void>;
}

const HEAD_FILE = 1024 * 1024;
const HEAD_STREAM = 64 * 1024;
/** A stream that pauses for so long is slow: what has come is then enough to begin with. */
const IDLE_MS = 150;

/** Opens an input. @throws UsageError for what cannot be read as leads, with what it is and what to do */
export async function openSource(spec: SourceSpec, options: SourceOptions): Promise<Source> {
  const name = spec.path === '-' ? 'stdin' : spec.path;
  const stream = spec.stdin ?? openFile(spec.path);
  const pieces = new Pieces(stream);
  try {
    const head = await pieces.head(spec.path === '-' ? HEAD_STREAM : HEAD_FILE);
    if (head.length === 0) throw empty(name);
    const { format = null, encoding = null } = options;
    if (judgeBytes(head, name, format) === 'xlsx') {
      const { openWorkbook } = await import('./xlsx.ts');
      return await openWorkbook(spec.path, pieces.all(), options.sheet ?? null);
    }
    const known = encoding === null ? detectEncoding(head) : await namedEncoding(encoding, head);
    const decoder = await createDecoder(known);
    const text = decoder.write(head);
    judgeText(text.slice(0, HEAD_STREAM), name);
    if (text.trim() === '' && pieces.ended) throw empty(name);
    const found =
      format === null || format === 'xlsx' || format === 'flags' ? detectFormat(text, name) : format;
    const rest = decoded(pieces, decoder);
    const common = {
      file: spec.path,
      encoding: known.name,
      bom: known.bom,
      eol: lineEnd(text),
      sheet: null,
    };
    if (found === 'json' || found === 'ndjson') {
      const info: SourceInfo = {
        ...common,
        format: found,
        delimiter: null,
        sepLine: false,
        cellEncoding: 'plain',
        headers: null,
        headerLine: null,
      };
      const records = found === 'json' ? jsonRecords(text, rest) : lineRecords(text, rest);
      return { info, records: () => records, close: () => pieces.close() };
    }
    const delimiter = options.delimiter ?? (found === 'tsv' ? '\t' : null);
    const table = await tableHead(
      text,
      rest,
      delimiter,
      detectDelimiter,
      options.cellEncoding ?? (() => 'plain'),
    );
    if (table === null) throw empty(name);
    const info: SourceInfo = {
      ...common,
      format: table.delimiter === '\t' ? 'tsv' : 'csv',
      delimiter: table.delimiter,
      sepLine: table.sepLine,
      cellEncoding: table.cells,
      headers: table.headers,
      headerLine: table.headerLine,
    };
    return { info, records: () => tableRecords(table, rest), close: () => pieces.close() };
  } catch (error) {
    await pieces.close();
    throw error;
  }
}

function openFile(path: string): Readable {
  try {
    if (statSync(path).isDirectory()) {
      throw new UsageError(
        `${path} is a folder, not a file.`,
        `Name the files in it: ${path.replace(/\/$/, '')}/*.csv`,
      );
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT')
      throw new UsageError(`There is no file ${path}.`, 'Check the name and the folder.');
    throw new UsageError(`${path} cannot be read (${String(code)}).`, 'Check its permissions.');
  }
  return createReadStream(path, { highWaterMark: 128 * 1024 });
}

function empty(name: string): UsageError {
  return new UsageError(`${name} is empty.`, 'Export it again, or check the name.');
}

function lineEnd(text: string): SourceInfo['eol'] {
  const found = /\r\n|\r|\n/.exec(text)?.[0];
  return found === '\r\n' || found === '\r' ? found : '\n';
}

async function* decoded(pieces: Pieces, decoder: Decoder): AsyncGenerator<string> {
  for await (const bytes of pieces.rest()) {
    const text = decoder.write(bytes);
    if (text !== '') yield text;
  }
  const last = decoder.end();
  if (last !== '') yield last;
}

/** The stream's pieces: a head that is looked at first, then the rest. */
class Pieces {
  readonly #stream: Readable;
  readonly #iterator: AsyncIterator<unknown>;
  #head: Buffer = Buffer.alloc(0);
  #pending: Promise<IteratorResult<unknown>> | null = null;
  #ended = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  get ended(): boolean {
    return this.#ended;
  }

  async head(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    while (length < size && !this.#ended) {
      this.#pending ??= this.#iterator.next();
      const next = await withinIdle(this.#pending, length > 0);
      if (next === 'idle') break;
      this.#pending = null;
      if (next.done === true) this.#ended = true;
      else {
        const bytes = toBuffer(next.value);
        parts.push(bytes);
        length += bytes.length;
      }
    }
    this.#head = Buffer.concat(parts);
    return this.#head;
  }

  async *rest(): AsyncGenerator<Buffer> {
    while (!this.#ended) {
      const next = await (this.#pending ?? this.#iterator.next());
      this.#pending = null;
      if (next.done === true) this.#ended = true;
      else yield toBuffer(next.value);
    }
  }

  async *all(): AsyncGenerator<Buffer> {
    yield this.#head;
    yield* this.rest();
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }
}

/** `idle` where nothing comes for a while and there is something to begin with. */
async function withinIdle(
  pending: Promise<IteratorResult<unknown>>,
  begun: boolean,
): Promise<IteratorResult<unknown> | 'idle'> {
  if (!begun) return pending;
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<'idle'>((resolve) => {
    timer = setTimeout(() => resolve('idle'), IDLE_MS);
  });
  try {
    return await Promise.race([pending, idle]);
  } finally {
    clearTimeout(timer);
  }
}

function toBuffer(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
}
