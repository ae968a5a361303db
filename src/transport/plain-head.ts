// Recognises most heads as what needs no change, in one pass over their bytes: response-head.ts, which changes the others,
// looks at each head as text several times, which took three times as long.

const [LF, CR, SPACE, COLON, ONE] = [0x0a, 0x0d, 0x20, 0x3a, 0x31] as const;
const START = Buffer.from('HTTP/1.');
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);
const FRAMING_LENGTHS: ReadonlySet<number> = new Set([...FRAMING].map((name) => name.length));

const IN_NAME = bytesWhere((char) => /[!#$%&'*+.^_`|~\w-]/.test(char));
const IN_VALUE = bytesWhere((char) => /[\t\x20-\x7e\x80-\xff]/.test(char));

function bytesWhere(holds: (char: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(String.fromCharCode(byte)) ? 1 : 0));
}

/**
 * Whether the bytes begin with a whole head of a final answer, whose lines all are `name: value`, end as they should, and
 * frame the body by at most one Content-Length. False: that is to be found out.
 */
export function beginsPlainly(bytes: Buffer): boolean {
  if (bytes.length < 16 || bytes.compare(START, 0, START.length, 0, START.length) !== 0) return false;
  // A space, and a status that is not 1xx.
  if (bytes[8] !== SPACE || bytes[9] === ONE) return false;
  let at = endOfLine(bytes, 9);
  let framings = 0;
  while (at !== -1 && bytes[at] !== CR) {
    const colon = endOfName(bytes, at);
    if (colon === -1) return false;
    const end = endOfLine(bytes, colon + 1);
    if (end === -1) return false;
    if (FRAMING_LENGTHS.has(colon - at)) {
      const name = bytes.toString('latin1', at, colon).toLowerCase();
      if (FRAMING.has(name)) {
        if (++framings > 1 || !isOneLength(bytes, name, colon, end)) return false;
      }
    }
    at = end;
  }
  return at !== -1 && bytes[at + 1] === LF;
}

function isOneLength(bytes: Buffer, name: string, colon: number, end: number): boolean {
  return name === 'content-length' && !bytes.subarray(colon, end).includes(',');
}

/** Where the next line begins; -1 where this one does not end, or ends in another way. */
function endOfLine(bytes: Buffer, from: number): number {
  let at = from;
  while (IN_VALUE[bytes[at] ?? LF] === 1) at++;
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : -1;
}

/** Where the name's colon is; -1 without a name. */
function endOfName(bytes: Buffer, from: number): number {
  let at = from;
  while (IN_NAME[bytes[at] ?? LF] === 1) at++;
  return at > from && bytes[at] === COLON ? at : -1;
}
