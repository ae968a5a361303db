// JSON and NDJSON to records: elements are cut out of the text one by one and parsed without losing a digit of an id.
import { isLosslessNumber, LosslessNumber, parse } from 'lossless-json';
import type { Problem } from '../lead/codes.ts';
import type { InputRecord } from './record.ts';

/** Secrets that ride in records: dropped when read. */
const SECRETS = new Set(['google_key']);
const MOST_KEPT_SHAPES = 1000;

/** Makes records of JSON values; records of one shape share their keys. */
export class RecordMaker {
  readonly #shapes = new Map<string, readonly string[]>();
  #count = 0;

  /** Of one element's text. */
  fromText(text: string, line: number | null): InputRecord {
    let value: unknown;
    try {
      value = parse(text, undefined, (digits) => new LosslessNumber(digits));
    } catch (error) {
      return this.broken(text, line, error instanceof Error ? error.message : String(error));
    }
    return this.fromValue(value, line);
  }

  fromValue(value: unknown, line: number | null): InputRecord {
    this.#count++;
    if (!isPlain(value)) {
      const problem: Problem = {
        field: null,
        code: 'NOT_A_LEAD',
        message: `This is ${Array.isArray(value) ? 'a list' : 'a single value'}, not an object with a lead's fields.`,
      };
      return {
        record: this.#count,
        line,
        keys: [],
        cells: [],
        problem,
        warnings: [],
        json: JSON.stringify(restore(value)) ?? null,
      };
    }
    const flat = new Map<string, string>();
    flatten(value, '', flat);
    const names = [...flat.keys()];
    return {
      record: this.#count,
      line,
      keys: this.#shape(names),
      cells: [...flat.values()],
      problem: null,
      warnings: [],
      json: jsonOf(value),
    };
  }

  broken(text: string, line: number | null, why: string): InputRecord {
    this.#count++;
    const problem: Problem = {
      field: null,
      code: 'ROW_UNPARSABLE',
      message: `This is no JSON as it stands (${why.replace(/\s+/g, ' ').slice(0, 120)}). Mend it and send it again.`,
    };
    // The text may hold what the parsed record would have been cleaned of.
    const kept = [...SECRETS].some((name) => text.includes(name)) ? '' : text;
    return { record: this.#count, line, keys: ['json'], cells: [kept], problem, warnings: [], json: kept };
  }

  #shape(names: readonly string[]): readonly string[] {
    const id = names.join('\u0000');
    const known = this.#shapes.get(id);
    if (known !== undefined) return known;
    if (this.#shapes.size < MOST_KEPT_SHAPES) this.#shapes.set(id, names);
    return names;
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** Nested objects as `a.b`, lists of single values joined, Google's and Meta's lists of fields by the fields' names. */
function flatten(value: Readonly<Record<string, unknown>>, prefix: string, flat: Map<string, string>): void {
  for (const [name, member] of Object.entries(value)) {
    if (SECRETS.has(name)) continue;
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (isPlain(member)) flatten(member, key, flat);
    else if (Array.isArray(member) && member.length > 0 && member.every(isFieldEntry)) {
      for (const entry of member) if (!flat.has(entry.name)) flat.set(entry.name, entry.text);
    } else if (Array.isArray(member)) flat.set(key, member.map(textOf).join(', '));
    else flat.set(key, textOf(member));
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (isLosslessNumber(value)) return value.value;
  return typeof value === 'object' ? JSON.stringify(restore(value)) : String(value);
}

/** Turns Google's `{column_id, column_name, string_value}` and Meta's `{name, values}` into name and text, in place. */
function isFieldEntry(entry: unknown): entry is { readonly name: string; readonly text: string } {
  if (!isPlain(entry)) return false;
  const id = entry['column_id'] ?? entry['column_name'];
  if (typeof id === 'string' && 'string_value' in entry) {
    Object.assign(entry, { name: id, text: textOf(entry['string_value']) });
    return true;
  }
  const { name, values } = entry;
  if (typeof name === 'string' && Array.isArray(values)) {
    Object.assign(entry, { text: values.map(textOf).join(', ') });
    return true;
  }
  return false;
}

/** The record's own text, without its secrets. */
function jsonOf(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(restore(value));
}

/** Numbers that JSON.stringify would round stay text; the rest is as it was. */
function restore(value: unknown): unknown {
  if (isLosslessNumber(value)) {
    const number = Number(value.value);
    return String(number) === value.value ? number : value.value;
  }
  if (Array.isArray(value)) return value.map(restore);
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).filter(([name]) => !SECRETS.has(name));
  return Object.fromEntries(entries.map(([name, member]) => [name, restore(member)]));
}

/** Cuts the elements of a top-level array out of a stream of text. */
export class ElementCutter {
  #buffer = '';
  #at = 0;
  #start = -1;
  #depth = 0;
  #inText = false;
  #opened = false;
  #closed = false;
  #separated = true;

  /** @returns texts of whole elements, and whether the array broke */
  add(text: string): { readonly elements: readonly string[]; readonly broken: boolean } {
    this.#buffer += text;
    const elements: string[] = [];
    const buffer = this.#buffer;
    let i = this.#at;
    for (; i < buffer.length; i++) {
      const char = buffer[i] ?? '';
      if (this.#inText) {
        if (char === '\\') i++;
        else if (char === '"') this.#inText = false;
        continue;
      }
      if (!this.#opened) {
        if (char === '[') this.#opened = true;
        continue;
      }
      if (this.#closed) {
        if (char.trim() !== '') return { elements, broken: true };
        continue;
      }
      if (this.#depth === 0 && (char === ',' || char === ']')) {
        if (this.#start >= 0) {
          elements.push(buffer.slice(this.#start, i));
          this.#start = -1;
        } else if (char === ',' || !this.#separated) return { elements, broken: true };
        this.#separated = char === ',' ? false : this.#separated;
        if (char === ']') this.#closed = true;
        continue;
      }
      if (char.trim() === '') continue;
      if (this.#start < 0) {
        this.#start = i;
        this.#separated = true;
      }
      if (char === '"') this.#inText = true;
      else if (char === '{' || char === '[') this.#depth++;
      else if (char === '}' || char === ']') this.#depth--;
      if (this.#depth < 0) return { elements, broken: true };
    }
    const kept = this.#start < 0 ? buffer.length : this.#start;
    this.#buffer = buffer.slice(kept);
    // An escape may end beyond what has come so far.
    this.#at = i - kept;
    this.#start = this.#start < 0 ? -1 : 0;
    return { elements, broken: false };
  }

  /** Whether the array was whole. */
  get whole(): boolean {
    return this.#closed;
  }
}
