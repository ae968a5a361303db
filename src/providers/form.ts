// Request bodies: urlencoded and multipart forms, as text.
import { createHash } from 'node:crypto';
import type { PayloadField } from './provider.ts';

/**
 * `application/x-www-form-urlencoded` (WHATWG URL standard). Written as bytes: put together from pieces, the text of a
 * lead's form cost 2 KB of memory and now costs its own length.
 */
export function urlEncoded(fields: readonly PayloadField[]): string {
  let at = 0;
  for (const [name, value] of fields) {
    const most = 2 + LONGEST * (name.length + value.length);
    if (at + most > room.length) room = larger(at + most);
    room[at++] = AMPERSAND;
    at = write(room, name, at);
    room[at++] = EQUALS;
    at = write(room, value, at);
  }
  const text = room.toString('latin1', 1, at);
  if (room.length > USUAL) room = Buffer.alloc(USUAL);
  return text;
}

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
/** A character is at most three bytes, and a byte three characters. */
const LONGEST = 9;
const HEX = Buffer.from('0123456789ABCDEF');

/** Bytes of all but very long forms. */
const USUAL = 16 * 1024;
/** Where a form is written before it is a text: nothing waits in between, so one does for all. */
let room: Buffer = Buffer.alloc(USUAL);

function larger(least: number): Buffer {
  const made = Buffer.alloc(2 * least);
  room.copy(made);
  return made;
}

/** By ASCII character, the one that stands for it in a form; 0: its number, after a percent sign. */
const IN_FORM = Uint8Array.from({ length: 128 }, (_, code) => {
  const text = inForm(String.fromCharCode(code));
  return text.length === 1 ? text.charCodeAt(0) : 0;
});

/** As the standard's own implementation says; it takes twice as long for all fields as this file does. */
function inForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

/** Writes a name or value. @returns where it ends */
function write(to: Buffer, text: string, from: number): number {
  let at = from;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const byte = IN_FORM[code];
    if (byte === undefined) return from + to.write(inForm(text), from, 'latin1');
    if (byte !== 0) to[at++] = byte;
    else {
      to[at++] = PERCENT;
      to[at++] = HEX[code >> 4] ?? 0;
      to[at++] = HEX[code & 15] ?? 0;
    }
  }
  return at;
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
