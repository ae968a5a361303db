// Reads a provider's list of sources, whose shape is not documented: an array, or an object that holds one, of entries with
// an id, a name and perhaps a nested list. Anything else is reported as a problem; nothing is guessed.
import type { Explain } from './error-body.ts';
import { said } from './http-status.ts';
import { asText, isObject, type Json, type JsonObject, parseJson, whatIs } from './json.ts';
import type { HttpAnswer, SourceEntry } from './provider.ts';

/** @returns the entries in the answer's order, or what is wrong with it, for a person */
export function readSourceList(
  answer: HttpAnswer,
  explain: Explain,
): readonly SourceEntry[] | { readonly problem: string } {
  if (answer.status !== 200) return { problem: `it answered ${said(answer, explain)}` };
  const json = parseJson(answer.body);
  const rows = rowsOf(unwrapped(json), 'source');
  if (rows === null)
    return { problem: `it answered with ${whatIs(answer.body)} instead of a list of sources.` };
  const flat = flatSubSources(unwrapped(json));
  const entries = rows.flatMap((row): SourceEntry[] => {
    const source = idAndName(row, 'source');
    if (source === null) return [];
    const nested = (rowsOf(nestedList(row), 'subsource') ?? []).flatMap(
      (sub) => idAndName(sub, 'subsource') ?? [],
    );
    const own = flat.filter(({ parent }) => parent === source.id).map(({ id, name }) => ({ id, name }));
    return [{ ...source, subSources: [...nested, ...own] }];
  });
  if (entries.length === 0)
    return { problem: 'it answered with a list in which no entry has an id and a name.' };
  return entries;
}

const WRAPPERS = ['response', 'data', 'result', 'results'];

/** The content of `response` or a similar member; else the JSON itself. */
function unwrapped(json: Json): Json {
  if (!isObject(json)) return json;
  const inside = WRAPPERS.map((name) => json[name]).find((value) => Array.isArray(value) || isObject(value));
  return inside === undefined ? json : inside;
}

/** The rows of a list; of an object, the first list in it, or its members where they are objects (keyed by id or name). */
function rowsOf(json: Json, kind: Kind): readonly JsonObject[] | null {
  if (Array.isArray(json)) return json.filter(isObject);
  if (!isObject(json)) return null;
  const members = Object.entries(json);
  const list = members.find(([name, value]) => Array.isArray(value) && !/sub/i.test(name));
  if (list !== undefined) return rowsOf(list[1], kind);
  const inner = members.find(([name, value]) => isObject(value) && /^(sub_?)?sources?$/i.test(name));
  if (inner !== undefined) return rowsOf(inner[1], kind);
  const keyed = members.flatMap(([key, value]): JsonObject[] => {
    // The key gives what the row does not say itself: `"1": {"name": …}`, `"google": {"id": 1}`, `"8": "GDN"`.
    if (isObject(value)) return [/^\d+$/.test(key) ? { id: key, ...value } : { name: key, ...value }];
    const text = asText(value);
    return text !== null && /^\d+$/.test(key) ? [{ id: key, name: text }] : [];
  });
  return keyed.some((row) => idAndName(row, kind) !== null) ? keyed : null;
}

function nestedList(row: JsonObject): Json {
  const lists = Object.entries(row).filter(([, value]) => Array.isArray(value) || isObject(value));
  return (lists.find(([name]) => /sub|child/i.test(name)) ?? lists[0])?.[1];
}

/** Sub-sources in a list of their own that name their source. */
function flatSubSources(
  json: Json,
): readonly { readonly parent: string; readonly id: string; readonly name: string }[] {
  if (!isObject(json)) return [];
  const list = Object.entries(json).find(([name, value]) => /^sub/i.test(name) && Array.isArray(value))?.[1];
  return (rowsOf(list, 'subsource') ?? []).flatMap((row) => {
    const sub = idAndName(row, 'subsource');
    const parent = member(row, ['sourceid', 'parentid', 'parent']);
    return sub === null || parent === null ? [] : [{ parent, ...sub }];
  });
}

type Kind = 'source' | 'subsource';

function idAndName(row: JsonObject, kind: Kind): { readonly id: string; readonly name: string } | null {
  const id = member(row, ['id', `${kind}id`, 'value', 'key']);
  const name = member(row, ['name', `${kind}name`, kind, 'title', 'label']);
  return id === null || name === null ? null : { id, name };
}

/** The first of these members, whatever the case, dashes and underscores of their names. */
function member(row: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const entry = Object.entries(row).find(
      ([key, value]) => key.toLowerCase().replace(/[\s_-]/g, '') === name && asText(value) !== null,
    );
    if (entry !== undefined) return asText(entry[1]);
  }
  return null;
}
