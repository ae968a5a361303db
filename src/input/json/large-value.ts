// JSON texts that are too long or too deep for the lossless parser are read by JSON.parse, which is not recursive.
// Numbers that it would change are passed through it as marked strings and turned back into numbers.
import { LosslessNumber } from 'lossless-json';
import { escaped } from '../../util/plain.ts';
import { MAX_NESTED } from '../limits.ts';
import { endOfString, Rewriter } from './rewriter.ts';

/** A value, or where its text breaks, as a character's place from 1. */
export type ParsedJson =
  /** `withoutNaN`: it held NaN or Infinity, which were read as empty. `remarks`: or what is no JSON and says nothing. */
  | { readonly ok: true; readonly value: unknown; readonly withoutNaN?: true; readonly remarks?: true }
  | { readonly ok: false; readonly place: number };

/**
 * Marks a number that is written as a string. A string in the input that starts like this is read as a number; no harm.
 */
const MARK = '\u0000#';
const MARK_ESCAPED = '\\u0000#';
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A double keeps these as they were written. */
const PLAIN = /^-?[1-9]\d{0,14}$|^0$/;
/** Levels of an envelope around a record, and one more to detect that there are too many. */
const MAX_LEVELS = MAX_NESTED + 4;

/** Parses one value of any length and depth. Members too deep for a record stay as they are. */
export function parseLarge(text: string): ParsedJson {
  try {
    return { ok: true, value: restored(JSON.parse(withMarks(text)), MAX_LEVELS) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, place: placeOf(text) };
  }
}

/** The position of the error in the original text. */
function placeOf(text: string): number {
  try {
    JSON.parse(text);
    return 1;
  } catch (error) {
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    return at === undefined ? text.length + 1 : Number(at) + 1;
  }
}

/** Numbers that a double would change, as marked strings. */
function withMarks(text: string): string {
  const rewriter = new Rewriter(text);
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || (code >= 48 && code <= 57)) {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(text)?.[0] ?? '';
      const end = at + number.length;
      // The parser refuses what is not a JSON number, and a number in the place of a key.
      if (number !== '' && !PLAIN.test(number) && !isKey(text, end)) {
        rewriter.replace(at, end, `"${MARK_ESCAPED}${number}"`);
      }
      at = Math.max(end, at + 1);
    } else at++;
  }
  return rewriter.text();
}

function isKey(text: string, from: number): boolean {
  let at = from;
  while (' \n\r\t'.includes(text[at] ?? 'x')) at++;
  // A digit or letter right after it makes it invalid: leave it to the parser.
  return text[at] === ':' || /[\w.+-]/.test(text[from] ?? '');
}

function restored(value: unknown, levels: number): unknown {
  if (typeof value === 'string') {
    return value.startsWith(MARK) && isNumber(value.slice(MARK.length))
      ? new LosslessNumber(value.slice(MARK.length))
      : value;
  }
  if (typeof value !== 'object' || value === null || levels === 0) return value;
  if (Array.isArray(value)) return value.map((member) => restored(member, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, restored(member, levels - 1)]),
  );
}

function isNumber(text: string): boolean {
  NUMBER.lastIndex = 0;
  return NUMBER.exec(text)?.[0].length === text.length;
}

/** Escapes raw line breaks and tabs inside strings, which JSON does not allow. */
export function escapedControls(text: string): string {
  const rewriter = new Rewriter(text);
  let end = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', end)) {
    end = endOfString(text, at);
    for (let i = at; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code < 32) rewriter.replace(i, i + 1, escaped(text[i] ?? ''));
    }
  }
  return rewriter.text();
}

const QUOTE = 34;
const MINUS = 45;
