// One JSON object as a row: nested members as `a.b`, answers by their questions, phones in lists by their kinds.
import { isLosslessNumber } from 'lossless-json';
import { fieldByHeader } from '../../lead/fields.ts';
import { memo } from '../../lead/memo.ts';
import { BeyondLimit, MAX_COLUMNS, MAX_NAME, MAX_NAMES } from '../limits.ts';
import { isSecret } from '../secret-keys.ts';
import { extendedValue } from './extended.ts';
import { pairsOf } from './pairs.ts';
import { collectQuestions, optionText, type Questions } from './questions.ts';
import { isMembers, type Members, parseJson, textOf } from './value.ts';
import { namesAnswers, namesEmail, namesOpened, namesPhone } from './words.ts';

/** Deeper members stay JSON text. */
const MAX_DEPTH = 16;

export interface Row {
  readonly cells: ReadonlyMap<string, string>;
  /** It holds a list of objects that is neither answers nor phones: it may be an envelope. */
  readonly lists: boolean;
}

/**
 * @param beside questions that stand outside of the record
 * @throws BeyondLimit if it has more members, or longer names, than any table
 */
export function flattened(value: Members, beside: Questions): Row {
  return new Flattener(value, beside).row(value);
}

/** An object, or the pairs that a list as a whole is. */
export function flattenedPairs(list: readonly unknown[], beside: Questions): Row | null {
  return new Flattener(list, beside).pairs(list);
}

class Flattener {
  readonly #cells = new Map<string, string>();
  readonly #whole: unknown;
  readonly #beside: Questions;
  #questions: Questions | null = null;
  #characters = 0;
  #lists = false;
  /** Within a text that is JSON, no further text is opened. */
  #opened = false;

  constructor(whole: unknown, beside: Questions) {
    this.#whole = whole;
    this.#beside = beside;
  }

  row(given: Members): Row {
    const value = withDocumentId(given);
    if (!this.#answers(value, '')) this.#members(value, '', 0);
    return { cells: this.#cells, lists: this.#lists };
  }

  pairs(list: readonly unknown[]): Row | null {
    return this.#answers(list, 'answers') ? { cells: this.#cells, lists: false } : null;
  }

  #members(value: Members, prefix: string, depth: number): void {
    for (const [name, member] of Object.entries(value)) {
      if (isSecret(name)) continue;
      const isText = prefix !== '' && XML_TEXTS.has(name) && (typeof member !== 'object' || member === null);
      this.#member(name, prefix === '' ? name : isText ? prefix : `${prefix}.${name}`, member, depth);
    }
  }

  #member(name: string, key: string, given: unknown, depth: number): void {
    if (typeof given === 'string' && this.#open(name, key, given, depth)) return;
    if (typeof given !== 'object' || given === null || isLosslessNumber(given)) {
      this.#set(key, given === false && holdsText(name) ? '' : textOf(given));
    } else if (Array.isArray(given) && (namesPhone(name) || namesEmail(name)) && given.some(isMembers)) {
      this.#contacts(key, given, depth);
    } else if (!this.#answers(given, name)) {
      if (isMembers(given)) this.#object(name, key, given, depth);
      else this.#list(key, given);
    }
  }

  #object(name: string, key: string, value: Members, depth: number): void {
    const plain = extendedValue(value);
    if (plain !== undefined) this.#member(name, key, plain, depth);
    else if (depth >= MAX_DEPTH) this.#set(key, textOf(value));
    else if (namesAnswers(name)) this.#answersById(value, key, depth);
    else this.#members(namesPhone(name) ? withArea(value) : value, key, depth + 1);
  }

