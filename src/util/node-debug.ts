// NODE_DEBUG makes Node and its libraries print network data: signed URLs, bytes of answers and of input files. Node
// reads it before our code runs, so we cannot unset it; we drop its output instead.

/** The part of `process` that this needs. */
interface Printing {
  readonly pid: number;
  readonly stderr: { write: (chunk: string | Uint8Array, ...more: never[]) => boolean };
}

/** `HTTP 4711: outgoing message end.`, with colours on a terminal. */
const fromDebug = (pid: number) => new RegExp(`^\\S+ (?:\\u001b\\[\\d+m)?${pid}(?:\\u001b\\[\\d+m)?: `);

/**
 * Drops Node's debug lines from stderr and says so once; other output is not changed. Call it before anything connects.
 */
export function silenceNodeDebug(own: Printing): void {
  const line = fromDebug(own.pid);
  const write = own.stderr.write.bind(own.stderr);
  own.stderr.write = (chunk, ...more) =>
    typeof chunk === 'string' && line.test(chunk) ? true : write(chunk, ...more);
  // Older versions of Node print it here.
  if ('_rawDebug' in own) own._rawDebug = () => {};
  write('leadpush: NODE_DEBUG is ignored, because it would print keys and personal data.\n');
}
