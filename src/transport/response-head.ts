// Normalises heads of HTTP answers for undici's parser, which refuses some that have only one meaning. Answers of
// status 1xx are skipped, equal Content-Length headers become one, chunks win over a length (RFC 9112, 6.3), single
// line feeds end lines, folded lines are joined, and lines that are not headers are removed. Ambiguous heads stay
// unchanged, so undici refuses them.
import { beginsPlainly } from './plain-head.ts';
import { ResponseChunks } from './response-chunks.ts';

/** The longest head that undici accepts; a longer one is passed on, and undici refuses it. */
export const MAX_HEAD = 64 * 1024;
const END = /\r?\n\r?\n/;
const NOTHING: Buffer = Buffer.alloc(0);

/** The bytes of one connection, head by head. Bodies are passed on unchanged, except for the lines between chunks. */
export class ResponseHeads {
  #expected = false;
  #held = NOTHING;
  #chunks: ResponseChunks | null = null;

  /** A request is sent: the next bytes are the head of its answer. */
  expect(): void {
    this.#expected = true;
    this.#held = NOTHING;
    this.#chunks = null;
  }

  /** @returns the bytes for the parser; empty while a head is incomplete */
  pass(chunk: Buffer): Buffer {
    if (!this.#expected) return this.#chunks?.pass(chunk) ?? chunk;
    if (this.#held.length === 0 && beginsPlainly(chunk)) return this.#given(chunk);
    // Continue the search for the end where it stopped.
    let from = Math.max(0, this.#held.length - 3);
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = NOTHING;
    for (;;) {
      if (from === 0) bytes = withoutEmptyLines(bytes);
      if (!mayBeHttp(bytes)) return this.#given(bytes);
      const end = endOfHead(bytes, from);
      if (end === -1) {
        if (bytes.length > MAX_HEAD) return this.#given(bytes);
        this.#held = bytes;
        return NOTHING;
      }
      const head = bytes.toString('latin1', 0, end);
      if (!isInterim(head)) {
        const plain = plainHead(head);
        this.#expected = false;
        if (CHUNKED.test(plain)) this.#chunks = new ResponseChunks();
        else if (plain === head) return bytes;
        const rest = bytes.subarray(end);
        return Buffer.concat([Buffer.from(plain, 'latin1'), this.#chunks?.pass(rest) ?? rest]);
      }
      bytes = bytes.subarray(end);
      from = 0;
    }
  }

  #given(bytes: Buffer): Buffer {
    this.#expected = false;
    return bytes;
  }
}

/** Some servers end a body with an extra empty line (RFC 9112, 2.2). */
function withoutEmptyLines(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === 0x0d || bytes[start] === 0x0a) start++;
  return bytes.subarray(start);
}

function mayBeHttp(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 5);
  return 'HTTP/'.startsWith(start);
}

/** The first byte after the empty line, or -1. */
function endOfHead(bytes: Buffer, from: number): number {
  const usual = bytes.indexOf('\r\n\r\n', from);
  const bare = bytes.indexOf('\n\n', from);
  const mixed = bytes.indexOf('\n\r\n', from);
  const ends = [usual === -1 ? -1 : usual + 4, bare === -1 ? -1 : bare + 2, mixed === -1 ? -1 : mixed + 3];
  return ends.reduce((first, end) => (end !== -1 && (first === -1 || end < first) ? end : first), -1);
}

/** 100 Continue, 103 Early Hints …; not 101, after which the connection is no longer HTTP. */
function isInterim(head: string): boolean {
  return /^HTTP\/1\.\d 1(?!01)\d\d\b/.test(head);
}

/** A line that is not `name: value`: folded, a space before the colon, no name. */
const ODD_LINE = /^(?![!#$%&'*+.^_`|~\w-]+:|HTTP\/|\r?$)/m;
const BARE_END = /(?<!\r)\n|\r(?!\n)/;
const NOT_IN_HEAD = /[^\t\r\n\x20-\x7e\x80-\xff]/;
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/g;
const ODD_FRAMING = /^content-length:.*,|^transfer-encoding:(?!\s*chunked\s*$)/im;
/** Headers that may have been meant to frame the body. */
const FRAMING = /content.?length|transfer.?encoding/i;

const CHUNKED = /^transfer-encoding:\s*chunked\s*$/im;

/** Most heads: the body is framed in one way, and all lines are valid. */
function isPlain(head: string): boolean {
  if (ODD_LINE.test(head) || BARE_END.test(head) || ODD_FRAMING.test(head)) return false;
  if (NOT_IN_HEAD.test(head)) return false;
  return (head.match(/^(?:content-length|transfer-encoding):/gim)?.length ?? 0) < 2;
}

interface Field {
  readonly line: string;
  /** In lower case; empty for the status line and for a line without a name. */
  readonly name: string;
  readonly value: string;
}

/** The line as a header; null if it is not one and does not concern framing: then it is skipped, as in curl. */
function fieldOf(line: string): Field | null {
  const [, name, value = ''] = /^([!#$%&'*+.^_`|~\w-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined) return FRAMING.test(line) ? { line, name: '', value: '' } : null;
  // A control character in a value counts as a space (RFC 9110, 5.5); in a framing header it is an error.
  const clean = FRAMING.test(name) ? value : value.replace(NOT_IN_HEADERS, ' ');
  return { line: `${name}: ${clean}`, name: name.toLowerCase(), value: clean };
}

/** A head that undici accepts, if this one has only one meaning. */
export function plainHead(head: string): string {
  if (isPlain(head)) return head;
  const [status = '', ...lines] = head
    .replace(END, '')
    // A line that begins with a space continues the one before (RFC 9112, 5.2).
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  const fields = lines.map(fieldOf).filter((field) => field !== null);
  const chunked = itemsOf(fields, 'transfer-encoding');
  const lengths = new Set(itemsOf(fields, 'content-length').map((length) => length.replace(/^0+(?=\d)/, '')));
  const [length] = lengths;
  const rest = (...names: string[]) =>
    fields.filter((field) => !names.includes(field.name)).map(({ line }) => line);
  const write = (...parts: (string | readonly string[])[]) =>
    `${[status, ...parts.flat()].join('\r\n')}\r\n\r\n`;
  // No transfer coding.
  if (chunked.length > 0 && chunked.every((coding) => coding === 'identity')) {
    return plainHead(write(rest('transfer-encoding')));
  }
  if (
    chunked.length > 0 &&
    chunked.every((coding) => coding === 'chunked') &&
    (lengths.size > 0 || chunked.length > 1)
  ) {
    // An answer with two kinds of framing: do not reuse this connection.
    return write(
      rest('transfer-encoding', 'content-length', 'connection'),
      'transfer-encoding: chunked',
      'connection: close',
    );
  }
  if (lengths.size === 1 && chunked.length === 0 && /^\d+$/.test(length ?? '')) {
    return write(rest('content-length'), `content-length: ${length}`);
  }
  return write(rest());
}

function itemsOf(fields: readonly Field[], name: string) {
  return fields
    .filter((field) => field.name === name)
    .flatMap(({ value }) => value.split(','))
    .map((value) => value.trim().toLowerCase());
}
