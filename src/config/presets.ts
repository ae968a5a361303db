// `presets:`, exports of one's own: their settings, checked. Any configuration may have them, also a found one: a preset
// says how a file is read, holds no secret and decides nothing about where leads go.
import * as v from 'valibot';
import type { DateOrder } from '../lead/date.ts';
import type { ColumnTarget, FieldName } from '../lead/lead.ts';
import { isTimeZone } from '../lead/zone.ts';
import { type Problem, suggestion } from './problem.ts';
import { expectedOf, isColumnTarget, isRecord, issues, recordOf, unknownField } from './schema.ts';

/** An export that the team has taught leadpush. */
export interface OwnPreset {
  /** As in `--preset`. */
  readonly name: string;
  readonly title: string;
  readonly signature: readonly string[];
  readonly atLeast: number;
  /** `test`: the mark of a test lead; null: known and not sent. */
  readonly columns: Readonly<Record<string, ColumnTarget | 'test' | null>>;
  readonly prefixes: Readonly<Partial<Record<ColumnTarget, string>>>;
  readonly words: Readonly<Partial<Record<FieldName, Readonly<Record<string, boolean>>>>>;
  readonly constants: Readonly<Partial<Record<(typeof CONSTANTS)[number], string>>>;
  readonly timezone: string | null;
  readonly dateOrder: DateOrder | null;
}

const CONSTANTS = ['source', 'subSource', 'placement'] as const;
/** Fields whose words mean yes or no. */
const TRUTHS = ['homeloanRequired', 'otpVerified', 'callVerified', 'broker'] as const;
const ORDERS = ['DMY', 'MDY', 'YMD'] as const;

const TEXT = v.string();
const ENTRIES = {
  title: v.optional(TEXT),
  signature: v.array(TEXT),
  atLeast: v.optional(v.number()),
  columns: v.nullish(recordOf(v.nullable(TEXT))),
  prefixes: v.nullish(recordOf(TEXT)),
  words: v.nullish(recordOf(recordOf(v.boolean()))),
  constants: v.nullish(recordOf(TEXT)),
  timezone: v.optional(TEXT),
  dateOrder: v.optional(TEXT),
};

/** One problem for each setting of `presets` that is wrong. */
export function presetProblems(content: unknown): readonly Problem[] {
  const given = isRecord(content) ? content['presets'] : undefined;
  if (given === undefined || given === null) return [];
  if (!isRecord(given)) return [{ path: 'presets', message: 'expected exports by name' }];
  return Object.entries(given).flatMap(([name, preset]) => problemsOf(`presets.${name}`, name, preset));
}

function problemsOf(path: string, name: string, preset: unknown): readonly Problem[] {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u.test(name) || name === 'none')
    return [{ path, message: 'expected a name of letters, digits and -, other than none' }];
  if (!isRecord(preset)) return [{ path, message: expectedOf('settings such as "signature:"', preset) }];
  const shape = issues(v.object(ENTRIES), preset, path, Object.keys(ENTRIES));
  return shape.length > 0 ? shape : valueProblems(path, preset);
}

function valueProblems(path: string, preset: Readonly<Record<string, unknown>>): readonly Problem[] {
  const problems: Problem[] = [];
  const complain = (key: string, message: string) => problems.push({ path: `${path}.${key}`, message });
  const { signature, atLeast, timezone, dateOrder } = preset;
  const count = Array.isArray(signature) ? signature.length : 0;
  if (count === 0 || (Array.isArray(signature) && signature.some((header) => String(header).trim() === '')))
    complain('signature', 'expected the headers that distinguish this export');
  if (
    atLeast !== undefined &&
    !(Number.isInteger(atLeast) && Number(atLeast) >= 1 && Number(atLeast) <= count)
  )
    complain('atLeast', `expected a whole number from 1 to ${count}, the headers of signature`);
  if (timezone !== undefined && !isTimeZone(String(timezone)))
    complain('timezone', 'expected a time zone such as Asia/Kolkata');
  if (dateOrder !== undefined && !isOrder(dateOrder)) complain('dateOrder', `expected ${ORDERS.join(', ')}`);
  for (const [header, target] of entriesOf(preset['columns'])) {
    if (targetOf(target) === undefined) complain(`columns.${header}`, unknownField(String(target)));
  }
  for (const [target] of entriesOf(preset['prefixes'])) {
    if (!isColumnTarget(target)) complain(`prefixes.${target}`, unknownField(target));
  }
  for (const [field] of entriesOf(preset['words'])) {
    if (!isOneOf(TRUTHS, field))
      complain(`words.${field}`, `expected ${TRUTHS.join(', ')}${suggestion(field, TRUTHS)}`);
  }
  for (const [field] of entriesOf(preset['constants'])) {
    if (!isOneOf(CONSTANTS, field))
      complain(`constants.${field}`, `expected ${CONSTANTS.join(', ')}${suggestion(field, CONSTANTS)}`);
  }
  return problems;
}

/** The presets of a configuration without problems, in its order. */
export function presetsOf(content: Readonly<Record<string, unknown>>): readonly OwnPreset[] {
  return entriesOf(content['presets']).flatMap(([name, preset]) =>
    isRecord(preset) ? [presetOf(name, preset)] : [],
  );
}

function presetOf(name: string, preset: Readonly<Record<string, unknown>>): OwnPreset {
  const { title, signature, atLeast, timezone, dateOrder } = preset;
  const headers = Array.isArray(signature) ? signature.map(String) : [];
  return {
    name,
    title: typeof title === 'string' ? title : name,
    signature: headers,
    atLeast: typeof atLeast === 'number' ? atLeast : headers.length,
    columns: Object.fromEntries(
      entriesOf(preset['columns']).map(([header, target]) => [header, targetOf(target) ?? null]),
    ),
    prefixes: Object.fromEntries(
      entriesOf(preset['prefixes']).map(([target, text]) => [target, String(text)]),
    ),
    words: Object.fromEntries(
      entriesOf(preset['words']).map(([field, words]) => [
        field,
        Object.fromEntries(entriesOf(words).map(([word, yes]) => [word.toLowerCase(), yes === true])),
      ]),
    ),
    constants: Object.fromEntries(
      entriesOf(preset['constants']).map(([field, text]) => [field, String(text)]),
    ),
    timezone: typeof timezone === 'string' ? timezone : null,
    dateOrder: isOrder(dateOrder) ? dateOrder : null,
  };
}

/** Undefined: not a field. An empty one: known and not sent. */
function targetOf(target: unknown): ColumnTarget | 'test' | null | undefined {
  if (target === null || target === '') return null;
  if (target === 'test') return target;
  return isColumnTarget(target) ? target : undefined;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}

function isOrder(value: unknown): value is DateOrder {
  return isOneOf(ORDERS, value);
}

function isOneOf<T extends string>(list: readonly T[], value: unknown): value is T {
  return list.some((one) => one === value);
}
