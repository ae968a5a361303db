// Request bodies: urlencoded and multipart forms, as text.
import { createHash } from 'node:crypto';
import type { PayloadField } from './provider.ts';

/** `application/x-www-form-urlencoded` (WHATWG URL standard). */
export function urlEncoded(fields: readonly PayloadField[]): string {
  return new URLSearchParams(fields).toString();
}

/**
 * `multipart/form-data` (RFC 7578, names escaped as the WHATWG HTML standard says). The boundary is made from the
 * values, so that the same payload always gives the same request.
 * @param lead the fields that do not change from one signature to the next
 */
export function multipart(
  fields: readonly PayloadField[],
  lead: readonly PayloadField[] = fields,
): {
  readonly contentType: string;
  readonly body: string;
} {
  const boundary = `leadpush-${createHash('sha256').update(JSON.stringify(lead)).digest('hex').slice(0, 32)}`;
  const parts = fields.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"\r\n\r\n${value.replace(/\r\n?|\n/g, '\r\n')}\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: `${parts.join('')}--${boundary}--\r\n`,
  };
}

function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
