// Reads bytes in tests as if they came on stdin, in pieces of a given size.
import { Readable } from 'node:stream';
import type { InputRecord, SourceInfo } from '../../src/input/record.ts';
import { openSource, type SourceOptions } from '../../src/input/source.ts';
import { UsageError } from '../../src/util/usage-error.ts';

export interface Read {
  readonly info: SourceInfo;
  readonly records: readonly InputRecord[];
}

/** @param piece bytes at once; all of them where not said */
export async function read(
  input: string | Uint8Array,
  options: SourceOptions = {},
  piece?: number,
): Promise<Read> {
  const bytes = Buffer.from(input);
  const size = piece ?? Math.max(1, bytes.length);
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const source = await openSource({ path: '-', stdin: Readable.from(pieces()) }, options);
  try {
    const records: InputRecord[] = [];
    for await (const batch of source.records()) records.push(...batch);
    return { info: source.info, records };
  } finally {
    await source.close();
  }
}

/** What is said where an input is refused. */
export async function refused(input: string | Uint8Array, options: SourceOptions = {}): Promise<string> {
  const error = await read(input, options).catch((thrown: unknown) => thrown);
  if (error instanceof UsageError) return `${error.message} ${error.hint ?? ''}`;
  throw error instanceof Error ? error : new Error('it was read');
}

/** Records as `line: a|b`, with the codes of what was found. */
export function shown(records: readonly InputRecord[]): readonly string[] {
  return records.map(({ line, cells, problem, warnings }) => {
    const codes = [problem, ...warnings].flatMap((found) => (found === null ? [] : [found.code]));
    return [`${line}: ${cells.join('|')}`, ...codes].join(' ');
  });
}
