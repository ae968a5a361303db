// From files to leads: opens all inputs, maps their columns before any rows are read, and yields one result per record,
// in order.

import type { Readable } from 'node:stream';
import type { DateOrder } from '../lead/date.ts';
import type { ColumnTarget } from '../lead/lead.ts';
import { createPhoneParser } from '../lead/phone.ts';
import { nearest } from '../util/nearest.ts';
import { plain } from '../util/plain.ts';
import { UsageError, usageErrors } from '../util/usage-error.ts';
import { checkReading } from './check-reading.ts';
import { contactCells } from './csv/contact-cells.ts';
import { type CellJudge, type NamesPhone, namesPhone } from './csv/table-start.ts';
import { idleOptions } from './idle-options.ts';
import type { Values } from './json/values.ts';
import { type ColumnRule, columnRule, headersSeen, unknownHeaders } from './mapping/column-rules.ts';
import { saysPhone } from './mapping/header-meaning.ts';
import { type LeadRow, PreparedFile, type PreparedSource } from './mapping/prepared-file.ts';
import type { PresetChoice } from './mapping/record-shapes.ts';
import { headerKey, knownPresets, presetByName, recognisePreset } from './presets/index.ts';
import type { Preset } from './presets/preset.ts';
import type { CellEncoding, InputFormat, Source, SourceInfo } from './record.ts';
import type { Shard } from './shard.ts';
import { openSource } from './source.ts';

export type { LeadRow, PreparedSource };

export type InputSpec =
  | {
      /** As the person gave it; `-` for stdin. */
      readonly path: string;
      /** Read instead of the path. */
      readonly stdin?: Readable;
      /** Opens what is read instead of the path, from its start, any number of times. */
      readonly opened?: () => Readable;
    }
  /** A program's own objects. */
  | { readonly values: Values };

/** How a call wants its input read; null: as the configuration says, or as it is found. */
export interface ReadingOptions {
  /** `flags` is never asked for. */
  readonly format: InputFormat | null;
  /** `--column`, header and target as texts; an empty target: nowhere. */
  readonly columns: readonly (readonly [header: string, target: string])[];
  /** A name, `none`, or null to recognise it. */
  readonly preset: string | null;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly sheet: string | null;
  /** The first row is data; columns are named by their position. */
  readonly noHeader: boolean;
  /** The list of records within a JSON document, `data.items`; null: found. */
  readonly records: string | null;
  /** ISO 3166-1 alpha-2 country of phones written without +. */
  readonly region: string | null;
  /** IANA zone of dates without an offset, where no preset has its own. */
  readonly timezone: string | null;
  /** Null: found from preset and content. */
  readonly dateOrder: DateOrder | null;
  readonly includeTest: boolean;
  /** `--set` and the field flags beside a file: fill what a record lacks. */
  readonly set: ReadonlyMap<ColumnTarget, string>;
  /** Records over all files; null: all. */
  readonly limit: number | null;
  /** Which of several machines this one is; null: the only one. */
  readonly shard: Shard | null;
}

/** Files whose dates are looked at before the first is read: each may hold back a MiB. */
const MAX_AHEAD = 20;

/** The same with what the configuration says. */
export interface PrepareOptions extends ReadingOptions {
  readonly region: string;
  readonly timezone: string;
  /** Unix ms. */
  readonly now: number;
  /** The configuration's `columns`. */
  readonly configColumns: Readonly<Record<string, string>>;
  /** The configuration's `presets`. */
  readonly ownPresets: readonly Preset[];
}

export interface PreparedInput {
  readonly sources: readonly PreparedSource[];
  /** Records of other shards so far; null: all are this machine's. */
  readonly otherShards: (() => number) | null;
  close(): Promise<void>;
}

/**
 * Opens all inputs and checks all headers before anything is read further.
 * @throws UsageError for what openSource refuses, an unknown preset, field, zone or --column header, two columns that
 * claim one field that says who gets the lead, or no phone column; for all of them, in all files, at once
 */
