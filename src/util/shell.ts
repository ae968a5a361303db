// Words for a POSIX shell: what is proposed can be pasted, and no name in it is run, expanded, or taken for an option.
import { isPlain } from './plain.ts';

/** Nothing here means something to a shell. zsh expands a leading `=`. */
const BARE = /^[\w./@%+,:-][\w./:@%+=,-]*$/;

/** A word as a shell gives it to a program unchanged; bare where it can be. */
export function shellQuoted(word: string): string {
  if (BARE.test(word)) return word;
  return isPlain(word) ? `'${word.replaceAll("'", "'\\''")}'` : printed(word);
}

/** The same in double quotes where these are harmless, also where none are needed: `"Header=field"`, which a person may change. */
export function inQuotes(word: string): string {
  return isPlain(word) && !/["$`\\!]/.test(word) ? `"${word}"` : shellQuoted(word);
}

/** A path that no program takes for an option: `./-x`. A lone `-` is stdin. Not quoted yet. */
export function pathArgument(path: string): string {
  return path.startsWith('-') && path !== '-' ? `./${path}` : path;
}

/**
 * What would steer the terminal cannot stand in a command as it is: printf makes it again. `$( )` takes off line breaks
 * at the end, so those stand behind it.
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
 * The word that a shell would make of what was typed of it, as far as quotes and backslashes go: nothing is expanded, and
 * a quote may still be open.
 */
export function typedWord(typed: string): string {
  return typed.replace(
    /\\(.)|'([^']*)(?:'|$)|"((?:[^"\\]|\\.)*)(?:"|\\?$)/gs,
    (_, char: string | undefined, single: string | undefined, double: string | undefined) =>
      char ?? single ?? (double ?? '').replace(/\\([$`"\\])/g, '$1'),
  );
}
