// What a test's stream holds, as text.
import type { Readable } from 'node:stream';

/** All that was written so far and not read: one `read()` gives all of it before Node 26, one chunk since. */
export function drained(stream: Readable): string {
  let text = '';
  for (let chunk: unknown = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk);
  return text;
}
