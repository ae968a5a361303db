// The options of `send`, typed and checked: everything that can be wrong with a call is said before anything is read.

import type { Limits } from '../app/targets.ts';
import { parseDuration } from '../config/duration.ts';
import { COMMON } from '../config/settings.ts';
import { FIELDS } from '../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../lead/lead.ts';
import { nearest } from '../util/nearest.ts';
import { UsageError } from '../util/usage-error.ts';
import { type Flags, isSet, list, pair, text, whole } from './flags.ts';

/** How files are read; shared with `check`. */
export interface ReadingOptions {
  readonly format: 'csv' | 'tsv' | 'json' | 'ndjson' | 'xlsx' | null;
  readonly columns: readonly (readonly [header: string, target: string])[];
  readonly preset: string | null;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly sheet: string | null;
  readonly region: string | null;
  readonly timezone: string | null;
  readonly dateOrder: 'DMY' | 'MDY' | 'YMD' | null;
  readonly includeTest: boolean;
  /** `--set field=value` and the field flags beside a file. */
  readonly set: ReadonlyMap<ColumnTarget, string>;
  readonly limit: number | null;
}

/** How a run is shown. */
export interface ViewOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly showPii: boolean;
}

export interface SendOptions {
  readonly files: readonly string[];
  readonly to: string | null;
  readonly config: string | null;
  /** One lead from flags; empty with files. */
  readonly values: ReadonlyMap<FieldName | 'budget', string>;
  readonly own: Readonly<Record<string, string>>;
  readonly reading: ReadingOptions;
  readonly view: ViewOptions;
  readonly limits: Limits;
  readonly canary: boolean;
  readonly dryRun: boolean;
  readonly output: string | null;
  readonly rejects: string | null;
  readonly maxFailures: number | null;
  readonly resend: boolean;
  readonly ledger: string | null;
  readonly noLedger: boolean;
  readonly yes: boolean;
}

/** @throws UsageError for a call that cannot be meant */
export function sendOptions(files: readonly string[], flags: Flags): SendOptions {
  const values = fieldValues(flags);
  const reading = readingOptions(flags);
  const set = new Map(reading.set);
  if (files.length > 0) {
    if (values.has('phone')) {
      throw new UsageError(
        '--phone goes with one lead from flags, not with a file.',
        'Leave out --phone, or leave out the file.',
      );
    }
    for (const [name, value] of values) if (!set.has(name)) set.set(name, value);
  }
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('stdin (-) can be read only once.');
  return {
    files,
    to: text(flags, 'to'),
    config: text(flags, 'config'),
    values: files.length > 0 ? new Map() : values,
    own: ownFields(flags),
    reading: { ...reading, set },
    view: viewOptions(flags),
    limits: limits(flags),
    canary: isSet(flags, 'canary'),
    dryRun: isSet(flags, 'dryRun'),
    output: text(flags, 'output'),
    rejects: text(flags, 'rejects'),
    maxFailures: whole(flags, 'maxFailures', '--max-failures', 1),
    resend: isSet(flags, 'resend'),
    ledger: text(flags, 'ledger'),
    noLedger: flags['ledger'] === false,
    yes: isSet(flags, 'yes'),
  };
}

/** `--field NAME=VALUE`: fields in the provider's own names. @throws UsageError */
export function ownFields(flags: Flags): Readonly<Record<string, string>> {
  return Object.fromEntries(list(flags, 'field').map((given) => pair(given, '--field', 'first')));
}

export function readingOptions(flags: Flags): ReadingOptions {
  const format = text(flags, 'format');
  const order = text(flags, 'dateOrder');
  const set = new Map<ColumnTarget, string>();
  for (const given of list(flags, 'set')) {
    const [name, value] = pair(given, '--set', 'first');
    set.set(columnTarget(name, '--set'), value);
  }
  return {
    format:
      format === 'csv' || format === 'tsv' || format === 'json' || format === 'ndjson' || format === 'xlsx'
        ? format
        : null,
    // A header may hold "=", so the last one parts.
    columns: list(flags, 'column').map((given) => pair(given, '--column', 'last')),
    preset: text(flags, 'preset'),
    encoding: text(flags, 'encoding'),
    delimiter: delimiterOf(text(flags, 'delimiter')),
    sheet: text(flags, 'sheet'),
    region: regionOf(text(flags, 'region')),
    timezone: timezoneOf(text(flags, 'timezone')),
    dateOrder: order === 'DMY' || order === 'MDY' || order === 'YMD' ? order : null,
    includeTest: isSet(flags, 'includeTest'),
    set,
    limit: whole(flags, 'limit', '--limit', 1),
  };
}

export function viewOptions(flags: Flags): ViewOptions {
  return {
    json: isSet(flags, 'json'),
    quiet: isSet(flags, 'quiet'),
    verbose: isSet(flags, 'verbose'),
    showPii: isSet(flags, 'showPii'),
  };
}

export function limits(flags: Flags): Limits {
  return {
    concurrency: whole(flags, 'concurrency', '--concurrency', 1),
    rate: limitOf(flags, 'rate'),
    timeoutMs: limitOf(flags, 'timeout'),
    retries: whole(flags, 'retries', '--retries', 0),
  };
}

/** As a target's own setting is read. @throws UsageError */
function limitOf(flags: Flags, name: 'rate' | 'timeout'): number | null {
  const given = text(flags, name);
  if (given === null) return null;
  const { read, expected } = COMMON[name];
  const value = read(given);
  if (value === null) throw new UsageError(`--${name}: expected ${expected}, found "${given}".`);
  return value;
}

/** @throws UsageError where it is no duration above nothing */
export function durationOf(given: string, flag: string): number {
  const ms = parseDuration(given);
  if (ms === null || ms <= 0) {
    throw new UsageError(`${flag}: expected a duration such as 30s, 5m or 90d, found "${given}".`);
  }
  return ms;
}

/** The field flags that were given. commander names `--campaign-id` campaignId. */
function fieldValues(flags: Flags): ReadonlyMap<FieldName | 'budget', string> {
  const values = new Map<FieldName | 'budget', string>();
  for (const { name, flag } of FIELDS) {
    const given = text(
      flags,
      flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
    if (given !== null) values.set(name, given);
  }
  return values;
}

function columnTarget(name: string, flag: string): ColumnTarget {
  if (name.startsWith('extra.') && name.length > 6) return `extra.${name.slice(6)}`;
  const field = FIELDS.find((candidate) => candidate.name === name || candidate.flag === name);
  if (field !== undefined) return field.name;
  const near = nearest(
    name,
    FIELDS.map((one) => one.name),
  );
  throw new UsageError(
    `${flag}: there is no field "${name}".${near === null ? '' : ` Did you mean "${near}"?`}`,
    `Fields: ${FIELDS.map((one) => one.name).join(', ')}, extra.NAME.`,
  );
}

function delimiterOf(given: string | null): string | null {
  if (given === null) return null;
  if (given === '\\t' || given.toLowerCase() === 'tab') return '\t';
  if (given.length === 1) return given;
  throw new UsageError(`--delimiter: expected one character, or \\t for a tab, found "${given}".`);
}

function regionOf(given: string | null): string | null {
  if (given === null || /^[A-Za-z]{2}$/.test(given)) return given?.toUpperCase() ?? null;
  throw new UsageError(`--region: expected a country code of two letters such as IN, found "${given}".`);
}

function timezoneOf(given: string | null): string | null {
  if (given === null) return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone: given });
    return given;
  } catch {
    throw new UsageError(`--timezone: expected a time zone such as Asia/Kolkata, found "${given}".`);
  }
}
