// The parts of a workbook's zip container, each as a stream of text. The one file that knows yauzl.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';

export interface Container {
  /** Whether it has a part. @param name as `xl/workbook.xml`, in any case */
  has(name: string): boolean;
  /**
   * A part's text; empty where there is none.
   * @param most bytes that it may unpack to
   * @throws Error where it is damaged, or a bomb
   */
  text(name: string, most?: number): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Parts of a container; a workbook has some ten, with pictures some hundreds. */
const MAX_PARTS = 20_000;
/** A part that unpacks to more than this from less than a two-hundredth is a bomb; sheets shrink to a tenth. */
const LARGE = 64 * 1024 * 1024;
const MAX_RATIO = 200;
/** Bytes of a workbook that comes as a stream. */
const MAX_SPOOLED = 1024 * 1024 * 1024;

/** @throws Error where it is no zip archive, or a damaged one */
export async function openContainer(path: string): Promise<Container> {
  const zip = await openPromise(path, { autoClose: false });
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.size >= MAX_PARTS) throw new Error('it has too many parts');
      entries.set(entry.fileName.toLowerCase(), entry);
    }
  } catch (error) {
    zip.close();
    throw error;
  }
  const find = (name: string) => entries.get(name.toLowerCase());
  return {
    has: (name) => find(name) !== undefined,
    text: async function* (name, most = Number.POSITIVE_INFINITY) {
      const entry = find(name);
      if (entry === undefined) return;
      // yauzl ends a part that unpacks to more than it says.
      const { uncompressedSize: size, compressedSize } = entry;
      if (size > most || (size > LARGE && size > compressedSize * MAX_RATIO)) {
        throw new Error(`a part of it unpacks to ${Math.round(size / 1024 / 1024)} MiB`);
      }
      const stream = await zip.openReadStreamPromise(entry);
      stream.setEncoding('utf8');
      try {
        for await (const chunk of stream) yield String(chunk);
      } finally {
        stream.destroy();
      }
    },
    close: async () => zip.close(),
  };
}

/**
 * A container that comes as a stream: it can only be read from its end, so it waits in a temporary file that nobody
 * else may read, and that goes as soon as it is open (where the system lets it, else when it is closed).
 */
export async function openSpooled(bytes: AsyncIterable<Buffer>): Promise<Container> {
  const folder = await mkdtemp(join(tmpdir(), 'leadpush-sheet-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'stdin.xlsx');
    await pipeline(Readable.from(bounded(bytes)), createWriteStream(path, { mode: 0o600 }));
    const container = await openContainer(path);
    await remove().catch(() => {});
    return {
      ...container,
      close: async () => {
        await container.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function* bounded(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > MAX_SPOOLED) throw new Error('it goes on for more than 1 GiB');
    yield piece;
  }
}
