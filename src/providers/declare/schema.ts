// The shape of a declaration in a configuration: which keys there are, and of what type. What the values mean is checked in
// rules.ts. Built-in declarations are typed and never come here; the schema is made when the first declaration is read.
import * as v from 'valibot';
import { JSON_TYPES, LOOKUP_VERDICTS, RULE_VERDICTS } from './declaration.ts';
import {
  anyText,
  COUNT,
  type Entries,
  FLAG,
  isRecord,
  list,
  map,
  maybe,
  named,
  oneKind,
  oneOf,
  type Shape,
  someNamed,
  someOf,
  text,
} from './shape.ts';

/** One thing that is wrong, and where in the declaration. */
export interface Fault {
  /** `answers.2.verdict`; empty for the declaration as a whole. */
  readonly path: string;
  /** What was expected; never the value. */
  readonly message: string;
}

const TEXT = text();
const PATTERN = text('a pattern');
const SCALAR: Shape = v.union(
  [v.string(), v.number(), v.boolean()],
  'expected a text, a number, or true or false; for no value write { exists: false }',
);
const STATUS: Shape = v.union([v.number(), v.string()], 'expected a status such as 409 or 2xx');

const templates = () => named(TEXT, 'names and texts');

/** `[]` and `{}` are values: an empty list, an empty object. */
function test(): Shape {
  const any: Shape = v.lazy((input) => (Array.isArray(input) ? v.array(one) : one));
  const one: Shape = v.lazy((input) => (isRecord(input) ? object : SCALAR));
  const object = map({ matches: maybe(PATTERN), exists: maybe(FLAG), not: maybe(any) });
  return any;
}

function conditionEntries(): Entries {
  const statuses = someOf(STATUS, 'statuses');
  return {
    status: maybe(v.lazy((input) => (Array.isArray(input) ? statuses : STATUS))),
    header: maybe(named(test(), 'names of headers')),
    json: maybe(named(test(), 'paths in the JSON')),
    body: maybe(test()),
    says: maybe(oneOf(['no', 'unauthorized'])),
    each: maybe(anyText('a path')),
    not: maybe(v.lazy(() => map(conditionEntries()))),
  };
}

function where(): Shape {
  const object = oneKind(
    {
      json: { json: anyText('a path'), matches: maybe(PATTERN) },
      header: { header: text('the name of a header'), matches: maybe(PATTERN) },
      text: { text: TEXT },
    },
    {},
  );
  const path = anyText('a path, or { header: NAME }');
  return v.lazy((input) => (isRecord(input) ? object : path));
}

function value(): Shape {
  const fields = someOf(text('a field'), 'fields');
  const field = text('a field');
  const plain = text('a field, or { text: … }');
  const any: Shape = v.lazy((input) => {
    if (Array.isArray(input)) return fields;
    return isRecord(input) ? object : plain;
  });
  const object = oneKind(
    {
      field: {
        field: v.lazy((input) => (Array.isArray(input) ? fields : field)),
        as: maybe(TEXT),
        otherwise: maybe(TEXT),
        max: maybe(COUNT),
      },
      text: { text: anyText(), as: maybe(TEXT) },
      lines: { lines: someNamed(anyText('a label'), 'fields and their labels') },
      object: { object: named(any, 'names and what is in them'), extra: maybe(FLAG) },
    },
    { type: maybe(oneOf(JSON_TYPES)), rename: maybe(FLAG), override: maybe(FLAG) },
  );
  return any;
}

function auth(): Shape {
  const password = anyText();
  const byValue = v.pipe(
    named(anyText(), 'texts by the value of a setting'),
    v.check((input) => !isRecord(input) || 'by' in input, 'is missing "by:", the name of a setting'),
  );
  return map({
    bearer: maybe(TEXT),
    basic: maybe(map({ user: TEXT, password: v.lazy((input) => (isRecord(input) ? byValue : password)) })),
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
  });
}

function settings(): Shape {
  return named(
    map({
      kind: maybe(oneOf(['text', 'secret', 'boolean', 'choice', 'fieldMap'])),
      required: maybe(FLAG),
      choices: maybe(list(TEXT, 'texts')),
      default: maybe(anyText()),
      variable: maybe(TEXT),
      help: text('a sentence'),
    }),
    'names of settings',
  );
}

function environments(): Shape {
  const address = text('an address such as https://api.example.com');
  const whole = map({ origin: address, production: maybe(FLAG), sameAs: maybe(list(TEXT, 'addresses')) });
  return named(
    v.lazy((input) => (isRecord(input) ? whole : address)),
    'names of systems and their addresses',
  );
}

function requirements(): Shape {
  const field = text('a field');
  const unless = map({ field, unless: someNamed(TEXT, 'settings and a value of each') });
  return list(
    v.lazy((input) => (isRecord(input) ? unless : field)),
    'fields',
  );
}

function lookup(): Shape {
  return map({
    path: TEXT,
    query: maybe(templates()),
    leads: anyText('a path in the answer; "" is all of it'),
    id: text('a path in a lead'),
    ours: maybe(text('a path in a lead')),
    fields: maybe(text('a path in a lead')),
    returns: maybe(list(TEXT, 'fields of the payload')),
    answers: maybe(list(map({ ...conditionEntries(), verdict: oneOf(LOOKUP_VERDICTS) }), 'rules')),
  });
}

function example(): Shape {
  return map({
    status: v.number('expected a status such as 200'),
    headers: maybe(templates()),
    body: maybe(v.unknown()),
    to: maybe(oneOf(['lead', 'question', 'verify'])),
    verdict: text('the verdict that it must get'),
    id: maybe(v.union([v.string(), v.number()], 'expected a text')),
  });
}

function whole(): Shape {
  const rule = {
    ...conditionEntries(),
    verdict: oneOf(RULE_VERDICTS),
    id: maybe(where()),
    message: maybe(where()),
    mayStillArrive: maybe(FLAG),
  };
  const rate = v.pipe(v.number('expected a number'), v.minValue(0.001, 'expected a number above 0'));
  return map({
    title: maybe(TEXT),
    settings: settings(),
    environments: environments(),
    hosts: maybe(list(TEXT, 'hosts')),
    account: list(TEXT, 'settings'),
    requires: maybe(requirements()),
    dedupe: maybe(list(text('a field'), 'fields')),
    limits: maybe(map({ rate: maybe(rate), concurrency: maybe(COUNT) })),
    auth: maybe(auth()),
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
    lookup: maybe(lookup()),
    sources: maybe(map({ path: TEXT, auth: maybe(FLAG), environment: maybe(TEXT) })),
    personal: maybe(list(TEXT, 'fields of the payload')),
    examples: maybe(list(example(), 'examples')),
  });
}

let schema: Shape | null = null;

/** What is wrong with the shape of a declaration. */
export function shapeFaults(content: unknown): readonly Fault[] {
  schema ??= whole();
  const result = v.safeParse(schema, content);
  if (result.success) return [];
  return result.issues.map(({ path = [], message, received }) => ({
    path: path.map(({ key }) => String(key)).join('.'),
    message: received === 'null' ? `is empty; ${message}` : message,
  }));
}
