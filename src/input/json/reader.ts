// Values and members of lists as records: an envelope becomes the records in it, a broken member costs itself.
import { plain } from '../../util/plain.ts';
import type { InputRecord, Note, NoteKind } from '../record.ts';
import { type Choice, chooseRecords, notOne, pathText } from './choose.ts';
import type { ParsedJson } from './large-value.ts';
import { type Member, membersOf, nextMember } from './members.ts';
import { collectQuestions, NO_QUESTIONS, type Question, type Questions } from './questions.ts';
import { type Given, JsonRecordMaker } from './record.ts';
import { withoutNuls } from './rewriter.ts';
import { Survey } from './survey.ts';
import { rowsOfTable } from './table.ts';
import { isMembers, parseJson } from './value.ts';

type Readable = Extract<ParsedJson, { ok: true }>;
type List = Extract<Choice, { kind: 'list' }>;

/** Notes of one input. */
const MAX_NOTES = 20;
/** Members of an envelope that a note names. */
const MAX_NAMED = 8;

export class JsonReader {
  readonly #maker = new JsonRecordMaker();
  readonly #wanted: string | null;
  readonly #notes = new Map<string, NoteKind>();

  /** @param wanted `--records` */
  constructor(wanted: string | null) {
    this.#wanted = wanted;
  }

  notes(): readonly Note[] {
    return [...this.#notes].map(([text, kind]) => ({ kind, text }));
  }

  note(kind: NoteKind, text: string): void {
    if (this.#notes.size < MAX_NOTES) this.#notes.set(text, kind);
  }

  tooLong(text: string, line: number | null): InputRecord {
    return this.#maker.tooLong(text, line);
  }

  broken(text: string, line: number | null, why: string): InputRecord {
    return this.#maker.broken(text, line, why);
  }

  /** A whole value: a record, or an envelope. @param why it is incomplete, or null */
  value(given: string, line: number | null, why: string | null = null): readonly InputRecord[] {
    const { text, nul } = clean(given);
    const parsed = parseJson(text);
    if (!parsed.ok && line !== null && /,\s*$/.test(text)) {
      // A line of a list that somebody took apart.
      return this.value(text.trimEnd().replace(/,+$/, ''), line, why);
    }
    if (!parsed.ok && line !== null)
      return [this.broken(text, line, `the error is at character ${parsed.place}`)];
    if (!parsed.ok) {
      const survey = new Survey();
      survey.add(text);
      const choice = chooseRecords(survey.value(), this.#wanted);
      if (choice.kind === 'list') return this.#list(text, choice, survey.value(), line);
      return [this.broken(text, line, why ?? `the error is at character ${parsed.place}`)];
    }
    const inner = textWithin(parsed.value);
    if (inner !== null) return this.value(inner, line, why);
    const table = line === null && this.#wanted === null ? rowsOfTable(parsed.value) : null;
    if (table !== null) {
      this.note('records', 'the document is a table; the records are its rows');
      return table.map((row) => this.#maker.of({ value: row, line, nul }));
    }
    const own = this.#ownText(parsed, text);
    const draft = this.#maker.draft({ value: parsed.value, text: own, line, nul });
    // A line is only looked into where it holds a list; in a document, an object of ids may be one, too.
    if (line !== null && !draft.lists && isMembers(parsed.value) && this.#wanted === null)
      return [this.#maker.count(draft)];
    if (line !== null && Array.isArray(parsed.value) && parsed.value.length === 0)
      return [this.#maker.count(draft)];
    const choice = chooseRecords(parsed.value, this.#wanted);
    switch (choice.kind) {
      case 'record':
        return [this.#maker.count(draft)];
      case 'list':
        return this.#list(text, choice, parsed.value, line);
      default:
        return [this.#maker.problem(text, line, notOne(choice, this.#wanted))];
    }
  }

  /** A member of the list of records. */
  member(member: Member, questions: Questions, line: number | null = null): readonly InputRecord[] {
    const records: InputRecord[] = [];
    // Members that a broken one took in are looked for in its text; the work for that is bounded.
    let waiting: readonly Member[] = [member];
    let budget = 4 * member.text.length + 1024;
    while (waiting.length > 0) {
      const [one, ...others] = waiting;
      waiting = others;
      if (one === undefined) break;
      if (one.tooLong) {
        records.push(this.tooLong(one.text, line));
        continue;
      }
      const outer = clean(one.text);
      const { nul } = outer;
      const whole = parseJson(outer.text);
      const inner = whole.ok && one.broken === null ? textWithin(whole.value) : null;
      const text = inner ?? outer.text;
      const parsed = inner === null ? whole : parseJson(inner);
      if (parsed.ok && one.broken === null) {
        records.push(this.#maker.of({ ...this.#withId(parsed, text, one.id), line, nul, questions }));
        continue;
      }
      const place = parsed.ok ? 1 : parsed.place;
      const next = parsed.ok || budget < 0 ? null : nextMember(text, place);
      budget -= text.length;
      const why = one.broken ?? `the error is at character ${place}`;
      records.push(this.broken(next === null ? text : text.slice(0, next), line, why));
      if (next !== null)
        waiting = [
          // What follows the list's end is the rest of the envelope.
          ...membersOf(`[${text.slice(next)}`, [], false).filter(
            ({ text: left, alone }) => left.trim() !== '' && alone !== true,
          ),
          ...waiting,
        ];
    }
    return records;
  }

  /** What is read of an envelope, and what is not. */
  chose({ path, ids, left }: List): void {
    if (path.length === 0 && !ids) return;
    const where = path.length === 0 ? 'the whole document' : pathText(path);
    const what = ids
      ? `the records are the objects in ${where}; the name of each is its externalId`
      : `the records are the list ${where}`;
    const named = left.slice(0, MAX_NAMED).map(plain).join(', ') + (left.length > MAX_NAMED ? ' …' : '');
    this.note('records', left.length === 0 ? what : `${what}; what stands beside it is not sent (${named})`);
  }

  #list(text: string, choice: List, value: unknown, line: number | null): readonly InputRecord[] {
    this.chose(choice);
    const questions = new Map<string, Question>();
    if (choice.path.length > 0) collectQuestions(value, questions);
    return membersOf(text, choice.path, choice.ids).flatMap((member) =>
      this.member(member, questions.size === 0 ? NO_QUESTIONS : questions, line),
    );
  }

  #withId(parsed: Readable, text: string, id: string | null): Pick<Given, 'value' | 'text'> {
    const { value } = parsed;
    if (id === null || !isMembers(value) || Object.hasOwn(value, 'externalId'))
      return { value, text: this.#ownText(parsed, text) };
    return { value: { externalId: id, ...value } };
  }

  /** Undefined where it holds what is no JSON. */
  #ownText({ withoutNaN, remarks }: Readable, text: string): string | undefined {
    if (withoutNaN !== true) return remarks === true ? undefined : text;
    this.note('text', 'NaN and Infinity are not values; they were read as empty');
    return undefined;
  }
}

/** A text that is an object or a list, written as JSON once more. */
function textWithin(value: unknown): string | null {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return null;
  const parsed = parseJson(value);
  return parsed.ok && typeof parsed.value === 'object' ? value : null;
}

function clean(given: string): { readonly text: string; readonly nul: boolean } {
  // The record separator of JSON text sequences.
  const text = given.startsWith('\u001e') ? given.slice(1) : given;
  const nul = text.includes('\u0000');
  return { text: nul ? withoutNuls(text) : text, nul };
}
