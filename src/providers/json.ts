// Reading a provider's JSON without trusting it: numbers as text (ids outgrow 2^53), shapes checked before use.
import { LosslessNumber, parse, stringify } from 'lossless-json';

export type Json = unknown;
export type JsonObject = Readonly<Record<string, Json>>;

/** The parsed body with every number as it stands there; undefined where it is no JSON. */
export function parseJson(body: string): Json | undefined {
  const text = body.trim();
  if (!/^[[{"]|^(true|false|null)$|^-?\d/.test(text)) return undefined;
  try {
    return parse(text, undefined, (value) => new LosslessNumber(value));
  } catch {
    return undefined;
  }
}

/** JSON on one line, numbers as they stood in what was parsed. */
export function jsonText(json: Json): string {
  return stringify(json) ?? 'null';
}

export function isObject(value: Json): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber)
  );
}

/** A text or number as text, trimmed; null for anything else and for nothing. */
export function asText(value: Json): string | null {
  if (value instanceof LosslessNumber) return value.value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  return value.trim();
}

/** Null, an empty text, list or object, or one that holds nothing but these. */
export function isEmpty(value: Json): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isObject(value) && Object.values(value).every(isEmpty);
}

export function looksLikeHtml(body: string): boolean {
  return /^\s*<[!?a-z]/i.test(body);
}

/** What a body is that was expected to be JSON of a known shape, for a person. */
export function whatIs(body: string): string {
  if (body.trim() === '') return 'an empty body';
  if (looksLikeHtml(body)) return 'an HTML page';
  return parseJson(body) === undefined ? 'a body that is no JSON' : 'JSON of another shape';
}
