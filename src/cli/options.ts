// Flags to typed options, once, at the edge: all that can be wrong with a call is reported before anything is read.
import {
  fieldNamed,
  fieldText,
  type Limits,
  limitOf,
  regionOf,
  type SendOptions,
  timezoneOf,
  type ViewOptions,
  wholeNumber,
} from '../app/options.ts';
import { parseDuration } from '../config/duration.ts';
import type { ReadingOptions } from '../input/prepare.ts';
import { parseShard, type Shard } from '../input/shard.ts';
import { FIELDS } from '../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../lead/lead.ts';
import { UsageError } from '../util/usage-error.ts';
import { camelCase, type Flags, isSet, list, oneOf, pair, text } from './flags.ts';
import { numberInParts } from './no-files.ts';

/** @throws UsageError for options that contradict each other */
export function sendOptions(files: readonly string[], flags: Flags): SendOptions {
  const values = fieldValues(flags);
  const reading = readingOptions(flags);
  const set = new Map(reading.set);
  if (files.length > 0) {
    if (values.has('phone')) {
      throw (
        numberInParts(text(flags, 'phone'), files) ??
        new UsageError(
          `--phone goes with one lead from flags, not with a file, and "${files[0]}" is taken for one.`,
          'Leave out --phone, or leave out the file. A value of several words needs double quotes, such as --name "Asha Verma".',
        )
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
    repeat: isSet(flags, 'repeat'),
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
  const set = new Map<ColumnTarget, string>();
  for (const given of list(flags, 'set')) {
    const [name, value] = pair(given, '--set', 'first');
    const field = fieldNamed(name, '--set');
    set.set(field, fieldText(field, value, `--set ${field}`));
  }
  const region = text(flags, 'region');
  const timezone = text(flags, 'timezone');
  return {
    format: oneOf(flags, 'format', ['csv', 'tsv', 'json', 'ndjson', 'xlsx']),
    // A header may contain "=", so it is split at the last one.
    columns: list(flags, 'column').map((given) => pair(given, '--column', 'last')),
    preset: text(flags, 'preset'),
    encoding: text(flags, 'encoding'),
    delimiter: delimiterOf(text(flags, 'delimiter')),
    sheet: text(flags, 'sheet'),
    noHeader: flags['header'] === false,
    records: text(flags, 'records'),
    region: region === null ? null : regionOf(region, '--region'),
    timezone: timezone === null ? null : timezoneOf(timezone, '--timezone'),
    dateOrder: oneOf(flags, 'dateOrder', ['DMY', 'MDY', 'YMD']),
    includeTest: isSet(flags, 'includeTest'),
    set,
    limit: whole(flags, 'limit', '--limit', 1),
    shard: shardOf(text(flags, 'shard')),
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
  const rate = text(flags, 'rate');
  return {
    concurrency: whole(flags, 'concurrency', '--concurrency', 1),
    rate: rate === null ? null : limitOf('rate', rate, '--rate'),
    timeoutMs: timeoutMs(flags),
    retries: whole(flags, 'retries', '--retries', 0),
    maxWaitMs: maxWaitMs(flags),
  };
}

/** `--max-wait`. @throws UsageError */
export function maxWaitMs(flags: Flags): number | null {
  const given = text(flags, 'maxWait');
  return given === null ? null : limitOf('maxWait', given, '--max-wait');
}

/** `--timeout`. @throws UsageError */
export function timeoutMs(flags: Flags): number | null {
  const given = text(flags, 'timeout');
  return given === null ? null : limitOf('timeout', given, '--timeout');
}

/** @throws UsageError where it is not a duration above zero with its unit */
export function durationOf(given: string, flag: string): number {
  const ms = parseDuration(given, null);
  if (ms !== null && ms <= 0) {
    throw new UsageError(`${flag}: expected a duration above zero, such as 12h or 90d, found "${given}".`);
  }
  if (ms === null) {
    throw new UsageError(`${flag}: expected a duration with its unit, such as 12h or 90d, found "${given}".`);
  }
  return ms;
}

/** A whole number of at least `least`; null where the flag is not given. */
export function whole(flags: Flags, name: string, flag: string, least: number): number | null {
  const given = text(flags, name);
  if (given === null) return null;
  return wholeNumber(/^\d{1,9}$/.test(given) ? Number(given) : Number.NaN, least, flag, given);
}

/** The field flags that were given. */
function fieldValues(flags: Flags): ReadonlyMap<FieldName | 'budget', string> {
  const values = new Map<FieldName | 'budget', string>();
  for (const { name, flag } of FIELDS) {
    const given = text(flags, camelCase(flag));
    if (given !== null) values.set(name, fieldText(name, given, `--${flag}`));
  }
  return values;
}

function shardOf(given: string | null): Shard | null {
  return given === null ? null : parseShard(given, '--shard');
}

function delimiterOf(given: string | null): string | null {
  if (given === null) return null;
  if (given === '\\t' || given.toLowerCase() === 'tab') return '\t';
  if (given.length === 1) return given;
  throw new UsageError(`--delimiter: expected one character, or \\t for a tab, found "${given}".`);
}
