// Values that a database's JSON wraps in an object, so that its type is not lost: MongoDB's {"$numberLong": "919000100001"},
// DynamoDB's {"S": "…"}, Firestore's {"stringValue": "…"}, its times, and texts by language. The object is that value.
import { isLosslessNumber } from 'lossless-json';
import { isMembers, type Members } from './value.ts';

type Unwrap = (inner: unknown) => unknown;

const asIs: Unwrap = (inner) => inner;
const nothing: Unwrap = () => null;
const number: Unwrap = (inner) => (/^-?(?:nan|infinity)$/i.test(String(inner)) ? null : inner);

/** Names as short as `S` may be anything, so what is below them must be of their type. */
const only =
  (fits: (inner: unknown) => boolean): Unwrap =>
  (inner) =>
    fits(inner) ? inner : undefined;
const text = only((inner) => typeof inner === 'string');
const digits = only((inner) => /^-?[\d.]+(?:[eE][+-]?\d+)?$/.test(numberText(inner)));
const truth = only((inner) => typeof inner === 'boolean');
const object = only(isMembers);
const list = only(Array.isArray);
const inside =
  (name: string): Unwrap =>
  (inner) =>
    isMembers(inner) ? (inner[name] ?? null) : undefined;

/** What the only member of an object may be called, and what it then stands for; undefined: no such value. */
const WRAPPERS: ReadonlyMap<string, Unwrap> = new Map<string, Unwrap>([
  // MongoDB: $date is ISO text or milliseconds.
  ...(['$oid', '$uuid', '$symbol', '$date'] as const).map((name): [string, Unwrap] => [name, asIs]),
  ...(['$numberLong', '$numberInt', '$numberDouble', '$numberDecimal'] as const).map(
    (name): [string, Unwrap] => [name, number],
  ),
  ['$undefined', nothing],
  // DynamoDB.
  ['S', text],
  ['N', digits],
  ['BOOL', truth],
  ['NULL', (inner) => (inner === true ? null : undefined)],
  ['M', object],
  ...(['L', 'SS', 'NS'] as const).map((name): [string, Unwrap] => [name, list]),
  // Firestore.
  ...(['stringValue', 'timestampValue', 'referenceValue'] as const).map((name): [string, Unwrap] => [
    name,
    text,
  ]),
  ...(['integerValue', 'doubleValue'] as const).map((name): [string, Unwrap] => [name, digits]),
  ['booleanValue', truth],
  ['nullValue', nothing],
  ['mapValue', inside('fields')],
  ['arrayValue', inside('values')],
]);

/** `{"_seconds": 1728117196, "_nanoseconds": 0}`, as Firestore and Protobuf write a time. */
const SECONDS = /^_?seconds$/;
const NANOS = /^_?nano(?:s|seconds)$/;
/** `{"en-US": "Asha"}`: by language. */
const LANGUAGE = /^[a-z]{2,3}[-_][A-Z]{2}$/;

/** What it stands for; undefined where the object is none of these. */
export function extendedValue(value: Members): unknown {
  const names = Object.keys(value);
  const [name, other] = names;
  if (name === undefined || names.length > MAX_MEMBERS) return undefined;
  if (names.length === 1) {
    const unwrap = WRAPPERS.get(name);
    if (unwrap !== undefined) return unwrap(value[name]);
  }
  if (other !== undefined && names.length === 2) {
    if (SECONDS.test(name) && NANOS.test(other)) return value[name];
    if (SECONDS.test(other) && NANOS.test(name)) return value[other];
  }
  return names.every((one) => LANGUAGE.test(one)) ? value[name] : undefined;
}

/** Of texts by language; an object with more members is something else. */
const MAX_MEMBERS = 8;

function numberText(inner: unknown): string {
  if (isLosslessNumber(inner)) return inner.value;
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner) : '';
}
