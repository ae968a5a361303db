// How `check` tells what was decided about one file: format, header, known export, dates, every note of the readers, and
// the table of its columns with what the first rows became.
import type { CheckedFile } from '../input/check.ts';
import type { ShownCell, ShownRow } from '../input/first-rows.ts';
import type { PreparedSource } from '../input/mapping/prepared-file.ts';
import type { NoteKind, SourceInfo } from '../input/record.ts';
import type { DateOrder } from '../lead/date.ts';
import { grouped } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { inQuotes } from '../util/shell.ts';
import { cutTo } from '../util/text.ts';
import type { CheckShown } from './check-shown.ts';
import { shortTime } from './short-time.ts';
import { tableText } from './table-text.ts';

/** What a note is about, as the first column of the page. */
const LABELS: Readonly<Record<NoteKind, string>> = {
  preset: 'export',
  header: 'header',
  columns: 'columns',
  phones: 'phones',
  country: 'country',
  dates: 'dates',
  sheet: 'sheet',
  hidden: 'hidden',
  records: 'records',
  text: 'text',
};

/** The order of the page: what the file is, where it starts, what it holds, what is special. */
const ORDER: readonly NoteKind[] = [
  'preset',
  'sheet',
  'records',
  'header',
  'columns',
  'phones',
  'country',
  'dates',
  'text',
  'hidden',
];

const ORDERS: Readonly<Record<DateOrder, string>> = {
  DMY: 'day, month, year (DMY)',
  MDY: 'month, day, year (MDY)',
  YMD: 'year, month, day (YMD)',
};

/** `  header   line 6`: one line a decision. */
export function decisionsText(source: PreparedSource, how: CheckShown): readonly string[] {
  const { info, notes } = source;
  const told = (kind: NoteKind) =>
    notes.filter((note) => note.kind === kind).map(({ text }) => how.name(text));
  const lines = ORDER.flatMap((kind): readonly (readonly [string, string])[] => {
    const texts = told(kind);
    const own = ownWords(kind, source, texts.length > 0);
    return [...own, ...texts].map((text) => [LABELS[kind], text] as const);
  });
  const dated = datesText(source);
  const all = [
    ['format', formatText(info)] as const,
    ...lines.filter(([label]) => label !== LABELS.dates && label !== LABELS.text && label !== LABELS.hidden),
    [LABELS.dates, dated] as const,
    ...lines.filter(([label]) => label === LABELS.dates || label === LABELS.text || label === LABELS.hidden),
  ];
  const rows = all.map(([label, text], index) => [label === all[index - 1]?.[0] ? '' : label, plain(text)]);
  return tableText(rows, '  ').trimEnd().split('\n');
}

function datesText({ columns, dateOrder, timezone }: PreparedSource): string {
  if (!columns.some(({ target }) => target === 'contactedAt'))
    return 'no column with the date of the enquiry';
  const order = dateOrder === null ? 'none depends on the order of day and month' : ORDERS[dateOrder];
  return `${order}; without an offset they are in ${timezone}`;
}

/** What is said of a kind beside its notes. */
function ownWords(kind: NoteKind, { preset, info }: PreparedSource, noted: boolean): readonly string[] {
  switch (kind) {
    case 'preset':
      if (noted) return [];
      return [preset === null ? 'not a known one: columns are matched by their names' : preset.title];
    case 'sheet':
      return noted || info.sheet === null ? [] : [`"${info.sheet}"`];
    case 'header':
      if (noted || info.headers === null) return [];
      if (info.headerLine === null) return ['none: the first row is read as a lead (--no-header)'];
      return [`${info.format === 'xlsx' ? 'row' : 'line'} ${info.headerLine}`];
    default:
      return [];
  }
}

const DELIMITERS: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
};

function formatText(info: SourceInfo): string {
  const texts = [
    info.format,
    info.encoding === null ? null : `${info.encoding}${info.bom ? ' with BOM' : ''}`,
    info.delimiter === null ? null : `delimiter ${DELIMITERS[info.delimiter] ?? info.delimiter}`,
  ];
  return texts.filter((text) => text !== null).join(', ');
}

/** A header on one line; a whole question is cut. */
const MAX_HEADER = 36;
const MAX_VALUE = 24;

/** The columns, where each goes, and what it became in the first rows. */
export function firstRowsText({ source, first }: CheckedFile, how: CheckShown): readonly string[] {
  const { columns, info, timezone } = source;
  const word = info.format === 'xlsx' ? 'row' : 'line';
  const rows = columns.flatMap(({ header, target }, column) => {
    const name = header.trim();
    if (name === '' && target === null && !first.unnamed.has(column)) return [];
    const values = first.rows.map((row) => cellText(row, column, target, timezone, how));
    return [[shown(nameOf(header, column), how), plain(target ?? '(not sent)'), ...values]];
  });
  if (rows.length === 0) return [];
  const places = first.rows.map(({ line, record }) =>
    line === null ? `record ${record}` : `${word} ${line}`,
  );
  return tableText([['column', 'becomes', ...places], ...rows], '  ')
    .trimEnd()
    .split('\n');
}

