// Records of JSON (an array, an object, objects in a row, an object around an array) and of NDJSON.
import { JsonCutter } from './json-cut.ts';
import { answersOf, JsonRecordMaker } from './json-record.ts';
import { isMembers, parseJson } from './json-value.ts';
import type { InputRecord } from './record.ts';

const BATCH = 256;
/** A line that is longer is no record: a file without line ends must not fill the memory. */
const MOST_LINE = 32 * 1024 * 1024;

/**
 * NDJSON: a record a line; one that is broken costs itself. Lines end with LF or CRLF, a CR alone is a blank of JSON;
 * only in a file without any LF does it end lines.
 */
export async function* lineRecords(
  head: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new JsonRecordMaker();
  const end = head.includes('\n') || !head.includes('\r') ? '\n' : '\r';
  let buffer = '';
  let line = 1;
  let skipping = false;
  const one = (text: string): InputRecord | null => {
    const at = line++;
    if (skipping || text.trim() === '') return null;
    if (text.length <= MOST_LINE) return maker.fromText(text, at);
    return maker.broken(text.slice(0, MOST_LINE), at, 'the line is too long');
  };
  const take = (text: string, final: boolean): readonly InputRecord[] => {
    buffer += text;
    const records: InputRecord[] = [];
    let at = 0;
    for (let next = buffer.indexOf(end); next >= 0; next = buffer.indexOf(end, at)) {
      const record = one(buffer.slice(at, next));
      if (record !== null) records.push(record);
      skipping = false;
      at = next + 1;
    }
    buffer = buffer.slice(at);
    if (!final && buffer.length <= MOST_LINE) return records;
    const last = one(buffer);
    if (last !== null) records.push(last);
    buffer = '';
    if (!final) {
      // The line goes on; its number is taken.
      line--;
      skipping = true;
    }
    return records;
  };
  yield* batched(take(head, false));
  for await (const text of rest) yield* batched(take(text, false));
  yield* batched(take('', true));
}

/** JSON: an array is streamed; objects are read one by one, and one may hold the array. */
export async function* jsonRecords(
  head: string,
  rest: AsyncIterable<string>,
): AsyncGenerator<readonly InputRecord[]> {
  const maker = new JsonRecordMaker();
  const array = head.trimStart().startsWith('[');
  const cutter = new JsonCutter(array);
  const recordsOf = (
    values: readonly string[],
  ): { readonly records: InputRecord[]; readonly broken: boolean } => {
    const records: InputRecord[] = [];
    for (const text of values) {
      const inner = array ? null : wrapped(text);
      const found =
        inner === null ? [maker.fromText(text, null)] : inner.map((value) => maker.fromValue(value, null));
      for (const record of found) records.push(record);
      // What follows a broken value cannot be told apart any more.
      if (found[0]?.problem?.code === 'ROW_UNPARSABLE') return { records, broken: true };
    }
    return { records, broken: false };
  };
  const pieces = (async function* () {
    yield head;
    yield* rest;
  })();
  for await (const text of pieces) {
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

/** Members that hold a page of records in the answers of APIs and the exports made of them. */
const LISTS =
  /^(data|leads|results?|records|items|rows|contacts|entries|responses|submissions|value|objects|list)$/i;
/** A member that only a lead has. */
const OF_A_LEAD = /phone|mobile|^e-?mail$|whats ?app/i;

/**
 * The list in an object around it, `{"data": […], "count": 2}`: its one member that is a list of objects and has a name
 * that says so; also one level deeper, `{"data": {"leads": […]}}`. Null for a lead of its own.
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
  return list.every(isMembers) && answersOf(list) === null;
}
