// The shape of a declaration in a configuration: which keys there are, and of what type. What the values mean is checked in
// rules.ts. Built-in declarations are typed and never come here; the schema is made when the first declaration is read.
import * as v from 'valibot';
import { suggestion } from '../../util/nearest.ts';
import { JSON_TYPES, LOOKUP_VERDICTS, RULE_VERDICTS } from './declaration.ts';

/** One thing that is wrong, and where in the declaration. */
export interface Fault {
  /** `answers.2.verdict`; empty for the declaration as a whole. */
  readonly path: string;
  /** What was expected; never the value. */
  readonly message: string;
}

type Entries = Readonly<Record<string, v.GenericSchema>>;

/** A map with these keys and no others. */
function map(entries: Entries): v.GenericSchema {
  const known = Object.keys(entries);
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isRecord, `expected settings such as "${known[0]}:"`),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      for (const key of Object.keys(dataset.value)) {
        if (known.includes(key)) continue;
        const near = suggestion(key, known);
        const expected = near === '' ? `; expected one of ${known.join(', ')}` : near;
        addIssue({ message: `unknown setting${expected}`, path: [pathItem(dataset.value, key)] });
      }
    }),
    v.looseObject(entries),
  );
}

function pathItem(input: Readonly<Record<string, unknown>>, key: string) {
  return { type: 'object', origin: 'value', input: { ...input }, key, value: input[key] } as const;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map of anything to these. */
function named(value: v.GenericSchema, of: string): v.GenericSchema {
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isRecord, `expected ${of}, one a line`),
    v.record(v.string(), value),
  );
}

function oneOf(words: readonly string[]): v.GenericSchema {
  return v.pipe(
    v.string('expected a text'),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed || words.includes(dataset.value)) return;
      addIssue({ message: `expected ${words.join(', ')}${suggestion(dataset.value, words)}` });
    }),
  );
}

const TEXT = v.pipe(v.string('expected a text'), v.minLength(1, 'is empty; expected a text'));
const SCALAR = v.union([v.string(), v.number(), v.boolean()], 'expected a text, a number, or true or false');
const FLAG = v.boolean('expected true or false');
const maybe = (schema: v.GenericSchema) => v.exactOptional(schema);
const list = (schema: v.GenericSchema, of: string) => v.array(schema, `expected a list of ${of}`);

function test(): v.GenericSchema {
  const one: v.GenericSchema = v.lazy((input) =>
    isRecord(input)
      ? map({ matches: maybe(v.string('expected a pattern')), exists: maybe(FLAG), not: maybe(test()) })
      : SCALAR,
  );
  return v.lazy((input) => (Array.isArray(input) ? v.array(one) : one));
}

function conditionEntries(): Entries {
  const status = v.lazy((input) =>
    Array.isArray(input)
      ? v.array(v.union([v.number(), v.string()]))
      : v.union([v.number(), v.string()], 'expected a status such as 409 or 2xx'),
  );
  return {
    status: maybe(status),
    header: maybe(named(test(), 'names of headers')),
    json: maybe(named(test(), 'paths in the JSON')),
    body: maybe(test()),
    says: maybe(oneOf(['no', 'unauthorized'])),
    each: maybe(v.string('expected a path')),
    not: maybe(v.lazy(() => map(conditionEntries()))),
  };
}

function where(): v.GenericSchema {
  return v.lazy((input) => {
    if (!isRecord(input)) return v.string('expected a path, or { header: NAME }');
    const matches = maybe(TEXT);
    if ('header' in input) return map({ header: TEXT, matches });
    return 'text' in input ? map({ text: TEXT }) : map({ json: v.string('expected a path'), matches });
  });
}

function value(): v.GenericSchema {
  const options = { type: maybe(oneOf(JSON_TYPES)), rename: maybe(FLAG), override: maybe(FLAG) };
  return v.lazy((input) => {
    if (Array.isArray(input)) return list(TEXT, 'fields');
    if (!isRecord(input))
      return v.pipe(v.string('expected a field, or { text: … }'), v.minLength(1, 'is empty'));
    if ('text' in input) return map({ text: v.string('expected a text'), as: maybe(TEXT), ...options });
    if ('lines' in input)
      return map({ lines: named(v.string('expected a label'), 'fields and their labels'), ...options });
    if ('object' in input)
      return map({ object: named(value(), 'names and what is in them'), extra: maybe(FLAG), ...options });
    return map({
      field: v.lazy((field) => (Array.isArray(field) ? list(TEXT, 'fields') : TEXT)),
      as: maybe(TEXT),
      otherwise: maybe(TEXT),
      max: maybe(
        v.pipe(
          v.number('expected a number'),
          v.integer('expected a whole number'),
          v.minValue(1, 'expected at least 1'),
        ),
      ),
      ...options,
    });
  });
}

