// Why something could not be written, in plain words, and when that is not an error.
import { codeOf, messageOf } from './errors.ts';

/** The reader has left: `| head`. */
export function readerLeft(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

/** A file of results that could not be written; `path` as it was named. */
export class UnwrittenFile extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = 'UnwrittenFile';
    this.path = path;
  }
}

/** The end of a sentence, without its full stop. */
export function whyUnwritten(error: unknown): string {
  const cause = error instanceof UnwrittenFile ? error.cause : error;
  return WORDS[codeOf(cause)] ?? messageOf(cause);
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EROFS: 'the disk is read-only',
  EIO: 'the disk or terminal failed (EIO)',
};
