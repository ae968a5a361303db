// Records of JSON (a list, an object, objects in a row, a list anywhere in an envelope) and of NDJSON.
import { shellQuoted } from '../../util/shell.ts';
import { UsageError } from '../../util/usage-error.ts';
import { MAX_LOOK_AHEAD } from '../limits.ts';
import type { InputRecord, Note } from '../record.ts';
import { type Choice, chooseRecords, MAX_NAMED, pathText } from './choose.ts';
import { MemberCutter } from './members.ts';
import { type CutValue, Parts } from './parts.ts';
import { collectQuestions, type Question, type Questions } from './questions.ts';
import { JsonReader } from './reader.ts';
import { endsScript, lengthBefore } from './remarks.ts';
import { Survey } from './survey.ts';
import { type Frame, JsonWalker, type Step, type WalkHandler } from './walker.ts';

const BATCH = 256;

export interface JsonInput {
  readonly records: () => AsyncIterable<readonly InputRecord[]>;
  readonly notes: () => readonly Note[];
}

export interface JsonOptions {
  /** For messages. */
  readonly name: string;
  /** `--records`. */
  readonly wanted: string | null;
  /** The whole text once more, if the input can be read again. */
  readonly again: (() => AsyncIterable<string>) | null;
}

/**
 * NDJSON: one record per line; a broken line costs only itself. Lines end with LF or CRLF. A CR alone is white space in
 * JSON; it ends lines only in a file without any LF.
 */
export function openLines(head: string, rest: AsyncIterable<string>, { wanted }: JsonOptions): JsonInput {
  const reader = new JsonReader(wanted);
  return { records: () => lineRecords(head, rest, reader), notes: () => reader.notes() };
}

async function* lineRecords(
  head: string,
  rest: AsyncIterable<string>,
  reader: JsonReader,
): AsyncGenerator<readonly InputRecord[]> {
  const end = head.includes('\n') || !head.includes('\r') ? '\n' : '\r';
  const before = new Parts();
  let line = 1;
  const recordsOf = ({ text, tooLong }: CutValue): readonly InputRecord[] => {
    const at = line++;
    if (tooLong) return [reader.tooLong(text, at)];
    return text.trim() === '' ? [] : reader.value(text, at);
  };
  function* lines(text: string): Generator<CutValue> {
    let at = 0;
    for (let next = text.indexOf(end); next >= 0; next = text.indexOf(end, at)) {
      yield before.take(text.slice(at, next));
      at = next + 1;
    }
    before.add(text.slice(at));
  }
  yield* batched(lines(head), recordsOf);
  for await (const text of rest) yield* batched(lines(text), recordsOf);
  yield* batched([before.take('')], recordsOf);
}

/**
 * JSON: values one after another. The first is looked at before any record is handed on: one that is too long for memory
 * is read twice if it is a file; of a stream, its beginning decides.
 * @throws UsageError if several lists may be meant, or `--records` names none
 */
export async function openJson(
  given: string,
  rest: AsyncIterable<string>,
  options: JsonOptions,
): Promise<JsonInput> {
  const { name, wanted } = options;
  const before = lengthBefore(given);
  const head = given.slice(before);
  const again = options.again === null || before === 0 ? options.again : from(options.again, before);
  const seen: string[] = [head];
  const survey = new Survey();
  const iterator = rest[Symbol.asyncIterator]();
  let complete = survey.add(head);
  let choice = decided(survey, wanted, complete);
  let partly = false;
  if (choice === null && again !== null) {
    const whole = new Survey();
    for await (const text of again()) if (whole.add(text)) break;
    choice = chooseRecords(whole.value(), wanted);
    return input(choice, whole, false);
  }
  let length = head.length;
  while (choice === null) {
    const next = length >= MAX_LOOK_AHEAD ? null : await iterator.next();
    if (next === null || next.done === true) {
      partly = next === null;
      choice = chooseRecords(survey.value(), wanted);
      break;
    }
    // Exactly so many characters, whatever the size of the pieces.
    const part = next.value.slice(0, MAX_LOOK_AHEAD - length);
    seen.push(next.value);
    length += next.value.length;
    complete = survey.add(part);
    choice = decided(survey, wanted, complete);
  }
  return input(choice, survey, partly);

  function input(found: Choice, by: Survey, guessed: boolean): JsonInput {
    refuse(found, name, wanted);
    const questions = new Map<string, Question>();
    const streams = found.kind === 'list' && !complete;
    if (streams) collectQuestions(by.value(), questions);
    const reader = new JsonReader(wanted);
    if (guessed && found.kind === 'list') {
      reader.note(
        'records',
        `this input can be read only once, so its list of records was chosen from the first ${MAX_LOOK_AHEAD / 1024 / 1024} MiB; questions and lists after it are not looked at`,
      );
    }
    const texts = async function* (): AsyncGenerator<string> {
      yield* seen;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    };
    const isScript = before > 0;
    return {
      records: () => jsonRecords(texts(), reader, found, streams, questions, isScript),
      notes: () => reader.notes(),
    };
  }
}

