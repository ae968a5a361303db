// A JSON value as a record: nested members as `a.b`, Google's and Meta's lists of answers by the questions' names.
import type { Problem } from '../../lead/codes.ts';
import {
  BeyondLimit,
  KEPT,
  MAX_COLUMNS,
  MAX_JSON_RECORD,
  MAX_NAME,
  MAX_NAMES,
  MAX_NESTED,
} from '../limits.ts';
import type { InputRecord } from '../record.ts';
import { isSecret, mayHoldSecret } from '../secret-keys.ts';
import { withoutNuls } from './rewriter.ts';
import { isMembers, isNestedBeyond, jsonText, type Members, parseJson, textOf } from './value.ts';

const MAX_SHAPES = 1000;
/** Shapes with longer keys are not cached. */
const MAX_SHAPE = 16 * 1024;
const BROKEN_KEYS: readonly string[] = ['json'];
const NONE: readonly Problem[] = [];

export interface Made {
  readonly record: InputRecord;
  /** The text is not JSON, so the records after it cannot be found. */
  readonly broken: boolean;
}

/** Turns JSON values into records and counts them; records of one shape share their keys. */
export class JsonRecordMaker {
  readonly #shapes = new Map<string, readonly string[]>();
  #count = 0;

  /** From one value's text. @param line physical line; null if the format has none */
  fromText(text: string, line: number | null): Made {
    const nul = text.includes('\u0000');
    const clean = nul ? withoutNuls(text) : text;
    const parsed = parseJson(clean);
    const record = parsed.ok
      ? this.fromValue(parsed.value, line, clean)
      : this.broken(clean, line, `the error is at character ${parsed.place}`);
    const broken = !parsed.ok;
    if (!nul) return { record, broken };
    const warning: Problem = {
      field: null,
      code: 'NUL_REMOVED',
      message: 'NUL bytes were removed from this record.',
    };
    return { record: { ...record, warnings: [warning] }, broken };
  }

  /** @param text the value's own text, if there is one */
  fromValue(value: unknown, line: number | null, text?: string): InputRecord {
    try {
      if (isNestedBeyond(value, MAX_NESTED)) {
        throw new BeyondLimit(`it is nested deeper than ${MAX_NESTED} levels`);
      }
      const record = { ...this.#contentOf(value), line, warnings: NONE, json: jsonText(value, text) };
      return { record: ++this.#count, ...record };
    } catch (error) {
      if (!(error instanceof BeyondLimit)) throw error;
      return this.#unreadable(
        text ?? '',
        line,
        `This record cannot be read: ${error.message}. Shorten it and send it again.`,
      );
    }
  }

  /** @param text its beginning */
  tooLong(text: string, line: number | null): InputRecord {
    const most = MAX_JSON_RECORD / 1024 / 1024;
    return this.#unreadable(
      text,
      line,
      `This record cannot be read: it is longer than ${most} MiB. Shorten it and send it again.`,
    );
  }

  #contentOf(value: unknown): Pick<InputRecord, 'keys' | 'cells' | 'problem'> {
    if (!isMembers(value)) {
      const problem: Problem = {
        field: null,
        code: 'ROW_UNPARSABLE',
        message: `This is ${Array.isArray(value) ? 'a list' : 'a single value'}, not an object. Write each lead as an object, such as {"phone": "…"}.`,
      };
      return { keys: [], cells: [], problem };
    }
    const flat = new Flat();
    flatten(value, '', flat, 0);
    return { keys: this.#shape([...flat.cells.keys()]), cells: [...flat.cells.values()], problem: null };
  }

  /** A record that cannot be read; its text is its only cell, so that it can be found and fixed. */
  broken(text: string, line: number | null, why: string): InputRecord {
    return this.#unreadable(text, line, `This is not valid JSON: ${why}. Fix it and send it again.`);
  }

  #unreadable(text: string, line: number | null, message: string): InputRecord {
    const cell = mayHoldSecret(text)
      ? ''
      : withoutNuls(text.slice(0, 2 * KEPT))
          .trim()
          .slice(0, KEPT);
    const problem: Problem = { field: null, code: 'ROW_UNPARSABLE', message };
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
    if (this.#shapes.size < MAX_SHAPES && id.length <= MAX_SHAPE) this.#shapes.set(id, names);
    return names;
  }
}

/** Deeper members stay JSON text. */
const MAX_DEPTH = 16;

/** A record's cells by their names. */
class Flat {
  readonly cells = new Map<string, string>();
  #characters = 0;

  /** @throws BeyondLimit */
  set(key: string, cell: string): void {
    this.cells.set(key, cell);
    this.#characters += key.length;
    if (key.length > MAX_NAME)
      throw new BeyondLimit(`one of its names is longer than ${MAX_NAME} characters`);
    if (this.cells.size > MAX_COLUMNS || this.#characters > MAX_NAMES) {
      throw new BeyondLimit(
        `it has more than ${MAX_COLUMNS} members, or names of more than ${MAX_NAMES} characters`,
      );
    }
  }
}

function flatten(value: Members, prefix: string, flat: Flat, depth: number): void {
  for (const [name, member] of Object.entries(value)) {
    if (isSecret(name)) continue;
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const answers = answersOf(member);
    if (answers !== null) {
      for (const [question, answer] of answers) if (!flat.cells.has(question)) flat.set(question, answer);
    } else if (isMembers(member) && depth < MAX_DEPTH) flatten(member, key, flat, depth + 1);
    else flat.set(key, textOf(member));
  }
}

/** Keys of a question and its answer in lists of answers, as in Google Ads' webhook and Meta's Graph API. */
const QUESTIONS = ['column_id', 'column_name', 'name', 'key', 'label', 'question'] as const;
const ANSWERS = ['string_value', 'values', 'value', 'answer'] as const;

/** `[{column_id, column_name, string_value}]`, `[{name, values: […]}]` as pairs; null for anything else. */
function answersOf(list: unknown): readonly (readonly [string, string])[] | null {
  if (!isAnswers(list)) return null;
  const pairs: (readonly [string, string])[] = [];
  for (const entry of list) {
    const question = questionOf(entry);
    const answer = answerIn(entry);
    if (question === null || answer === undefined) return null;
    if (!isSecret(question)) pairs.push([question, textOf(entry[answer])]);
  }
  return pairs;
}

/** Whether the value is a list of answers, each with its question. */
export function isAnswers(list: unknown): list is readonly Members[] {
  if (!Array.isArray(list) || list.length === 0) return false;
  return list.every(
    (entry) => isMembers(entry) && questionOf(entry) !== null && answerIn(entry) !== undefined,
  );
}

function questionOf(entry: Members): string | null {
  const question = QUESTIONS.map((name) => entry[name]).find(
    (name) => typeof name === 'string' && name.trim() !== '',
  );
  return typeof question === 'string' ? question : null;
}

function answerIn(entry: Members): string | undefined {
  return ANSWERS.find((name) => Object.hasOwn(entry, name));
}
