// From a lead to the provider's fields, as a declaration says. Everything that does not depend on the lead is worked out
// once for a target: a lead costs one call for each field.
import type { Lead } from '../../lead/lead.ts';
import { isObject, parseJson } from '../json.ts';
import type { Payload, PayloadField } from '../provider.ts';
import type { Declaration, FieldValue, JsonType, LinesValue, ObjectValue, Value } from './declaration.ts';
import { booleanText, fieldText, PERSONAL, shownText, type TextOf } from './forms.ts';
import { fill, type Scope } from './template.ts';

type ValueOf = (lead: Lead, submissionId: string, own?: string) => string | undefined;

interface Entry {
  readonly name: string;
  readonly value: ValueOf;
  readonly type: JsonType;
  /** `--field` of this name: replaces it, is put into its JSON, or is ignored. */
  readonly own: 'replaces' | 'joins' | 'ignored';
}

export interface PayloadPlan {
  readonly payload: (lead: Lead, submissionId: string, own: Readonly<Record<string, string>>) => Payload;
  /** By the provider's name, for a JSON body; names that are missing are text. */
  readonly types: ReadonlyMap<string, JsonType>;
  /** The provider's names of what is about a person. */
  readonly personal: readonly string[];
}

/**
 * @param scope the target's settings, without secrets
 * @param names the account's own names, by field
 */
export function planPayload(
  declaration: Declaration,
  scope: Scope,
  names: Readonly<Record<string, string>>,
): PayloadPlan {
  const renamed = new Set<string>();
  const planned = Object.entries(declaration.payload).flatMap(([template, value]) => {
    const name = fill(template, scope);
    if (name === undefined) return [];
    const field = isPlain(value) || ('rename' in value && value.rename === false) ? null : fieldIn(value);
    const own = field === null || !isOwn(names, field) ? undefined : names[field];
    if (field !== null && own !== undefined) renamed.add(field);
    return [{ name: own ?? name, value }];
  });
  // What the account has a field for and the declaration does not.
  const further: Entry[] = Object.entries(names)
    .filter(([field]) => !renamed.has(field))
    .map(([field, name]) => ({ name, value: shownText(field), type: 'text', own: 'replaces' }));
  const entries = planned.map(({ name, value }) => entryOf(name, value, scope, names));
  const lines = planned.findIndex(({ value }) => !isPlain(value) && 'lines' in value);
  entries.splice(lines < 0 ? entries.length : lines, 0, ...further);
  const isUnique = new Set(entries.map(({ name }) => name)).size === entries.length;
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const nothing: readonly never[] = [];
  /** The pairs of the lead before, by entry: most values of a file repeat, and their pairs are a kilobyte a lead. */
  const last: (PayloadField | undefined)[] = [];
  let count = 0;
  return {
    payload: (lead, submissionId, own) => {
      const given = Object.keys(own);
      if (isUnique && given.length === 0) {
        // As long as the lead before has made it: grown step by step, it takes twice the room.
        const fields = new Array<PayloadField>(count);
        count = 0;
        let at = -1;
        for (const { name, value } of entries) {
          at++;
          const text = value(lead, submissionId);
          if (text === undefined || text === '') continue;
          let pair = last[at];
          if (pair === undefined || pair[1] !== text) {
            pair = [name, text];
            last[at] = pair;
          }
          fields[count++] = pair;
        }
        fields.length = count;
        return { fields, warnings: nothing };
      }
      return { fields: withOwn(entries, byName, lead, submissionId, own), warnings: nothing };
    },
    types: new Map(entries.map(({ name, type }) => [name, type])),
    personal: planned.flatMap(({ name, value }) => (isPersonal(value) ? [name] : [])),
  };
}

/** A map, since a field may have any name: an object has a `constructor` already. */
function withOwn(
  entries: readonly Entry[],
  byName: ReadonlyMap<string, Entry>,
  lead: Lead,
  submissionId: string,
  own: Readonly<Record<string, string>>,
): readonly PayloadField[] {
  const fields = new Map<string, string>();
  for (const { name, value, own: how } of entries) {
    const joined = how === 'joins' && isOwn(own, name) ? own[name] : undefined;
    const text = value(lead, submissionId, joined);
    if (text !== undefined && text !== '') fields.set(name, text);
  }
  for (const [name, value] of Object.entries(own)) {
    if ((byName.get(name)?.own ?? 'replaces') === 'replaces') fields.set(name, value);
  }
  return [...fields];
}

function isOwn(record: Readonly<Record<string, string>>, name: string): boolean {
  return Object.hasOwn(record, name);
}

/** A field, or several. */
export function isPlain(value: Value): value is string | readonly string[] {
  return typeof value === 'string' || Array.isArray(value);
}

/** The first of the fields that fill it; null for what no single field fills. */
function fieldIn(value: Value): string | null {
  if (typeof value === 'string') return value;
  if (isPlain(value)) return value[0] ?? null;
  return 'field' in value ? fieldIn(value.field) : null;
}

