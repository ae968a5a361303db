// Request bodies: read within a limit, and parsed in the three encodings that the vendors' samples use (urlencoded,
// multipart, JSON). Whatever the encoding, a lead's fields are texts by name.
import type { IncomingMessage } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import { isWritable } from './json.ts';

/** Values as text: a JSON number or boolean as it is written, an object as JSON; null is left out. */
export type Fields = Readonly<Record<string, string>>;

/** Fields in the form that takes the least memory: text that is parsed again when somebody asks. */
export interface PackedFields {
  readonly encoding: 'form' | 'json';
  readonly text: string;
}

export type ParsedBody =
  | { readonly ok: true; readonly fields: Fields; readonly packed: PackedFields }
  | { readonly ok: false; readonly status: 415 | 422; readonly message: string };

/** How much beyond the limit is still read and dropped, and for how long: a client that is answered earlier sees a reset. */
const DROPPED_BYTES = 64 * 1024 * 1024;
const DROPPED_MS = 1_000;
/** No form of a lead has as many fields. */
const MAX_FIELDS = 2_000;

/**
 * Reads a body to its end. `done` is called once: with the bytes, or with null for a body above the limit, after which
 * its connection is to be closed; never when the client leaves first.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  done: (bytes: Buffer | null) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let patience: NodeJS.Timeout | null = null;
  let told = false;
  const tell = (bytes: Buffer | null) => {
    if (told) return;
    told = true;
    if (patience !== null) clearTimeout(patience);
    done(bytes);
  };
  const tooLong = () => {
    chunks.length = 0;
    patience ??= setTimeout(() => tell(null), DROPPED_MS).unref();
  };
  if (Number(request.headers['content-length'] ?? 0) > limit) tooLong();
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) tooLong();
    else if (patience === null) chunks.push(chunk);
    if (size <= limit + DROPPED_BYTES) return;
    request.pause();
    tell(null);
  });
  request.on('end', () => {
    const [first] = chunks;
    if (patience !== null) tell(null);
    else tell(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
  });
}

/** The media type without its parameters. */
export function typeOf(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * Parses a body by its Content-Type. Parameters of the URL count as fields too, since a vendor's document heads its table
 * "query parameters"; the body wins.
 */
export function parseBody(
  contentType: string,
  bytes: Buffer,
  query: string,
  objectOf: ObjectOf = (body) => (isObject(body) ? body : null),
): ParsedBody | Promise<ParsedBody> {
  const type = typeOf(contentType);
  if (type === 'application/x-www-form-urlencoded' || (type === '' && bytes.length === 0)) {
    const text = bytes.toString('utf8');
    if (hasMore(text, '&', MAX_FIELDS)) return tooManyFields();
    const fields = formFields(query === '' ? text : `${query}&${text}`);
    return parsed(fields, query === '' ? { encoding: 'form', text } : packed(fields));
  }
  if (type === 'application/json' || type.endsWith('+json')) return parseJsonBody(bytes, query, objectOf);
  if (type === 'multipart/form-data') return parseMultipart(contentType, bytes, query);
  const found = type === '' ? 'no Content-Type' : `Content-Type ${type.slice(0, 80)}`;
  return {
    ok: false,
    status: 415,
    message: `${found}: send application/x-www-form-urlencoded, multipart/form-data or application/json`,
  };
}

/** The fields of what was packed. */
export function unpack({ encoding, text }: PackedFields): Fields {
  if (encoding === 'form') return formFields(text);
  const fields: unknown = JSON.parse(text);
  return typeof fields === 'object' && fields !== null ? textFields(Object.entries(fields)) : textFields([]);
}

/** Texts by name; the last of several, as PHP and Rails take it. */
export function formFields(text: string): Fields {
  const fields = emptyFields();
  const values = parseForm(text, '&', '=', { maxKeys: 0 });
  for (const name in values) {
    const value = values[name];
    const last = typeof value === 'string' ? value : value?.at(-1);
    if (last !== undefined) fields[name] = last;
  }
  return fields;
}

type ObjectOf = (body: unknown) => Readonly<Record<string, unknown>> | null;

function isObject(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function parseJsonBody(bytes: Buffer, query: string, objectOf: ObjectOf): ParsedBody {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { ok: false, status: 422, message: 'the body is not JSON' };
  }
  const lead = objectOf(body);
  if (lead === null) return { ok: false, status: 422, message: 'the body is not a JSON object' };
  const entries = Object.entries(lead);
  if (entries.length > MAX_FIELDS) return tooManyFields();
  if (!isWritable(lead)) return { ok: false, status: 422, message: 'the body is nested too deeply' };
  const fields = textFields([...Object.entries(formFields(query)), ...entries]);
  return parsed(fields, packed(fields));
}

async function parseMultipart(contentType: string, bytes: Buffer, query: string): Promise<ParsedBody> {
  // Each part has its own name in a line of this kind.
  if (hasMore(bytes.toString('latin1').toLowerCase(), 'content-disposition', MAX_FIELDS))
    return tooManyFields();
  try {
    const response = new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } });
    const form = await response.formData();
    const fields = textFields([
      ...Object.entries(formFields(query)),
      ...[...form].filter(([, value]) => typeof value === 'string'),
    ]);
    return parsed(fields, packed(fields));
  } catch {
    return { ok: false, status: 422, message: 'the body is not a multipart form' };
  }
}

function tooManyFields(): ParsedBody {
  return { ok: false, status: 422, message: `the body has more than ${MAX_FIELDS} fields` };
}

function hasMore(text: string, part: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
    if (++count > most) return true;
  }
  return false;
}

function parsed(fields: Fields, packedFields: PackedFields): ParsedBody {
  return { ok: true, fields, packed: packedFields };
}

function packed(fields: Fields): PackedFields {
  return { encoding: 'json', text: JSON.stringify(fields) };
}

function textFields(entries: readonly (readonly [string, unknown])[]): Fields {
  const fields = emptyFields();
  for (const [name, value] of entries) {
    if (value === null || value === undefined) continue;
    fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return fields;
}

/** Without a prototype: a field may have any name, such as `constructor`. */
function emptyFields(): Record<string, string> {
  return Object.create(null);
}
