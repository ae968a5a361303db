// Which part of a JSON document is the records: the document itself, or one list of objects within it. Pure: it sees the
// document, of long lists only the first members.
import { isLosslessNumber } from 'lossless-json';
import { plain } from '../../util/plain.ts';
import { extendedValue } from './extended.ts';
import { isPairs } from './pairs.ts';
import { knownNames } from './questions.ts';
import { rowsOfTable } from './table.ts';
import { isMembers, type Members, parseJson, textOf } from './value.ts';
import {
  isPhoneValue,
  namesAnswers,
  namesEmail,
  namesOpened,
  namesOther,
  namesPart,
  namesPerson,
  namesPhone,
  namesRecords,
} from './words.ts';

/** A member's name; null: each member of a list. */
export type Path = readonly (string | null)[];

export type Choice =
  /** The document is one record. */
  | { readonly kind: 'record' }
  /** The members of the list there; of an object, whose names are then the ids. */
  | {
      readonly kind: 'list';
      readonly path: Path;
      readonly ids: boolean;
      readonly left: readonly string[] /** Nothing that follows can change it. */;
      readonly sure: boolean;
    }
  /** More than one may be meant. */
  | { readonly kind: 'several'; readonly paths: readonly Path[] }
  /** What `--records` names is not there. */
  | { readonly kind: 'missing'; readonly paths: readonly Path[] };

interface Found {
  readonly path: Path;
  readonly ids: boolean;
  /** Its members have a phone. */
  readonly phones: boolean;
  /** Its members have an e-mail address. */
  readonly emails: boolean;
  readonly empty: boolean;
}

/** Members of a list that are looked at. */
const LOOKED_AT = 50;
const MAX_LEVELS = 12;

/** @param wanted what `--records` names; null: found */
export function chooseRecords(value: unknown, wanted: string | null): Choice {
  const found = listsIn(value);
  if (wanted !== null) return named(value, wanted, found);
  if (Array.isArray(value) && rowsOfTable(value) !== null) return { kind: 'record' };
  const whole = found.find(({ path }) => path.length === 0);
  if (whole?.phones) return listAt(whole, value, !whole.ids);
  const withPhones = found.filter(({ phones }) => phones);
  const outer = isMembers(value) ? value : {};
  const lead = hasPhone(outer, 0);
  const own = lead ? withPhones.filter(({ path }) => !partOfLead(path, outer)) : withPhones;
  const [only] = own;
  if (own.length > 1) return { kind: 'several', paths: own.map(({ path }) => path) };
  if (only !== undefined) return listAt(only, value);
  if (whole !== undefined) return listAt(whole, value);
  if (lead) return { kind: 'record' };
  // Leads without any phone are told one by one, not as one strange record.
  const bare = found.filter(({ path, emails }) => emails || namesRecords(lastOf(path)));
  const [bareOne] = bare;
  if (bare.length === 1 && bareOne !== undefined) return listAt(bareOne, value);
  return Array.isArray(value) && !isPairs(value, '')
    ? listAt({ path: [], ids: false }, value)
    : { kind: 'record' };
}

/** Why a record is none: for a message. */
export function notOne(
  choice: Extract<Choice, { kind: 'several' | 'missing' }>,
  wanted: string | null,
): string {
  if (choice.kind === 'missing') return `This has no list of records at "${wanted ?? ''}" (--records).`;
  const lists = choice.paths.slice(0, MAX_NAMED).map(pathText).join(', ');
  return `This has more than one list of leads: ${lists}. Choose one with --records.`;
}

/** Lists that a message names. */
export const MAX_NAMED = 20;

/** `data.items`, `[].data`. */
export function pathText(path: Path): string {
  const text = path.reduce<string>((before, one) => {
    if (one === null) return `${before}[]`;
    return before === '' ? one : `${before}.${one}`;
  }, '');
  return plain(text);
}

function listAt({ path, ids }: Pick<Found, 'path' | 'ids'>, value: unknown, sure = false): Choice {
  const left = isMembers(value) ? Object.keys(value).filter((name) => name !== path[0]) : [];
  return { kind: 'list', path, ids, left: path.length === 0 ? [] : left, sure };
}

function lastOf(path: Path): string {
  return path.findLast((one) => one !== null) ?? '';
}

/** A list that belongs to the lead which the document is: its calls, its family. */
function partOfLead(path: Path, outer: Members): boolean {
  const name = lastOf(path);
  if (namesPart(name)) return true;
  return !namesRecords(name) && (Object.keys(outer).some(namesPerson) || holdsLead(outer));
}

/** `{"event": "lead.created", "lead": {"phone": …}}`: the document is about one lead. */
function holdsLead(outer: Members): boolean {
  return Object.entries(outer).some(
    ([name, member]) => ONE_LEAD.test(name) && isMembers(member) && hasPhone(member, 0),
  );
}

