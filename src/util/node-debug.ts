// NODE_DEBUG makes Node and its libraries print what goes over the wire: signed addresses, bytes of answers and of input
// files. Node reads it before we run, so it cannot be unset any more; what it prints is dropped instead.

/** As much of a process as this needs. */
interface Printing {
  readonly pid: number;
  readonly stderr: { write: (chunk: string | Uint8Array, ...more: never[]) => boolean };
}

/** `HTTP 4711: outgoing message end.`, with colours on a terminal. */
const fromDebug = (pid: number) => new RegExp(`^\\S+ (?:\\u001b\\[\\d+m)?${pid}(?:\\u001b\\[\\d+m)?: `);

/** Keeps Node's debug lines off stderr, and says so once; all else is written as before. Call it before anything connects. */
export function silenceNodeDebug(own: Printing): void {
  const line = fromDebug(own.pid);
  const write = own.stderr.write.bind(own.stderr);
  own.stderr.write = (chunk, ...more) =>
    typeof chunk === 'string' && line.test(chunk) ? true : write(chunk, ...more);
  // Where older versions of Node print it.
  if ('_rawDebug' in own) own._rawDebug = () => {};
  write('leadpush: NODE_DEBUG is ignored, because it would print keys and personal data.\n');
}
