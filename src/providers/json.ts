// Reads a provider's JSON without trusting it: numbers stay as they are written (ids outgrow 2^53), shapes are checked first.
import { LosslessNumber, parse, stringify } from 'lossless-json';
import { parsePlain } from './plain-json.ts';

export type Json = unknown;
export type JsonObject = Readonly<Record<string, Json>>;

/** Deeper than any provider's answer. Reading uses the stack, level by level. */
const MAX_DEPTH = 200;

/** The parsed body with every number as it is written; undefined where it is not JSON, or is nested too deeply. */
export function parseJson(body: string): Json | undefined {
  const text = body.trim();
  const plain = parsePlain(text);
  if (plain !== null) return plain;
  if (!/^[[{"]|^(true|false|null)$|^-?\d/.test(text) || isDeeperThan(MAX_DEPTH, text)) return undefined;
  try {
    return parse(text, undefined, (value) => new LosslessNumber(value));
  } catch {
    return undefined;
  }
}

/** Whether lists and objects of a JSON text are nested deeper than this; brackets inside texts count for nothing. */
function isDeeperThan(most: number, text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inText) {
      if (char === '\\') i++;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '[' || char === '{') {
      if (++depth > most) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
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

/** What came instead of the expected JSON, in words. */
export function whatIs(body: string): string {
  if (body.trim() === '') return 'an empty body';
  // What the transport returns for a body that it could not read.
  const unreadable = /^\(unreadable: (.*)\)$/.exec(body)?.[1];
  if (unreadable !== undefined) return `a body that cannot be read (${unreadable})`;
  if (looksLikeHtml(body)) return 'an HTML page';
  if (parseJson(body) !== undefined) return 'JSON of another shape';
  return isDeeperThan(MAX_DEPTH, body)
    ? 'JSON that is nested too deeply to be read'
    : 'a body that is not JSON';
}