function cellText(
  row: ShownRow,
  column: number,
  target: string | null,
  timezone: string,
  how: CheckShown,
): string {
  const cell = row.cells[column];
  if (cell === undefined || cell.value === null || cell.field === null) return '';
  const numbers = valuesOf(row, ['phone', 'altPhone']);
  const text = valueText(cell, numbers, valuesOf(row, ['externalId']), timezone, how);
  const field = cell.field.startsWith('extra.') ? 'extra' : cell.field;
  const elsewhere = cell.field === target || target === 'budget' ? '' : ` (${field})`;
  return plain(`${cutTo(text.replace(/\s+/g, ' '), MAX_VALUE)}${elsewhere}`);
}

function valueText(
  { field, value }: ShownCell,
  numbers: readonly string[],
  ids: readonly string[],
  timezone: string,
  how: CheckShown,
): string {
  if (value === null || field === null) return '';
  if (field === 'phone' || field === 'altPhone') return how.phone(value);
  if (field === 'contactedAt') return shortTime(value, timezone);
  if (field === 'budget') return rupees(value);
  // Our own words and the ids of ad platforms; all else is text from outside.
  if (field === 'apartmentTypes') return value;
  if (/^extra\..*_id$/.test(field)) return how.name(value);
  return how.value(value, numbers, ids);
}

/** `5000000-12000000` -> `5,000,000 to 12,000,000`. */
function rupees(range: string): string {
  const [least = '', most = ''] = range.split('-');
  const shown = (text: string) => grouped(Number(text));
  if (least === '') return `up to ${shown(most)}`;
  return most === '' ? `from ${shown(least)}` : `${shown(least)} to ${shown(most)}`;
}

function valuesOf({ cells }: ShownRow, fields: readonly string[]): readonly string[] {
  return cells.flatMap(({ field, value }) =>
    value !== null && field !== null && fields.includes(field) ? [value] : [],
  );
}

/** A column without a name, as a reader may have called it already. */
const NO_NAME = /^column \d+ \(no name\)$/;
/** Columns that nobody should be led to send: numbers, and people of the team. */
const SOMEBODY = /phone|mobile|number|agent|owner|assign|user|dnc/i;

/** What is not sent because no field is known for it, and the option that sends it all the same. */
export function leftOutText({ source, first }: CheckedFile, how: CheckShown): readonly string[] {
  const { columns, ignored } = source;
  const names = new Set(ignored.map((name) => name.trim()));
  const left = columns.flatMap(({ header, target }, column) => {
    const name = header.trim();
    if (target !== null || /^leadpush_/i.test(name)) return [];
    return names.has(name) || (name === '' && first.unnamed.has(column)) ? [{ header, column }] : [];
  });
  const name = nameAmong(left, first);
  const one = name ?? left.find(({ header }) => !SOMEBODY.test(header)) ?? left[0];
  if (one === undefined) return [];
  const listed = left.map(({ header, column }) => shown(nameOf(header, column), how)).join(', ');
  const named = NO_NAME.test(nameOf(one.header, one.column))
    ? `#${one.column + 1}`
    : plain(one.header.trim());
  const field = one === name ? 'name' : `extra.${slug(nameOf(one.header, one.column))}`;
  const option = `--column ${inQuotes(`${named}=${field}`)}`;
  return [
    `  Not sent: ${listed}.`,
    `  To send one all the same, add it to the command, such as ${how.name(option)}`,
  ];
}

/** What is done about names where a file has no column for them; null: it has one. */
export function nameAdvice({ first }: CheckedFile, how: CheckShown): string | null {
  if (first.name.read) return null;
  const header = first.name.likely?.header.trim() ?? 'Header';
  const option = `--column ${inQuotes(`${plain(header)}=name`)}`;
  return `No column is read as the name. If it is in another column, name that column: ${how.name(option)}`;
}

function nameAmong<T extends { readonly column: number }>(
  left: readonly T[],
  { name }: CheckedFile['first'],
): T | undefined {
  return name.read ? undefined : left.find(({ column }) => column === name.likely?.column);
}

/** `Ad set` -> `ad_set`; `column 6 (no name)` -> `column_6`. */
function slug(name: string): string {
  return (
    name
      .replace(/ \(no name\)$/, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '_')
      .replace(/^_|_$/g, '') || 'value'
  );
}

/** A column without a name is known by its place. */
function nameOf(header: string, column: number): string {
  return header.trim() === '' ? `column ${column + 1} (no name)` : header;
}

function shown(header: string, how: CheckShown): string {
  return cutTo(plain(how.name(header)).trim().replace(/\s+/g, ' '), MAX_HEADER);
}
