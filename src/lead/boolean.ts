// Truth values as exports write them (docs/behaviour.md, "A lead").
import { oneLine } from './text.ts';

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'y', 'true', 't', '1', '1.0', 'on'].map((word): [string, boolean] => [word, true]),
  ...['no', 'n', 'false', 'f', '0', '0.0', 'off'].map((word): [string, boolean] => [word, false]),
]);

/** A cell beyond it is a remark. */
const MAX_LENGTH = 300;

/** @returns null where the text is neither yes nor no */
export function parseBoolean(text: string): boolean | null {
  if (text.length > MAX_LENGTH) return null;
  return WORDS.get(oneLine(text).toLowerCase()) ?? null;
}
