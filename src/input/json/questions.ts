// Questions of a form: the names under which programs write labels, keys and values, and a table of the questions that
// stand elsewhere than their answers.
import { isLosslessNumber } from 'lossless-json';
import { memo } from '../../lead/memo.ts';
import { isMembers, type Members, textOf } from './value.ts';
import { namesEmail, namesPhone } from './words.ts';

export interface Question {
  readonly label: string;
  readonly type: string;
  readonly options: readonly Members[];
}

/** By each of their ids. */
export type Questions = ReadonlyMap<string, Question>;

export const NO_QUESTIONS: Questions = new Map();

/** What a person read. */
export const LABELS = [
  ...[
    'label',
    'title',
    'question',
    'column_name',
    'columnName',
    'question_text',
    'questionText',
    'field_label',
  ],
  ...['fieldLabel', 'display_name', 'displayName', 'caption', 'heading', 'prompt', 'field_name', 'fieldName'],
] as const;
/** What a program wrote; `name` may be either. */
export const KEYS = [
  ...['column_id', 'columnId', 'name', 'key', 'ref', 'field', 'slug', 'code', 'question_id', 'questionId'],
  ...[
    'field_id',
    'fieldId',
    'field_key',
    'fieldKey',
    'field_code',
    'fieldCode',
    'property',
    'attribute',
    'id',
    'uuid',
  ],
] as const;
export const VALUES = [
  ...[
    'string_value',
    'stringValue',
    'value',
    'values',
    'answer',
    'answers',
    'answer_text',
    'answerText',
    'field_value',
    'fieldValue',
  ],
  ...['user_value', 'userValue', 'raw_value', 'response', 'val'],
] as const;
/** Named after their kind; an answer's `type` says which. */
export const TYPED = [
  ...['phone_number', 'phoneNumber', 'phone', 'email', 'text', 'string', 'number', 'boolean', 'date', 'url'],
  ...['choice', 'file_url', 'long_text', 'short_text'],
] as const;
/** What else such an object may hold. */
const BESIDE: ReadonlySet<string> = new Set([
  ...[
    'type',
    'field_type',
    'fieldType',
    'options',
    'choices',
    'required',
    'order',
    'index',
    'position',
    'sort',
  ],
  ...[
    'visible',
    'status',
    'prettyFormat',
    'sublabels',
    'cfname',
    'objectTypeId',
    'description',
    'hint',
    'page',
  ],
  ...[
    'placeholder',
    'sublabel',
    'rows',
    'columns',
    'properties',
    'validations',
    'text',
    'selectField',
    'group',
  ],
]);

export function isBeside(name: string): boolean {
  return BESIDE.has(name) || is(LABELS, name) || is(KEYS, name) || is(VALUES, name);
}

function is(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

/** Letters only: `Attribute`, `FieldName` and `Field_Name` are written so by other systems. */
const BY_LETTERS: ReadonlyMap<string, string> = new Map(
  [...VALUES, ...TYPED, ...BESIDE, ...KEYS, ...LABELS].map((name) => [lettersOf(name), name]),
);

function lettersOf(name: string): string {
  return name.replace(/[^A-Za-z\d]/g, '').toLowerCase();
}

/** Where the answer itself stands in systems that wrap it: in Google Forms' and LinkedIn's answers. */
const WRAPPED: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['textAnswers', [['answers']]],
  [
    'answerDetails',
    [
      ['textQuestionAnswer', 'answer'],
      ['multipleChoiceAnswer', 'options'],
    ],
  ],
]);

