// What a program gives to the library, looked at before anything is read: a call in JavaScript has no types to keep it right.
import { suggestion } from '../util/nearest.ts';
import { UsageError } from '../util/usage-error.ts';

/** What an option may be, and how messages call it. */
interface Kind {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isText = (value: unknown) => typeof value === 'string';

export const KINDS = {
  text: { expected: 'a text', fits: isText },
  names: {
    expected: 'a name or a list of names',
    fits: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  },
  textOrFalse: { expected: 'a text or false', fits: (value) => isText(value) || value === false },
  number: { expected: 'a number', fits: (value) => typeof value === 'number' },
  boolean: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
  function: { expected: 'a function', fits: (value) => typeof value === 'function' },
  object: { expected: 'an object', fits: (value) => isObject(value) && !Array.isArray(value) },
  signal: { expected: 'an AbortSignal', fits: (value) => isObject(value) && 'aborted' in value },
} as const satisfies Record<string, Kind>;

/**
 * @param kinds all options that there are
 * @param required the one that a call cannot do without
 * @throws UsageError for an option that there is not, with the nearest one, and for a value of another kind
 */
export function checkGiven(
  options: unknown,
  kinds: Readonly<Record<string, keyof typeof KINDS>>,
  required: string,
): void {
  if (!KINDS.object.fits(options)) {
    throw new UsageError(`options: expected an object with ${required}, found ${kindOf(options)}.`);
  }
  const given = new Map(Object.entries(Object(options)));
  for (const [name, value] of given) {
    const known = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (known === undefined) {
      const near = suggestion(name, Object.keys(kinds));
      throw new UsageError(
        `options.${name}: unknown option${near === '' ? '.' : near}`,
        near === '' ? `Options: ${Object.keys(kinds).join(', ')}.` : null,
      );
    }
    const { expected, fits } = KINDS[known];
    // Not given: programs pass on what they may not have.
    if (value !== undefined && !fits(value)) {
      throw new UsageError(`${name}: expected ${expected}, found ${kindOf(value)}.`);
    }
  }
  if (given.get(required) === undefined) throw new UsageError(`${required} is missing.`);
}

/** @throws UsageError for what cannot be leads at all; what each of them is, is its result */
export function checkLeads(leads: unknown): void {
  const isPromise = isObject(leads) && 'then' in leads && typeof leads.then === 'function';
  if (isObject(leads) && !isPromise && !ArrayBuffer.isView(leads)) return;
  throw new UsageError(
    `leads: expected an object, a list or an iterable of objects, found ${isPromise ? 'a promise' : kindOf(leads)}.`,
    isPromise ? 'Await it first.' : null,
  );
}

/** Never the value, which may be a secret. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (ArrayBuffer.isView(value)) return 'bytes';
  if (isText(value)) return 'a text';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
