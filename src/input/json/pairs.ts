// Lists of pairs: a form's questions with their answers, each an object of one label and one value. They are members of
// one record, not records.
import { fieldByHeader } from '../../lead/fields.ts';
import { isSecret } from '../secret-keys.ts';
import { answerText } from './answer-text.ts';
import {
  isBeside,
  isId,
  isName,
  KEYS,
  knownNames,
  LABELS,
  labelsOf,
  type Question,
  type Questions,
  TYPED,
  VALUES,
} from './questions.ts';
import { isMembers, type Members, textOf } from './value.ts';
import { isPhoneValue, namesAnswers, namesEmail, namesPhone } from './words.ts';

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
    const text = answerText(entry, where, question);
    const own = nameOf(entry, id, question, used);
    const name = own.said ? own.name : (byValue(text, used) ?? own.name);
    if (isSecret(name) || nameTexts(entry).some(isSecret)) continue;
    used.add(name);
    pairs.push({ name, text });
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
  for (const [id, given] of Object.entries(value)) {
    if (!isMembers(given)) return null;
    const entry = knownNames(given);
    const names = nameTexts(entry);
    const referred = referredId(entry) !== null;
    // In an object, the member's own name may be the only label.
    const ownName = names.length === 0 && !referred;
    if (ownName && (list || !(namesAnswers(key) && isTyped(entry)))) return null;
    const label = JSON.stringify(ownName ? id : [names, referredId(entry)]);
    if (seen.has(label)) return null;
    seen.add(label);
    if (valueKey(entry, key) !== null) answered++;
    else if (!isUnanswered(entry, key)) return null;
    entries.push([list ? '' : id, entry]);
  }
  // Questions without any answer are no pairs.
  return answered === 0 ? null : entries;
}

/** `{"type": "phone_number", "phone_number": "…"}` */
function isTyped(entry: Members): boolean {
  const type = entry['type'];
  return typeof type === 'string' && Object.hasOwn(entry, type);
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
  const plain = VALUES.find((name) => Object.hasOwn(entry, name));
  const typed = refers || (plain === undefined && namesAnswers(key));
  if (typeof type === 'string' && isTyped(entry) && typed) return type;
  const strong = refers || LABELS.some((name) => isName(entry[name])) || isName(entry['column_id']);
  const members = Object.keys(entry);
  if (plain !== undefined) {
    // A person or a thing with a phone beside its name is a record, whatever else has a value.
    const beside = members.filter((name) => name !== plain && !isBeside(name));
    if (beside.some((name) => namesPhone(name) || namesEmail(name))) return null;
    if (isPerson(entry[plain]) || isPairs(entry[plain], plain)) return null;
    // Forms write more beside a question and its answer; elsewhere that is a record.
    const asked = strong || keysOf(entry).length > 0;
    return beside.length === 0 || (namesAnswers(key) && asked) ? plain : null;
  }
  if (!strong) return null;
  const kinds = TYPED.filter((name) => Object.hasOwn(entry, name));
  const [first] = kinds;
  if (first === undefined || kinds.length > 1) return null;
  if (members.some((name) => name !== first && !isBeside(name))) return null;
  if (refers || namesAnswers(key)) return first;
  // `{"title": "Villa", "phone": …}` is a record: the label must ask for what the value is.
  const label = nameTexts(entry).map((text) => fieldByHeader(text)?.name);
  if (namesPhone(first)) return label.includes('phone') || label.includes('altPhone') ? first : null;
  if (namesEmail(first)) return label.includes('email') ? first : null;
  return first === 'text' && !isName(entry['question']) ? null : first;
}

/** A phone beside a name or an address, a list of them, or a list of answers: records, not an answer. */
function isPerson(value: unknown): boolean {
  if (!isMembers(value)) return false;
  const names = Object.keys(value);
  if (Object.entries(value).some(([name, one]) => holdsRecords(name, one))) return true;
  return (
    names.some(namesPhone) &&
    names.some((name) => namesEmail(name) || PERSON.has(fieldByHeader(name)?.name ?? ''))
  );
}

function holdsRecords(name: string, list: unknown): boolean {
  if (!Array.isArray(list)) return false;
  const members: readonly unknown[] = list.slice(0, LOOKED_AT);
  return (
    members.some((one) => isMembers(one) && Object.keys(one).some(namesPhone)) ||
    (namesAnswers(name) && isPairs(members, name))
  );
}

const LOOKED_AT = 50;

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

/** An answer of which nothing says what was asked: a whole phone or e-mail address says so itself. */
function byValue(text: string, used: ReadonlySet<string>): string | null {
  if (isPhoneValue('', text)) return used.has('phone_number') ? null : 'phone_number';
  return EMAIL_VALUE.test(text) && !used.has('email') ? 'email' : null;
}

const EMAIL_VALUE = /^\s*[^\s@]{1,64}@[^\s@.]{1,64}(?:\.[^\s@.]{1,64}){1,8}\s*$/;

interface Named {
  readonly name: string;
  /** Something says what was asked; else the name is only the id of the question. */
  readonly said: boolean;
}

function nameOf(entry: Members, id: string, question: Question | null, used: ReadonlySet<string>): Named {
  const said = (name: string): Named => ({ name, said: true });
  const field = entry['field'];
  const inner = isMembers(field) ? field : null;
  const own = ['column_id', 'columnId', ...KEYS]
    .map((name) => entry[name])
    .filter(isName)
    .find((key) => (key === entry['column_id'] || /^[A-Z][A-Z0-9_]*$/.test(key)) && isField(key));
  if (own !== undefined) return said(own);
  const labels = [...labelsOf(entry), ...(inner === null ? [] : labelsOf(inner)), question?.label].filter(
    isName,
  );
  const keys = [...keysOf(entry), ...(inner === null ? [] : keysOf(inner)), id].filter(isName);
  const known = labels.find(isField) ?? keys.find(isField);
  if (known !== undefined) return said(known);
  const asked = labels[0] ?? null;
  const type = typeName([entry['type'], inner?.['type'], question?.type]);
  // The kind of the answer says what it is where no name does.
  if (type !== null && (asked === null || !(namesPhone(asked) || namesEmail(asked)))) {
    return said(used.has(type) ? `${type} ${used.size + 1}` : type);
  }
  const name = column(entry) ?? asked;
  if (name !== null) return said(name);
  const referred = referredId(entry);
  const [key = referred ?? id] = keys;
  return { name: key, said: referred === null };
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
