// `--output FILE`: one row per submission: the input's own columns, then the result.
import { extname } from 'node:path';
import type { Result } from '../delivery/outcome.ts';
import type { InputRecord, SourceInfo } from '../input/record.ts';
import { UsageError } from '../util/usage-error.ts';
import { AtomicFile, type WholeFileOptions } from './atomic-file.ts';
import { JsonValues } from './json-values.ts';
import { resultLine } from './ndjson.ts';
import { ownColumns } from './own-columns.ts';
import { openRecordTable } from './record-table.ts';
import { RESULTS_SHAPE } from './table.ts';
import { openTableFile } from './table-file.ts';

export interface ResultsFile {
  /** @param isFixed this row was fixed in a rejects file, and sent */
  readonly write: (record: InputRecord, result: Result, isFixed?: boolean) => Promise<void>;
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
export async function openResultsFile(
  path: string,
  infos: readonly SourceInfo[],
  options: WholeFileOptions = {},
): Promise<ResultsFile> {
  switch (extname(path).toLowerCase()) {
    case '.ndjson':
    case '.jsonl':
      return jsonResults(path, false, options);
    case '.json':
      return jsonResults(path, true, options);
    case '.csv':
    case '.xlsx': {
      const headers = sharedHeaders(infos);
      return headers === null ? recordResults(path, options) : tableResults(path, headers, options);
    }
    default:
      throw new UsageError(`--output: "${path}" must end in .csv, .xlsx, .ndjson or .json.`);
  }
}

/**
 * The headers that all inputs share; null where one is JSON, or there is none.
 * @throws UsageError if those of tables differ
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
  return infos.some(({ headers }) => headers === null) ? null : (first?.headers ?? null);
}

/** Inputs that are tables with the same columns. */
async function tableResults(
  path: string,
  headers: readonly string[],
  options: WholeFileOptions,
): Promise<ResultsFile> {
  const file = await openTableFile(path, '--output', RESULTS_SHAPE, options);
  const columns = ownColumns(headers);
  await file.header([...columns.map((i) => headers[i] ?? ''), ...OWN]);
  return {
    write: (record, result) => file.row([...columns.map((i) => record.cells[i] ?? ''), ...ownCells(result)]),
    commit: () => file.commit(),
    abort: () => file.abort(),
  };
}

/** Records of JSON, each with its own keys, also beside tables. */
async function recordResults(path: string, options: WholeFileOptions): Promise<ResultsFile> {
  const table = await openRecordTable(path, '--output', OWN, options);
  return {
    write: (record, result) => table.row(record, ownCells(result)),
    commit: () => table.commit(),
    abort: () => table.abort(),
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

async function jsonResults(path: string, asArray: boolean, options: WholeFileOptions): Promise<ResultsFile> {
  const file = await AtomicFile.open(path, '--output', options);
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
