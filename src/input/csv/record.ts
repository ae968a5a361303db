// Where a record with quotes ends. A quote opens only at the start of a cell (inside a cell it is literal: 5'10" tall),
// and must be closed before a delimiter or a line end, within 1 MiB.
import type { Dialect } from './dialect.ts';

const MAX_QUOTED = 1024 * 1024;

const FIX = 'Fix the quotes: write a quote inside a quoted cell twice.';
const NEVER_CLOSED = `a quote is opened and not closed. ${FIX}`;
const TEXT_AFTER = `text follows a closing quote. ${FIX}`;

/** A line's end, and where the next begins. */
export interface LineEnd {
  readonly at: number;
  readonly next: number;
}

export interface QuotedRecord {
  /** Without the spaces around quotes, which csv-parse would take for text. */
  readonly text: string;
  /** Its cells; null if one of them contains a quote: then csv-parse splits `text`. */
  readonly cells: readonly string[] | null;
  readonly end: LineEnd;
  /** Physical lines that it covers. */
  readonly lines: number;
  /** Why it is not a record, or null. It then covers the lines up to the one where the wrong quote starts. */
  readonly problem: string | null;
}

/** How the table writes its cells. */
interface Shape extends Dialect {
  readonly delimiter: string;
}

/** Where a quoted cell is closed, and the line on which it ends. */
interface Closed {
  /** After the quote and the spaces that follow it. */
  readonly at: number;
  readonly quote: number;
  readonly end: LineEnd;
  readonly lines: number;
  /** A delimiter or a line end follows. */
  readonly clean: boolean;
}

/**
 * Reads the record that starts at `from`.
 * @param first the end of its first line
 * @param final no more text will come
 * @returns null if more text is needed to decide
 */
export function readQuotedRecord(
  text: string,
  from: number,
  first: LineEnd,
  shape: Shape,
  final: boolean,
): QuotedRecord | null {
  const { delimiter } = shape;
  // What precedes `copied`, where it is not the text itself; null: nothing was left out yet.
  let before: string | null = null;
  let cells: string[] | null = [];
  let end = first;
  let lines = 1;
  let copied = from;
  let i = from;
  for (;;) {
    const start = i;
    while (i < end.at && isBlank(text, i, delimiter)) i++;
    const quote = i < end.at && text[i] === shape.quote;
    const closed = quote ? close(text, i, end, shape, final) : 'never';
    if (closed === 'more') return null;
    if (quote && (closed === 'never' || !closed.clean) && i === start) {
      const problem = closed === 'never' ? NEVER_CLOSED : TEXT_AFTER;
      return { text: text.slice(from, end.at), cells: null, end, lines, problem };
    }
    if (closed !== 'never' && closed.clean) {
      if (i > start || closed.at > closed.quote + 1) {
        before = (before ?? '') + text.slice(copied, start) + text.slice(i, closed.quote + 1);
        copied = closed.at;
      }
      cells = withCell(cells, text.slice(i + 1, closed.quote), shape.quote);
      ({ end } = closed);
      lines += closed.lines;
      i = closed.at;
    } else {
      // No quoted cell: its quotes are text, also one after spaces that is never closed.
      i = delimiterFrom(text, start, end.at, delimiter);
      cells = withCell(cells, text.slice(start, i), shape.quote);
    }
    if (i >= end.at) {
      const whole = before === null ? text.slice(from, end.at) : before + text.slice(copied, end.at);
      return { text: whole, cells, end, lines, problem: null };
    }
    i += delimiter.length;
  }
}

/** Where the next delimiter is, or the line's end. */
function delimiterFrom(text: string, from: number, end: number, delimiter: string): number {
  const first = delimiter.charCodeAt(0);
  for (let at = from; at < end; at++) {
    if (text.charCodeAt(at) === first && text.startsWith(delimiter, at)) return at;
  }
  return end;
}

function withCell(cells: string[] | null, cell: string, quote: string): string[] | null {
  if (cells === null || cell.includes(quote)) return null;
  cells.push(cell);
  return cells;
}

/** The quote at `open` and what closes it. */
function close(
  text: string,
  open: number,
  end: LineEnd,
  shape: Shape,
  final: boolean,
): Closed | 'more' | 'never' {
  const quote = closingQuote(text, open + 1, shape, final);
  if (typeof quote === 'string') return quote;
  let last = end;
  let lines = 0;
  if (quote > end.at) {
    const later = lineEndFrom(text, quote, final);
    if (later === null) return 'more';
    last = later;
    lines = lineEndsBetween(text, open, quote);
  }
  let at = quote + 1;
  while (at < last.at && isBlank(text, at, shape.delimiter)) at++;
  return { at, quote, end: last, lines, clean: at >= last.at || text.startsWith(shape.delimiter, at) };
}

function closingQuote(
  text: string,
  from: number,
  { cells, quote }: Shape,
  final: boolean,
): number | 'more' | 'never' {
  let i = from;
  for (;;) {
    i = text.indexOf(quote, i);
    if (i < 0 || i - from > MAX_QUOTED)
      return i < 0 && !final && text.length - from <= MAX_QUOTED ? 'more' : 'never';
    if (cells !== 'plain' && backslashes(text, i, from) % 2 === 1) i++;
    else if (text[i + 1] === quote) i += 2;
    else if (i + 1 === text.length && !final) return 'more';
    else return i;
  }
}

export function backslashes(text: string, at: number, from: number): number {
  let n = 0;
  while (at - 1 - n >= from && text[at - 1 - n] === '\\') n++;
  return n;
}

/** Spaces around a quoted cell are not part of it. */
function isBlank(text: string, at: number, delimiter: string): boolean {
  const char = text[at];
  return (char === ' ' || char === '\t') && char !== delimiter;
}

export function lineEndFrom(text: string, from: number, final: boolean): LineEnd | null {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10) return { at: i, next: i + 1 };
    if (code !== 13) continue;
    if (i + 1 === text.length && !final) return null;
    return { at: i, next: text.charCodeAt(i + 1) === 10 ? i + 2 : i + 1 };
  }
  return final ? { at: text.length, next: text.length } : null;
}

export function lineEndsBetween(text: string, from: number, to: number): number {
  let lines = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) lines++;
  }
  return lines;
}
