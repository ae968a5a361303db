// The inputs of `send`: files, stdin, or one lead from flags, checked against what the targets require.

import type { Config } from '../config/configuration.ts';
import type { LeadInput } from '../delivery/submission.ts';
import { hasNames, isOfPerson } from '../input/first-rows.ts';
import { flagsInput } from '../input/flags.ts';
import type { PreparedSource } from '../input/mapping/prepared-file.ts';
import type { InputSpec, PreparedInput, PrepareOptions, ReadingOptions } from '../input/prepare.ts';
import type { InputRecord, SourceInfo } from '../input/record.ts';
import { LEAD_PHONE } from '../lead/example-phones.ts';
import { fieldByName } from '../lead/fields.ts';
import type { FieldName } from '../lead/lead.ts';
import { exampleTarget } from '../providers/index.ts';
import { plain } from '../util/plain.ts';
import { inQuotes } from '../util/shell.ts';
import { UsageError } from '../util/usage-error.ts';
import type { GivenSource } from './bind-target.ts';
import type { Context } from './context.ts';
import type { Downloads } from './downloads.ts';
import { type Expectation, FilesExpectation, known } from './expected.ts';
import { readInputName } from './input-name.ts';
import type { LeadOptions, SendOptions } from './options.ts';
import { ownPresets } from './own-presets.ts';
import { isSourceNumber } from './source-names.ts';
import type { ChosenTarget } from './targets.ts';

/** One record on its way: what the engine reads, and what the files that are written need. */
export interface SendInput extends LeadInput {
  readonly row: InputRecord;
}

export interface Inputs {
  readonly infos: readonly SourceInfo[];
  /** Lines for stderr, once: what was recognised, what is not sent. */
  readonly notes: () => readonly string[];
  readonly sources: readonly PreparedSource[];
  /** Results expected for each target, where that is known. */
  readonly total: number | null;
  /** Records of other shards so far; null: all are this machine's. */
  readonly otherShards: (() => number) | null;
  /** The same as `total` for a live line: estimated where it is not known. */
  readonly expected: Expectation;
  readonly rows: () => AsyncIterable<readonly SendInput[]>;
  readonly close: () => Promise<void>;
}

/** The reading options of the call, completed from the configuration. */
export function prepareOptions(
  reading: ReadingOptions,
  config: Config,
  { clock }: Pick<Context, 'clock'>,
): PrepareOptions {
  return {
    ...reading,
    region: reading.region ?? config.region,
    timezone: reading.timezone ?? config.timezone,
    configColumns: config.columns,
    now: clock.now(),
    ownPresets: ownPresets(config.presets),
  };
}

/** Opens files, stdin (`-`), feeds and https addresses, and checks their headers. @throws UsageError */
export async function openNamedInputs(
  names: readonly string[],
  reading: PrepareOptions,
  config: Pick<Config, 'feeds'>,
  context: Pick<Context, 'stdin' | 'env'>,
): Promise<PreparedInput> {
  const downloads = await downloadsOf(names, config, context);
  const { stdin } = context;
  const specs = names.map(
    (path): InputSpec => downloads.specs.get(path) ?? (path === '-' ? { path, stdin } : { path }),
  );
  try {
    const { prepareInput } = await import('../input/prepare.ts');
    const { sources, close, otherShards } = await prepareInput(specs, reading);
    return {
      sources,
      otherShards,
      close: async () => {
        await close();
        await downloads.close();
      },
    };
  } catch (error) {
    await downloads.close();
    throw error;
  }
}

/** What is to be downloaded; the code for it is loaded only then. */
async function downloadsOf(
  names: readonly string[],
  config: Pick<Config, 'feeds'>,
  { env }: Pick<Context, 'env'>,
): Promise<Downloads> {
  const remote = names.map(readInputName).filter((name) => name.kind !== 'file');
  if (remote.length === 0) return { specs: new Map(), close: async () => {} };
  const { openDownloads } = await import('./downloads.ts');
  return openDownloads(remote, config.feeds, env);
}

/** Opens what is to be sent. @throws UsageError */
export async function openInputs(options: SendOptions, config: Config, context: Context): Promise<Inputs> {
  const reading = prepareOptions(options.reading, config, context);
  if (options.files.length > 0) {
    return fileInputs(await openNamedInputs(options.files, reading, config, context), reading.limit);
  }
  if (!options.values.has('phone')) {
    throw new UsageError(
      '--phone is missing: one lead from flags needs a phone.',
      `For example: leadpush send --phone '${LEAD_PHONE}' --name 'Rahul Kumar' --to ${exampleTarget}`,
    );
  }
  if (options.reading.shard !== null) {
    throw new UsageError('--shard: one lead from flags has no parts.', 'Name a file, or remove --shard.');
  }
  const values = new Map([...options.reading.set, ...options.values]);
  const { record, result } = await flagsInput(values, reading);
  const input: SendInput = { file: null, record: 1, line: null, result, row: record };
  return {
    infos: [],
    notes: () => [],
    sources: [],
    total: 1,
    otherShards: null,
    expected: known(1),
    rows: async function* () {
      yield [input];
    },
    close: async () => {},
  };
}

