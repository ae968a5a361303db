// The encoding of a file, from its first bytes or as the user named it.
import { isUtf8 } from 'node:buffer';
import { UsageError } from '../../util/usage-error.ts';
import { completeUtf8, sequenceAt } from './encoding-tables.ts';

/** A file's encoding. */
export interface Encoding {
  /** `utf-8`, `utf-16le`, `utf-16be`, `windows-1252`, `macintosh`, or another name that iconv-lite knows. */
  readonly name: string;
  readonly bom: boolean;
  /** The encoding of bytes that are not valid UTF-8 in a file that looked like it. */
  readonly stray: 'windows-1252' | 'macintosh';
}

const BOMS: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-32be', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** From the first bytes: BOM, the zero bytes of UTF-16, UTF-8, the single CR of an old Mac, else Windows. */
export function detectEncoding(head: Buffer): Encoding {
  const stray = endsLinesWithCr(head) ? 'macintosh' : 'windows-1252';
  const bom = BOMS.find(([, bytes]) => startsWith(head, bytes));
  if (bom !== undefined) return { name: bom[0], bom: true, stray };
  const name = wideEncoding(head) ?? (mostlyUtf8(head) ? 'utf-8' : stray);
  return { name, bom: false, stray };
}

/** UTF-8 with a few invalid bytes is still UTF-8: files merged from several sources are like that. */
function mostlyUtf8(head: Buffer): boolean {
  const whole = head.subarray(0, completeUtf8(head));
  if (isUtf8(whole)) return true;
  let valid = 0;
  let stray = 0;
  let i = 0;
  while (i < whole.length) {
    const size = sequenceAt(whole, i);
    if (size === 0) stray++;
    else if (size > 1) valid++;
    i += size || 1;
  }
  return valid > stray;
}

/**
 * UTF-16 without a BOM: delimiters, digits and line ends have a zero in each pair of bytes, always on the same side.
 * Text in other scripts has fewer of them. A single NUL in an 8-bit file must not look like it, so a line end must
 * match too.
 */
function wideEncoding(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const size = Math.min(head.length & ~1, 64 * 1024);
  if (size < 8) return null;
  let first = 0;
  let second = 0;
  let ends = 0;
  for (let i = 0; i < size; i += 2) {
    const [a = 0, b = 0] = [head[i], head[i + 1]];
    if (a === 0) first++;
    if (b === 0) second++;
    if ((a === 0 && (b === 10 || b === 13)) || (b === 0 && (a === 10 || a === 13))) ends++;
  }
  const zeros = Math.max(first, second);
  const share = zeros / (size / 2);
  if (Math.min(first, second) * 8 > zeros || (share < 0.4 && (share < 0.1 || ends === 0))) return null;
  return second > first ? 'utf-16le' : 'utf-16be';
}

/** The first line end outside quotes is a single CR, as in the old formats of Excel for Mac. */
function endsLinesWithCr(head: Buffer): boolean {
  let quoted = false;
  for (let i = 0; i < head.length; i++) {
    const byte = head[i];
    if (byte === 0x22) quoted = !quoted;
    else if (!quoted && byte === 0x0a) return false;
    else if (!quoted && byte === 0x0d) return head[i + 1] !== 0x0a;
  }
  return false;
}

/** Names that our own decoders know, without case, spaces and dashes. */
const OWN: ReadonlyMap<string, string> = new Map([
  ['utf8', 'utf-8'],
  ['utf16le', 'utf-16le'],
  ['ucs2', 'utf-16le'],
  ['utf16be', 'utf-16be'],
  ['windows1252', 'windows-1252'],
  ['win1252', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['ansi', 'windows-1252'],
  ['macintosh', 'macintosh'],
  ['macroman', 'macintosh'],
  ['mac', 'macintosh'],
]);

/** An encoding that the user named. @throws UsageError if it is unknown */
export async function namedEncoding(name: string, head: Buffer): Promise<Encoding> {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const stray = 'windows-1252';
  if (plain === 'utf16') return { ...bomOf('utf-16be', head, 'utf-16le'), stray };
  const own = OWN.get(plain);
  if (own !== undefined) return { ...bomOf(own, head, own), stray };
  const { default: iconv } = await import('iconv-lite');
  if (!iconv.encodingExists(name)) {
    throw new UsageError(
      `--encoding: "${name}" is not a known encoding.`,
      'Use for example utf-8, utf-16le, windows-1252, macintosh or iso-8859-1.',
    );
  }
  return { name, bom: false, stray };
}

/** `name` if its BOM is there, else `otherwise`. */
function bomOf(name: string, head: Buffer, otherwise: string): Pick<Encoding, 'name' | 'bom'> {
  const has = (wanted: string) => BOMS.some(([known, bytes]) => known === wanted && startsWith(head, bytes));
  return has(name) ? { name, bom: true } : { name: otherwise, bom: has(otherwise) };
}

export function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}
