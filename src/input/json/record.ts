// A JSON value as a record: its cells, what is wrong with it, and its own text.
import type { Problem } from '../../lead/codes.ts';
import { BeyondLimit, KEPT, MAX_JSON_RECORD, MAX_NESTED } from '../limits.ts';
import type { InputRecord } from '../record.ts';
import { mayHoldSecret } from '../secret-keys.ts';
import { flattened, flattenedPairs, type Row } from './flatten.ts';
import { NO_QUESTIONS, type Questions } from './questions.ts';
import { withoutNuls } from './rewriter.ts';
import { isMembers, isNestedBeyond, jsonText } from './value.ts';

const MAX_SHAPES = 1000;
/** Shapes with longer keys are not cached. */
const MAX_SHAPE = 16 * 1024;
const BROKEN_KEYS: readonly string[] = ['json'];
const NONE: readonly Problem[] = [];
const NUL_REMOVED: readonly Problem[] = [
  { field: null, code: 'NUL_REMOVED', message: 'NUL bytes were removed from this record.' },
];

/** One value and where it comes from. */
export interface Given {
  readonly value: unknown;
  /** Its own text, if it can be used as it is; undefined if there is none. */
  readonly text?: string | undefined;
  /** Physical line; null if the format has none. */
  readonly line: number | null;
  /** NUL bytes were taken out of it. */
  readonly nul?: boolean;
  readonly questions?: Questions;
}

/** A record before it is counted. */
export interface Draft {
  readonly record: Omit<InputRecord, 'record'>;
  /** It holds a list of objects: it may be an envelope. */
  readonly lists: boolean;
}

/** Turns JSON values into records and counts them; records of one shape share their keys. */
export class JsonRecordMaker {
  readonly #shapes = new Map<string, readonly string[]>();
  #count = 0;

  draft({ value, text, line, nul = false, questions = NO_QUESTIONS }: Given): Draft {
    try {
      if (isNestedBeyond(value, MAX_NESTED)) {
        throw new BeyondLimit(`it is nested deeper than ${MAX_NESTED} levels`);
      }
      const row = rowOf(value, questions);
      if (row === null) return { record: this.#notAnObject(value, line, text), lists: false };
      const warnings = nul ? NUL_REMOVED : NONE;
      const keys = this.#shape([...row.cells.keys()]);
      const cells = [...row.cells.values()];
      const json = jsonText(value, text);
      return { record: { line, keys, cells, problem: null, warnings, json }, lists: row.lists };
    } catch (error) {
      if (!(error instanceof BeyondLimit)) throw error;
      const why = `This record cannot be read: ${error.message}. Shorten it and send it again.`;
      return { record: this.#unreadable(text ?? '', line, why), lists: false };
    }
  }

  count({ record }: Draft): InputRecord {
    return { record: ++this.#count, ...record };
  }

  of(given: Given): InputRecord {
    return this.count(this.draft(given));
  }

  /** @param text its beginning */
  tooLong(text: string, line: number | null): InputRecord {
    const most = MAX_JSON_RECORD / 1024 / 1024;
    return this.problem(
      text,
      line,
      `This record cannot be read: it is longer than ${most} MiB. Shorten it and send it again.`,
    );
  }

  /** A record that cannot be read; its text is its only cell, so that it can be found and fixed. */
  broken(text: string, line: number | null, why: string): InputRecord {
    return this.problem(text, line, `This is not valid JSON: ${why}. Fix it and send it again.`);
  }

  problem(text: string, line: number | null, message: string): InputRecord {
    return { record: ++this.#count, ...this.#unreadable(text, line, message) };
  }

  #notAnObject(value: unknown, line: number | null, text: string | undefined): Omit<InputRecord, 'record'> {
    const what = Array.isArray(value) ? 'a list' : 'a single value';
    const message = `This is ${what}, not an object. Write each lead as an object, such as {"phone": "…"}.`;
    const problem: Problem = { field: null, code: 'ROW_UNPARSABLE', message };
    return { line, keys: [], cells: [], problem, warnings: NONE, json: jsonText(value, text) };
  }

  #unreadable(text: string, line: number | null, message: string): Omit<InputRecord, 'record'> {
    const cell = mayHoldSecret(text)
      ? ''
      : withoutNuls(text.slice(0, 2 * KEPT))
          .trim()
          .slice(0, KEPT);
    const problem: Problem = { field: null, code: 'ROW_UNPARSABLE', message };
    return {
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

/** Null if the value is neither an object nor a list of a form's answers. */
function rowOf(value: unknown, questions: Questions): Row | null {
  if (isMembers(value)) return flattened(value, questions);
  return Array.isArray(value) ? flattenedPairs(value, questions) : null;
}
