// Text to records: finds where each record ends, whatever its quotes hold, and its physical line. A quote that makes no
// sense costs the line where it starts, never the rest of the file. csv-parse splits the cells of records with quotes.
import { parse } from 'csv-parse/sync';
import { jsonCells } from './json-cells.ts';
import type { CellEncoding } from './record.ts';

/** A record longer than this has a quote that nobody closed. */
const MOST_QUOTED = 1024 * 1024;

export interface RawRow {
  /** Physical line, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the line is no record, or null. Its cells are then a guess. */
  readonly problem: string | null;
  readonly nul: boolean;
}

const LINE_END = /\r\n|\r|\n/g;

export class Splitter {
  delimiter = ',';
  cells: CellEncoding = 'plain';
  #buffer = '';
  #line = 1;

  add(text: string): void {
    this.#buffer += text;
  }

  /** The first line that is not blank, without taking it; null where it is not whole yet. */
  peekLine(final: boolean): string | null {
    let at = 0;
    for (;;) {
      const end = this.#lineEnd(at, final);
      if (end === null) return null;
      const line = this.#buffer.slice(at, end.at);
      if (line.trim() !== '' || end.next >= this.#buffer.length) return line;
      at = end.next;
    }
  }

  /** Takes lines until one that is not blank has gone. */
  skipLine(): void {
    for (;;) {
      const end = this.#lineEnd(0, true);
      if (end === null) return;
      const blank = this.#buffer.slice(0, end.at).trim() === '';
      this.#buffer = this.#buffer.slice(end.next);
      this.#line++;
      if (!blank || this.#buffer === '') return;
    }
  }

  /** Whole records so far; with `final` all that is left. Blank and all-empty rows are counted as lines only. */
  take(final: boolean, most = Number.POSITIVE_INFINITY): RawRow[] {
    const rows: RawRow[] = [];
    let at = 0;
    while (at < this.#buffer.length && rows.length < most) {
      const end = this.#lineEnd(at, final);
      if (end === null) break;
      const text = this.#buffer.slice(at, end.at);
      if (!text.includes('"')) {
        this.#push(rows, text.split(this.delimiter), text);
        at = end.next;
        this.#line++;
        continue;
      }
      const record = this.#quoted(at, end, final);
      if (record === null) break;
      if (record.problem === null) this.#push(rows, this.#cellsOf(record.text), record.text);
      else {
        const cells = record.text.replaceAll('"', '').split(this.delimiter);
        rows.push({ line: this.#line, cells, problem: record.problem, nul: false });
      }
      at = record.next;
      this.#line += record.lines;
    }
    this.#buffer = this.#buffer.slice(at);
    return rows;
  }

  #push(rows: RawRow[], cells: readonly string[], text: string): void {
    const nul = text.includes('\u0000');
    const clean = nul ? cells.map((cell) => cell.replaceAll('\u0000', '')) : cells;
    if (clean.every((cell) => cell.trim() === '')) return;
    rows.push({ line: this.#line, cells: clean, problem: null, nul });
  }

  #cellsOf(text: string): readonly string[] {
    if (this.cells === 'json') return jsonCells(text, this.delimiter);
    const rows: string[][] = parse(text, {
      delimiter: this.delimiter,
      // The record is one by construction: line ends in it are inside quotes.
      record_delimiter: ['\u0000\u0000\u0000'],
      relax_quotes: true,
      relax_column_count: true,
      ltrim: this.delimiter !== '\t',
      rtrim: this.delimiter !== '\t',
      max_record_size: 0,
    });
    return rows[0] ?? [''];
  }

  /** Where the line that starts at `at` ends; null where the next piece may still belong to it. */
  #lineEnd(at: number, final: boolean): { readonly at: number; readonly next: number } | null {
    LINE_END.lastIndex = at;
    const found = LINE_END.exec(this.#buffer);
    if (found === null)
      return final && at < this.#buffer.length
        ? { at: this.#buffer.length, next: this.#buffer.length }
        : null;
    // A CR at the very end may be the first half of a CRLF.
    if (!final && found[0] === '\r' && found.index === this.#buffer.length - 1) return null;
    return { at: found.index, next: found.index + found[0].length };
  }

  /** A record with quotes, from `at`; null where more text is needed to tell. */
  #quoted(
    at: number,
    firstEnd: { readonly at: number; readonly next: number },
    final: boolean,
  ): {
    readonly text: string;
    readonly next: number;
    readonly lines: number;
    readonly problem: string | null;
  } | null {
    const bad = (problem: string) => ({
      text: this.#buffer.slice(at, firstEnd.at),
      next: firstEnd.next,
      lines: 1,
      problem,
    });
    let end = firstEnd;
    let lines = 1;
    let i = at;
    for (;;) {
      // At the start of a cell.
      while (i < end.at && this.#buffer[i] === ' ') i++;
      if (i < end.at && this.#buffer[i] === '"') {
        const close = this.#closing(i + 1, final);
        if (close === 'more') return null;
        if (close === 'never') return bad('a quote that starts here is never closed');
        if (close > end.at) {
          const later = this.#lineEnd(close, final);
          lines += count(this.#buffer, i, close);
          if (later === null) {
            if (!final) return null;
            end = { at: this.#buffer.length, next: this.#buffer.length };
          } else end = later;
        }
        i = close + 1;
        while (
          i < end.at &&
          (this.#buffer[i] === ' ' || (this.#buffer[i] === '\t' && this.delimiter !== '\t'))
        )
          i++;
        if (i < end.at && this.#buffer[i] !== this.delimiter) return bad('text follows a closed quote');
      } else {
        const next = this.#buffer.indexOf(this.delimiter, i);
        i = next < 0 || next > end.at ? end.at : next;
      }
      if (i >= end.at) return { text: this.#buffer.slice(at, end.at), next: end.next, lines, problem: null };
      i++;
    }
  }

  /** The quote that closes the one before `from`. */
  #closing(from: number, final: boolean): number | 'more' | 'never' {
    const json = this.cells === 'json';
    let i = from;
    for (;;) {
      i = this.#buffer.indexOf('"', i);
      if (i < 0 || i - from > MOST_QUOTED) {
        return !final && this.#buffer.length - from <= MOST_QUOTED ? 'more' : 'never';
      }
      if (json && backslashes(this.#buffer, i) % 2 === 1) i++;
      else if (this.#buffer[i + 1] === '"') i += 2;
      else if (i + 1 === this.#buffer.length && !final) return 'more';
      else return i;
    }
  }
}

function backslashes(text: string, at: number): number {
  let n = 0;
  while (text[at - 1 - n] === '\\') n++;
  return n;
}

/** Line ends between two places. */
function count(text: string, from: number, to: number): number {
  let lines = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) lines++;
  }
  return lines;
}
