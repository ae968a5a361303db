// `--rejects FILE`: the rows worth fixing, once each, in the input's own columns, delimiter and encoding, with one more
// column that says what to fix. Once fixed, the file can be sent as it is.
import type { Result } from '../delivery/outcome.ts';
import type { InputRecord, SourceInfo } from '../input/record.ts';
import { escaped } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import { AtomicFile } from './atomic-file.ts';
import { JsonValues } from './json-values.ts';
import { ownColumns, type ResultsFile, sharedHeaders } from './results-file.ts';
import { encoder, headerText, rowText, sepText, shapeOf, toAscii } from './table.ts';

const COLUMN = 'leadpush_message';

/** @throws UsageError for inputs of different formats, or if the file cannot be created */
export async function openRejectsFile(path: string, infos: readonly SourceInfo[]): Promise<ResultsFile> {
  const headers = sharedHeaders(infos, '--rejects');
  const [info] = infos;
  if (info === undefined || infos.some((other) => (other.headers === null) !== (info.headers === null))) {
    throw new UsageError('--rejects: tables and JSON cannot share one file.', 'Send them one at a time.');
  }
  const sink = headers === null ? await jsonSink(path, info) : await tableSink(path, info, headers);
  let last: { readonly record: InputRecord; readonly messages: string[] } | null = null;
  const flush = async () => {
    const pending = last;
    last = null;
    if (pending !== null) await sink.row(pending.record, [...new Set(pending.messages)].join(' '));
  };
  return {
    // The results of one record come together: one row for all its targets.
    write: async (record, result) => {
      if (last !== null && last.record !== record) await flush();
      if (!worthMending(result)) return;
      last ??= { record, messages: [] };
      last.messages.push(
        ...result.errors.map(
          ({ field, code, message }) => `${code}: ${field === null ? '' : `${field}: `}${message}`,
        ),
      );
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

async function tableSink(path: string, info: SourceInfo, headers: readonly string[]): Promise<Sink> {
  const shape = shapeOf(info);
  const encode = await encoder(shape);
  const file = await AtomicFile.open(path, '--rejects');
  const kept = ownColumns(headers);
  // Without a header, as the input: the same --no-header reads it.
  const names = [...kept.map((i) => headers[i] ?? ''), COLUMN];
  await file.write(encode(info.headerLine === null ? sepText(shape) : headerText(names, shape), true));
  return {
    row: async (record, message) => {
      // Cells beyond the header are written after the message, so that nothing is lost.
      const cells = [
        ...kept.map((i) => record.cells[i] ?? ''),
        toAscii(message, shape.encoding),
        ...record.cells.slice(headers.length),
      ];
      await file.write(encode(rowText(cells, shape), false));
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

/** JSON is written as it was read, with one more member; without formulas if a spreadsheet would open a file of this name. */
async function jsonSink(path: string, info: SourceInfo): Promise<Sink> {
  const file = await AtomicFile.open(path, '--rejects');
  const values = new JsonValues(file, info.format === 'json');
  const safe = /\.(json|ndjson|jsonl)$/i.test(path) ? (text: string) => text : withoutFormulas;
  return {
    row: async (record, message) => {
      const object = record.json?.trim() ?? '';
      const body = /^\{\s*\}$/.test(object) ? '' : `${object.slice(1, -1).trim()},`;
      await values.write(
        safe(object.startsWith('{') ? `{${body}"${COLUMN}":${JSON.stringify(message)}}` : object),
      );
    },
    end: () => values.commit(),
    abort: () => file.abort(),
  };
}
