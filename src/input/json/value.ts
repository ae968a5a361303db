// JSON text to values and back, keeping every digit of an id.
import { isLosslessNumber, parse, stringify } from 'lossless-json';
import { isSecret, mayHoldSecret } from '../secret-keys.ts';
import { withoutNaN } from './bare-words.ts';
import { escapedControls, type ParsedJson, parseLarge } from './large-value.ts';
import { withoutRemarks } from './remarks.ts';

export type Members = Readonly<Record<string, unknown>>;

/** Numbers that JSON.parse may change: long ones, fractions, exponents, minus zero. */
const DELICATE = /(?:^|[:,[])\s*-?(?:\d{16}|\d+[.eE])|-0\b/;

/**
 * Parses one JSON value. Numbers that a double would change become LosslessNumber. Of equal keys the last one counts.
 * Raw line breaks and tabs inside strings, which JSON does not allow, are accepted; bare NaN and Infinity are
 * empty; remarks and a comma behind the last member are passed over.
 */
export function parseJson(given: string): ParsedJson {
  const plain = exactly(given);
  if (plain !== null) return plain;
  // Only what JSON.parse refuses is searched for them.
  const text = withoutNaN(given);
  const parsed = text === null ? tolerantly(given) : (exactly(text) ?? tolerantly(text));
  if (parsed.ok) return text === null ? parsed : { ...parsed, withoutNaN: true };
  const bare = withoutRemarks(text ?? given);
  const again = bare === null ? null : (exactly(bare) ?? tolerantly(bare));
  if (again === null || !again.ok) return parsed;
  return text === null ? { ...again, remarks: true } : { ...again, remarks: true, withoutNaN: true };
}

/** Null: only the lossless parser can tell. */
function exactly(text: string): ParsedJson | null {
  if (DELICATE.test(text)) return null;
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** It also finds the position of the error. */
function tolerantly(text: string): ParsedJson {
  const first = exact(text);
  if (first.ok || !/[\u0000-\u001f]/.test(text)) return first;
  const tolerant = exact(escapedControls(text));
  return tolerant.ok ? tolerant : first;
}

/** The lossless parser builds strings character by character and is recursive: use it only for texts of usual size. */
const MAX_LOSSLESS = 256 * 1024;

function exact(text: string): ParsedJson {
  if (text.length > MAX_LOSSLESS) return parseLarge(text);
  try {
    return { ok: true, value: parse(text, null, { onDuplicateKey: ({ newValue }) => newValue }) };
  } catch (error) {
    if (error instanceof RangeError) return parseLarge(text);
    // Its message quotes the text, which may be personal data; only the position is kept.
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    return { ok: false, place: at === undefined ? 1 : Number(at) + 1 };
  }
}

/** Whether the value is nested deeper than this many levels. */
export function isNestedBeyond(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return false;
  if (levels === 0) return true;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return members.some((member) => isNestedBeyond(member, levels - 1));
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** A value as a cell: scalars as written, null as empty, lists of scalars joined, the rest as JSON. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (isLosslessNumber(value)) return value.value;
  if (Array.isArray(value) && value.every((one) => !Array.isArray(one) && !isMembers(one))) {
    return value.map(textOf).join(', ');
  }
  return typeof value === 'object' ? jsonText(value) : String(value);
}

/** One line of JSON without secrets. @param text the value's own text, used unchanged if possible */
export function jsonText(value: unknown, text?: string): string {
  if (text !== undefined && !mayHoldSecret(text)) {
    const own = text.trim();
    if (!/[\u0000-\u001f\u2028\u2029]/.test(own)) return own;
  }
  return ownText(value) ?? stringify(withoutSecrets(value)) ?? 'null';
}

/** Of values without long numbers and secrets: the lossless writer takes five times the time, and much memory. */
function ownText(value: unknown): string | undefined {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined || text.includes('"isLosslessNumber"') || mayHoldSecret(text) ? undefined : text;
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecretsWithin(value);
  if (Array.isArray(value)) return value.filter((one) => !namesSecret(one)).map(withoutSecrets);
  if (!isMembers(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !isSecret(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutSecrets(member)]));
}

/** A text that is JSON itself may hold one as well. */
function withoutSecretsWithin(text: string): string {
  if (!mayHoldSecret(text) || !/^\s*[{[]/.test(text)) return text;
  const parsed = parseJson(text);
  return parsed.ok ? (stringify(withoutSecrets(parsed.value)) ?? '') : '';
}

/** `{"column_id": "google_key", "string_value": …}` */
function namesSecret(entry: unknown): boolean {
  return isMembers(entry) && Object.values(entry).some((text) => typeof text === 'string' && isSecret(text));
}
