// MongoDB's Extended JSON: an object around one value, such as {"$numberLong": "919000100001"}, is that value.
import type { Members } from './value.ts';

const NUMBERS: ReadonlySet<string> = new Set([
  '$numberLong',
  '$numberInt',
  '$numberDouble',
  '$numberDecimal',
]);
const TEXTS: ReadonlySet<string> = new Set(['$oid', '$uuid', '$symbol', '$undefined']);

/** What it stands for; undefined where the object is none of these. */
export function extendedValue(object: Members): unknown {
  const [name, ...others] = Object.keys(object);
  if (name === undefined || !name.startsWith('$') || others.length > 0) return undefined;
  const inner = object[name];
  if (name === '$undefined') return null;
  if (TEXTS.has(name)) return inner;
  if (NUMBERS.has(name)) return /^-?(?:nan|infinity)$/i.test(String(inner)) ? null : inner;
  // {"$date": "2024-…"} or {"$date": {"$numberLong": "1728117196123"}}: ISO text or milliseconds.
  return name === '$date' ? inner : undefined;
}