const ONE_LEAD =
  /^(?:lead|contact|customer|buyer|client|enquiry|inquiry|enquirer|person|visitor|prospect|applicant)$/i;

/** All lists of objects outside of records, in the order of the document. */
function listsIn(value: unknown): readonly Found[] {
  const found = new Map<string, Found>();
  walk(value, [], found, 0);
  return [...found.values()];
}

function walk(value: unknown, path: Path, found: Map<string, Found>, level: number): void {
  if (level > MAX_LEVELS || typeof value !== 'object' || value === null) return;
  const name = lastOf(path);
  if (namesPhone(name) || namesEmail(name) || isPairs(value, name) || isBrokenAnswers(value, name)) return;
  if (Array.isArray(value)) {
    const members: readonly unknown[] = value.slice(0, LOOKED_AT);
    const objects = members.filter((one) => isMembers(one) || isPairs(one, ''));
    const isList = objects.length > 0 && objects.length * 2 >= members.length;
    if (isList || members.length === 0) {
      const phones = !pathNamesOther(path) && objects.some((one) => hasPhone(one, 0));
      add(found, { path, ids: false, phones, emails: objects.some(hasEmail), empty: members.length === 0 });
      if (phones) return;
    }
    for (const member of members) walk(member, [...path, null], found, level + 1);
    return;
  }
  if (!isMembers(value) || extendedValue(value) !== undefined) return;
  if (isIdTable(value) && !pathNamesOther(path) && !holdsIdTables(value)) {
    add(found, { path, ids: true, phones: true, emails: false, empty: false });
    return;
  }
  for (const [key, member] of Object.entries(value)) walk(member, [...path, key], found, level + 1);
}

/** Answers of which some could not be read, or came twice. */
function isBrokenAnswers(value: object, name: string): boolean {
  if (!Array.isArray(value)) return false;
  const members: readonly unknown[] = value.slice(0, LOOKED_AT);
  const pairs = members.filter((one) => isPairs([one], name)).length;
  return namesAnswers(name) ? pairs > 0 : pairs * 2 > members.length;
}

/** The same place in several members of an outer list is one list. */
function add(found: Map<string, Found>, one: Found): void {
  const id = JSON.stringify(one.path);
  const before = found.get(id);
  found.set(id, {
    ...one,
    phones: one.phones || (before?.phones ?? false),
    emails: one.emails || (before?.emails ?? false),
    empty: one.empty && (before?.empty ?? true),
  });
}

function pathNamesOther(path: Path): boolean {
  return namesOther(lastOf(path));
}

/** `{"-OaB4kR1": {…}, "-OaB4kR2": {…}}`: objects of one shape under ids. */
function isIdTable(value: Members): boolean {
  const members = Object.entries(value).slice(0, LOOKED_AT);
  const [first] = members;
  if (first === undefined || !members.every(([, member]) => isMembers(member))) return false;
  if (members.some(([name]) => isWord(name))) return false;
  const ids = members.filter(([name]) => isId(name)).length;
  // One object, or two, may be a person under a word of somebody's own.
  if (ids < members.length && (members.length < 3 || ids > 0)) return false;
  const shape = new Set(isMembers(first[1]) ? Object.keys(first[1]) : []);
  return (
    members.every(([, member]) => isMembers(member) && sameShape(shape, Object.keys(member))) &&
    members.some(([, member]) => hasPhone(member, 0))
  );
}

/** `{"site1": {"-Oa1": {…}, "-Oa2": {…}}}`: what is below the ids is no lead but leads again. */
function holdsIdTables(value: Members): boolean {
  return Object.values(value)
    .slice(0, LOOKED_AT)
    .every((member) => isMembers(member) && isIdTable(member));
}

/** A name that says what is below it. */
function isWord(name: string): boolean {
  return (
    namesPhone(name) ||
    namesEmail(name) ||
    namesOther(name) ||
    namesPerson(name) ||
    namesRecords(name) ||
    WORDS.test(name)
  );
}

const WORDS =
  /^(?:name|address|billing|shipping|home|work|office|primary|secondary|main|other|spouse|applicant|co_?applicant|contact|customer|client|buyer|seller|lead|person|user|sender|meta|metadata|status|error|form|page|definition|hidden|custom|utm|source|campaign)$/i;

/** Made by a program: with a digit, or long and mixed. */
function isId(name: string): boolean {
  return (
    /\d/.test(name) || /^-/.test(name) || (name.length >= 16 && /[a-z]/.test(name) && /[A-Z]/.test(name))
  );
}

function sameShape(shape: ReadonlySet<string>, names: readonly string[]): boolean {
  const shared = names.filter((name) => shape.has(name)).length;
  return shared > 0 && shared * 2 >= Math.min(shape.size, names.length);
}

