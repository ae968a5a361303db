// Gzipped inputs, unpacked as they are read. What could be unpacked of a damaged one is read; the damage is told after it.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf, messageOf } from '../../util/errors.ts';
import { MAX_UNPACK_RATIO, UNPACKED_LARGE } from '../limits.ts';
import { startsWith } from './encoding.ts';

const GZIP = [0x1f, 0x8b];

export function isGzip(head: Buffer): boolean {
  return startsWith(head, GZIP);
}

/** `leads.csv.gz` -> `leads.csv`. */
export function withoutGz(path: string): string {
  return path.replace(/\.gz$/i, '');
}

export interface Unpacked {
  readonly stream: Readable;
  /** Why not all of it could be unpacked; null as long as nothing is wrong. */
  readonly damage: () => string | null;
}

/** @param bytes the packed ones; what they throw comes through */
export function unpacked(bytes: AsyncIterable<Buffer>): Unpacked {
  let damage: string | null = null;
  const note = (why: string): void => {
    damage = why;
  };
  const stream = Readable.from(unpack(bytes, note), { objectMode: false, highWaterMark: 128 * 1024 });
  return { stream, damage: () => damage };
}

async function* unpack(bytes: AsyncIterable<Buffer>, note: (why: string) => void): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 128 * 1024 });
  let packed = 0;
  let failed: unknown = null;
  const source = Readable.from(
    (async function* () {
      for await (const piece of bytes) {
        packed += piece.length;
        yield piece;
      }
    })(),
  );
  source.on('error', (error) => {
    failed = error;
    gunzip.destroy(error);
  });
  source.pipe(gunzip);
  let size = 0;
  try {
    for await (const piece of gunzip) {
      if (!Buffer.isBuffer(piece)) continue;
      size += piece.length;
      if (size > UNPACKED_LARGE && size > packed * MAX_UNPACK_RATIO) {
        note(`it unpacks to more than ${MAX_UNPACK_RATIO} times its size`);
        return;
      }
      yield piece;
    }
  } catch (error) {
    if (failed !== null) throw failed;
    note(codeOf(error) === 'Z_BUF_ERROR' ? 'it ends too early' : messageOf(error));
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
