// Quoting for POSIX shells: proposed commands can be pasted, and no name in them is run, expanded or read as an option.
import { isPlain } from './plain.ts';

/** Characters without a meaning to a shell. zsh expands a leading `=`. */
const BARE = /^[\w./@%+,:-][\w./:@%+=,-]*$/;

/** Quotes a word so that a program gets it unchanged; without quotes if possible. */
export function shellQuoted(word: string): string {
  if (BARE.test(word)) return word;
  return isPlain(word) ? `'${word.replaceAll("'", "'\\''")}'` : printed(word);
}

/** The same in double quotes if they are safe, even if not needed: `"Header=field"`, which the user may edit. */
export function inQuotes(word: string): string {
  return isPlain(word) && !/["$`\\!]/.test(word) ? `"${word}"` : shellQuoted(word);
}

/** A path that is not read as an option: `./-x`. A single `-` is stdin. Not quoted yet. */
export function pathArgument(path: string): string {
  return path.startsWith('-') && path !== '-' ? `./${path}` : path;
}

/**
 * Control characters cannot be part of a printed command, so printf recreates them. `$( )` removes line breaks at the
 * end, so those are added after it.
 */
function printed(word: string): string {
  const ends = /\n*$/.exec(word)?.[0] ?? '';
  const text = word.slice(0, word.length - ends.length).replace(/[^\p{L}\p{M}\p{N} ./:@%+=,_-]/gu, octal);
  return `"$(printf %b '${text}')"${ends === '' ? '' : `'${ends}'`}`;
}

function octal(char: string): string {
  return [...new TextEncoder().encode(char)]
    .map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`)
    .join('');
}

/**
 * The word that a shell would read from partly typed text: removes quotes and backslashes, expands nothing; a quote may
 * still be open.
 */
export function typedWord(typed: string): string {
  return typed.replace(
    /\\(.)|'([^']*)(?:'|$)|"((?:[^"\\]|\\.)*)(?:"|\\?$)/gs,
    (_, char: string | undefined, single: string | undefined, double: string | undefined) =>
      char ?? single ?? (double ?? '').replace(/\\([$`"\\])/g, '$1'),
  );
}
