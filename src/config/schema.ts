// The configuration's schema: which keys there are and of which type, built from the providers' and the fields' own
// tables. Values of variables are not known here; what a text must hold is checked when its target is used.
import * as v from 'valibot';
import { FIELDS } from '../lead/fields.ts';
import type { ColumnTarget } from '../lead/lead.ts';
import type { ProviderKind, SettingSpec } from '../providers/provider.ts';
import { nearest } from './nearest.ts';
import { COMMON, COMMON_KEYS } from './settings.ts';

/** One thing that is wrong, and where inside the file. */
export interface Problem {
  /** `targets.greens.concurrency` */
  readonly path: string;
  readonly message: string;
}

const TOP = ['defaultTarget', 'region', 'timezone', 'columns', 'targets'] as const;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field, `budget`, or extra.NAME. */
export function isColumnTarget(value: unknown): value is ColumnTarget {
  return (
    typeof value === 'string' && (/^extra\../.test(value) || FIELDS.some((field) => field.name === value))
  );
}

/** @returns one problem for each unknown key and each value of a wrong type; empty where all is well */
export function checkShape(content: unknown, providers: readonly ProviderKind[]): readonly Problem[] {
  if (!isRecord(content)) return [{ path: '', message: 'expected settings such as "targets:"' }];
  const top = issues(
    v.object({
      defaultTarget: v.optional(v.string()),
      region: v.optional(v.string()),
      timezone: v.optional(v.string()),
      columns: v.optional(v.record(v.string(), v.string())),
      targets: v.optional(v.record(v.string(), v.record(v.string(), v.unknown()))),
    }),
    content,
    '',
    TOP,
  );
  const columns = isRecord(content['columns']) ? content['columns'] : {};
  for (const [header, target] of Object.entries(columns)) {
    if (typeof target === 'string' && !isColumnTarget(target)) {
      top.push({ path: `columns.${header}`, message: unknownField(target) });
    }
  }
  const targets = isRecord(content['targets']) ? content['targets'] : {};
  return [
    ...top,
    ...Object.entries(targets).flatMap(([name, target]) => checkTarget(name, target, providers)),
  ];
}

function checkTarget(name: string, target: unknown, providers: readonly ProviderKind[]): readonly Problem[] {
  const path = `targets.${name}`;
  if (!isRecord(target)) return [];
  if (providers.some((provider) => name === `sandbox-${provider.name}`)) {
    return [{ path, message: 'this name belongs to the built-in sandbox; choose another' }];
  }
  if (name.includes(','))
    return [{ path, message: 'a name may not hold a comma, which separates targets in --to' }];
  const names = providers.map((provider) => provider.name);
  const provider = providers.find((candidate) => candidate.name === target['provider']);
  if (provider === undefined) {
    const given = target['provider'];
    const near = typeof given === 'string' ? nearest(given, names) : null;
    const meant = near === null ? '' : `, did you mean "${near}"?`;
    return [{ path: `${path}.provider`, message: `expected ${names.join(' or ')}${meant}` }];
  }
  const entries: Record<string, v.GenericSchema> = {
    provider: v.string(),
    baseUrl: v.optional(v.string()),
    path: v.optional(v.string()),
    testPhone: v.optional(v.string()),
    defaults: v.optional(
      v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])),
    ),
    dedupe: v.optional(v.array(v.string())),
  };
  for (const key of Object.keys(COMMON)) entries[key] = v.optional(v.union([v.number(), v.string()]));
  for (const setting of provider.settings) Object.assign(entries, settingSchema(setting));
  const problems = issues(v.object(entries), target, path, [...COMMON_KEYS, ...Object.keys(entries)]);
  for (const setting of provider.settings) problems.push(...checkPresence(setting, target, path));
  const fieldNames = (key: string): readonly (readonly [string, string])[] => {
    const value = target[key];
    if (Array.isArray(value)) return value.map((field, i) => [`${path}.${key}[${i}]`, String(field)]);
    return isRecord(value) ? Object.keys(value).map((field) => [`${path}.${key}.${field}`, field]) : [];
  };
  const maps = provider.settings
    .filter((setting) => setting.kind === 'fieldMap')
    .map((setting) => setting.name);
  for (const [place, field] of ['defaults', 'dedupe', ...maps].flatMap(fieldNames)) {
    if (!FIELDS.some((known) => known.name === field))
      problems.push({ path: place, message: unknownField(field) });
  }
  return problems;
}

function settingSchema({ name, kind }: SettingSpec): Readonly<Record<string, v.GenericSchema>> {
  switch (kind) {
    case 'secret':
      return {
        [name]: v.optional(v.union([v.string(), v.number()])),
        [`${name}File`]: v.optional(v.string()),
      };
    case 'boolean':
      return { [name]: v.optional(v.union([v.boolean(), v.string()])) };
    case 'fieldMap':
      return { [name]: v.optional(v.record(v.string(), v.string())) };
    case 'choice':
      return { [name]: v.optional(v.string()) };
    case 'text':
      return { [name]: v.optional(v.union([v.string(), v.number()])) };
  }
}

function checkPresence(
  { name, kind, required }: SettingSpec,
  target: Readonly<Record<string, unknown>>,
  path: string,
): readonly Problem[] {
  const given = target[name] !== undefined;
  if (kind !== 'secret')
    return given || !required ? [] : [{ path: `${path}.${name}`, message: 'is missing' }];
  const file = target[`${name}File`] !== undefined;
  if (given && file)
    return [{ path: `${path}.${name}`, message: `stands beside ${name}File; one of the two is enough` }];
  return given || file || !required
    ? []
    : [
        {
          path: `${path}.${name}`,
          message: `is missing; expected ${name}: \${VARIABLE}, or ${name}File: a file that holds it`,
        },
      ];
}

/** Unknown keys and valibot's issues as lines: never the value, which may be a secret. */
function issues(
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
      const near = nearest(key, known);
      return {
        path: at([key]),
        message: `there is no such setting${near === null ? '' : `, did you mean "${near}"?`}`,
      };
    }),
    ...wrong.map((issue) => ({
      path: at((issue.path ?? []).map((item) => String(item.key))),
      message: `expected ${wordFor(issue.expected ?? 'another value')}`,
    })),
  ];
}

function wordFor(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    Object: 'settings, one a line',
    Array: 'a list',
  };
  return [
    ...new Set(
      expected
        .replace(/[()]/g, '')
        .split(' | ')
        .map((one) => words[one] ?? one),
    ),
  ].join(' or ');
}

function unknownField(given: string): string {
  const near = nearest(
    given,
    FIELDS.map((field) => field.name),
  );
  return `there is no field "${given}"${near === null ? '' : `, did you mean "${near}"?`}`;
}
