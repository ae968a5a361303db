// Detects a text's format, its line ends, and the delimiter of its header.
import { withoutNaN } from '../json/bare-words.ts';
import type { InputFormat, SourceInfo } from '../record.ts';

/**
 * The format, from the text's first characters; the file's extension only breaks a tie.
 * @param ended the text is complete: one object on one line is then JSON; on a stream that goes on, it is the first of
 * NDJSON
 */
export function detectFormat(
  head: string,
  name: string,
  ended: boolean,
): Exclude<InputFormat, 'xlsx' | 'flags'> {
  // Some programs write a record separator before each JSON value.
  const text = head.replace(/^\u001e/, '').trimStart();
  // `[05/10/26, 14:03] Asha: …` is a chat.
  if (/^\[\s*(?:[{[\]"]|-?\d[\d.eE+-]*\s*(?:[,\]]|$)|$|(?:true|false|null)\s*[,\]])/.test(text))
    return 'json';
  // `{name: "Asha"}` is a program's, and told as JSON that cannot be read.
  if (!/^\{\s*(?:["}]|$|[\w']+\s*:)/.test(text)) {
    // `callback([{…}])`, a remark above: told as JSON that cannot be read, not taken for a header.
    if (/\.json$/i.test(name) && /[[{]\s*["'{]/.test(text)) return 'json';
    return /\.(tsv|tab)$/i.test(name) ? 'tsv' : 'csv';
  }
  // A CR alone is white space in JSON, unless nothing else ends lines.
  const lines = text.trimEnd().split(text.includes('\n') ? /\n\s*/ : /\r\s*/, SAMPLED);
  const [first = '', ...others] = lines;
  if (others.length > 0) return areValues(first, others) ? 'ndjson' : 'json';
  const goesOn = !ended && /[\r\n]/.test(text);
  return isObject(first) && (goesOn || /\.(ndjson|jsonl)$/i.test(name)) ? 'ndjson' : 'json';
}

/**
 * What the text is instead of the format that was asked for; null where it may be that one. Broken records are no reason:
 * each of them is told.
 */
export function otherThan(
  asked: 'csv' | 'tsv' | 'json' | 'ndjson',
  head: string,
  ended: boolean,
): string | null {
  const found = detectFormat(head, '', ended);
  const isJson = found === 'json' || found === 'ndjson';
  if (asked === 'csv' || asked === 'tsv')
    return isJson && /^\s*(?:\[\s*\{\s*"|\{\s*")/.test(head) ? 'JSON, not a table' : null;
  if (!isJson) return /^[^\n]*[[{]\s*["'{]/.test(head.trimStart()) ? null : `not ${asked.toUpperCase()}`;
  const lines = head.trim().split(/\n\s*/, SAMPLED);
  const broken = asked === 'ndjson' && found === 'json' && lines.length > 1 && !lines.some(isObject);
  return broken ? 'one JSON document on several lines, not NDJSON' : null;
}

/** Lines that are looked at. */
const SAMPLED = 50;

/** A first line that is no whole value begins a document, unless the lines after it are whole values. */
function areValues(first: string, others: readonly string[]): boolean {
  // Brackets alone on a line belong to a value of several lines.
  if (others.some((line) => /^[{}[\],\s]+$/.test(line) && !isObject(line))) return false;
  if (isObject(first)) return true;
  const whole = others.filter(isObject).length;
  return whole * 2 > others.length || (whole > 0 && whole === others.length - 1 && others.length <= 2);
}

function isObject(line: string): boolean {
  const text = line.trim();
  if (!/^[{[]/.test(text)) return false;
  try {
    const value: unknown = JSON.parse(withoutNaN(text) ?? text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** The first line end outside quotes; `\n` if there is none. */
export function lineEnd(text: string): SourceInfo['eol'] {
  const at = endOfHeader(text);
  if (text[at] !== '\r') return '\n';
  return text[at + 1] === '\n' ? '\r\n' : '\r';
}

/** The index of the first line end outside quotes; the text's length if there is none. */
export function endOfHeader(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) quoted = !quoted;
    else if (!quoted && (code === 10 || code === 13)) return i;
  }
  return text.length;
}

/** If counts are equal the earlier wins: texts contain commas too. */
const DELIMITERS = ['\t', ';', '|', ','] as const;
/** How many rows below the header help to choose between two delimiters. */
const SAMPLE = 20;

/**
 * The delimiter that occurs most in the header, outside quotes. If it contains several, the one with the same count in
 * the rows below is preferred: `Budget (from, to, unit)|Phone`.
 * @param text from the header on
 */
export function detectDelimiter(text: string): string {
  const header = text.slice(0, endOfHeader(text));
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: countOf(header, delimiter) }));
  const found = counts.filter(({ count }) => count > 0);
  if (found.length < 2) return found[0]?.delimiter ?? ',';
  const rows = text.slice(header.length, header.length + 64 * 1024).split(/[\r\n]+/, SAMPLE + 2);
  // The last row may be incomplete.
  const lines = rows.slice(0, -1).filter((line) => line.trim() !== '');
  const score = ({ delimiter, count }: (typeof found)[number]): number => {
    const same = lines.filter((line) => countOf(line, delimiter) === count).length;
    return count * (0.05 + same / Math.max(1, lines.length));
  };
  return found.reduce((best, next) => (score(next) > score(best) ? next : best)).delimiter;
}

function countOf(line: string, delimiter: string): number {
  let quoted = false;
  let count = 0;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) count++;
  }
  return count;
}
