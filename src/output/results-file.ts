// `--output FILE`: one row per submission: the input's own columns, then the result.
import { extname } from 'node:path';
import type { Result } from '../delivery/outcome.ts';
import type { InputRecord, SourceInfo } from '../input/record.ts';
import { UsageError } from '../util/usage-error.ts';
import { AtomicFile } from './atomic-file.ts';
import { JsonValues } from './json-values.ts';
import { resultLine } from './ndjson.ts';
import { RESULTS_SHAPE } from './table.ts';
import { openTableFile } from './table-file.ts';

export interface ResultsFile {
  readonly write: (record: InputRecord, result: Result) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

const OWN = [
  'leadpush_target',
  'leadpush_status',
  'leadpush_lead_id',
  'leadpush_message',
  'leadpush_warnings',
  'leadpush_duplicate_of',
  'leadpush_file',
  'leadpush_record',
  'leadpush_line',
  'leadpush_run',
] as const;

/** @throws UsageError for any other extension, or CSV files with different headers */
export async function openResultsFile(path: string, infos: readonly SourceInfo[]): Promise<ResultsFile> {
  switch (extname(path).toLowerCase()) {
    case '.ndjson':
    case '.jsonl':
      return jsonResults(path, false);
    case '.json':
      return jsonResults(path, true);
    case '.csv':
    case '.xlsx':
      return tableResults(path, sharedHeaders(infos));
    default:
      throw new UsageError(`--output: "${path}" must end in .csv, .xlsx, .ndjson or .json.`);
  }
}

/**
 * The headers that all tables share; null without a table (then the first record's keys are the columns).
 * @throws UsageError if they differ
 */
function sharedHeaders(infos: readonly SourceInfo[]): readonly string[] | null {
  const [first, ...others] = infos.filter((info) => info.headers !== null);
  for (const other of others) {
    if (JSON.stringify(other.headers) !== JSON.stringify(first?.headers)) {
      throw new UsageError(
        `--output: ${first?.file} and ${other.file} have different columns and cannot share one file.`,
        'Send them one at a time, or use --json.',
      );
    }
  }
  return first?.headers ?? null;
}

/** The input's columns without ours from an earlier run. */
export function ownColumns(keys: readonly string[]): readonly number[] {
  return keys.flatMap((key, i) => (/^leadpush_/i.test(key.trim()) ? [] : [i]));
}

async function tableResults(path: string, headers: readonly string[] | null): Promise<ResultsFile> {
  const file = await openTableFile(path, '--output', RESULTS_SHAPE);
  let columns: readonly string[] | null = headers;
  let started = false;
  const placeOf = placesInKeys();
  const start = async (keys: readonly string[]) => {
    if (started) return;
    started = true;
    columns ??= keys;
    const names = ownColumns(columns).map((i) => columns?.[i] ?? '');
    await file.header([...names, ...OWN]);
  };
  return {
    write: async (record, result) => {
      await start(record.keys);
      const keys = columns ?? [];
      // A table has one order of cells; each JSON record has its own.
      const cells =
        headers !== null
          ? ownColumns(keys).map((i) => record.cells[i] ?? '')
          : ownColumns(keys).map((i) => record.cells[placeOf(record.keys, keys[i] ?? '')] ?? '');
      await file.row([...cells, ...ownCells(result)]);
    },
    commit: async () => {
      await start([]);
      await file.commit();
    },
    abort: () => file.abort(),
  };
}

/** The position of each key; JSON records of one shape share their keys, so this is computed once per shape. */
function placesInKeys(): (keys: readonly string[], key: string) => number {
  const known = new WeakMap<readonly string[], ReadonlyMap<string, number>>();
  return (keys, key) => {
    let places = known.get(keys);
    if (places === undefined) {
      places = new Map(keys.map((name, place) => [name, place]));
      known.set(keys, places);
    }
    return places.get(key) ?? -1;
  };
}

function ownCells(result: Result): readonly string[] {
  const { duplicateOf } = result;
  const words = (problems: Result['errors']) =>
    problems.map(({ code, message }) => `${code}: ${message}`).join(' ');
  return [
    result.target,
    result.status,
    result.leadId ?? '',
    words(result.errors),
    words(result.warnings),
    duplicateOf === null
      ? ''
      : [duplicateOf.by, duplicateOf.run, duplicateOf.record].filter((part) => part !== null).join(' '),
    result.file ?? '',
    String(result.record),
    result.line === null ? '' : String(result.line),
    result.run,
  ];
}

async function jsonResults(path: string, asArray: boolean): Promise<ResultsFile> {
  const file = await AtomicFile.open(path, '--output');
  const values = new JsonValues(file, asArray);
  return {
    write: async (record, result) => {
      const input = Object.fromEntries(
        ownColumns(record.keys).map((i) => [record.keys[i] ?? '', record.cells[i] ?? '']),
      );
      await values.write(`{"input":${record.json ?? JSON.stringify(input)},${resultLine(result).slice(1)}`);
    },
    commit: () => values.commit(),
    abort: () => file.abort(),
  };
}