/** Whether a record has a phone of its own: not somebody else's, and in no list but answers and phones. */
function hasPhone(value: unknown, level: number): boolean {
  if (level > 6) return false;
  if (Array.isArray(value)) return isPairs(value, '') && value.some((pair) => pairHasPhone(pair));
  if (!isMembers(value)) return false;
  return Object.entries(value).some(([name, member]) => memberHasPhone(name, member, level));
}

function memberHasPhone(name: string, member: unknown, level: number): boolean {
  if (level > MAX_LEVELS || namesOther(name)) return false;
  const phone = namesPhone(name);
  if (typeof member !== 'object' || member === null || isLosslessNumber(member)) {
    return phone || isPhoneValue(name, textOf(member)) || openedHasPhone(name, member, level);
  }
  if (Array.isArray(member)) {
    if (phone) return true;
    return isPairs(member, name) && member.some(pairHasPhone);
  }
  if (!isMembers(member)) return false;
  const plainValue = extendedValue(member);
  if (plainValue !== undefined) return phone || memberHasPhone(name, plainValue, level + 1);
  if (isPairs(member, name)) return Object.values(member).some(pairHasPhone);
  return phone || hasPhone(member, level + 1);
}

function openedHasPhone(name: string, text: unknown, level: number): boolean {
  if (typeof text !== 'string' || !namesOpened(name) || !/^\s*\{/.test(text)) return false;
  const parsed = parseJson(text);
  return parsed.ok && hasPhone(parsed.value, level + 1);
}

/** Its label, its kind or its value says phone. */
function pairHasPhone(pair: unknown): boolean {
  if (!isMembers(pair)) return false;
  return Object.entries(knownNames(pair)).some(
    ([name, text]) =>
      namesPhone(name) || (typeof text === 'string' && (namesPhone(text) || isPhoneValue(name, text))),
  );
}

function hasEmail(value: unknown): boolean {
  return isMembers(value) && Object.keys(value).some(namesEmail);
}

/** What `--records` names, written as leadpush shows it, or as jq and JSON Path do. */
function named(value: unknown, wanted: string, found: readonly Found[]): Choice {
  const path = resolved(value, segmentsOf(wanted));
  const paths = found.filter(({ empty }) => !empty).map((one) => one.path);
  if (path === null) return { kind: 'missing', paths };
  const at = valueAt(value, path);
  if (Array.isArray(at)) return listAt({ path, ids: false }, value, true);
  if (!isMembers(at)) return { kind: 'missing', paths };
  const members = Object.values(at);
  const ids = members.length > 0 && members.every(isMembers) && !hasPhone(at, 7);
  return listAt({ path, ids: ids && (isIdTable(at) || members.length > 1) }, value, true);
}

/** `$.data.items[*]`, `.data.items[]`, `data.items`, `/data/items` -> `data`, `items`. */
export function segmentsOf(wanted: string): readonly string[] {
  const text = wanted
    .trim()
    .replace(/^\$/, '')
    .replace(/(?:\[(?:\*|)\]|\.\*)$/, '');
  const dotted = text.startsWith('/') ? text.slice(1).replaceAll('/', '.') : text;
  return dotted
    .replace(/\[(\*|\d*)\]/g, (_, index: string) => `.${index === '' ? '*' : index}`)
    .split('.')
    .filter((part) => part !== '');
}

/** The path with the names as they stand; a name may hold dots. Null if it is not there. */
function resolved(value: unknown, segments: readonly string[]): Path | null {
  const [first, ...others] = segments;
  if (first === undefined) return [];
  if (Array.isArray(value)) {
    const rest = first === '*' || /^\d+$/.test(first) ? others : segments;
    const member = value.find((one) => resolved(one, rest) !== null);
    const inner = member === undefined ? null : resolved(member, rest);
    return inner === null ? null : [null, ...inner];
  }
  if (!isMembers(value)) return null;
  for (let length = 1; length <= segments.length; length++) {
    const name = segments.slice(0, length).join('.');
    const key = Object.hasOwn(value, name)
      ? name
      : Object.keys(value).find((one) => one.toLowerCase() === name.toLowerCase());
    if (key === undefined) continue;
    const inner = resolved(value[key], segments.slice(length));
    if (inner !== null) return [key, ...inner];
  }
  return null;
}

/** The first value at the path. */
export function valueAt(value: unknown, path: Path): unknown {
  const [first, ...others] = path;
  if (first === undefined) return value;
  if (first === null) {
    if (!Array.isArray(value)) return undefined;
    return value.map((one) => valueAt(one, others)).find((one) => one !== undefined);
  }
  return isMembers(value) && Object.hasOwn(value, first) ? valueAt(value[first], others) : undefined;
}

/** All values at the path, in the order of the document. */
export function valuesAt(value: unknown, path: Path): readonly unknown[] {
  const [first, ...others] = path;
  if (first === undefined) return [value];
  if (first === null) return Array.isArray(value) ? value.flatMap((one) => valuesAt(one, others)) : [];
  return isMembers(value) && Object.hasOwn(value, first) ? valuesAt(value[first], others) : [];
}
