// Request bodies of forms, as text.
import { createHash } from 'node:crypto';
import type { PayloadField } from './provider.ts';

/** `application/x-www-form-urlencoded` (WHATWG URL standard), as URLSearchParams writes it in four times the time. */
export function urlEncoded(fields: readonly PayloadField[]): string {
  let text = '';
  for (const [name, value] of fields) {
    text += `${text === '' ? '' : '&'}${formEncoded(name)}=${formEncoded(value)}`;
  }
  return text;
}

const PLAIN = /^[A-Za-z0-9*._-]*$/;
/** What encodeURIComponent leaves or writes in another way. */
const OTHERWISE: Readonly<Record<string, string>> = {
  '%20': '+',
  '!': '%21',
  "'": '%27',
  '(': '%28',
  ')': '%29',
  '~': '%7E',
};

function formEncoded(text: string): string {
  if (PLAIN.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(
    /%20|[!'()~]/g,
    (found) => OTHERWISE[found] ?? found,
  );
}

/**
 * `multipart/form-data` (RFC 7578, names escaped as the WHATWG HTML standard says). The boundary is made from the
 * values, so that the same payload always gives the same request.
 */
export function multipart(fields: readonly PayloadField[]): {
  readonly contentType: string;
  readonly body: string;
} {
  const boundary = `leadpush-${createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 32)}`;
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