const templates = () => named(TEXT, 'names and texts');

function whole(): v.GenericSchema {
  const rule = {
    ...conditionEntries(),
    verdict: oneOf(RULE_VERDICTS),
    id: maybe(where()),
    message: maybe(where()),
    mayStillArrive: maybe(FLAG),
  };
  const environment = v.lazy((input) =>
    isRecord(input)
      ? map({ origin: TEXT, production: maybe(FLAG), sameAs: maybe(list(TEXT, 'addresses')) })
      : TEXT,
  );
  const fields = list(TEXT, 'fields');
  return map({
    title: maybe(TEXT),
    settings: named(
      map({
        kind: maybe(oneOf(['text', 'secret', 'boolean', 'choice', 'fieldMap'])),
        required: maybe(FLAG),
        choices: maybe(list(TEXT, 'texts')),
        default: maybe(v.string('expected a text')),
        variable: maybe(TEXT),
        help: TEXT,
      }),
      'names of settings',
    ),
    environments: named(environment, 'names of systems and their addresses'),
    hosts: maybe(list(TEXT, 'hosts')),
    account: list(TEXT, 'settings'),
    requires: maybe(
      list(
        v.lazy((input) => (isRecord(input) ? map({ field: TEXT, unless: templates() }) : TEXT)),
        'fields',
      ),
    ),
    dedupe: maybe(fields),
    limits: maybe(
      map({
        rate: maybe(v.pipe(v.number('expected a number'), v.minValue(0.001, 'expected a number above 0'))),
        concurrency: maybe(
          v.pipe(
            v.number('expected a number'),
            v.integer('expected a whole number'),
            v.minValue(1, 'expected at least 1'),
          ),
        ),
      }),
    ),
    auth: maybe(
      map({
        bearer: maybe(TEXT),
        basic: maybe(
          map({
            user: TEXT,
            password: v.lazy((input) =>
              isRecord(input)
                ? named(v.string(), 'texts by the value of a setting')
                : v.string('expected a text'),
            ),
          }),
        ),
        headers: maybe(templates()),
        query: maybe(templates()),
        hmac: maybe(
          map({
            key: TEXT,
            over: TEXT,
            algorithm: maybe(oneOf(['sha1', 'sha256', 'sha512'])),
            encoding: maybe(oneOf(['hex', 'base64'])),
            fields: maybe(templates()),
            headers: maybe(templates()),
          }),
        ),
      }),
    ),
    request: map({
      path: TEXT,
      query: maybe(templates()),
      headers: maybe(templates()),
      body: TEXT,
      pair: maybe(map({ name: TEXT, value: TEXT })),
    }),
    payload: named(value(), "the provider's fields"),
    answers: maybe(list(map(rule), 'rules')),
    lost: oneOf(['resend', 'ask', 'ask-or-resend']),
    lookup: maybe(
      map({
        path: TEXT,
        query: maybe(templates()),
        leads: v.string('expected a path in the answer; "" is all of it'),
        id: TEXT,
        ours: maybe(TEXT),
        fields: maybe(TEXT),
        returns: maybe(list(TEXT, 'fields of the payload')),
        answers: maybe(list(map({ ...conditionEntries(), verdict: oneOf(LOOKUP_VERDICTS) }), 'rules')),
      }),
    ),
    sources: maybe(map({ path: TEXT, auth: maybe(FLAG), environment: maybe(TEXT) })),
    personal: maybe(list(TEXT, 'fields of the payload')),
    examples: maybe(
      list(
        map({
          status: v.number('expected a status such as 200'),
          headers: maybe(templates()),
          body: maybe(v.unknown()),
          to: maybe(oneOf(['lead', 'question', 'verify'])),
          verdict: TEXT,
          id: maybe(v.union([v.string(), v.number()], 'expected a text')),
        }),
        'examples',
      ),
    ),
  });
}

let schema: v.GenericSchema | null = null;

/** What is wrong with the shape of a declaration. */
export function shapeFaults(content: unknown): readonly Fault[] {
  schema ??= whole();
  const result = v.safeParse(schema, content);
  if (result.success) return [];
  return result.issues.map((issue) => ({
    path: (issue.path ?? []).map(({ key }) => String(key)).join('.'),
    message: issue.received === 'undefined' ? `is missing; ${issue.message}` : issue.message,
  }));
}
