// The parts of which the shape of a declaration is made. Each says in its own words what was expected, with the nearest key or
// word; nothing of the library's words comes out.
import * as v from 'valibot';
import { listed } from '../../util/counted.ts';
import { nearest, suggestion } from '../../util/nearest.ts';

export type Shape = v.GenericSchema;
export type Entries = Readonly<Record<string, Shape>>;

/** A map with these keys and no others. A key that is nearly right is told once: not as unknown and as missing. */
export function map(entries: Entries): Shape {
  const known = Object.keys(entries);
  const needed = Object.entries(entries).filter(([, schema]) => !mayLack(schema));
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isRecord, `expected settings such as "${known[0]}:"`),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const content = dataset.value;
      const meant = new Set<string>();
      for (const key of Object.keys(content)) {
        if (known.includes(key)) continue;
        const near = nearest(key, known);
        if (near !== null) meant.add(near);
        const expected =
          near === null ? `; expected one of ${known.join(', ')}` : `, did you mean "${near}"?`;
        addIssue({ message: `unknown setting${expected}`, path: [pathItem(content, key)] });
      }
      for (const [key, schema] of needed) {
        if (Object.hasOwn(content, key) || meant.has(key)) continue;
        addIssue({ message: `is missing; ${expectation(schema)}`, path: [pathItem(content, key)] });
      }
    }),
    // What is missing has been said.
    v.looseObject(Object.fromEntries(Object.entries(entries).map(([key, schema]) => [key, maybe(schema)]))),
  );
}

/** What a schema says of a value that is not there. */
function expectation(schema: Shape): string {
  return v.safeParse(schema, undefined).issues?.[0].message ?? 'expected a value';
}

function pathItem(input: Readonly<Record<string, unknown>>, key: string) {
  return { type: 'object', origin: 'value', input: { ...input }, key, value: input[key] } as const;
}

/**
 * One of several maps, told by the key that it alone has.
 * @param kinds by that key: all that such a map may have
 * @param options what each may have besides
 */
export function oneKind(kinds: Readonly<Record<string, Entries>>, options: Entries): Shape {
  const heads = Object.keys(kinds);
  const maps = new Map(Object.entries(kinds).map(([head, own]) => [head, map({ ...own, ...options })]));
  const all = new Map(
    [...Object.values(kinds), options].flatMap(Object.entries<Shape>).map(([key, one]) => [key, maybe(one)]),
  );
  // Which of them is meant may show in a key that is nearly right; an unknown one has been told.
  const none = v.pipe(
    map(Object.fromEntries(all)),
    v.check(
      (input) => isRecord(input) && Object.keys(input).some((key) => !all.has(key)),
      `expected ${listed(heads, 'or')}`,
    ),
  );
  return v.lazy((input) => {
    const head = heads.find((one) => isRecord(input) && Object.hasOwn(input, one));
    return (head === undefined ? undefined : maps.get(head)) ?? none;
  });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map of anything to these. */
export function named(value: Shape, of: string): Shape {
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isRecord, `expected ${of}, one a line`),
    v.record(v.string(), value),
  );
}

/** The same, with one at least. */
export function someNamed(value: Shape, of: string): Shape {
  return v.pipe(
    named(value, of),
    v.check((input) => !isRecord(input) || Object.keys(input).length > 0, `is empty; expected ${of}`),
  );
}

export function list(schema: Shape, of: string): Shape {
  return v.array(schema, `expected a list of ${of}`);
}

/** The same, with one at least. */
export function someOf(schema: Shape, of: string): Shape {
  return v.pipe(v.array(schema, `expected a list of ${of}`), v.minLength(1, `is empty; expected ${of}`));
}

export function oneOf(words: readonly string[]): Shape {
  const expected = `expected ${listed(words, 'or')}`;
  return v.pipe(
    v.string(expected),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed || words.includes(dataset.value)) return;
      addIssue({ message: `${expected}${suggestion(dataset.value, words)}` });
    }),
  );
}

/** A text that is not empty. */
export function text(what = 'a text'): Shape {
  return v.pipe(v.string(`expected ${what}`), v.minLength(1, `is empty; expected ${what}`));
}

/** A text that may be empty. */
export function anyText(what = 'a text'): Shape {
  return v.string(`expected ${what}`);
}

export const FLAG: Shape = v.boolean('expected true or false');

export const COUNT: Shape = v.pipe(
  v.number('expected a number'),
  v.integer('expected a whole number'),
  v.minValue(1, 'expected at least 1'),
);

/** What may be left out, but not be empty. */
export function maybe(schema: Shape): Shape {
  return mayLack(schema) ? schema : v.exactOptional(schema);
}

function mayLack({ type }: Shape): boolean {
  return type === 'exact_optional';
}
