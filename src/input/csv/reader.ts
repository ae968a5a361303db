// Text to rows: finds where each record ends, and its physical line. A wrong quote costs the line where it starts,
// never the rest of the file. csv-parse splits the records that have quotes inside their cells.
import { parse } from 'csv-parse/sync';
import { backslashCells } from './backslash.ts';
import type { Dialect } from './dialect.ts';
import { jsonCells } from './json-cells.ts';
import {
  backslashes,
  type LineEnd,
  lineEndFrom,
  lineEndsBetween,
  type QuotedRecord,
  readQuotedRecord,
} from './record.ts';

/** The longest line or record: a file without line ends must not fill the memory. */
const MAX_RECORD = 4 * 1024 * 1024;
/** How much of a longer line is kept, so that it can be found. */
const KEPT = 1000;

/** One row. */
export interface RawRow {
  /** Physical line, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /**
   * Why the line is not a record and what to do, as a sentence without its capital; or null. Its cells are then a
   * guess.
   */
  readonly problem: string | null;
  /** NUL bytes were removed from it. */
  readonly nul: boolean;
}

/** A row that csv-parse still has to split. */
interface Quoted {
  readonly row: number;
  readonly text: string;
}

/**
 * Give it text with {@link add} in chunks of any size and {@link take} the rows: they do not depend on the chunks.
 */
export class CsvReader {
  delimiter = ',';
  /** The header's width, where it is known: a row that cannot be read is tried with backslashes. */
  width = 0;
  #quoteChar: Dialect['quote'] = '"';
  #cells: Dialect['cells'] = 'plain';
  #buffer = '';
  /** Where the next record starts. */
  #at = 0;
  #line = 1;
  /** The rest of a line that was too long still has to be skipped. */
  #skipping = false;
  /** The next LF, CR and quote from `#at` on; the buffer's length if there is none. */
  #lf = 0;
  #cr = 0;
  #quote = 0;
  /** Characters that have left the buffer, and the positions of NULs in the whole text. */
  #gone = 0;
  readonly #nuls: number[] = [];
  /** NULs before this index are done. */
  #passedNuls = 0;

