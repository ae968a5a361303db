// What `leadpush check FILE` found, for people and as one JSON object.
import type { CheckedFile, CheckedProblem, FileCheck } from '../input/check.ts';
import { counted, grouped } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { pathArgument } from '../util/shell.ts';
import { cutTo } from '../util/text.ts';
import { freeName } from './free-name.ts';
import { maskMobiles, maskPhone, maskQuoted } from './mask-phone.ts';
import { command } from './next-commands.ts';
import { tableText } from './table-text.ts';

/** How personal data is shown: masked, or whole with --show-pii. */
interface Shown {
  readonly phone: (phone: string) => string;
  /** Headers and notes; in a file without a header they are a row's cells. */
  readonly name: (text: string) => string;
  /** Text about one row. */
  readonly row: (text: string, phone: string | null) => string;
}

const WHOLE: Shown = { phone: (phone) => phone, name: (text) => text, row: (text) => text };
const MASKED: Shown = {
  phone: maskPhone,
  name: maskMobiles,
  row: (text, phone) => maskQuoted(text, { numbers: phone === null ? [] : [phone], keep: [] }),
};

const WHAT: Readonly<Record<CheckedProblem['kind'], string>> = {
  error: 'invalid, would not be sent',
  warning: 'still sent',
  skip: 'skipped',
};

/** The report as text; ends with a line break. */
export function checkText(check: FileCheck, showPii: boolean): string {
  const how = showPii ? WHOLE : MASKED;
  const { counts, records } = check;
  const parts = [
    ...check.files.map((file) => fileText(file, how)),
    [
      `${counted(records, 'record')}: ${grouped(counts.wouldSend)} would be sent, ${grouped(counts.duplicate)} duplicate, ` +
        `${grouped(counts.skipped)} skipped, ${grouped(counts.invalid)} invalid`,
    ],
    ...[...check.codes.keys()].map((code) => codeText(check, code, how)),
    duplicatesText(check, how),
    nextText(check),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function fileText({ source, records }: CheckedFile, how: Shown): readonly string[] {
  const { info } = source;
  const { columns } = source;
  const table = columns
    .filter(({ header }) => header.trim() !== '')
    .map(({ header, target }) => [shown(header, how), plain(target ?? '(not sent)')]);
  return [
    `${plain(how.name(info.file ?? 'flags'))}: ${counted(records, 'record')}`,
    `  ${formatText(info)}`,
    `  ${source.preset === null ? 'not a known export: columns are matched by name' : source.preset.title}`,
    `  dates without an offset: ${source.timezone}; day and month order: ${source.dateOrder ?? 'not needed'}`,
    ...source.notes.map(({ text }) => `  note: ${plain(how.name(text))}`),
    ...(columns.length === 0 ? [] : ['  columns:']),
    ...(table.length === 0 ? [] : [tableText(table, '    ').trimEnd()]),
  ];
}

const DELIMITERS: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
};

function formatText(info: CheckedFile['source']['info']): string {
  const texts = [
    info.format,
    info.encoding === null ? null : `${info.encoding}${info.bom ? ' with BOM' : ''}`,
    info.delimiter === null ? null : `delimiter ${DELIMITERS[info.delimiter] ?? info.delimiter}`,
    info.sheet === null ? null : `sheet "${plain(info.sheet)}"`,
    info.headerLine === null ? null : `header on line ${info.headerLine}`,
  ];
  return texts.filter((text) => text !== null).join(', ');
}

function codeText(
  { codes, problems }: FileCheck,
  code: CheckedProblem['code'],
  how: Shown,
): readonly string[] {
  const rows = problems.filter((problem) => problem.code === code);
  const [first] = rows;
  if (first === undefined) return [];
  const count = codes.get(code) ?? 0;
  const same = rows.every((row) => row.message === first.message);
  return [
    `${code}, ${counted(count, 'record')} (${WHAT[first.kind]})${same ? `: ${plain(how.row(first.message, first.phone))}` : ''}`,
    ...rows.map((row) => {
      const quoted = [place(row), row.field, same ? null : row.message].map((part) =>
        part === null ? null : how.row(part, row.phone),
      );
      const [where = null, field = null, message = null] = quoted;
      const parts = [where, field, row.phone === null ? null : how.phone(row.phone), message];
      return `  ${plain(parts.filter((part) => part !== null).join('  '))}`;
    }),
    ...(count > rows.length && rows.length > 0 ? [`  … ${grouped(count - rows.length)} more`] : []),
  ];
}

function duplicatesText({ counts, duplicates }: FileCheck, how: Shown): readonly string[] {
  if (counts.duplicate === 0) return [];
  const more = counts.duplicate - duplicates.length;
  return [
    `Duplicates, ${counted(counts.duplicate, 'record')}: same lead as an earlier record; only the earlier one is sent`,
    ...duplicates.map(
      (duplicate) =>
        `  ${how.row(place(duplicate), duplicate.phone)}  ${how.phone(duplicate.phone)}  as ${plain(how.row(duplicate.of.file ?? 'flags', duplicate.phone))} record ${duplicate.of.record}`,
    ),
    ...(more > 0 ? [`  … ${grouped(more)} more`] : []),
  ];
}

function nextText({ counts, files }: FileCheck): readonly string[] {
  const names = files.map(({ source }) => pathArgument(source.info.file ?? '-'));
  if (counts.invalid > 0) {
    return [
      'Next: fix the invalid rows, or send the others and write the invalid rows to a file:',
      `  ${command('send', ...names, '--rejects', freeName('rejects.csv'))}`,
    ];
  }
  return counts.wouldSend > 0 ? [`Next: ${command('send', ...names, '--dry-run')}`] : [];
}

/** `leads.csv:12`; `leads.json record 12` where there is no line. */
function place(row: {
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
}): string {
  const file = plain(row.file ?? 'flags');
  return row.line === null ? `${file} record ${row.record}` : `${file}:${row.line}`;
}

/** A header on one line; a whole question is cut. */
function shown(header: string, how: Shown): string {
  return cutTo(plain(how.name(header)).trim().replace(/\s+/g, ' '), 44);
}

/**
 * The report as the one object that `check FILE --json` prints:
 * `{type, files: [{file, format, encoding, bom, delimiter, sheet, preset, timezone, dateOrder, columns: [{header,
 * field}], ignored, notes, records}], records, counts: {wouldSend, duplicate, skipped, invalid}, codes: {CODE:
 * records}, problems: [{file, record, line, kind, code, field, message, phone}], duplicates: [{file, record, line,
 * phone, of}]}`. `problems` holds the first five rows of each code, `duplicates` the first five. Phones are whole, as
 * in all JSON.
 */
export function checkJson(check: FileCheck): string {
  const { files, records, counts, codes, problems, duplicates } = check;
  return JSON.stringify({
    type: 'check',
    files: files.map(({ source, records: own }) => ({
      file: source.info.file,
      format: source.info.format,
      encoding: source.info.encoding,
      bom: source.info.bom,
      delimiter: source.info.delimiter,
      sheet: source.info.sheet,
      preset: source.preset?.name ?? null,
      timezone: source.timezone,
      dateOrder: source.dateOrder,
      columns: source.columns.map(({ header, target }) => ({ header, field: target })),
      ignored: source.ignored,
      notes: source.notes,
      records: own,
    })),
    records,
    counts,
    codes: Object.fromEntries(codes),
    problems,
    duplicates,
  });
}
