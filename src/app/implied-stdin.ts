// `leadpush send` without a file and without a lead: what is piped in is meant, where something is. It is asked only then, so
// that a loop (`while read p; do leadpush send --phone "$p"; done`) keeps its input.
import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Context } from './context.ts';

/** `none`: a terminal, /dev/null, or closed. Waits for the first bytes of a pipe, which stay in it. */
export async function impliedStdin({ stdin }: Pick<Context, 'stdin'>): Promise<'input' | 'empty' | 'none'> {
  if (stdin.isTTY === true || !isPiped(stdin)) return 'none';
  return (await hasBytes(stdin)) ? 'input' : 'empty';
}

/** A program that starts this one may give it a socket as a pipe. */
function isPiped(stdin: Readable & { readonly fd?: unknown }): boolean {
  if (typeof stdin.fd !== 'number') return false;
  try {
    const about = fstatSync(stdin.fd);
    return about.isFIFO() || about.isFile() || about.isSocket();
  } catch {
    // Closed.
    return false;
  }
}

/** An error counts as input: who reads it reports it. */
async function hasBytes(stdin: Readable): Promise<boolean> {
  for (;;) {
    const chunk: unknown = stdin.read();
    if (chunk !== null) {
      stdin.unshift(chunk);
      return true;
    }
    if (stdin.readableEnded) return false;
    if (stdin.errored !== null) return true;
    await new Promise<void>((resolve) => {
      const done = () => {
        for (const event of EVENTS) stdin.off(event, done);
        resolve();
      };
      for (const event of EVENTS) stdin.on(event, done);
    });
  }
}

const EVENTS = ['readable', 'end', 'error'] as const;
