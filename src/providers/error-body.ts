// What an error body says: to the program (is it a refusal? of the credentials?) and, in one line, to a person. A secret that
// the provider sent back is masked.
import {
  asText,
  isEmpty,
  isObject,
  type Json,
  type JsonObject,
  jsonText,
  looksLikeHtml,
  parseJson,
} from './json.ts';
import { hider, MASK } from './spellings.ts';

/** A body in one line, for people to read; empty if it says nothing. */
export type Explain = (body: string) => string;

const MAX_LENGTH = 300;
/** How much of a body is looked at for its words. */
const MAX_READ = 65_536;
/** A signature in hex, anybody's. */
const HASH = /\b[0-9a-f]{64}\b/gi;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\s]+/g;

/**
 * @param secrets are shown as `***`, also where they are escaped or encoded
 * @returns a function from a body to one line of at most 300 characters
 */
export function explainer(secrets: readonly string[]): Explain {
  const hide = hider(secrets);
  return (body) => {
    const words = wordsOf(body);
    // Half a secret would not be recognised as one.
    const start = words.length > MAX_READ ? words.slice(0, MAX_READ).replace(/\S{0,1000}$/, '…') : words;
    const line = hide(start).replace(HASH, MASK).replace(CONTROL, ' ').trim();
    // Never half of a surrogate pair.
    return line.length > MAX_LENGTH
      ? `${line.slice(0, MAX_LENGTH - 1).replace(/[\ud800-\udbff]$/, '')}…`
      : line;
  };
}

function wordsOf(body: string): string {
  const json = parseJson(body);
  if (json !== undefined) return said(json);
  return looksLikeHtml(body) ? 'an HTML page' : body;
}

/** The members that usually hold words; else the JSON itself. */
function said(json: Json): string {
  const plain = plainText(json);
  if (plain !== null) return plain;
  const first = Array.isArray(json) ? json[0] : json;
  if (isObject(first)) {
    const parts = ['message', 'error', 'errors', 'detail'].flatMap((name) => {
      const value = first[name];
      return isEmpty(value) ? [] : [plainText(value) ?? jsonText(value)];
    });
    if (parts.length > 0) return [...new Set(parts)].join(': ');
  }
  return jsonText(json);
}

function plainText(value: Json): string | null {
  return typeof value === 'boolean' ? String(value) : asText(value);
}

const NO_WORDS =
  /error|fail|invalid|unauthori[sz]ed|forbidden|denied|reject|refused|unprocessable|bad.?request|not.?(ok|found|allowed|acceptable|authori[sz]ed)|^(false|no|nok|ko|4\d\d|501|550)$/i;

/** An error body: a status that says no, or words under `error`. */
export function saysNo(json: JsonObject): boolean {
  if (json['status'] === false || json['success'] === false) return true;
  if (NO_WORDS.test(asText(json['status']) ?? '')) return true;
  return !isEmpty(json['error']) || !isEmpty(json['errors']);
}

/** An error body that says that the credentials are not accepted, whatever its HTTP status. */
export function refusesCredentials(json: JsonObject): boolean {
  if (!saysNo(json)) return false;
  return ['status', 'error', 'message'].some((name) =>
    /^(not[\s_-]*authori[sz]ed|unauthori[sz]ed|invalid api key)\b/i.test(asText(json[name]) ?? ''),
  );
}
