// The text of a configuration -> plain data. YAML (which includes JSON) only; numbers keep their digits.
import { FAILSAFE_SCHEMA, load, Type, types, YAMLException } from 'js-yaml';
import { UsageError } from '../util/usage-error.ts';

/** The variable that holds a configuration as text; it stands where a file has its path. */
export const CONFIG_TEXT = 'LEADPUSH_CONFIG_TEXT';

/** Only a number in JavaScript's own spelling: `00123`, `+91…`, `1.50` and twenty digits stay texts. */
const plainNumber = new Type('tag:yaml.org,2002:float', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && text !== '' && String(Number(text)) === text,
  construct: Number,
  predicate: (value) => typeof value === 'number',
});

/** No dates, no octal numbers, no binary; merging (`<<`) and anchors are data. */
const SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: [types.null, types.bool, plainNumber, types.merge] });

/**
 * @param place the key of our settings, `leadpush` in a package.json; '' for the whole file
 * @returns undefined for an empty file
 * @throws UsageError if it is not valid YAML or JSON (with the line but not its text), and for `$import`
 */
export function parseConfig(path: string, text: string, place: string): unknown {
  try {
    return parsed(path, text, place);
  } catch (error) {
    // Thousands of nested anchors overflow the stack.
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
    if (hasLostBreaks(text)) throw lostBreaks(path);
    const unspaced = error.mark === undefined ? null : unspacedLine(text, error.mark.line);
    if (unspaced !== null)
      throw new UsageError(
        `${path}: line ${unspaced + 1}: a blank is missing after the colon.`,
        'Write a blank between the colon and the value, as in "region: IN".',
      );
    if (error.mark !== undefined && /flow/.test(error.reason) && holdsBareVariable(text, error.mark.line))
      throw new UsageError(
        `${path}: line ${error.mark.line + 1}: a variable between { } or [ ] needs quotes.`,
        'Write it as in defaults: { campaignId: "${CAMPAIGN}" }.',
      );
    if (error.mark !== undefined && /duplicated mapping key/.test(error.reason))
      throw new UsageError(
        `${path}: line ${error.mark.line + 1}: this setting stands twice.`,
        'Put what is below the second one under the first, and delete the second. Nothing was sent.',
      );
    const line = error.mark === undefined ? '' : ` line ${error.mark.line + 1}:`;
    throw new UsageError(
      `${path}:${line} ${error.reason}.`,
      'The configuration is not valid YAML or JSON. Fix this line.',
    );
  }
  // All of it is a comment, or one text. (A file may hold nothing but a comment.)
  const isNothing = typeof content !== 'object' || content === null;
  if (isNothing && path === CONFIG_TEXT && hasLostBreaks(text)) throw lostBreaks(path);
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

/** `region: IN targets: crm: …`: what a form for variables makes of a text of several lines. JSON needs no lines. */
const SETTING = /(?:^|[^\w.-])[A-Za-z][\w.-]*:(?=\s|\\n|[A-Za-z])/g;

function hasLostBreaks(text: string): boolean {
  const line = text.replace(/^\ufeff/, '').trim();
  // In braces, several may stand in one line.
  const [outside = ''] = line.split(/[{[]/, 1);
  return !/[\r\n]/.test(line) && (outside.match(SETTING) ?? []).length > 1;
}

function lostBreaks(path: string): UsageError {
  return new UsageError(
    `${path}: it is one line with several settings: its line breaks were lost.`,
    path === CONFIG_TEXT
      ? `Keep them, in a shell with double quotes: export ${CONFIG_TEXT}="$(cat FILE)". Or write it as JSON, which may stand in one line.`
      : 'Write each setting in a line of its own, or all of it as JSON, which may stand in one line.',
  );
}

/** `region:IN`: no setting, but a text. Not `https://…`, nor `"region":"IN"`, which is right in JSON. */
const UNSPACED = /^\s*(?:- +)*[A-Za-z][\w.-]*:[^\s/]/;

/**
 * What the parser complains of is often the line after the one that is wrong.
 * @param at the line that it names @returns that line, or the filled one before it, where a blank is missing in it; else null
 */
function unspacedLine(text: string, at: number): number | null {
  const lines = text.split(/\r\n?|\n/);
  if (UNSPACED.test(lines[at] ?? '')) return at;
  for (let before = at - 1; before >= 0; before--) {
    const line = lines[before]?.trim() ?? '';
    if (line !== '' && !line.startsWith('#')) return UNSPACED.test(line) ? before : null;
  }
  return null;
}

/** `{ key: ${KEY} }`: there the variable's own braces are those of YAML. */
function holdsBareVariable(text: string, at: number): boolean {
  const line = text.split(/\r\n?|\n/)[at] ?? '';
  return line.replace(/"[^"]*"|'[^']*'|#.*/g, '').includes('${');
}

/** A few anchors can stand for millions of values, and each would be checked. */
const MAX_VALUES = 100_000;

/** Counts the values, each alias as the values it stands for; stops at the limit. */
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

/** The path of `$import`, which some libraries follow, and run if it is a program. Anchors can make a cycle. */
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
