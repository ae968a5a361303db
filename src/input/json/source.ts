// Records of JSON (an array, an object, objects in a row, an object around an array) and of NDJSON.

import type { InputRecord } from '../record.ts';
import { type CutValue, JsonCutter, Parts } from './cutter.ts';
import { isAnswers, JsonRecordMaker, type Made } from './record.ts';
import { isMembers, parseJson } from './value.ts';

const BATCH = 256;

/**
 * NDJSON: one record per line; a broken line costs only itself. Lines end with LF or CRLF. A CR alone is white space in
 * JSON; it ends lines only in a file without any LF.
 */
export async function* lineRecords(
  head: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new JsonRecordMaker();
  const end = head.includes('\n') || !head.includes('\r') ? '\n' : '\r';
  const before = new Parts();
  let line = 1;
  const one = ({ text, tooLong }: CutValue): InputRecord | null => {
    const at = line++;
    if (tooLong) return maker.tooLong(text, at);
    return text.trim() === '' ? null : maker.fromText(text, at).record;
  };
  const take = (text: string, final: boolean): readonly InputRecord[] => {
    const records: InputRecord[] = [];
    let at = 0;
    for (let next = text.indexOf(end); next >= 0; next = text.indexOf(end, at)) {
      const record = one(before.take(text.slice(at, next)));
      if (record !== null) records.push(record);
      at = next + 1;
    }
    before.add(text.slice(at));
    const last = final ? one(before.take('')) : null;
    if (last !== null) records.push(last);
    return records;
  };
  yield* batched(take(head, false));
  for await (const text of rest) yield* batched(take(text, false));
  yield* batched(take('', true));
}

/** JSON: an array is streamed; objects are read one by one, and one of them may hold the array. */
export async function* jsonRecords(
  head: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new JsonRecordMaker();
  const array = head.trimStart().startsWith('[');
  const cutter = new JsonCutter(array);
  const made = ({ text, tooLong }: CutValue): readonly Made[] => {
    if (tooLong) return [{ record: maker.tooLong(text, null), broken: false }];
    const inner = array ? null : wrapped(text);
    if (inner === null) return [maker.fromText(text, null)];
    return inner.map((value) => ({ record: maker.fromValue(value, null), broken: false }));
  };
  const recordsOf = (
    values: readonly CutValue[],
  ): { readonly records: InputRecord[]; readonly broken: boolean } => {
    const records: InputRecord[] = [];
    for (const value of values) {
      const found = made(value);
      for (const { record } of found) records.push(record);
      // The values after a broken one cannot be found.
      if (found[0]?.broken) return { records, broken: true };
    }
    return { records, broken: false };
  };
  const texts = (async function* () {
    yield head;
    yield* rest;
  })();
  for await (const text of texts) {
    const cut = cutter.add(text);
    const { records, broken } = recordsOf(cut.values);
    if (!broken && cut.broken !== null) records.push(maker.broken(cutter.rest, null, cut.broken));
    yield* batched(records);
    if (broken || cut.broken !== null) return;
  }
  const cut = cutter.end();
  const { records, broken } = recordsOf(cut.values);
  if (!broken && cut.broken !== null) records.push(maker.broken(cutter.rest, null, cut.broken));
  yield* batched(records);
}

function* batched(records: readonly InputRecord[]): Generator<readonly InputRecord[]> {
  for (let at = 0; at < records.length; at += BATCH) yield records.slice(at, at + BATCH);
}

/** Members that hold the records in API answers and exports made from them. */
const LISTS =
  /^(data|leads|results?|records|items|rows|contacts|entries|responses|submissions|value|objects|list)$/i;
/** Members that only a lead has. */
const OF_A_LEAD = /phone|mobile|^e-?mail$|whats ?app/i;

/**
 * The list of records inside an object, `{"data": […], "count": 2}`: its only member that is a list of objects and has a
 * known name; also one level deeper, `{"data": {"leads": […]}}`. Null if the object is a lead itself.
 */
function wrapped(text: string): readonly unknown[] | null {
  if (
    !/"(?:data|leads|results?|records|items|rows|contacts|entries|responses|submissions|value|objects|list)"\s*:\s*[[{]/i.test(
      text,
    )
  ) {
    return null;
  }
  const parsed = parseJson(text);
  return parsed.ok ? listIn(parsed.value, 2) : null;
}

function listIn(value: unknown, depth: number): readonly unknown[] | null {
  if (!isMembers(value) || depth === 0) return null;
  const members = Object.entries(value);
  if (members.some(([name, member]) => OF_A_LEAD.test(name) && !Array.isArray(member))) return null;
  const named = members.filter(([name]) => LISTS.test(name));
  const lists = named
    .map(([, member]) => member)
    .filter((member) => Array.isArray(member) && isListOfObjects(member));
  const [list] = lists;
  if (Array.isArray(list)) return lists.length === 1 ? list : null;
  const [inner] = named.filter(([, member]) => isMembers(member));
  return inner === undefined ? null : listIn(inner[1], depth - 1);
}

function isListOfObjects(list: readonly unknown[]): boolean {
  return list.every(isMembers) && !isAnswers(list);
}
