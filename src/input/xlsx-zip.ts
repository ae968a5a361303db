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
  /** Bytes of a part when unpacked; 0 where there is none. */
  size(name: string): number;
  /** A part's text; empty where there is none. @throws Error where it is damaged */
  text(name: string): AsyncIterable<string>;
  close(): Promise<void>;
}

/** @throws Error where it is no zip archive, or a damaged one */
export async function openContainer(path: string): Promise<Container> {
  const zip = await openPromise(path, { autoClose: false });
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName.toLowerCase(), entry);
  } catch (error) {
    zip.close();
    throw error;
  }
  const find = (name: string) => entries.get(name.toLowerCase());
  return {
    has: (name) => find(name) !== undefined,
    size: (name) => find(name)?.uncompressedSize ?? 0,
    text: async function* (name) {
      const entry = find(name);
      if (entry === undefined) return;
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
    await pipeline(Readable.from(bytes), createWriteStream(path, { mode: 0o600 }));
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