/** A JSON value as a whole is not: what it holds beside a person would be hidden with it. Phones in it are masked anyway. */
function isPersonal(value: Value): boolean {
  const field = fieldIn(value);
  return field !== null && PERSONAL.has(field);
}

function entryOf(name: string, value: Value, scope: Scope, names: Readonly<Record<string, string>>): Entry {
  const { make, type } = compile(name, value, scope, names);
  const spec = isPlain(value) ? null : value;
  const joins = spec !== null && 'object' in spec;
  return {
    name,
    value: make,
    type: spec?.type ?? type,
    own: joins ? 'joins' : spec?.override === false ? 'ignored' : 'replaces',
  };
}

interface Compiled {
  readonly make: ValueOf;
  readonly type: JsonType;
}

function compile(
  name: string,
  value: Value,
  scope: Scope,
  names: Readonly<Record<string, string>>,
): Compiled {
  if (isPlain(value)) return compileField({ field: value }, scope);
  if ('field' in value) return compileField(value, scope);
  if ('lines' in value) return { make: linesOf(value, names), type: 'text' };
  if ('object' in value) return { make: objectOf(name, value, scope, names), type: 'json' };
  if ('make' in value) return { make: value.make, type: 'text' };
  const { text, as } = value;
  const fixed = fill(text, (name) => (name === 'submission' ? '\u0000' : scope(name)));
  if (fixed === undefined) return { make: () => undefined, type: 'text' };
  if (fixed.includes('\u0000')) return { make: (_, id) => fixed.replaceAll('\u0000', id), type: 'text' };
  const shown = as === undefined ? fixed : booleanText(fixed, as);
  return { make: () => shown, type: 'text' };
}

function compileField({ field, as, otherwise, max }: FieldValue, scope: Scope): Compiled {
  const fields = typeof field === 'string' ? [field] : field;
  const form = as === undefined ? undefined : fill(as, scope);
  const made = fields.map((name, index) => fieldText(name, index === 0 ? form : undefined));
  const [first = { text: () => undefined, type: 'text' as const }, ...others] = made;
  let text: TextOf = first.text;
  if (others.length > 0 || otherwise !== undefined) {
    text = (lead) => {
      for (const one of made) {
        const found = one.text(lead);
        if (found !== undefined && found !== '') return found;
      }
      return otherwise;
    };
  }
  if (max === undefined) return { make: text, type: first.type };
  return {
    make: (lead) => {
      const whole = text(lead);
      return whole === undefined || whole.length <= max ? whole : [...whole].slice(0, max).join('');
    },
    type: first.type,
  };
}

function linesOf({ lines }: LinesValue, names: Readonly<Record<string, string>>): ValueOf {
  const parts = Object.entries(lines)
    .filter(([field]) => !isOwn(names, field))
    .map(([field, label]) => ({ label: label === '' ? '' : `${label}: `, text: shownText(field) }));
  return (lead) => {
    const found: string[] = [];
    for (const { label, text } of parts) {
      const value = text(lead);
      if (value !== undefined && value !== '') found.push(`${label}${value}`);
    }
    return found.join('\n');
  };
}

function objectOf(
  name: string,
  { object, extra }: ObjectValue,
  scope: Scope,
  names: Readonly<Record<string, string>>,
): ValueOf {
  const entries = Object.entries(object).map(([member, value]) => entryOf(member, value, scope, names));
  const usual = entries.filter(({ own }) => own !== 'ignored');
  const last = entries.filter(({ own }) => own === 'ignored');
  return (lead, submissionId, own) => {
    const members: Record<string, unknown> = extra === true ? { ...lead.extra } : {};
    const add = ({ name: member, value, type }: Entry) => {
      const text = value(lead, submissionId);
      if (text !== undefined && text !== '') members[member] = typed(text, type);
    };
    for (const entry of usual) add(entry);
    if (own !== undefined) Object.assign(members, membersOf(name, own));
    for (const entry of last) add(entry);
    return JSON.stringify(members);
  };
}

/** `--field NAME=…` of a JSON value: its members where it is a JSON object, else one member that holds it. */
function membersOf(name: string, own: string): Readonly<Record<string, unknown>> {
  const json = parseJson(own);
  return isObject(json) ? JSON.parse(own) : { [name]: own };
}

/** A value as JSON has it; what does not look like its type stays text. */
export function typed(text: string, type: JsonType): unknown {
  switch (type) {
    case 'text':
      return text;
    case 'number':
      return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return /^(true|false)$/.test(text) ? text === 'true' : text;
    case 'json':
      return parseJson(text) === undefined ? text : JSON.parse(text);
  }
}

/** The names of the fields that a value is made of. */
export function fieldsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isPlain(value)) return value;
  if ('field' in value) return typeof value.field === 'string' ? [value.field] : value.field;
  if ('lines' in value) return Object.keys(value.lines);
  if ('object' in value) return Object.values(value.object).flatMap(fieldsIn);
  return [];
}
