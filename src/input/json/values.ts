// A program's own objects as an input: each is the record that its JSON would be, without that text being made.
import { BeyondLimit, MAX_JSON_RECORD, MAX_NESTED } from '../limits.ts';
import { type InputRecord, NO_TEXT_FORMAT, type Source, type SourceInfo } from '../record.ts';
import { chooseRecords, notOne, valuesAt } from './choose.ts';
import { type Draft, JsonRecordMaker } from './record.ts';
import { isMembers } from './value.ts';

/** In no file, and on no line. */
const INFO: SourceInfo = {
  file: null,
  format: 'json',
  ...NO_TEXT_FORMAT,
  headers: null,
  headerLine: null,
  titles: 0,
  sheet: null,
};

export type Values = Iterable<unknown> | AsyncIterable<unknown>;

/** What the values throw comes through as it is. */
export function openValues(values: Values, wanted: string | null = null): Source {
  const iterator =
    Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
  return {
    info: INFO,
    repeatable: false,
    records: () => records(iterator, wanted),
    // Not awaited: a program that waits for its next lead would never answer.
    close: async () => {
      void Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

/** One at a time: who gives them out slowly is not waited for. */
async function* records(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  wanted: string | null,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new JsonRecordMaker();
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield recordsOf(maker, await next.value, wanted);
  }
}

function recordsOf(maker: JsonRecordMaker, given: unknown, wanted: string | null): readonly InputRecord[] {
  try {
    const value = new JsonValue().of(given, '', 0);
    // A function or undefined has no JSON.
    if (value === undefined) return [maker.broken(String(given), null, 'the error is at character 1')];
    const draft = maker.draft({ value, line: null });
    const alone = isMembers(value) ? !draft.lists : !Array.isArray(value) || value.length === 0;
    return alone && wanted === null ? [maker.count(draft)] : recordsIn(maker, value, draft, wanted);
  } catch (error) {
    if (!(error instanceof BeyondLimit)) throw error;
    return [maker.tooLong('', null)];
  }
}

/** Those of a list within it, as in the text of the same JSON. */
function recordsIn(
  maker: JsonRecordMaker,
  value: unknown,
  draft: Draft,
  wanted: string | null,
): readonly InputRecord[] {
  const choice = chooseRecords(value, wanted);
  if (choice.kind === 'record') return [maker.count(draft)];
  if (choice.kind !== 'list') return [maker.problem('', null, notOne(choice, wanted))];
  return valuesAt(value, choice.path).flatMap((list) => {
    if (Array.isArray(list)) return list.map((member: unknown) => maker.of({ value: member, line: null }));
    if (!choice.ids || !isMembers(list)) return [maker.of({ value: list, line: null })];
    return Object.entries(list).map(([id, member]) =>
      maker.of({ value: isMembers(member) ? { externalId: id, ...member } : member, line: null }),
    );
  });
}

/** What JSON.parse would give back of JSON.stringify's text: dates as texts, functions left out, no number but a finite one. */
class JsonValue {
  /** The objects around the present one. */
  readonly #around = new Set<object>();
  #characters = 0;

  /** @throws TypeError for a bigint or an object within itself, as JSON.stringify does @throws BeyondLimit */
  of(given: unknown, key: string, depth: number): unknown {
    const value = unwrapped(toJson(given, key));
    switch (typeof value) {
      case 'string':
        this.#count(value);
        return value;
      case 'number':
        // `+ 0` for minus zero, which JSON writes as 0.
        return Number.isFinite(value) ? value + 0 : null;
      case 'bigint':
        throw new TypeError('Do not know how to serialize a BigInt');
      case 'object':
        return value === null ? null : this.#members(value, depth);
      case 'boolean':
        return value;
      default:
        return undefined;
    }
  }

  #members(value: object, depth: number): unknown {
    if (this.#around.has(value)) throw new TypeError('Converting circular structure to JSON');
    // Deeper ones are refused by the record maker, for which one level too many is enough.
    if (depth > MAX_NESTED) return {};
    this.#around.add(value);
    const made = Array.isArray(value)
      ? Array.from(value, (member: unknown, i) => this.of(member, String(i), depth + 1) ?? null)
      : Object.fromEntries(
          Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
            const one = this.of(member, name, depth + 1);
            if (one === undefined) return [];
            this.#count(name);
            return [[name, one]];
          }),
        );
    this.#around.delete(value);
    return made;
  }

  #count(text: string): void {
    this.#characters += text.length;
    if (this.#characters > MAX_JSON_RECORD) throw new BeyondLimit('it is too long');
  }
}

function toJson(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  return typeof value.toJSON === 'function' ? value.toJSON(key) : value;
}

function unwrapped(value: unknown): unknown {
  return value instanceof Number || value instanceof String || value instanceof Boolean
    ? value.valueOf()
    : value;
}