export async function prepareInput(
  specs: readonly InputSpec[],
  options: PrepareOptions,
): Promise<PreparedInput> {
  checkReading(options);
  const rules = {
    overrides: options.columns.map(([header, target]) =>
      columnRule(header, target, `--column "${header}=${target}"`),
    ),
    configured: Object.entries(options.configColumns).map(([header, target]) =>
      columnRule(header, target, `configuration, columns."${plain(header)}"`),
    ),
  };
  if (options.set.has('phone')) {
    throw new UsageError(
      '--set phone and --phone would give every record the same number.',
      'Remove it: the phone comes from the input. To send one lead from flags, name no file.',
    );
  }
  const choose = presetChooser(options.preset, options.ownPresets);
  const { region, timezone, dateOrder, includeTest, set, now } = options;
  const context = {
    ...{ rules, choose, set, region, timezone, dateOrder, includeTest, now },
    phones: createPhoneParser(),
    left: { records: options.limit ?? Number.POSITIVE_INFINITY },
    shard: options.shard,
    otherShards: { records: 0 },
  };
  const judge: CellJudge = {
    ...contactCells(region, context.phones),
    namesPhone: phoneNames([...rules.overrides, ...rules.configured]),
  };
  const opened: PreparedFile[] = [];
  const close = async () => {
    await Promise.allSettled(opened.map((file) => file.close()));
  };
  try {
    const refused: UsageError[] = [];
    const infos: SourceInfo[] = [];
    for (const spec of specs) {
      const open = () => openWith(spec, options, choose, judge);
      try {
        const source = await open();
        infos.push(source.info);
        opened.push(await planned(source, () => new PreparedFile(source, context, open)));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        refused.push(error);
      }
    }
    // A file that could not be opened may be the one with the column.
    const unknown = infos.length < specs.length ? null : unknownColumns(rules.overrides, infos);
    if (unknown !== null) refused.push(unknown);
    if (refused.length > 0) throw usageErrors(refused);
    const formats = infos.map(({ format }) => format);
    for (const note of idleOptions(options, formats)) opened[0]?.note(note);
    // The first JSON records, for their keys, and the dates of files; a table's other rows are read later.
    for (const [i, file] of opened.entries()) await file.readFirst(i < MAX_AHEAD);
    judgeKeys(rules.overrides, opened);
  } catch (error) {
    await close();
    throw error;
  }
  const otherShards = options.shard === null ? null : () => context.otherShards.records;
  return { sources: opened, otherShards, close };
}

/** Closes the source if its columns are refused. */
async function planned(source: Source, plan: () => PreparedFile): Promise<PreparedFile> {
  try {
    return plan();
  } catch (error) {
    await source.close();
    throw error;
  }
}

function presetChooser(wanted: string | null, own: readonly Preset[]): PresetChoice {
  if (wanted === 'none') return () => ({ preset: null, note: null });
  if (wanted === null) return (headers) => recognised(headers, own);
  const preset = presetByName(wanted, own);
  if (preset === null) {
    const names = [...knownPresets(own).map((known) => known.name), 'none'];
    const near = nearest(wanted, names);
    throw new UsageError(
      `--preset: "${wanted}" is not a preset.${near === null ? '' : ` Did you mean "${near}"?`}`,
      `The presets are ${names.join(', ')}; \`leadpush presets\` describes them.`,
    );
  }
  const note = `read as ${preset.title} (--preset ${preset.name})`;
  return () => ({ preset, note });
}

function recognised(headers: readonly string[], own: readonly Preset[]): ReturnType<PresetChoice> {
  const found = recognisePreset(headers, own);
  if (found.kind === 'none') return { preset: null, note: null };
  if (found.kind === 'tie') {
    const titles = found.presets.map((preset) => preset.title).join(' and like ');
    const names = found.presets.map((preset) => `--preset ${preset.name}`).join(' or ');
    return {
      preset: null,
      note: `looks like ${titles}; columns are matched by name only. To choose, add ${names}`,
    };
  }
  const { preset } = found;
  return {
    preset,
    note: `recognised as ${preset.title} (preset ${preset.name}; --preset none turns it off)`,
  };
}

async function openWith(
  spec: InputSpec,
  options: PrepareOptions,
  choose: PresetChoice,
  judge: CellJudge,
): Promise<Source> {
  if ('values' in spec) {
    const { openValues } = await import('./json/values.ts');
    return openValues(spec.values, options.records);
  }
  const { format, encoding, delimiter, sheet, noHeader, records } = options;
  return openSource(spec, {
    ...{ format, encoding, delimiter, sheet, noHeader, records },
    cellEncoding: (headers): CellEncoding => choose(headers).preset?.cells ?? 'plain',
    judge,
  });
}

/** Headers that the user mapped to the phone count as well as its aliases. */
function phoneNames(rules: readonly ColumnRule[]): NamesPhone {
  const own = new Set(
    rules.filter(({ target }) => target === 'phone').map(({ header }) => headerKey(header)),
  );
  return (cell) => own.has(headerKey(cell)) || saysPhone(cell) || namesPhone(cell);
}

/**
 * Columns that the call names, where there is JSON.
 * @throws UsageError where no record has one; where only the first ones were read, it is said
 */
function judgeKeys(overrides: readonly ColumnRule[], files: readonly PreparedFile[]): void {
  if (overrides.length === 0 || files.every(({ seen }) => seen === null)) return;
  const tables = files.map(({ info, seen }) => info.headers ?? seen?.keys ?? []);
  const unknown = unknownHeaders(overrides, tables);
  if (unknown === null) return;
  if (files.every(({ seen }) => seen === null || seen.whole))
    throw new UsageError(unknown, headersSeen([...new Set(tables.flat())]));
  for (const file of files)
    if (file.seen?.whole === false)
      file.note({
        kind: 'columns',
        text: `${unknown.replaceAll('\n', ' ')} None of its first records has it.`,
      });
}

function unknownColumns(overrides: readonly ColumnRule[], infos: readonly SourceInfo[]): UsageError | null {
  const tables = infos.map(({ headers }) => headers);
  // A later JSON record may have the key.
  if (!tables.every((headers) => headers !== null)) return null;
  const unknown = unknownHeaders(overrides, tables);
  return unknown === null ? null : new UsageError(unknown, headersSeen([...new Set(tables.flat())]));
}
