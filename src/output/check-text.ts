// What `leadpush check FILE` found, for people and as one JSON object.
import type { CheckedFile, CheckedProblem, FileCheck } from '../input/check.ts';
import { pathArgument } from '../util/shell.ts';
import { cutTo, plain } from '../util/text.ts';
import { maskMobiles, maskPhone, maskQuoted } from './mask-phone.ts';
import { command } from './next-commands.ts';
import { tableText } from './table-text.ts';

/** How people's data are shown: masked, or whole with --show-pii. */
interface Shown {
  readonly phone: (phone: string) => string;
  /** Headers and notes, which may be a row's cells where a file has no header. */
  readonly name: (text: string) => string;
  /** What tells of one row. */
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
  warning: 'sent all the same',
  skip: 'skipped',
};

/** The report as text; ends with a line break. */
export function checkText(rehearsal: FileCheck, showPii: boolean): string {
  const how = showPii ? WHOLE : MASKED;
  const { counts, records } = rehearsal;
  const parts = [
    ...rehearsal.files.map((file) => fileText(file, how)),
    [
      `${amount(records, 'record')}: ${number(counts.wouldSend)} would be sent, ${number(counts.duplicate)} duplicate, ` +
        `${number(counts.skipped)} skipped, ${number(counts.invalid)} invalid`,
    ],
    ...[...rehearsal.codes.keys()].map((code) => codeText(rehearsal, code, how)),
    duplicatesText(rehearsal, how),
    nextText(rehearsal),
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
    `${plain(how.name(info.file ?? 'flags'))}: ${amount(records, 'record')}`,
    `  ${formatText(info)}`,
    `  ${source.preset === null ? 'no known export: columns go by their names' : source.preset.title}`,
    `  dates without an offset: ${source.timezone}; order of day and month: ${source.dateOrder ?? 'not needed'}`,
    ...source.notes.map(
      (note) => `  note: ${plain(how.name(note.replace(`${info.file ?? 'flags'}: `, '')))}`,
    ),
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
    `${code}, ${amount(count, 'record')} (${WHAT[first.kind]})${same ? `: ${plain(how.row(first.message, first.phone))}` : ''}`,
    ...rows.map((row) => {
      const quoted = [place(row), row.field, same ? null : row.message].map((part) =>
        part === null ? null : how.row(part, row.phone),
      );
      const [where = null, field = null, message = null] = quoted;
      const parts = [where, field, row.phone === null ? null : how.phone(row.phone), message];
      return `  ${plain(parts.filter((part) => part !== null).join('  '))}`;
    }),
    ...(count > rows.length && rows.length > 0 ? [`  … ${number(count - rows.length)} more`] : []),
  ];
}

function duplicatesText({ counts, duplicates }: FileCheck, how: Shown): readonly string[] {
  if (counts.duplicate === 0) return [];
  const more = counts.duplicate - duplicates.length;
  return [
    `Duplicates, ${amount(counts.duplicate, 'record')}: same phone and project as an earlier record; only that one is sent`,
    ...duplicates.map(
      (twin) =>
        `  ${how.row(place(twin), twin.phone)}  ${how.phone(twin.phone)}  as ${plain(how.row(twin.of.file ?? 'flags', twin.phone))} record ${twin.of.record}`,
    ),
    ...(more > 0 ? [`  … ${number(more)} more`] : []),
  ];
}

function nextText({ counts, files }: FileCheck): readonly string[] {
  const names = files.map(({ source }) => pathArgument(source.info.file ?? '-'));
  if (counts.invalid > 0) {
    return [
      'Mend the invalid rows, or send the others and have these written to a file of their own:',
      `  ${command('send', ...names, '--rejects', 'rejects.csv')}`,
    ];
  }
  return counts.wouldSend > 0 ? [`Next: ${command('send', ...names, '--dry-run')}`] : [];
}

/** `leads.csv:12`, or `leads.json record 12` where there is no line. */
function place(row: {
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
}): string {
  const file = plain(row.file ?? 'flags');
  return row.line === null ? `${file} record ${row.record}` : `${file}:${row.line}`;
}

/** A header on one line, cut where it is a whole question. */
function shown(header: string, how: Shown): string {
  return cutTo(plain(how.name(header)).trim().replace(/\s+/g, ' '), 44);
}

function amount(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const number = (value: number): string => value.toLocaleString('en-US');

/**
 * The report as the one object that `check FILE --json` prints:
 * `{type, files: [{file, format, encoding, bom, delimiter, sheet, preset, timezone, dateOrder, columns: [{header, field}],
 * ignored, notes, records}], records, counts: {wouldSend, duplicate, skipped, invalid}, codes: {CODE: records},
 * problems: [{file, record, line, kind, code, field, message, phone}], duplicates: [{file, record, line, phone, of}]}`.
 * `problems` holds the first five rows of each code, `duplicates` the first five. Phones are whole, as in all JSON.
 */
export function checkJson(rehearsal: FileCheck): string {
  const { files, records, counts, codes, problems, duplicates } = rehearsal;
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
