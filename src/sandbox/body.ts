// A request's fields, whatever the body's form: urlencoded, multipart (PHP's array) or JSON.
import type { IncomingMessage } from 'node:http';

const MOST = 1024 * 1024;

/** A value as it was sent: JSON bodies keep their types, the others are text. */
export type Fields = Readonly<Record<string, unknown>>;

/** The whole body; null where it is larger than 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MOST) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body's fields; null where it is not what its content-type says. */
export async function fieldsOf(body: Buffer, contentType: string): Promise<Fields | null> {
  if (/^application\/json\b/i.test(contentType)) {
    try {
      const parsed: unknown = JSON.parse(body.toString('utf8'));
      return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
    } catch {
      return null;
    }
  }
  if (/^multipart\/form-data\b/i.test(contentType)) {
    try {
      // Node's own parser, which curl and PHP bodies go through unchanged.
      const form = await new Response(new Uint8Array(body), {
        headers: { 'content-type': contentType },
      }).formData();
      return Object.fromEntries(
        [...form].map(([name, value]) => [name, typeof value === 'string' ? value : '']),
      );
    } catch {
      return null;
    }
  }
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

/** A field as text; numbers and booleans of a JSON body as they read. Empty where it is missing. */
export function fieldText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
