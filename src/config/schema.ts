// The configuration's schema: its keys and their types, built from the providers' and the fields' tables. The content
// of a text with variables is checked when its target is used.
import * as v from 'valibot';
import { FIELDS } from '../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../lead/lead.ts';
import type { Provider, SettingSpec } from '../providers/provider.ts';
import { sandboxTargetName } from '../providers/sandbox-target.ts';
import { listed } from '../util/counted.ts';
import { type Problem, suggestion } from './problem.ts';
import { COMMON, COMMON_KEYS } from './settings.ts';

const TOP = [
  'defaultTarget',
  'region',
  'timezone',
  'ledger',
  'columns',
  'presets',
  'providers',
  'feeds',
  'targets',
] as const;

const TEXT = v.string();
const SCALAR = v.union([v.string(), v.number(), v.boolean()]);
const NUMBER_OR_TEXT = v.union([v.number(), v.string()]);

/** Named values; valibot's own record also accepts a list. */
export function recordOf(value: v.GenericSchema): v.GenericSchema {
  return v.pipe(v.custom<Readonly<Record<string, unknown>>>(isRecord), v.record(v.string(), value));
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field, `budget`, or extra.NAME. */
export function isColumnTarget(value: unknown): value is ColumnTarget {
  return (
    typeof value === 'string' && (/^extra\../.test(value) || FIELDS.some((field) => field.name === value))
  );
}

/** A field of a lead: all but `budget`, which sets two. */
export function isFieldName(value: unknown): value is FieldName {
  return value !== 'budget' && FIELDS.some((field) => field.name === value);
}

/** The message for a wrong field name. */
export function unknownField(given: string): string {
  if (given === 'budget') return 'expected budgetMin or budgetMax';
  const names = FIELDS.map((field) => field.name);
  return `"${given}" is not a field${suggestion(given, names)}`;
}

export interface KnownProviders {
  readonly providers: readonly Provider[];
  /** Names of declared ones that could not be read; what is wrong with them is reported elsewhere. */
  readonly unread: readonly string[];
}

/**
 * @param resolve a text with its variables filled in, or null if one is missing
 * @returns one problem for each unknown key and each value of a wrong type
 */
export function checkShape(
  content: unknown,
  known: KnownProviders,
  resolve: (text: string) => string | null,
): readonly Problem[] {
  if (!isRecord(content)) return [{ path: '', message: 'expected settings such as "targets:"' }];
  const top = issues(
    v.object({
      defaultTarget: v.optional(TEXT),
      region: v.optional(TEXT),
      timezone: v.optional(TEXT),
      ledger: v.optional(TEXT),
      columns: v.nullish(recordOf(TEXT)),
      // Checked by presets.ts and feeds.ts.
      presets: v.optional(v.unknown()),
      providers: v.nullish(recordOf(recordOf(v.unknown()))),
      feeds: v.optional(v.unknown()),
      targets: v.nullish(recordOf(recordOf(v.unknown()))),
    }),
    content,
    '',
    TOP,
  );
  const targets = isRecord(content['targets']) ? content['targets'] : {};
  return [
    ...top,
    ...Object.entries(targets).flatMap(([name, target]) => checkTarget(name, target, known, resolve)),
  ];
}

/**
 * What nobody sees in a name: another target's name would look the same where leads are confirmed. Joiners belong to the
 * spelling of some scripts.
 */
const UNSEEN =
  /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|(?<![\p{M}\p{Script=Arabic}])[\u200c\u200d]/u;

function checkTarget(
  name: string,
  target: unknown,
  { providers, unread }: KnownProviders,
  resolve: (text: string) => string | null,
): readonly Problem[] {
  const path = `targets.${name}`;
  if (!isRecord(target)) return [];
  if (providers.some((provider) => sandboxTargetName(provider) === name)) {
    return [{ path, message: 'this name is reserved for the built-in sandbox; choose another' }];
  }
  if (name.trim() !== name || name === '' || name.includes(',')) {
    return [{ path, message: 'expected a name without commas, which separate targets in --to' }];
  }
  if (UNSEEN.test(name)) {
    const message = 'expected a name without line breaks and invisible characters: it looks like another';
    return [{ path, message }];
  }
  const given = target['provider'];
  const named = typeof given === 'string' ? resolve(given) : undefined;
  // The allowed keys depend on the variable; if it is missing, that is reported when the target is used.
  if (named === null || (named !== undefined && unread.includes(named))) return [];
  const provider = providers.find((candidate) => candidate.name === named);
  if (provider === undefined) {
    const names = providers.map((candidate) => candidate.name);
    const near = given === named ? suggestion(String(given), names) : '';
    return [{ path: `${path}.provider`, message: `expected ${listed(names, 'or')}${near}` }];
  }
  const entries: Record<string, v.GenericSchema> = {
    provider: TEXT,
    baseUrl: v.optional(TEXT),
    path: v.optional(TEXT),
    testPhone: v.optional(NUMBER_OR_TEXT),
    defaults: v.nullish(recordOf(v.union([SCALAR, v.array(SCALAR)]))),
    dedupe: v.optional(v.array(TEXT)),
  };
  for (const key of Object.keys(COMMON)) entries[key] = v.optional(NUMBER_OR_TEXT);
  for (const setting of provider.settings) Object.assign(entries, settingSchema(setting));
  const known = [...new Set([...COMMON_KEYS, ...Object.keys(entries)])];
  const problems = issues(v.object(entries), target, path, known);
  for (const setting of provider.settings) problems.push(...checkPresence(setting, target, path));
  return [...problems, ...checkFieldNames(provider, target, path)];
}

function settingSchema({ name, kind }: SettingSpec): Readonly<Record<string, v.GenericSchema>> {
  switch (kind) {
    case 'secret':
      return { [name]: v.optional(NUMBER_OR_TEXT), [`${name}File`]: v.optional(TEXT) };
    case 'boolean':
      return { [name]: v.optional(v.union([v.boolean(), v.string()])) };
    case 'fieldMap':
      return { [name]: v.nullish(recordOf(TEXT)) };
    case 'choice':
      return { [name]: v.optional(TEXT) };
    case 'text':
      return { [name]: v.optional(NUMBER_OR_TEXT) };
  }
}

function checkPresence(
  { name, kind, required, help }: SettingSpec,
  target: Readonly<Record<string, unknown>>,
  path: string,
): readonly Problem[] {
  const given = target[name] !== undefined;
  const file = kind === 'secret' && target[`${name}File`] !== undefined;
  if (given && file)
    return [{ path: `${path}.${name}`, message: `is set together with ${name}File; only one is allowed` }];
  if (given || file || !required) return [];
  const expected =
    kind === 'secret' ? `${name}: \${VARIABLE}, or ${name}File: a file that holds it` : `a text: ${help}`;
  return [{ path: `${path}.${name}`, message: `is missing; expected ${expected.replace(/\.$/, '')}` }];
}

/** Checks names of fields: keys of `defaults` and of the provider's field maps. */
function checkFieldNames(
  provider: Provider,
  target: Readonly<Record<string, unknown>>,
  path: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  const check = (key: string, allowed: (name: string) => boolean) => {
    const value = target[key];
    for (const name of isRecord(value) ? Object.keys(value) : []) {
      if (!allowed(name)) problems.push({ path: `${path}.${key}.${name}`, message: unknownField(name) });
    }
  };
  check('defaults', (name) => name === 'budget' || isFieldName(name));
  for (const setting of provider.settings) if (setting.kind === 'fieldMap') check(setting.name, isFieldName);
  if (isRecord(target['defaults']) && target['defaults']['phone'] !== undefined) {
    problems.push({
      path: `${path}.defaults.phone`,
      message: 'a phone has no default; for smoke tests, set testPhone',
    });
  }
  return problems;
}

/** Unknown keys and valibot's issues as lines, without the value, which may be a secret. */
export function issues(
  schema: v.GenericSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
  known: readonly string[],
): Problem[] {
  const at = (keys: readonly string[]) => [path, ...keys].filter((part) => part !== '').join('.');
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  const result = v.safeParse(schema, value);
  const wrong = result.success ? [] : result.issues;
  return [
    ...unknown.map((key) => {
      const near = suggestion(key, known);
      const expected = near === '' ? `; expected one of ${known.join(', ')}` : near;
      return { path: at([key]), message: `unknown setting${expected}` };
    }),
    ...wrong.map((issue) => ({
      path: at((issue.path ?? []).map((item) => String(item.key))),
      message: expectedOf(wordsFor(issue.expected ?? 'unknown'), issue.input),
    })),
  ];
}

/** In a job, what a variable was to fill in may be nothing. @param what in words @param value what stands there */
export function expectedOf(what: string, value: unknown): string {
  return `${value === null ? 'is empty; ' : ''}expected ${what}`;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['unknown', 'settings, one a line'],
  ['Array', 'a list'],
]);

/** Valibot's `(string | number)` for people. */
function wordsFor(expected: string): string {
  const kinds = expected.replace(/[()]/g, '').split(' | ');
  return [...new Set(kinds.filter((kind) => kind !== 'null').map((kind) => WORDS.get(kind) ?? kind))].join(
    ' or ',
  );
}
