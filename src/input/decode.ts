// Bytes to text, on a stream: which encoding the head speaks for, and a decoder that never breaks a character in two.
import { isUtf8 } from 'node:buffer';
import { UsageError } from '../usage-error.ts';

/** What a file's bytes are. `name` is an iconv-lite name. */
export interface Encoding {
  readonly name: string;
  readonly bom: boolean;
}

export interface Decoder {
  readonly write: (bytes: Buffer) => string;
  readonly end: () => string;
}

const BOMS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Reads the encoding off the first bytes: BOM, zero bytes of UTF-16, valid UTF-8, bare CRs of an old Mac, else Windows. */
export function detectEncoding(head: Buffer): Encoding {
  for (const [name, bom] of BOMS) {
    if (bom.every((byte, i) => head[i] === byte)) return { name, bom: true };
  }
  const wide = wideEncoding(head);
  if (wide !== null) return { name: wide, bom: false };
  if (isUtf8(head.subarray(0, completeUtf8(head)))) return { name: 'utf-8', bom: false };
  const mac = !head.includes(0x0a) && head.includes(0x0d);
  return { name: mac ? 'macintosh' : 'windows-1252', bom: false };
}

/** UTF-16 without a BOM: in text of mostly Latin letters every other byte is zero. */
function wideEncoding(head: Buffer): string | null {
  const size = Math.min(head.length & ~1, 4096);
  if (size < 8) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < size; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  const pairs = size / 2;
  if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le';
  if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be';
  return null;
}

/** An encoding that the user named. @throws UsageError for one that is not known */
export async function namedEncoding(name: string, head: Buffer): Promise<Encoding> {
  const { default: iconv } = await import('iconv-lite');
  if (!iconv.encodingExists(name)) {
    throw new UsageError(
      `--encoding: "${name}" is not known.`,
      'For example: utf-8, utf-16le, windows-1252, macintosh, iso-8859-1.',
    );
  }
  const [, bom] = BOMS.find(([known]) => sameEncoding(known, name)) ?? [];
  return {
    name: sameEncoding(name, 'utf-8') ? 'utf-8' : name,
    bom: bom?.every((byte, i) => head[i] === byte) ?? false,
  };
}

function sameEncoding(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(a) === plain(b);
}

/** A decoder that leaves the BOM out. */
export async function createDecoder({ name }: Encoding): Promise<Decoder> {
  if (name === 'utf-8') return utf8Decoder();
  const { default: iconv } = await import('iconv-lite');
  const decoder = iconv.getDecoder(name, { stripBOM: true });
  return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? '' };
}

/** UTF-8 in which a byte that fits nowhere is read as Windows-1252: a late stray character costs only itself. */
function utf8Decoder(): Decoder {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  const text = (bytes: Buffer): string => {
    const decoded = isUtf8(bytes) ? bytes.toString('utf8') : mixed(bytes);
    if (!first || decoded === '') return decoded;
    first = false;
    return decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
  };
  return {
    write: (bytes) => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const whole = completeUtf8(all);
      rest = all.subarray(whole);
      return text(all.subarray(0, whole));
    },
    end: () => {
      const last = text(rest);
      rest = Buffer.alloc(0);
      return last;
    },
  };
}

/** How many bytes are whole characters: a sequence that is cut off at the end waits for the next piece. */
function completeUtf8(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** The 32 places where Windows-1252 is not Latin-1 (WHATWG Encoding, index windows-1252). */
const WINDOWS =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

function mixed(bytes: Buffer): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const byte = bytes[i] ?? 0;
    const size = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    const part = bytes.subarray(i, i + size);
    if (byte < 0x80) {
      let end = i + 1;
      while (end < bytes.length && (bytes[end] ?? 0x80) < 0x80) end++;
      text += bytes.toString('latin1', i, end);
      i = end;
    } else if (byte >= 0xc0 && part.length === size && isUtf8(part)) {
      text += part.toString('utf8');
      i += size;
    } else {
      text += byte < 0xa0 ? (WINDOWS[byte - 0x80] ?? '') : String.fromCharCode(byte);
      i++;
    }
  }
  return text;
}
