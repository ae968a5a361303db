// Records of JSON (an array, one object, or an object around an array) and of NDJSON.
import { isLosslessNumber, LosslessNumber, parse } from 'lossless-json';
import { ElementCutter, RecordMaker } from './json.ts';
import type { InputRecord } from './record.ts';

const LINE_END = /\r\n|\r|\n/g;

/** NDJSON: a record a line; one that is broken costs itself. */
export async function* lineRecords(
  head: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new RecordMaker();
  let buffer = '';
  let line = 1;
  const take = (text: string, final: boolean): readonly InputRecord[] => {
    buffer += text;
    const records: InputRecord[] = [];
    let at = 0;
    LINE_END.lastIndex = 0;
    for (;;) {
      LINE_END.lastIndex = at;
      const end = LINE_END.exec(buffer);
      if (end === null || (!final && end[0] === '\r' && end.index === buffer.length - 1)) break;
      const one = buffer.slice(at, end.index);
      if (one.trim() !== '') records.push(maker.fromText(one, line));
      at = end.index + end[0].length;
      line++;
    }
    buffer = buffer.slice(at);
    if (final && buffer.trim() !== '') records.push(maker.fromText(buffer, line));
    return records;
  };
  const first = take(head, false);
  if (first.length > 0) yield first;
  for await (const text of rest) {
    const records = take(text, false);
    if (records.length > 0) yield records;
  }
  const last = take('', true);
  if (last.length > 0) yield last;
}

/** JSON: an array is streamed; an object is read whole, and may hold the array. */
export async function* jsonRecords(
  head: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new RecordMaker();
  if (!head.trimStart().startsWith('[')) {
    yield* objectRecords(await whole(head, rest), maker);
    return;
  }
  const cutter = new ElementCutter();
  const pieces = (async function* () {
    yield head;
    yield* rest;
  })();
  for await (const text of pieces) {
    const { elements, broken } = cutter.add(text);
    const records: InputRecord[] = [];
    for (const element of elements) {
      const record = maker.fromText(element, null);
      records.push(record);
      if (record.problem?.code === 'ROW_UNPARSABLE') {
        // What follows a broken element cannot be told apart any more.
        yield records;
        return;
      }
    }
    if (broken)
      records.push(
        maker.broken('', null, 'the array breaks here; the records after it cannot be told apart'),
      );
    if (records.length > 0) yield records;
    if (broken) return;
  }
  if (!cutter.whole) yield [maker.broken('', null, 'the array is not closed: the file is cut off')];
}

async function whole(head: string, rest: AsyncIterable<string>): Promise<string> {
  let text = head;
  for await (const piece of rest) text += piece;
  return text;
}

function* objectRecords(text: string, maker: RecordMaker): Generator<readonly InputRecord[]> {
  let value: unknown;
  try {
    value = parse(text, undefined, (digits) => new LosslessNumber(digits));
  } catch (error) {
    yield [maker.broken('', null, error instanceof Error ? error.message : String(error))];
    return;
  }
  const inner = wrapped(value);
  yield (inner ?? [value]).map((one) => maker.fromValue(one, null));
}

/** `{"data": […]}`: the list of objects that stands under a name that says so; null for a lead of its own. */
function wrapped(value: unknown): readonly unknown[] | null {
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return null;
  for (const [name, member] of Object.entries(value)) {
    const list = Array.isArray(member) && member.every((one) => typeof one === 'object' && one !== null);
    if (list && /^(data|leads|results|records|items|rows|contacts|entries|responses)$/i.test(name))
      return member;
  }
  return null;
}
