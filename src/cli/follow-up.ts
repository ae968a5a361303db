// The options of a call that the next commands need too: `leadpush retry` finds the run only in the same ledger, and a
// fixed file is read correctly only with the same options as the first one.

import { configPlace } from '../app/configuration.ts';
import type { Context } from '../app/context.ts';
import { freeRejectsName } from '../app/free-name.ts';
import type { PreparedSource } from '../input/mapping/prepared-file.ts';
import { FIELDS } from '../lead/fields.ts';
import { withoutPassword } from '../ledger/postgres/is-address.ts';
import type { FollowUp } from '../output/next-commands.ts';
import { camelCase, type Flags, isSet, list, text } from './flags.ts';

/** How any file of these columns is read. */
const READING = ['column', 'preset', 'encoding', 'delimiter', 'region', 'timezone', 'set'] as const;
/** Which part of these very files is read, and as what: a file of rejected rows has neither sheets nor an envelope. */
const PART = ['to', 'format', 'sheet', 'records', 'limit', 'shard'] as const;

/** The part of what was read that matters here. */
interface Read {
  /** The folder in which the next command would run. */
  readonly cwd: string;
  readonly sources: readonly Pick<PreparedSource, 'dateOrder' | 'info' | 'columns'>[];
}

/** @param inputs null where nothing was read; else looked at when the run is over, since only then the day order is known */
export function followUpFor(flags: Flags, inputs: Read | null, context: Pick<Context, 'env'>): FollowUp {
  const named = placesOf(flags, context);
  const places = [...named, ...(flags['ledger'] === false ? ['--no-ledger'] : [])];
  const own = words(flags, ['field']);
  return {
    files: (inputs?.sources ?? []).length > 0,
    oneLead: inputs !== null && inputs.sources.length === 0,
    freeName: () => freeRejectsName(inputs?.cwd ?? '.', endingOf(inputs)),
    remembered: flags['ledger'] !== false,
    places: named,
    check: configPlace(text(flags, 'config'), context),
    retry: [...own, ...named],
    again: [
      ...words(flags, [...PART, ...READING, 'date-order']),
      ...(flags['header'] === false ? ['--no-header'] : []),
      ...(isSet(flags, 'includeTest') ? ['--include-test'] : []),
      ...places,
    ],
    send: () => [
      ...words(flags, READING),
      ...(flags['header'] === false ? ['--no-header', ...foundColumns(flags, inputs)] : []),
      ...dayOrder(flags, inputs),
      ...(isSet(flags, 'includeTest') ? ['--include-test'] : []),
      ...FIELDS.flatMap(({ flag }) => words(flags, [flag])),
      ...own,
      ...places,
    ],
  };
}

/**
 * With these, another command finds the same targets and the same runs; also where the variables of this call are not set, as
 * in the shell of who reads the mail of a job.
 */
export function placesOf(flags: Flags, context: Pick<Context, 'env'>): readonly string[] {
  const variable = context.env['LEADPUSH_LEDGER'] || undefined;
  const ledger = flags['ledger'] === undefined ? { ledger: variable } : flags;
  return [...configPlace(text(flags, 'config'), context), ...words(ledger, ['ledger'])];
}

/** JSON is written as JSON; everything else as a table. */
function endingOf(inputs: Read | null): string {
  const [first] = inputs?.sources ?? [];
  const format = first?.info.format;
  return format === 'json' || format === 'ndjson' ? `.${format}` : '.csv';
}

/** Columns of phones and e-mails that a table without a header showed: its invalid rows alone may not show them. */
function foundColumns(flags: Flags, inputs: Read | null): readonly string[] {
  const given = new Set(list(flags, 'column'));
  const found = new Set<string>();
  for (const { info, columns } of inputs?.sources ?? []) {
    if (info.headers === null || info.headerLine !== null) continue;
    for (const { header, target } of columns) if (target !== null) found.add(`${header}=${target}`);
  }
  return [...found].filter((rule) => !given.has(rule)).flatMap((rule) => ['--column', rule]);
}

/** A few rows alone may not show the order that the whole file showed. */
function dayOrder(flags: Flags, inputs: Read | null): readonly string[] {
  const given = text(flags, 'dateOrder');
  const [found, ...others] = new Set((inputs?.sources ?? []).map(({ dateOrder }) => dateOrder));
  const order = given ?? (others.length > 0 || found === 'DMY' ? null : (found ?? null));
  return order === null ? [] : ['--date-order', order];
}

function words(flags: Flags, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const key = camelCase(name);
    const single = text(flags, key);
    const values = single === null ? list(flags, key) : [single];
    return values.flatMap((value) => [`--${name}`, name === 'ledger' ? withoutPassword(value) : value]);
  });
}
