// Lists of pairs: a form's questions with their answers, each an object of one label and one value. They are members of
// one record, not records.
import { fieldByHeader } from '../../lead/fields.ts';
import { isSecret } from '../secret-keys.ts';
import {
  isBeside,
  isId,
  isName,
  KEYS,
  LABELS,
  labelsOf,
  optionsOf,
  type Question,
  type Questions,
  TYPED,
  VALUES,
} from './questions.ts';
import { isMembers, type Members, textOf } from './value.ts';
import { namesAnswers, namesEmail, namesPhone } from './words.ts';

export interface Pair {
  readonly name: string;
  readonly text: string;
}

/**
 * The pairs of a list, or of an object whose members are pairs; null for anything else.
 * @param key the name of the member that holds it @param questions those that stand elsewhere
 */
export function pairsOf(value: unknown, key: string, questions: () => Questions): readonly Pair[] | null {
  const entries = entriesOf(value, key);
  if (entries === null) return null;
  const used = new Set<string>();
  const pairs: Pair[] = [];
  for (const [id, entry] of entries) {
    const where = valueKey(entry, key);
    if (where === null) continue;
    const question = needsQuestion(entry) ? found(entry, id, questions()) : null;
    const name = nameOf(entry, id, question, used);
    if (isSecret(name) || nameTexts(entry).some(isSecret)) continue;
    used.add(name);
    pairs.push({ name, text: answerText(entry, where, question) });
  }
  return pairs;
}

/** Whether the value is a list of pairs, or an object of them. */
export function isPairs(value: unknown, key: string): boolean {
  return entriesOf(value, key) !== null;
}

/** Each pair with its id, empty in a list. Null if it is anything else. */
function entriesOf(value: unknown, key: string): readonly (readonly [id: string, entry: Members])[] | null {
  const list = Array.isArray(value);
  if (!list && !(isMembers(value) && (namesAnswers(key) || Object.keys(value).every(hasDigit)))) return null;
  const entries: (readonly [string, Members])[] = [];
  const seen = new Set<string>();
  let answered = 0;
  // A list of very many numbers must not become as many entries first.
  if (list ? !isMembers(value[0]) : false) return null;
  for (const [id, entry] of Object.entries(value)) {
    if (!isMembers(entry)) return null;
    const names = nameTexts(entry);
    const referred = referredId(entry) !== null;
    // In an object, the member's own name may be the only label.
    if (names.length === 0 && !referred) return null;
    const label = JSON.stringify([names, referredId(entry)]);
    if (seen.has(label)) return null;
    seen.add(label);
    if (valueKey(entry, key) !== null) answered++;
    else if (!isUnanswered(entry, key)) return null;
    entries.push([list ? '' : id, entry]);
  }
  // Questions without any answer are no pairs.
  return answered === 0 ? null : entries;
}

function hasDigit(name: string): boolean {
  return /\d/.test(name);
}

function isUnanswered(entry: Members, key: string): boolean {
  if (namesAnswers(key)) return true;
  return Object.keys(entry).every((name) => isBeside(name));
}

/** The member that holds the one value; null if there is none, or if this is no pair. */
function valueKey(entry: Members, key: string): string | null {
  const type = entry['type'];
  const refers = referredId(entry) !== null;
  if (typeof type === 'string' && Object.hasOwn(entry, type) && refers) return type;
  const strong = refers || LABELS.some((name) => isName(entry[name])) || isName(entry['column_id']);
  const members = Object.keys(entry);
  const plain = VALUES.find((name) => Object.hasOwn(entry, name));
  if (plain !== undefined) {
    // A person or a thing with a phone beside its name is a record, whatever else has a value.
    const beside = members.filter((name) => name !== plain && !isBeside(name));
    if (beside.some((name) => namesPhone(name) || namesEmail(name))) return null;
    if (isPerson(entry[plain])) return null;
    // Forms write more beside a question and its answer; elsewhere that is a record.
    const asked = strong || keysOf(entry).length > 0;
    return beside.length === 0 || (namesAnswers(key) && asked) ? plain : null;
  }
  if (!strong) return null;
  const typed = TYPED.filter((name) => Object.hasOwn(entry, name));
  const [first] = typed;
  if (first === undefined || typed.length > 1) return null;
  if (members.some((name) => name !== first && !isBeside(name))) return null;
  if (refers || namesAnswers(key)) return first;
  // `{"title": "Villa", "phone": …}` is a record: the label must ask for what the value is.
  const label = nameTexts(entry).map((text) => fieldByHeader(text)?.name);
  if (namesPhone(first)) return label.includes('phone') || label.includes('altPhone') ? first : null;
  if (namesEmail(first)) return label.includes('email') ? first : null;
  return first === 'text' && !isName(entry['question']) ? null : first;
}

/** A phone beside a name or an address: a record, not an answer. */
function isPerson(value: unknown): boolean {
  if (!isMembers(value)) return false;
  const names = Object.keys(value);
  return (
    names.some(namesPhone) &&
    names.some((name) => namesEmail(name) || PERSON.has(fieldByHeader(name)?.name ?? ''))
  );
}

const PERSON: ReadonlySet<string> = new Set(['name', 'firstName', 'lastName', 'city', 'message']);

/** Its labels and keys; the id alone is no label. */
function nameTexts(entry: Members): readonly string[] {
  return [...labelsOf(entry), ...keysOf(entry)];
}

function keysOf(entry: Members): readonly string[] {
  return KEYS.filter((name) => name !== 'id' && name !== 'uuid')
    .map((name) => entry[name])
    .filter(isName);
}

