// Bytes to text, on a stream: decoders that never split a character, and that read a byte in an old single-byte encoding
// before they replace it with U+FFFD.
import { isUtf8 } from 'node:buffer';
import type { Encoding } from './encoding.ts';
import { completeUtf8, MACINTOSH, sequenceAt, WINDOWS_1252 } from './encoding-tables.ts';

export interface Decoder {
  /** The text of the complete characters so far; a split character waits for the next chunk. */
  readonly write: (bytes: Buffer) => string;
  readonly end: () => string;
}

/** A decoder without the BOM. iconv-lite is loaded only for encodings that the others do not know. */
export async function createDecoder({ name, stray }: Encoding): Promise<Decoder> {
  switch (name) {
    case 'utf-8':
      return withoutBom(utf8Decoder(stray === 'macintosh' ? MACINTOSH : WINDOWS_1252));
    case 'utf-16le':
      return withoutBom(utf16Decoder((bytes) => bytes.toString('utf16le')));
    case 'utf-16be':
      return withoutBom(utf16Decoder((bytes) => Buffer.from(bytes).swap16().toString('utf16le')));
    case 'windows-1252':
      return singleByteDecoder(WINDOWS_1252);
    case 'macintosh':
      return singleByteDecoder(MACINTOSH);
    default: {
      const { default: iconv } = await import('iconv-lite');
      const decoder = iconv.getDecoder(name, { stripBOM: true });
      return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? '' };
    }
  }
}

function withoutBom(decoder: Decoder): Decoder {
  let first = true;
  const strip = (text: string): string => {
    if (!first || text === '') return text;
    first = false;
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  };
  return { write: (bytes) => strip(decoder.write(bytes)), end: () => strip(decoder.end()) };
}

function singleByteDecoder(upper: string): Decoder {
  return {
    write: (bytes) =>
      bytes
        .toString('latin1')
        .replace(/[\u0080-\u00ff]/g, (char) => upper[char.charCodeAt(0) - 0x80] ?? char),
    end: () => '',
  };
}

/** Split surrogate pairs need no care: they join again when the texts are joined. */
function utf16Decoder(decode: (bytes: Buffer) => string): Decoder {
  let rest: Buffer = Buffer.alloc(0);
  return {
    write: (bytes) => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const whole = all.length & ~1;
      rest = all.subarray(whole);
      return decode(all.subarray(0, whole));
    },
    // A single byte left is half of an unknown character.
    end: () => '',
  };
}

/** UTF-8 in which an invalid byte is read by the table, so that a stray character costs only itself. */
function utf8Decoder(upper: string): Decoder {
  let rest: Buffer = Buffer.alloc(0);
  const text = (bytes: Buffer) => (isUtf8(bytes) ? bytes.toString('utf8') : mixed(bytes, upper));
  return {
    write: (bytes) => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const whole = completeUtf8(all);
      rest = all.subarray(whole);
      return text(all.subarray(0, whole));
    },
    end: () => text(rest),
  };
}

function mixed(bytes: Buffer, upper: string): string {
  const parts: string[] = [];
  let from = 0;
  let i = 0;
  while (i < bytes.length) {
    const size = sequenceAt(bytes, i);
    if (size === 0) {
      if (i > from) parts.push(bytes.toString('utf8', from, i));
      parts.push(upper[(bytes[i] ?? 0x80) - 0x80] ?? '');
      from = i + 1;
    }
    i += size || 1;
  }
  if (from < bytes.length) parts.push(bytes.toString('utf8', from));
  return parts.join('');
}
