// The text of a configuration -> plain data. YAML (and so JSON) only; numbers keep the digits that were written.
import { FAILSAFE_SCHEMA, load, Type, types, YAMLException } from 'js-yaml';
import { UsageError } from '../util/usage-error.ts';

/** A number that is written as JavaScript writes it: `00123`, `+91…`, `1.50` and twenty digits stay texts, every digit kept. */
const plainNumber = new Type('tag:yaml.org,2002:float', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && text !== '' && String(Number(text)) === text,
  construct: Number,
  predicate: (value) => typeof value === 'number',
});

/** No dates, no octal numbers, no binary; merging (`<<`) and anchors are data. */
const SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: [types.null, types.bool, plainNumber, types.merge] });

/**
 * @param place what of the file is ours, `leadpush` in a package.json; '' for all of it
 * @returns undefined for an empty file
 * @throws UsageError for what is neither YAML nor JSON, with its line and never its text, and for `$import`
 */
export function parseConfig(path: string, text: string, place: string): unknown {
  try {
    return parsed(path, text, place);
  } catch (error) {
    // Thousands of anchors, each in the next: every level takes a part of the stack.
    if (error instanceof RangeError) throw new UsageError(`${path}: the settings are nested too deep.`);
    throw error;
  }
}

function parsed(path: string, text: string, place: string): unknown {
  let content: unknown;
  try {
    content = load(text.replace(/^\ufeff/, ''), { filename: path, schema: SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? '' : ` line ${error.mark.line + 1}:`;
    throw new UsageError(
      `${path}:${line} ${error.reason}.`,
      'The configuration is not valid YAML or JSON. Fix this line.',
    );
  }
  const own = place === '' ? content : property(content, place);
  if (valuesIn(own, 0, new Set()) > MAX_VALUES) {
    throw new UsageError(`${path}: it holds more than ${MAX_VALUES} values, counting each use of an anchor.`);
  }
  const imported = importIn(own, place, new Set());
  if (imported !== null) {
    throw new UsageError(
      `${path}: ${imported}: a configuration may not import another file.`,
      'Put the settings in this file, or name another file with --config.',
    );
  }
  return own;
}

/** A few anchors can stand for millions of values, each of which would be checked. */
const MAX_VALUES = 100_000;

/** How many there are, each alias counted as what it stands for; no further than the bound. */
function valuesIn(value: unknown, before: number, above: Set<object>): number {
  let count = before + 1;
  if (typeof value !== 'object' || value === null || above.has(value)) return count;
  above.add(value);
  for (const inner of Object.values(value)) {
    if (count > MAX_VALUES) break;
    count = valuesIn(inner, count, above);
  }
  above.delete(value);
  return count;
}

function property(content: unknown, name: string): unknown {
  if (typeof content !== 'object' || content === null) return undefined;
  return Object.getOwnPropertyDescriptor(content, name)?.value;
}

/** Where `$import` stands; libraries that read configurations follow it, and run it where it is a program. An anchor can make a ring. */
function importIn(value: unknown, path: string, seen: Set<object>): string | null {
  if (typeof value !== 'object' || value === null || seen.has(value)) return null;
  seen.add(value);
  for (const [name, inner] of Object.entries(value)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (name === '$import') return here;
    const found = importIn(inner, here, seen);
    if (found !== null) return found;
  }
  return null;
}
