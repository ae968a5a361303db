// What `leadpush check FILE --json` prints, for programs: one object. Its members are public: never rename or remove one.
import type { CheckedFile, FileCheck } from '../input/check.ts';
import { plain } from '../util/plain.ts';

/**
 * The report as one object:
 * `{type, files: [{file, format, encoding, bom, delimiter, sheet, preset, timezone, dateOrder, columns: [{header,
 * field}], ignored, notes, records, headerLine, decisions: [{kind, text}], firstRows: [{record, line, values: [{header,
 * field, value}]}]}], records, counts: {wouldSend, duplicate, skipped, invalid}, codes: {CODE: records}, problems:
 * [{file, record, line, kind, code, field, message, phone}], duplicates: [{file, record, line, phone, of}]}`.
 * `problems` holds the first five rows of each code, `duplicates` the first five, `firstRows` the first three leads.
 * Phones are whole, as in all JSON.
 */
export function checkJson(check: FileCheck): string {
  const { files, records, counts, codes, problems, duplicates } = check;
  return JSON.stringify({
    type: 'check',
    files: files.map(fileJson),
    records,
    counts,
    codes: Object.fromEntries(codes),
    problems,
    duplicates: duplicates.map(({ ofLine: _, ...duplicate }) => duplicate),
  });
}

function fileJson({ source, records, first }: CheckedFile): unknown {
  const { info, preset, timezone, dateOrder, columns, ignored, notes } = source;
  return {
    file: info.file,
    format: info.format,
    encoding: info.encoding,
    bom: info.bom,
    delimiter: info.delimiter,
    sheet: info.sheet,
    preset: preset?.name ?? null,
    timezone,
    dateOrder,
    columns: columns.map(({ header, target }) => ({ header, field: target })),
    ignored,
    notes: notes.map(({ text }) => `${plain(info.file ?? 'flags')}: ${text}`),
    records,
    headerLine: info.headerLine,
    decisions: notes,
    firstRows: first.rows.map(({ record, line, cells }) => ({ record, line, values: cells })),
  };
}
