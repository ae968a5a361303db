// An input's bytes: first a head to detect the format from, then the rest.
import { fstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { codeOf, reasonOf } from '../../util/errors.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';

/** A stream that pauses this long is slow: detect the format from what has arrived. */
const IDLE_MS = 150;

/** Opens a file or a named pipe. @throws UsageError if it does not exist, is a folder, or cannot be read */
export async function openFile(
  path: string,
): Promise<{ readonly stream: Readable; readonly repeatable: boolean; readonly size: number | null }> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, 'r');
    const stat = await handle.stat();
    if (stat.isDirectory()) {
      throw new UsageError(
        `${plain(path)} is a folder, not a file.`,
        `Name the files in it: ${path.replace(/\/$/, '')}/*.csv`,
      );
    }
    const stream = handle.createReadStream({ highWaterMark: 128 * 1024 });
    return { stream, repeatable: stat.isFile(), size: stat.isFile() ? stat.size : null };
  } catch (error) {
    await handle?.close();
    throw error instanceof UsageError ? error : refusal(path, error);
  }
}

/** Of the file that the shell made stdin (`< leads.csv`); null where it is none. */
export function sizeOf(stream: Readable & { readonly fd?: unknown }): number | null {
  if (typeof stream.fd !== 'number') return null;
  try {
    const stat = fstatSync(stream.fd);
    return stat.isFile() ? stat.size : null;
  } catch {
    // Closed: who reads it says so.
    return null;
  }
}

function refusal(path: string, error: unknown): UsageError {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UsageError(`The file ${plain(path)} does not exist.`, 'Check the name and the folder.');
    case 'EACCES':
    case 'EPERM':
      return new UsageError(
        `You have no permission to read ${plain(path)}.`,
        'Check its permissions with ls -l.',
      );
    case 'EISDIR':
      return new UsageError(`${plain(path)} is a folder, not a file.`, 'Name the files in it.');
    default:
      return new UsageError(
        `${plain(path)} cannot be read (${reasonOf(error)}).`,
        'Check the file, or copy it to another disk.',
      );
  }
}

export class ByteSource {
  readonly #name: string;
  readonly #stream: Readable;
  readonly #iterator: AsyncIterator<unknown>;
  #head: Buffer = Buffer.alloc(0);
  #pending: Promise<IteratorResult<unknown>> | null = null;
  #ended = false;
  #taken = 0;

  /** @param name for messages */
  constructor(stream: Readable, name: string) {
    this.#name = name;
    this.#stream = stream;
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  /** Bytes handed on. */
  get taken(): number {
    return this.#taken;
  }

  /** Everything has been read. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * The first `size` bytes, or all if there are fewer; from a slow stream what came before it paused, at least a line.
   */
  async head(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    let lines = false;
    while (length < size && !this.#ended) {
      const next = await this.#next(lines);
      if (next === 'idle') break;
      if (next === null) continue;
      parts.push(next);
      length += next.length;
      lines ||= next.includes(0x0a) || next.includes(0x0d);
    }
    this.#head = Buffer.concat(parts);
    return this.#head;
  }

  async *rest(): AsyncGenerator<Buffer> {
    while (!this.#ended) {
      const next = await this.#next(false);
      if (next instanceof Buffer) yield next;
    }
  }

  async *all(): AsyncGenerator<Buffer> {
    yield this.#head;
    yield* this.rest();
  }

  async close(): Promise<void> {
    // Nobody awaits this read any more; its rejection must not end the process.
    this.#pending?.catch(() => {});
    this.#stream.destroy();
  }

  /** @returns null at the end */
  async #next(mayIdle: boolean): Promise<Buffer | 'idle' | null> {
    this.#pending ??= this.#iterator.next();
    let next: IteratorResult<unknown> | 'idle';
    try {
      next = mayIdle ? await withinIdle(this.#pending) : await this.#pending;
    } catch (error) {
      if (this.#head.length === 0) throw refusal(this.#name, error);
      throw new Error(`${this.#name} could not be read to its end (${reasonOf(error)}).`, { cause: error });
    }
    if (next === 'idle') return next;
    this.#pending = null;
    this.#ended = next.done === true;
    if (this.#ended) return null;
    const buffer = toBuffer(next.value);
    this.#taken += buffer.length;
    return buffer;
  }
}

async function withinIdle(
  pending: Promise<IteratorResult<unknown>>,
): Promise<IteratorResult<unknown> | 'idle'> {
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
  if (Buffer.isBuffer(value)) return value;
  return value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value));
}
