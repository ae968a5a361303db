// Why something could not be written, in words, and when that is no failure of ours.
import { codeOf, messageOf } from './errors.ts';

/** Nobody reads any more: `| head`. */
export function readerLeft(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

/** The end of a sentence, without its full stop. */
export function whyUnwritten(error: unknown): string {
  return WORDS[codeOf(error)] ?? messageOf(error);
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on its disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EROFS: 'its disk is read-only',
  EIO: 'its disk or terminal failed (EIO)',
};
