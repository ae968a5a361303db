// Reading a provider's JSON without trusting it: numbers as text (ids outgrow 2^53), shapes checked before use.
import { LosslessNumber, parse } from 'lossless-json';

export type Json = unknown;

/** The parsed body with every number as text; undefined where it is no JSON. */
export function parseJson(body: string): Json | undefined {
  const text = body.trim();
  if (!/^[[{"]|^(true|false|null)$|^-?\d/.test(text)) return undefined;
  try {
    return parse(text, undefined, (value) => new LosslessNumber(value));
  } catch {
    return undefined;
  }
}

export function isObject(value: Json): value is Readonly<Record<string, Json>> {
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

/** What an error body says, for a person: one line of at most 300 characters. */
export function explain(body: string): string {
  const json = parseJson(body);
  const text = json === undefined ? (looksLikeHtml(body) ? 'an HTML page' : body) : said(json);
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

export function looksLikeHtml(body: string): boolean {
  return /^\s*(<!doctype|<html|<\?xml|<head|<body)/i.test(body);
}

/** The first of the members that usually hold words; else the JSON itself. */
function said(json: Json): string {
  const plain = plainText(json);
  if (plain !== null) return plain;
  const first = Array.isArray(json) ? json[0] : json;
  if (isObject(first)) {
    const parts = ['message', 'error', 'errors', 'detail'].flatMap((name) => {
      const value = first[name];
      return value === undefined || value === null
        ? []
        : [plainText(value) ?? JSON.stringify(toPlain(value))];
    });
    if (parts.length > 0) return [...new Set(parts)].join(': ');
  }
  return JSON.stringify(toPlain(json));
}

function plainText(value: Json): string | null {
  return typeof value === 'boolean' ? String(value) : asText(value);
}

/** Numbers as text again, so that JSON.stringify shows what was sent. */
function toPlain(value: Json): Json {
  if (value instanceof LosslessNumber) return value.value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]));
  return value;
}