/** The rows of prepared files, with their notes. @param limit records over all of them; null: all */
export function fileInputs(prepared: PreparedInput, limit: number | null = null): Inputs {
  const expected = new FilesExpectation(prepared.sources, limit, prepared.otherShards === null);
  return {
    infos: prepared.sources.map((source) => source.info),
    notes: () => prepared.sources.flatMap(notesOf),
    sources: prepared.sources,
    total: null,
    otherShards: prepared.otherShards,
    expected,
    rows: async function* () {
      for (const [index, source] of prepared.sources.entries()) {
        const { file } = source.info;
        for await (const batch of source.rows()) {
          expected.read(index, batch);
          yield batch.map(
            ({ record, result }): SendInput => ({
              file,
              record: record.record,
              line: record.line,
              result,
              row: record,
            }),
          );
        }
        expected.over(index);
      }
    },
    close: () => prepared.close(),
  };
}

function notesOf(source: PreparedSource): readonly string[] {
  const name = plain(source.info.file ?? 'flags');
  const ignored = source.ignored.filter((header) => header.trim() !== '' && !/^leadpush_/i.test(header));
  const notes = source.notes.map(({ text }) => `${name}: ${plain(text)}`);
  if (ignored.length === 0) return notes;
  const likely = hasNames(source) ? undefined : ignored.find(isOfPerson);
  const names =
    likely === undefined
      ? ''
      : `--column ${inQuotes(`${plain(likely.trim())}=name`)} if that holds the names; `;
  return [
    ...notes,
    `${name}: not sent, as no field is known for them: ${ignored.map(plain).join(', ')} (${names}--column "Header=extra.NAME" keeps one).`,
  ];
}

/**
 * What a target requires must have a source: a column, --set, or its defaults. (In JSON each record has its own.)
 * @throws UsageError naming the headers seen and the --column to add
 */
export function checkRequired(inputs: Inputs, options: LeadOptions, targets: readonly ChosenTarget[]): void {
  const lines: string[] = [];
  for (const { config, endpoint } of targets) {
    const given = (field: FieldName) =>
      config.defaults[field] !== undefined || options.reading.set.has(field);
    const open = endpoint.requires.filter((field) => !given(field));
    if (inputs.sources.length === 0) {
      const missing = open.filter((field) => !options.values.has(field));
      if (missing.length > 0) {
        const flags = missing.map((field) => `--${fieldByName(field)?.flag ?? field} …`).join(' ');
        lines.push(
          `Target "${plain(config.name)}" requires ${missing.join(', ')}: add ${flags}, or put ${missing.length === 1 ? 'it' : 'them'} into the target's defaults.`,
        );
      }
    }
    for (const source of inputs.sources) {
      const { provides } = source;
      if (provides === null) continue;
      const missing = open.filter((field) => !provides.has(field));
      if (missing.length === 0) continue;
      const seen = source.columns
        .filter(({ header }) => header.trim() !== '')
        .map(({ header }) => `"${plain(header.trim())}"`);
      const it = missing.length === 1 ? 'it' : 'them';
      const add = missing.map((field) => `--column "Header=${field}" or --set ${field}=…`).join('; ');
      lines.push(
        `${plain(source.info.file ?? 'flags')}: target "${plain(config.name)}" requires ${missing.join(', ')}, and no column gives ${it}. Headers seen: ${seen.join(', ')}. Add ${add}, or put ${it} into the target's defaults.`,
      );
    }
  }
  if (lines.length > 0) throw new UsageError(lines.join('\n'), 'Nothing was sent.');
}

const SOURCE_FIELDS = ['sourceId', 'subSourceId'] as const;

/** What flags or --set say of the source of all leads; absent: nothing. */
export function givenSource({
  values,
  reading,
}: Pick<LeadOptions, 'values' | 'reading'>): GivenSource | undefined {
  const given: GivenSource = Object.fromEntries(
    [...SOURCE_FIELDS, 'source' as const, 'subSource' as const].flatMap((field) => {
      const text = values.get(field) ?? reading.set.get(field);
      return text === undefined ? [] : [[field, text]];
    }),
  );
  return Object.keys(given).length === 0 ? undefined : given;
}

/** Whether records may hold names of sources in place of numbers: a column, --set or a flag gives them. */
export function mayNameSources(inputs: Inputs, options: Pick<LeadOptions, 'values' | 'reading'>): boolean {
  const all = givenSource(options);
  const given = SOURCE_FIELDS.some((field) => !isSourceNumber(all?.[field]));
  return (
    given ||
    inputs.sources.some((source) =>
      SOURCE_FIELDS.some((field) => source.columns.some(({ target }) => target === field)),
    )
  );
}
