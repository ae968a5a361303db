// The parts of a workbook's zip container, each as a stream of text. The only file that uses yauzl.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import { MAX_UNPACK_RATIO, UNPACKED_LARGE } from '../limits.ts';

export interface Container {
  /** Whether it has a part. @param name as `xl/workbook.xml`, in any case */
  has(name: string): boolean;
  /** Bytes of a part, unpacked; 0 if there is none. */
  size(name: string): number;
  /**
   * A part's text; empty if there is none.
   * @param most the most bytes that it may unpack to
   * @throws Error if it is damaged or a zip bomb
   */
  text(name: string, most?: number): AsyncIterable<string>;
  close(): Promise<void>;
}

/** The most parts of a container; a workbook has about ten, with pictures some hundreds. */
const MAX_PARTS = 20_000;
/** Bytes of a workbook that comes as a stream. */
const MAX_SPOOLED = 1024 * 1024 * 1024;

/** @throws Error if it is not a zip archive, or damaged */
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
    size: (name) => find(name)?.uncompressedSize ?? 0,
    text: async function* (name, most = Number.POSITIVE_INFINITY) {
      const entry = find(name);
      if (entry === undefined) return;
      // yauzl stops a part that unpacks to more than it declares.
      const { uncompressedSize: size, compressedSize } = entry;
      if (size > most || (size > UNPACKED_LARGE && size > compressedSize * MAX_UNPACK_RATIO)) {
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
 * A container from a stream: it can only be read from its end, so it is saved to a temporary file that only this user
 * can read, which is deleted as soon as it is open (if the system allows it, else when it is closed).
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