/** The text behind its first characters. */
function from(again: () => AsyncIterable<string>, skipped: number): () => AsyncIterable<string> {
  return async function* rest() {
    let left = skipped;
    for await (const text of again()) {
      if (left < text.length) yield text.slice(left);
      left = Math.max(0, left - text.length);
    }
  };
}

/** Null: more of it must be seen. */
function decided(survey: Survey, wanted: string | null, complete: boolean): Choice | null {
  const choice = chooseRecords(survey.value(), wanted);
  if (complete) return choice;
  // Nothing that follows could be another list of records.
  return choice.kind === 'list' && choice.sure ? choice : null;
}

function refuse(choice: Choice, name: string, wanted: string | null): void {
  if (choice.kind !== 'several' && choice.kind !== 'missing') return;
  const lists = choice.paths.map(pathText);
  const shown = lists.slice(0, MAX_NAMED).join(', ') + (lists.length > MAX_NAMED ? ' …' : '');
  if (choice.kind === 'several') {
    throw new UsageError(
      `${name} has more than one list of leads: ${shown}.`,
      `Choose one: ${lists
        .slice(0, 2)
        .map((list) => `--records ${shellQuoted(list)}`)
        .join(' or ')}`,
    );
  }
  throw new UsageError(
    `${name} has no list of records at "${wanted ?? ''}" (--records).`,
    lists.length === 0 ? 'Remove --records: it has no list of objects.' : `Its lists: ${shown}.`,
  );
}

async function* jsonRecords(
  texts: AsyncIterable<string>,
  reader: JsonReader,
  choice: Choice,
  streams: boolean,
  questions: Questions,
  isScript: boolean,
): AsyncGenerator<readonly InputRecord[]> {
  const list = streams && choice.kind === 'list' ? choice : null;
  const top = new TopValues(list, isScript);
  const walker = new JsonWalker(top);
  if (list !== null) reader.chose(list);
  const recordsOf = ({ text, member }: Top): readonly InputRecord[] =>
    member === null ? reader.value(text, null) : reader.member(member, questions);
  for await (const text of texts) {
    walker.add(text);
    yield* batched(top.take(), recordsOf);
    if (walker.stopped) return;
  }
  const why = walker.end();
  yield* batched(top.take(), recordsOf);
  if (why === null) return;
  const { open } = walker;
  if (!top.inList) yield reader.value(open, null, why);
  else
    yield open === ''
      ? [reader.broken('', null, why)]
      : reader.member({ text: open, tooLong: false, id: null, broken: why }, questions);
}

/** Records in batches, made one by one: a piece of text may hold very many. */
function* batched<T>(
  given: Iterable<T>,
  recordsOf: (one: T) => readonly InputRecord[],
): Generator<readonly InputRecord[]> {
  let batch: InputRecord[] = [];
  for (const one of given) {
    for (const record of recordsOf(one)) {
      batch.push(record);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

interface Top {
  readonly text: string;
  readonly member: ReturnType<MemberCutter['take']>[number] | null;
}

/** Values at the top, each whole; of those that are streamed, the members. */
class TopValues implements WalkHandler {
  readonly #cutter: MemberCutter | null;
  #streams = false;
  #first = true;
  #found: Top[] = [];
  readonly #opens: string;
  readonly #isScript: boolean;

  constructor(list: Extract<Choice, { kind: 'list' }> | null, isScript: boolean) {
    this.#isScript = isScript;
    this.#cutter = list === null ? null : new MemberCutter(list.path, list.ids);
    this.#opens = list?.path.length === 0 && !list.ids ? '[' : '';
  }

  get inList(): boolean {
    return this.#streams;
  }

  take(): readonly Top[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  begin(frames: readonly Frame[], first: string): Step {
    if (frames.length === 0) {
      if (this.#isScript && endsScript(first)) return 'pass';
      // A list after a list is streamed like it.
      this.#streams = this.#cutter !== null && (this.#first || first === this.#opens);
      this.#first = false;
    }
    return this.#streams && this.#cutter !== null ? this.#cutter.begin(frames, first) : 'keep';
  }

  kept(frames: readonly Frame[], text: string, tooLong: boolean): void {
    if (!this.#streams)
      this.#found.push({ text, member: tooLong ? { text, tooLong, id: null, broken: null } : null });
    else this.#cutter?.kept(frames, text, tooLong);
    this.#move();
  }

  end(): void {}

  broken(frames: readonly Frame[], why: string, rest: string): void {
    if (frames.length === 0)
      this.#found.push({ text: rest, member: { text: rest, tooLong: false, id: null, broken: why } });
    else this.#cutter?.broken(frames, why, rest);
    this.#move();
  }

  #move(): void {
    for (const member of this.#cutter?.take() ?? []) this.#found.push({ text: member.text, member });
  }
}