/** A question with its answer under the names that are known here; the same object where it has them already. */
export function knownNames(entry: Members): Members {
  const names = Object.keys(entry);
  // `{"type": "phone", "value": "…"}`: its kind is all that says what it is.
  const type = entry['type'];
  if (isName(type) && names.every((name) => BARE.has(name)) && (namesPhone(type) || namesEmail(type))) {
    return { ...entry, label: type };
  }
  if (names.every((name) => knownName(name) === name)) return entry;
  return Object.fromEntries(
    names.map((name) => {
      const answer = WRAPPED.get(name)?.map((path) => valueIn(entry[name], path));
      const given = answer?.find((one) => one !== undefined);
      if (given !== undefined) return ['answer', given];
      const known = knownName(name);
      return [Object.hasOwn(entry, known) ? name : known, entry[name]];
    }),
  );
}

const BARE: ReadonlySet<string> = new Set(['type', 'value', 'id', 'primary']);

/** `Attribute` -> `attribute`; `answer` for what wraps one; others stay. */
const knownName: (name: string) => string = memo((name) => {
  if (WRAPPED.has(name)) return 'answer';
  return isBeside(name) || is(TYPED, name) ? name : (BY_LETTERS.get(lettersOf(name.slice(0, 40))) ?? name);
});

function valueIn(value: unknown, path: readonly string[]): unknown {
  const [first, ...others] = path;
  if (first === undefined) return value;
  return isMembers(value) && Object.hasOwn(value, first) ? valueIn(value[first], others) : undefined;
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

export function labelsOf(entry: Members): readonly string[] {
  const labels = LABELS.map((name) => entry[name]).filter(isName);
  // Form builders write the label as `text` beside an answer.
  const text = entry['text'];
  return isName(text) && (isName(entry['name']) || Object.hasOwn(entry, 'answer'))
    ? [text, ...labels]
    : labels;
}

export function isId(value: unknown): boolean {
  return isName(value) || typeof value === 'number' || isLosslessNumber(value);
}

export function optionsOf(entry: Members): readonly Members[] {
  return [entry['options'], entry['choices']].flatMap((list) =>
    Array.isArray(list) ? list.filter(isMembers) : [],
  );
}

/** What a person read of an option or a piece of text. */
export function optionText(option: Members): string | undefined {
  return ['text', 'plain_text', 'label', 'title', 'name', 'value'].map((name) => option[name]).find(isName);
}

/** Questions without answers, by each of their ids, in anything that stands beside the answers. */
export function collectQuestions(value: unknown, into: Map<string, Question>, levels = 12): void {
  if (typeof value !== 'object' || value === null || levels === 0 || into.size > MAX_QUESTIONS) return;
  if (Array.isArray(value)) {
    for (const member of value) collectQuestions(member, into, levels - 1);
    return;
  }
  if (!isMembers(value)) return;
  // A platform's own key says it in every language.
  const platform = value['predefinedField'];
  const label = [
    platform,
    ...labelsOf(value),
    value['text'],
    isName(value['type']) ? value['name'] : null,
  ].find(isName);
  if (label !== undefined && !VALUES.some((name) => Object.hasOwn(value, name))) {
    const type = isName(value['type']) ? value['type'] : '';
    const question: Question = { label, type, options: optionsOf(value) };
    for (const name of [
      'id',
      'ref',
      'key',
      'uuid',
      'question_id',
      'questionId',
      'field_id',
      'fieldId',
      'name',
      'qid',
      'slug',
    ]) {
      const id = value[name];
      if (isId(id) && textOf(id) !== label && !into.has(textOf(id))) into.set(textOf(id), question);
    }
  }
  for (const [name, member] of Object.entries(value)) {
    if (isMembers(member) && !namesKnown(name)) {
      const own = [...labelsOf(member), member['text']].find(isName);
      if (own !== undefined && !into.has(name))
        into.set(name, {
          label: own,
          type: isName(member['type']) ? member['type'] : '',
          options: optionsOf(member),
        });
    }
    collectQuestions(member, into, levels - 1);
  }
}

/** Words of the format, under which no question's id stands. */
function namesKnown(name: string): boolean {
  return isBeside(name) || is(TYPED, name);
}

const MAX_QUESTIONS = 10_000;
