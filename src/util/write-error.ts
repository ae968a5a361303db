// Why something could not be written, in plain words, and when that is not an error.
import { codeOf, messageOf } from './errors.ts';

/** The reader has left: `| head`. */
export function readerLeft(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

/** The end of a sentence, without its full stop. */
export function whyUnwritten(error: unknown): string {
  return WORDS[codeOf(error)] ?? messageOf(error);
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EROFS: 'the disk is read-only',
  EIO: 'the disk or terminal failed (EIO)',
};