  #list(key: string, value: object): void {
    if (!Array.isArray(value)) return;
    const objects = value.some(isMembers);
    if (objects) this.#lists = true;
    this.#set(key, (objects ? optionTexts(value) : null) ?? textOf(objects ? value.map(plainOf) : value));
  }

  /** @returns whether the value is pairs */
  #answers(value: unknown, name: string): boolean {
    const pairs = pairsOf(value, name, () => this.#asked());
    for (const { name: asked, text } of pairs ?? []) if (!this.#cells.has(asked)) this.#set(asked, text);
    return pairs !== null;
  }

  /** `{"answers": {"q1": "9000100001"}}`: a member's question may stand elsewhere. */
  #answersById(value: Members, key: string, depth: number): void {
    for (const [id, answer] of Object.entries(value)) {
      if (isSecret(id)) continue;
      const label = fieldByHeader(id) === null ? this.#asked().get(id)?.label : undefined;
      if (label !== undefined && isSecret(label)) continue;
      const name = label === undefined || this.#cells.has(label) ? `${key}.${id}` : label;
      this.#member(id, name, answer, depth + 1);
    }
  }

  /** `"phone": [{"label": "work", "value": "…", "primary": true}]`: each a member of its own, named by its kind. */
  #contacts(key: string, list: readonly unknown[], depth: number): void {
    const first = list.findIndex((one) => isMembers(one) && one['primary'] === true);
    const ordered = first > 0 ? [list[first], ...list.slice(0, first), ...list.slice(first + 1)] : list;
    for (const [i, one] of ordered.entries()) {
      const numbered = i === 0 ? key : `${key}.${i + 1}`;
      if (isMembers(one) && !isContact(one)) this.#members(one, numbered, depth + 1);
      else {
        const kind = isMembers(one) ? kindOf(one) : null;
        const name = kind === null || this.#cells.has(`${key}.${kind}`) ? numbered : `${key}.${kind}`;
        this.#set(name, textOf(isMembers(one) ? plainOf(contactIn(one)) : one));
      }
    }
  }

  /** A text that is itself a JSON object or list. */
  #open(name: string, key: string, text: string, depth: number): boolean {
    if (this.#opened || !namesOpened(name) || !/^\s*[{[]/.test(text)) return false;
    const parsed = parseJson(text);
    if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return false;
    this.#opened = true;
    // Questions may stand in the text, too.
    this.#questions = null;
    this.#member(name, key, parsed.value, depth);
    this.#opened = false;
    return true;
  }

  /** Collected only where an answer does not say what it answers. */
  #asked(): Questions {
    if (this.#questions === null) {
      const found = new Map(this.#beside);
      collectQuestions(this.#whole, found);
      this.#questions = found;
    }
    return this.#questions;
  }

  /** @throws BeyondLimit */
  #set(key: string, cell: string): void {
    this.#cells.set(key, cell);
    this.#characters += key.length;
    if (key.length > MAX_NAME)
      throw new BeyondLimit(`one of its names is longer than ${MAX_NAME} characters`);
    if (this.#cells.size > MAX_COLUMNS || this.#characters > MAX_NAMES) {
      throw new BeyondLimit(
        `it has more than ${MAX_COLUMNS} members, or names of more than ${MAX_NAMES} characters`,
      );
    }
  }
}

/** Firestore calls a document by its path, `projects/…/documents/leads/abc`, which is no person's name. */
function withDocumentId(value: Members): Members {
  const { name } = value;
  if (typeof name !== 'string' || !name.startsWith('projects/') || !name.includes('/documents/'))
    return value;
  const { name: path, ...others } = value;
  return { id: String(path).slice(String(path).lastIndexOf('/') + 1), ...others };
}

/** `"phone": false`: what some systems write for nothing, where the member cannot be yes or no. */
const holdsText: (name: string) => boolean = memo((name) => {
  const field = fieldByHeader(name);
  return field === null ? namesPhone(name) || namesEmail(name) : field.value !== 'boolean';
});

const AREA = /(?:^|_)area_?(?:code)?$/i;
const AFTER_AREA = /(?:^|_)(?:phone|number)$/i;

/** `{"area": "022", "phone": "26116101"}`: the area is the beginning of the number. */
function withArea(value: Members): Members {
  const names = Object.keys(value);
  const [area, number] = [AREA, AFTER_AREA].map((part) => names.find((name) => part.test(name)));
  if (area === undefined || number === undefined) return value;
  const [start, end] = [textOf(value[area]).trim(), textOf(value[number]).trim()];
  if (start === '' || end === '' || end.startsWith('+')) return value;
  const others = Object.entries(value).filter(([name]) => name !== area);
  return Object.fromEntries(
    others.map(([name, member]) => [name, name === number ? `${start} ${end}` : member]),
  );
}

/** The text of an element that has attributes, too, as converters from XML name it. */
const XML_TEXTS: ReadonlySet<string> = new Set([
  '$t',
  '_',
  '$',
  '_text',
  '__text',
  '#text',
  '_cdata',
  '__cdata',
]);

/** `[{"id": 1, "name": "2 BHK"}, …]`: chosen options, as a person read them; null for any other list. */
function optionTexts(list: readonly unknown[]): string | null {
  const texts = list.map((one) =>
    isMembers(one) && Object.keys(one).every((name) => OF_OPTIONS.has(name)) ? optionText(one) : undefined,
  );
  return texts.every((text) => text !== undefined) ? texts.join(', ') : null;
}

const OF_OPTIONS: ReadonlySet<string> = new Set(['id', 'name', 'label', 'value', 'color', 'slug']);

function plainOf(value: unknown): unknown {
  return isMembers(value) ? (extendedValue(value) ?? value) : value;
}

const CONTACTS = [
  'value',
  'number',
  'phone',
  'phone_number',
  'phoneNumber',
  'mobile',
  'email',
  'address',
] as const;
const ABOUT: ReadonlySet<string> = new Set(['label', 'type', 'kind', 'primary', 'id', ...CONTACTS]);
/** Kinds of phones and addresses, as lists of them name each. */
const KIND =
  /^(?:mobile|cell|whats ?app|work|home|office|landline|other|main|secondary|alternate|personal)$/i;

/** One number or address with its kind, and nothing else such as a country code. */
function isContact(one: Members): boolean {
  const values = CONTACTS.filter((name) => one[name] !== undefined && one[name] !== null);
  return values.length === 1 && Object.keys(one).every((name) => ABOUT.has(name));
}

function contactIn(one: Members): unknown {
  return CONTACTS.map((name) => one[name]).find((value) => value !== undefined && value !== null);
}

function kindOf(one: Members): string | null {
  const kind = [one['label'], one['type'], one['kind']].find(
    (text) => typeof text === 'string' && KIND.test(text),
  );
  return typeof kind === 'string' ? kind : null;
}