const REFERENCES = ['ref', 'id', 'key', 'field_id', 'fieldId', 'question_id', 'questionId', 'name'] as const;
const REFERRERS = ['field', 'question', 'field_ref', 'fieldRef'] as const;
const REFERRING = [
  ...[
    'question_id',
    'questionId',
    'field_id',
    'fieldId',
    'field_ref',
    'fieldRef',
    'question_ref',
    'questionRef',
  ],
  ...['ref', 'key', 'field', 'question', 'id'],
] as const;

/** The question that an answer names by an id: `{"field": {"id": "A1"}}`, `{"question_id": 7}`. */
function referredId(entry: Members): string | null {
  for (const name of REFERRERS) {
    const inner = entry[name];
    if (isMembers(inner)) {
      const id = REFERENCES.map((one) => inner[one]).find(isId);
      if (id !== undefined) return String(id);
    }
  }
  const id = REFERRING.slice(0, 8)
    .map((name) => entry[name])
    .find(isId);
  return id === undefined ? null : textOf(id);
}

/** Only an answer that does not say what it answers needs it. */
function needsQuestion(entry: Members): boolean {
  return labelsOf(entry).length === 0 && !keysOf(entry).some(isField);
}

function found(entry: Members, id: string, questions: Questions): Question | null {
  const ids: string[] = [];
  for (const name of REFERRERS) {
    const inner = entry[name];
    if (isMembers(inner)) for (const one of REFERENCES) if (isId(inner[one])) ids.push(textOf(inner[one]));
  }
  for (const name of REFERRING) if (isId(entry[name])) ids.push(textOf(entry[name]));
  if (id !== '') ids.push(id);
  for (const one of ids) {
    const question = questions.get(one);
    if (question !== undefined) return question;
  }
  return null;
}

function nameOf(entry: Members, id: string, question: Question | null, used: ReadonlySet<string>): string {
  const field = entry['field'];
  const inner = isMembers(field) ? field : null;
  const own = ['column_id', 'columnId', ...KEYS]
    .map((name) => entry[name])
    .filter(isName)
    .find((key) => (key === entry['column_id'] || /^[A-Z][A-Z0-9_]*$/.test(key)) && isField(key));
  if (own !== undefined) return own;
  const labels = [...labelsOf(entry), ...(inner === null ? [] : labelsOf(inner)), question?.label].filter(
    isName,
  );
  const keys = [...keysOf(entry), ...(inner === null ? [] : keysOf(inner)), id].filter(isName);
  const known = labels.find(isField) ?? keys.find(isField);
  if (known !== undefined) return known;
  const asked = labels[0] ?? null;
  const type = typeName([entry['type'], inner?.['type'], question?.type]);
  // The kind of the answer says what it is where no name does.
  if (type !== null && (asked === null || !(namesPhone(asked) || namesEmail(asked)))) {
    return used.has(type) ? `${type} ${used.size + 1}` : type;
  }
  const [key] = keys;
  return column(entry) ?? asked ?? key ?? id;
}

/** A column's id before its name: ids are the same in every language. */
function column(entry: Members): string | null {
  const id = entry['column_id'] ?? entry['columnId'];
  return isName(id) ? id : null;
}

function isField(text: string): boolean {
  return fieldByHeader(text) !== null;
}

function typeName(types: readonly unknown[]): 'phone_number' | 'email' | null {
  for (const type of types) {
    if (!isName(type)) continue;
    if (/phone|\btel\b|mobile|whatsapp/i.test(type)) return 'phone_number';
    if (/e-?mail/i.test(type)) return 'email';
  }
  return null;
}

function answerText(entry: Members, where: string, question: Question | null): string {
  const value = entry[where];
  const pretty = entry['prettyFormat'];
  if (isMembers(value) && isName(pretty)) return pretty;
  const options = [...optionsOf(entry), ...(question?.options ?? [])];
  return options.length === 0 ? spoken(value) : spoken(chosen(value, options));
}

/** Ids of options become their texts. */
function chosen(value: unknown, options: readonly Members[]): unknown {
  if (Array.isArray(value)) return value.map((one) => chosen(one, options));
  if (!isId(value)) return value;
  const id = textOf(value);
  const option = options.find((one) =>
    ['id', 'value', 'key', 'ref', 'uuid'].some((name) => isId(one[name]) && textOf(one[name]) === id),
  );
  const text = option === undefined ? undefined : optionText(option);
  return text ?? value;
}

function optionText(option: Members): string | undefined {
  return ['text', 'label', 'title', 'name', 'value'].map((name) => option[name]).find(isName);
}

/** `{"id": "c2", "label": "3 BHK"}`, `{"labels": […]}`, `{"first": …, "last": …}` as a person would say them. */
function spoken(value: unknown): string {
  if (Array.isArray(value))
    return value
      .map(spoken)
      .filter((text) => text !== '')
      .join(', ');
  if (!isMembers(value)) return textOf(value);
  const label = optionText(value);
  if (label !== undefined) return label;
  if (Array.isArray(value['labels']))
    return spoken([...value['labels'], ...(isName(value['other']) ? [value['other']] : [])]);
  if (isName(value['full'])) return value['full'];
  const parts = Object.keys(value).sort((one, other) => PARTS.indexOf(one) - PARTS.indexOf(other));
  if (parts.length <= 6 && parts.every((name) => !isMembers(value[name]) && !Array.isArray(value[name]))) {
    return parts
      .map((name) => textOf(value[name]))
      .filter((text) => text !== '')
      .join(' ');
  }
  return textOf(value);
}

/** Parts of a name or a number, in the order in which they are said. */
const PARTS: readonly string[] = ['prefix', 'first', 'middle', 'last', 'suffix', 'country', 'area', 'phone'];
