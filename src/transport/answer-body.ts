// The body of an answer as text, decompressed within limits. A body that cannot be read becomes a text that says so,
// which no provider's rule matches.
import { codeOf } from '../util/errors.ts';

/** The longest answer, compressed or decompressed. */
export const MAX_BODY = 1024 * 1024;

/** An answer may be compressed twice, by the provider and a gateway; more is an attack. */
const MAX_CODINGS = 3;

/** Loaded with the first compressed answer. */
const zlib = () => process.getBuiltinModule('node:zlib');

const LIMIT = { maxOutputLength: MAX_BODY };

/** Values that some servers send although they mean no compression. */
const NO_CODING = /^(none|identity|utf-?8|us-ascii|iso-8859-1|binary|7bit|8bit|text)$/;

const CODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: (bytes) =>
    isZlib(bytes) ? zlib().inflateSync(bytes, LIMIT) : zlib().inflateRawSync(bytes, LIMIT),
  br: (bytes) => zlib().brotliDecompressSync(bytes, LIMIT),
};

/**
 * @param coding the Content-Encoding header, as it came
 * @returns the text, or what {@link unreadable} says
 */
export function bodyText(body: Buffer, coding: string | undefined): string {
  // Nearly every answer.
  if (coding === undefined) return body.toString('utf8');
  const codings = coding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && !NO_CODING.test(name));
  // An empty body needs no decompression, whatever its header says.
  if (body.length === 0 || codings.length === 0) return body.toString('utf8');
  if (codings.length > MAX_CODINGS) return unreadable(`it is compressed ${codings.length} times`);
  let bytes = body;
  for (const name of codings.reverse()) {
    const undo = Object.hasOwn(CODINGS, name) ? CODINGS[name] : undefined;
    if (undo === undefined) return unreadable(`its encoding "${name.slice(0, 20)}" was not requested`);
    try {
      bytes = undo(bytes);
    } catch (error) {
      const tooLong = codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
      return unreadable(tooLong ? 'it is larger than 1 MiB' : `its ${name} data is incomplete or damaged`);
    }
  }
  return bytes.toString('utf8');
}

/** Replaces a body that could not be read; `whatIs` (providers/json.ts) recognises it. */
export function unreadable(why: string): string {
  return `(unreadable: ${why})`;
}

function gunzip(bytes: Buffer): Buffer {
  // Some gateways decompress the body and leave the header.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return zlib().gunzipSync(bytes, LIMIT);
}

/** "deflate" means zlib's format; some servers send the bare stream. A zlib head is a multiple of 31. */
function isZlib(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