  add(text: string): void {
    let clean = text;
    if (text.includes('\u0000')) {
      const start = this.#gone + this.#buffer.length;
      const parts = text.split('\u0000');
      let length = 0;
      for (const part of parts.slice(0, -1)) {
        length += part.length;
        if (this.#nuls.at(-1) !== start + length) this.#nuls.push(start + length);
      }
      clean = parts.join('');
    }
    this.#gone += this.#at;
    this.#buffer = this.#buffer.slice(this.#at) + clean;
    this.#at = 0;
    this.#lf = this.#cr = this.#quote = -1;
  }

  /** Skips blank lines. @returns the text from the next other line on */
  ahead(): string {
    for (;;) {
      const end = this.#lineEnd(false);
      if (end === null || this.#buffer.slice(this.#at, end.at).trim() !== '') break;
      this.#move(end.next, 1);
    }
    return this.#buffer.slice(this.#at);
  }

  get quote(): Dialect['quote'] {
    return this.#quoteChar;
  }

  get cells(): Dialect['cells'] {
    return this.#cells;
  }

  /** How the records from here on write their cells. */
  use({ quote, cells }: Dialect): void {
    this.#quoteChar = quote;
    this.#cells = cells;
    this.#quote = -1;
  }

  /** The physical line of what comes next, from 1. */
  get line(): number {
    return this.#line;
  }

  /** Skips so many characters of the text that {@link ahead} has returned, up to the start of a line. */
  skip(length: number): void {
    const next = this.#at + length;
    this.#move(next, lineEndsBetween(this.#buffer, this.#at, next));
  }

  /** Skips one line. */
  skipLine(): void {
    const end = this.#lineEnd(true);
    if (end !== null) this.#move(end.next, 1);
  }

  /**
   * The complete records so far. Blank and all-empty rows only count as lines.
   * @param final no more text will come: take everything
   */
  take(final: boolean, most: number): readonly RawRow[] {
    if (final) this.#dropEndMark();
    for (;;) {
      const rows = this.#scan(final, most);
      const kept = rows.some(isEmpty) ? rows.filter((row) => !isEmpty(row)) : rows;
      if (kept.length > 0 || rows.length === 0) return kept;
    }
  }

  /** Old programs end a text with Ctrl-Z, often up to a whole block. */
  #dropEndMark(): void {
    if (!/\u001a\s*$/.test(this.#buffer.slice(-1000))) return;
    this.#buffer = this.#buffer.replace(/\u001a[\u001a\s]*$/, '');
    this.#lf = this.#cr = this.#quote = -1;
  }

  #scan(final: boolean, most: number): RawRow[] {
    const rows: RawRow[] = [];
    const quoted: Quoted[] = [];
    while (rows.length < most) {
      const end = this.#lineEnd(final);
      const length = (end?.at ?? this.#buffer.length) - this.#at;
      if (this.#skipping) {
        if (end === null) this.#move(this.#buffer.length, 0);
        else this.#move(end.next, 1);
        this.#skipping = end === null;
        if (end === null) break;
        continue;
      }
      if (length > MAX_RECORD) {
        this.#tooLong(rows, end);
        continue;
      }
      if (end === null) break;
      if (this.#nextQuote() >= end.at) {
        if (this.cells !== 'backslash') {
          this.#push(rows, this.#buffer.slice(this.#at, end.at).split(this.delimiter), end.next, 1);
        } else if (!this.#pushEscaped(rows, end, final)) break;
        continue;
      }
      const record = this.#quotedRecord(end, final);
      if (record === null) {
        if (this.#buffer.length - this.#at <= 2 * MAX_RECORD) break;
        this.#tooLong(rows, end);
      } else if (record.end.at - this.#at > MAX_RECORD) this.#tooLong(rows, end);
      else this.#pushQuoted(rows, quoted, record);
    }
    this.#splitQuoted(rows, quoted);
    return rows;
  }

  #push(rows: RawRow[], cells: readonly string[], next: number, lines: number): void {
    const line = this.#line;
    const nul = this.#move(next, lines);
    // Blank lines are dropped here; rows of empty cells later, because quoted rows have no cells yet.
    if (cells.length > 1 || cells[0]?.trim() !== '') rows.push({ line, cells, problem: null, nul });
  }

  /** A record without quotes, in which a backslash also escapes a line's end. @returns false if more text is needed */
  #pushEscaped(rows: RawRow[], first: LineEnd, final: boolean): boolean {
    let end: LineEnd | null = first;
    let lines = 1;
    while (end.next > end.at && backslashes(this.#buffer, end.at, this.#at) % 2 === 1) {
      if (end.next >= this.#buffer.length) {
        if (final) break;
        return false;
      }
      end = lineEndFrom(this.#buffer, end.next, final);
      if (end === null) return false;
      lines++;
    }
    const text = this.#buffer.slice(this.#at, end.at);
    const cells = text.includes('\\')
      ? backslashCells(text, this.delimiter, this.quote)
      : text.split(this.delimiter);
    this.#push(rows, cells, end.next, lines);
    return true;
  }

  #quotedRecord(end: LineEnd, final: boolean): QuotedRecord | null {
    const record = readQuotedRecord(this.#buffer, this.#at, end, this, final);
    if (record === null || record.problem === null || this.cells !== 'plain' || this.width === 0)
      return record;
    if (!record.text.includes(`\\${this.quote}`)) return record;
    // One row of another program in a file that otherwise has no backslashes.
    const { delimiter, quote, width } = this;
    const shape = { delimiter, quote, cells: 'backslash' } as const;
    const escaped = readQuotedRecord(this.#buffer, this.#at, end, shape, final);
    if (escaped === null) return null;
    const cells = escaped.problem === null ? backslashCells(escaped.text, delimiter, quote) : [];
    return cells.length === width ? { ...escaped, cells } : record;
  }

  #pushQuoted(rows: RawRow[], quoted: Quoted[], { text, cells, end, lines, problem }: QuotedRecord): void {
    if (problem !== null) {
      const { delimiter } = this;
      const line = this.#line;
      const nul = this.#move(end.next, lines);
      // A guess, to help fix the row: correctly quoted cells are shown without their quotes.
      const guessed = text.split(delimiter).map((cell) => /^\s*"([^"]*)"\s*$/.exec(cell)?.[1] ?? cell);
      rows.push({ line, cells: guessed, problem, nul });
      return;
    }
    if (this.cells === 'json') {
      this.#push(rows, jsonCells(text, this.delimiter), end.next, lines);
      return;
    }
    if (this.cells === 'backslash') {
      this.#push(rows, backslashCells(text, this.delimiter, this.quote), end.next, lines);
      return;
    }
    if (cells !== null) {
      this.#push(rows, cells, end.next, lines);
      return;
    }
    quoted.push({ row: rows.length, text });
    this.#push(rows, [text], end.next, lines);
  }

  /** In bulk: csv-parse takes longer to start than to split a row. */
  #splitQuoted(rows: RawRow[], quoted: readonly Quoted[]): void {
    if (quoted.length === 0) return;
    const split = this.#parse(quoted.map(({ text }) => text));
    for (const [i, { row: index }] of quoted.entries()) {
      const row = rows[index];
      if (row !== undefined) rows[index] = { ...row, cells: split[i] ?? row.cells };
    }
  }

  #parse(texts: readonly string[]): readonly (readonly string[])[] {
    const rows: string[][] = parse(texts.join('\n'), {
      delimiter: this.delimiter,
      quote: this.quote,
      escape: this.quote,
      // Line ends inside a record are inside quotes.
      record_delimiter: '\n',
      relax_quotes: true,
      relax_column_count: true,
    });
    if (rows.length === texts.length || texts.length === 1) return rows;
    // If the two ever disagree about a record, the others must not shift.
    return texts.map((text) => this.#parse([text])[0] ?? [text]);
  }

  #tooLong(rows: RawRow[], end: LineEnd | null): void {
    const problem = `the line is longer than ${MAX_RECORD / 1024 / 1024} million characters. Check that the file is a table.`;
    const cells = [this.#buffer.slice(this.#at, Math.min(this.#at + KEPT, end?.at ?? this.#at + KEPT))];
    const line = this.#line;
    const nul = this.#move(end?.next ?? this.#buffer.length, end === null ? 0 : 1);
    this.#skipping = end === null;
    rows.push({ line, cells, problem, nul });
  }

  /** @returns whether NULs were removed from the text that was skipped */
  #move(next: number, lines: number): boolean {
    this.#at = next;
    this.#line += lines;
    const passed = this.#gone + next;
    const first = this.#passedNuls;
    while ((this.#nuls[this.#passedNuls] ?? Number.POSITIVE_INFINITY) < passed) this.#passedNuls++;
    const nul = this.#passedNuls > first;
    if (this.#passedNuls === this.#nuls.length) this.#nuls.length = this.#passedNuls = 0;
    return nul;
  }

  /** Where the first line of the next record ends; null if the next chunk may still belong to it. */
  #lineEnd(final: boolean): LineEnd | null {
    const { length } = this.#buffer;
    if (this.#lf < this.#at) this.#lf = orLength(this.#buffer.indexOf('\n', this.#at), length);
    if (this.#cr < this.#at) this.#cr = orLength(this.#buffer.indexOf('\r', this.#at), length);
    const at = Math.min(this.#lf, this.#cr);
    if (at === length) return final && this.#at < length ? { at: length, next: length } : null;
    if (at === this.#lf) return { at, next: at + 1 };
    // A CR at the end may be the first half of a CRLF.
    if (at + 1 === length && !final) return null;
    return { at, next: this.#lf === at + 1 && at + 1 < length ? at + 2 : at + 1 };
  }

  #nextQuote(): number {
    if (this.#quote < this.#at) {
      this.#quote = orLength(this.#buffer.indexOf(this.quote, this.#at), this.#buffer.length);
    }
    return this.#quote;
  }
}

function orLength(index: number, length: number): number {
  return index < 0 ? length : index;
}

function isEmpty(row: RawRow): boolean {
  return row.problem === null && row.cells.every(saysNothing);
}

/** A line of its own for Ctrl-Z, the end mark of old programs, is empty too. */
function saysNothing(cell: string): boolean {
  const text = cell.trim();
  return text === '' || text === '\u001a';
}
