// What a command's file is given, and the options that several commands have.
import { type Command, Option } from 'commander';
import type { Context } from '../app/context.ts';
import { UsageError } from '../util/usage-error.ts';

export interface Host {
  readonly context: Context;
  /** Names for help: a target that needs no account, and the providers as a list in words. */
  readonly exampleTarget: string;
  readonly providerNames: string;
  /** The providers' settings that are no secrets, for `init`. */
  readonly openSettings: readonly { readonly name: string; readonly help: string }[];
  /** Makes commander's action of a run: its exit status becomes that of the program. */
  readonly ends: <A extends unknown[]>(run: (...args: A) => Promise<number>) => (...args: A) => Promise<void>;
}

export const configOption = () =>
  new Option(
    '--config <file>',
    'read this configuration instead of searching for one (LEADPUSH_CONFIG does the same)',
  );

export const targetOption = () =>
  new Option('--to <target>', "the target (default: the configuration's defaultTarget, else its only one)");

export const ledgerOption = () =>
  new Option(
    '--ledger <file>',
    "keep the record of what was sent in this file, or in a database that machines share (postgresql://USER@HOST/DATABASE), instead of the user's state folder (LEADPUSH_LEDGER does the same)",
  );

/** `--ledger FILE` and `--no-ledger`, which contradict each other. @param without what a call without a ledger lacks */
export function addLedgerChoice(command: Command, without: string, group?: string): Command {
  const given = new Set<string>();
  for (const one of [ledgerOption(), new Option('--no-ledger', without)]) {
    if (group !== undefined) one.helpGroup(group);
    command.addOption(one);
    command.on(`option:${one.name()}`, () => given.add(one.name()));
  }
  return command.hook('preAction', () => {
    if (given.size > 1)
      throw new UsageError('--ledger and --no-ledger contradict each other.', 'Leave out one of them.');
  });
}

export const jsonOption = (what: string) => new Option('--json', what);

export const resultsAsJson = () =>
  jsonOption('print results as NDJSON: one line a submission, then a summary');

export const showPiiOption = () => new Option('--show-pii', 'show full phone numbers on the screen');

export const timeoutOption = () =>
  new Option(
    '--timeout <duration>',
    'how long to wait for an answer; a number alone is seconds (default: 30s)',
  );

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** For a list with commas that may also be given in several: the last alone would leave out targets without a word. */
export const joined = (value: string, before: string | undefined): string =>
  before === undefined ? value : `${before},${value}`;

/** An option in the group under which the help shows it. */
export function grouped(group: string, ...options: readonly Option[]): readonly Option[] {
  return options.map((option) => option.helpGroup(group));
}

export function addOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

/** Limits and waits; shared by `send` and `retry`. */
export const paceOptions = (): readonly Option[] => [
  new Option('--concurrency <n>', 'requests at once to a target (default: 16)'),
  new Option(
    '--rate <n>',
    'requests a second to a target (default: what the provider allows, else no limit)',
  ),
  timeoutOption(),
  new Option(
    '--retries <n>',
    'how often to retry a request that was not accepted (default: 4); waits that a 429 or 503 asks for do not count, see --max-wait',
  ),
  new Option(
    '--max-wait <duration>',
    'how long to wait while the provider asks to slow down or cannot be reached again; a number alone is seconds (default: 10m)',
  ),
];

/** Which input is read, and as what; shared by `send` and `check`. `--column` and `--set` are separate. */
export const readingOptions = (): readonly Option[] => [
  new Option('--format <format>', 'read files as this format instead of what the content says').choices([
    'csv',
    'tsv',
    'json',
    'ndjson',
    'xlsx',
  ]),
  new Option('--preset <name>', 'read as this known export (see `leadpush presets`), or none'),
  new Option(
    '--encoding <name>',
    'text encoding of the file, such as windows-1252, instead of the detected one',
  ),
  new Option('--delimiter <char>', 'column delimiter instead of the detected one; \\t for a tab'),
  new Option('--sheet <name>', 'sheet of a spreadsheet, by name or number (default: the first with phones)'),
  new Option('--no-header', 'the first row is data: name columns by position, such as --column "2=phone"'),
  new Option(
    '--records <path>',
    'list of records in a JSON document, such as data.items (default: the only list with phones)',
  ),
  new Option('--limit <n>', 'read only the first n records'),
  new Option('--include-test', "treat an ad platform's test leads as real ones"),
];

/** How what was read becomes values; shared by `send` and `check`. */
export const valueOptions = (): readonly Option[] => [
  new Option(
    '--region <code>',
    'country of phones written without +, such as IN (default: from the configuration, else IN)',
  ),
  new Option(
    '--timezone <zone>',
    'time zone of dates written without one (default: from the configuration, else Asia/Kolkata)',
  ),
  new Option('--date-order <order>', 'order of day, month and year in dates such as 05-10-2026').choices([
    'DMY',
    'MDY',
    'YMD',
  ]),
];

export const columnOption = () =>
  new Option(
    '--column <Header=field>',
    'send a column to a field, to extra.NAME, or to nothing (Header=); repeatable',
  ).argParser(collect);

export const setOption = () =>
  new Option('--set <field=value>', 'fill a field that a record lacks; repeatable').argParser(collect);

/** A paragraph below the options, broken like the rest; examples stay as they are typed. */
export function paragraph(text: string): (context: { error: boolean; command: Command }) => string {
  return ({ error, command }) => {
    const helper = command.createHelp();
    const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput();
    const width = (error ? getErrHelpWidth?.() : getOutHelpWidth?.()) ?? 80;
    return `\n${helper.boxWrap(text, width)}`;
  };
}
