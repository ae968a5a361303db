// `--rejects FILE`: the rows worth fixing, once each, in the input's own columns, delimiter and encoding, with one more
// column that says what to fix. Once fixed, the file can be sent as it is. Inputs with different columns get a file each.
import { createHash } from 'node:crypto';
import type { Result } from '../delivery/outcome.ts';
import type { InputRecord, SourceInfo } from '../input/record.ts';
import type { Problem } from '../lead/codes.ts';
import { escaped } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import { AtomicFile, type WholeFileOptions } from './atomic-file.ts';
import type { BeforeReplacing, RowsOf } from './hand-edits.ts';
import { JsonValues } from './json-values.ts';
import { ownColumns } from './own-columns.ts';
import { isTableName, openRecordTable } from './record-table.ts';
import { DONE, REJECTS_COLUMN, rejectsMessage } from './rejects-message.ts';
import { rejectsNames } from './rejects-names.ts';
import type { ResultsFile } from './results-file.ts';
import { shapeOf, toAscii } from './table.ts';
import { isWorkbookName, openTableFile } from './table-file.ts';

export interface RejectsFiles extends ResultsFile {
  /** Those with rows to fix. */
  readonly filled: () => readonly Filled[];
}

interface Filled {
  readonly path: string;
  /** See {@link RowsOf}. */
  readonly rows: string;
}

/**
 * @param replacing what comes before a file of these rows replaces another
 * @throws UsageError if a file cannot be created, or cannot hold its input's records
 */
export async function openRejectsFiles(
  path: string,
  infos: readonly SourceInfo[],
  replacing: Replacing | null = null,
): Promise<RejectsFiles> {
  if (infos.length === 0) {
    throw new UsageError('--rejects: one lead from flags has no row to write.', 'Leave the option out.');
  }
  const byName = new Map<string, RejectsFile>();
  const byInput = new Map<string | null, RejectsFile>();
  const all = () => [...byName.values()];
  const abort = async () => {
    await Promise.all(all().map((file) => file.abort()));
  };
  const names = rejectsNames(path, infos);
  const inputsOf = (name: string) => infos.flatMap(({ file }, i) => (names[i] === name ? [file ?? ''] : []));
  try {
    for (const [index, info] of infos.entries()) {
      const name = names[index] ?? path;
      const file = byName.get(name) ?? (await openRejectsFile(name, info, inputsOf(name), replacing));
      byName.set(name, file);
      byInput.set(info.file, file);
    }
  } catch (error) {
    await abort();
    throw error;
  }
  return {
    write: async (record, result, isFixed) => byInput.get(result.file)?.write(record, result, isFixed),
    filled: () =>
      all().flatMap(({ path, rows }) => {
        const mark = rows();
        return mark === null ? [] : [{ path, rows: mark }];
      }),
    commit: async () => {
      await Promise.all(all().map((file) => file.commit()));
    },
    abort,
  };
}

interface RejectsFile extends Pick<RejectsFiles, 'write' | 'commit' | 'abort'> {
  readonly path: string;
  readonly rows: RowsOf['rows'];
}

type Replacing = (rows: RowsOf) => BeforeReplacing;

async function openRejectsFile(
  path: string,
  info: SourceInfo,
  inputs: readonly string[],
  replacing: Replacing | null,
): Promise<RejectsFile> {
  const { headers } = info;
  const hash = createHash('sha256');
  let isFilled = false;
  const rows = () => (isFilled ? hash.copy().digest('base64url') : null);
  const options: WholeFileOptions =
    replacing === null ? {} : { beforeReplacing: replacing({ inputs, rows }) };
  const sink =
    headers === null ? await recordSink(path, info, options) : await tableSink(path, info, headers, options);
  let last: { readonly record: InputRecord; readonly errors: Problem[]; isFixed: boolean } | null = null;
  const flush = async () => {
    const pending = last;
    last = null;
    if (pending === null) return;
    const { record, errors, isFixed } = pending;
    const message = rejectsMessage(errors);
    hash.update(JSON.stringify([record.json ?? record.cells, message]));
    await sink.row(record, isFixed ? `${DONE}${message}` : message);
  };
  return {
    path,
    rows,
    // The results of one record come together: one row for all its targets.
    write: async (record, result, isFixed = false) => {
      if (last !== null && last.record !== record) await flush();
      if (!worthMending(result)) return;
      isFilled = true;
      last ??= { record, errors: [], isFixed: true };
      last.errors.push(...result.errors);
      last.isFixed &&= isFixed;
    },
    commit: async () => {
      await flush();
      await sink.end();
    },
    abort: sink.abort,
  };
}

function worthMending(result: Result): boolean {
  return result.status === 'invalid' || result.status === 'rejected';
}

interface Sink {
  readonly row: (record: InputRecord, message: string) => Promise<void>;
  readonly end: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

async function tableSink(
  path: string,
  info: SourceInfo,
  headers: readonly string[],
  options: WholeFileOptions,
): Promise<Sink> {
  const shape = shapeOf(info);
  const encoding = isWorkbookName(path) ? 'utf-8' : shape.encoding;
  const file = await openTableFile(path, '--rejects', shape, options);
  const kept = ownColumns(headers);
  // Without a header, as the input: the same --no-header reads it.
  await file.header(info.headerLine === null ? null : [...kept.map((i) => headers[i] ?? ''), REJECTS_COLUMN]);
  return {
    row: async (record, message) => {
      // Cells beyond the header are written after the message, so that nothing is lost.
      await file.row([
        ...kept.map((i) => record.cells[i] ?? ''),
        toAscii(message, encoding),
        ...record.cells.slice(headers.length),
      ]);
    },
    end: () => file.commit(),
    abort: () => file.abort(),
  };
}

/** Characters that may begin a formula, escaped as JSON allows: the same text to a program, no formula to a spreadsheet. */
function withoutFormulas(json: string): string {
  return json.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (text) =>
    text.replace(/(?<![\p{L}\p{N}])[=+\-@\uff1d\uff0b\uff0d\uff20]/gu, escaped),
  );
}

/** Records of JSON: a table where the name says so. */
async function recordSink(path: string, info: SourceInfo, options: WholeFileOptions): Promise<Sink> {
  if (!isTableName(path)) return jsonSink(path, info, options);
  const table = await openRecordTable(path, '--rejects', [REJECTS_COLUMN], options);
  return {
    row: (record, message) => table.row(record, [message]),
    end: () => table.commit(),
    abort: () => table.abort(),
  };
}

/** JSON is written as it was read, with one more member; without formulas if a spreadsheet would open a file of this name. */
async function jsonSink(path: string, info: SourceInfo, options: WholeFileOptions): Promise<Sink> {
  const file = await AtomicFile.open(path, '--rejects', options);
  const values = new JsonValues(file, info.format === 'json');
  const safe = /\.(json|ndjson|jsonl)$/i.test(path) ? (text: string) => text : withoutFormulas;
  return {
    row: async (record, message) => {
      const object = record.json?.trim() ?? '';
      const body = /^\{\s*\}$/.test(object) ? '' : `${object.slice(1, -1).trim()},`;
      await values.write(
        safe(object.startsWith('{') ? `{${body}"${REJECTS_COLUMN}":${JSON.stringify(message)}}` : object),
      );
    },
    end: () => values.commit(),
    abort: () => file.abort(),
  };
}
