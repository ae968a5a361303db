// A JSON value as a record: nested members as `a.b`, Google's and Meta's lists of answers by the questions' names.
import type { Problem } from '../lead/codes.ts';
import { isMembers, jsonText, type Members, parseJson, textOf } from './json-value.ts';
import type { InputRecord } from './record.ts';
import { isSecret, mayHoldSecret } from './secret-keys.ts';

const MOST_SHAPES = 1000;
/** Of a broken text so much is kept, to find the place by. */
const KEPT = 64 * 1024;
const BROKEN_KEYS: readonly string[] = ['json'];
const NONE: readonly Problem[] = [];

/** Makes records of JSON values, and counts them; records of one shape share their keys. */
export class JsonRecordMaker {
  readonly #shapes = new Map<string, readonly string[]>();
  #count = 0;

  /** Of one value's text. @param line physical line; null where there are none */
  fromText(text: string, line: number | null): InputRecord {
    const nul = text.includes('\u0000');
    const clean = nul ? text.replaceAll('\u0000', '') : text;
    const parsed = parseJson(clean);
    const record = parsed.ok
      ? this.fromValue(parsed.value, line, clean)
      : this.broken(clean, line, `it breaks at character ${parsed.place}`);
    if (!nul) return record;
    const warning: Problem = {
      field: null,
      code: 'NUL_REMOVED',
      message: 'NUL bytes were taken out of this record.',
    };
    return { ...record, warnings: [warning] };
  }

  /** @param text the value's own text, where it has one */
  fromValue(value: unknown, line: number | null, text?: string): InputRecord {
    try {
      const record = { ...this.#contentOf(value), line, warnings: NONE, json: jsonText(value, text) };
      return { record: ++this.#count, ...record };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.broken(text ?? '', line, 'it is nested too deeply');
    }
  }

  #contentOf(value: unknown): Pick<InputRecord, 'keys' | 'cells' | 'problem'> {
    if (!isMembers(value)) {
      const problem: Problem = {
        field: null,
        code: 'NOT_A_LEAD',
        message: `Here stands ${Array.isArray(value) ? 'a list' : 'a single value'}, not an object with a lead's fields, such as {"phone": "…"}.`,
      };
      return { keys: [], cells: [], problem };
    }
    const flat = new Map<string, string>();
    flatten(value, '', flat, 0);
    return { keys: this.#shape([...flat.keys()]), cells: [...flat.values()], problem: null };
  }

  /** A record that cannot be read; its text is its one cell, so that it can be found and mended. */
  broken(text: string, line: number | null, why: string): InputRecord {
    const cell = mayHoldSecret(text) ? '' : text.replaceAll('\u0000', '').trim().slice(0, KEPT);
    const problem: Problem = {
      field: null,
      code: 'ROW_UNPARSABLE',
      message: `This is not valid JSON: ${why}. Mend it and send it again.`,
    };
    return {
      record: ++this.#count,
      line,
      keys: BROKEN_KEYS,
      cells: [cell],
      problem,
      warnings: NONE,
      json: JSON.stringify({ json: cell }),
    };
  }

  #shape(names: readonly string[]): readonly string[] {
    const id = names.join('\u0000');
    const known = this.#shapes.get(id);
    if (known !== undefined) return known;
    if (this.#shapes.size < MOST_SHAPES) this.#shapes.set(id, names);
    return names;
  }
}

/** Deeper members are kept as JSON text. */
const MOST_DEPTH = 16;

function flatten(value: Members, prefix: string, flat: Map<string, string>, depth: number): void {
  for (const [name, member] of Object.entries(value)) {
    if (isSecret(name)) continue;
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const answers = answersOf(member);
    if (answers !== null) {
      for (const [question, answer] of answers) if (!flat.has(question)) flat.set(question, answer);
    } else if (isMembers(member) && depth < MOST_DEPTH) flatten(member, key, flat, depth + 1);
    else flat.set(key, textOf(member));
  }
}

/** Where lists of answers have their question's name, and the answer: Google Ads' webhook, Meta's Graph API, others alike. */
const QUESTIONS = ['column_id', 'column_name', 'name', 'key', 'label', 'question'] as const;
const ANSWERS = ['string_value', 'values', 'value', 'answer'] as const;

/** `[{column_id, column_name, string_value}]`, `[{name, values: […]}]` as pairs; null for anything else. */
export function answersOf(list: unknown): readonly (readonly [string, string])[] | null {
  if (!Array.isArray(list) || list.length === 0) return null;
  const pairs: (readonly [string, string])[] = [];
  for (const entry of list) {
    if (!isMembers(entry)) return null;
    const question = QUESTIONS.map((name) => entry[name]).find(
      (name) => typeof name === 'string' && name.trim() !== '',
    );
    const answer = ANSWERS.find((name) => Object.hasOwn(entry, name));
    if (typeof question !== 'string' || answer === undefined) return null;
    if (!isSecret(question)) pairs.push([question, textOf(entry[answer])]);
  }
  return pairs;
}
