// Columns named by the user (`--column "Header=field"`, the configuration's `columns`), and the errors for a field
// without a column or a column without a field: they list the headers seen and the --column to add.
import { FIELDS, fieldByName } from '../../lead/fields.ts';
import type { ColumnTarget } from '../../lead/lead.ts';
import { nearest } from '../../util/nearest.ts';
import { plain } from '../../util/plain.ts';
import { inQuotes } from '../../util/shell.ts';
import { UsageError } from '../../util/usage-error.ts';
import { headerKey } from '../presets/index.ts';
import type { TableFacts } from '../record.ts';
import { saysOthersNumber } from './header-meaning.ts';

/** A header that the user has mapped; null: not sent. */
export interface ColumnRule {
  readonly header: string;
  readonly target: ColumnTarget | null;
}

/**
 * Parses a target as the user writes it: a field's name or flag, `budget`, `extra.NAME`, or nothing.
 * @param where for messages, `--column "BHK=…"`
 * @throws UsageError for an unknown field
 */
export function columnRule(header: string, target: string, where: string): ColumnRule {
  const text = target.trim();
  if (text === '') return { header, target: null };
  return { header, target: columnTarget(text, where) };
}

/** @throws UsageError for an unknown field, with the nearest one */
export function columnTarget(text: string, where: string): ColumnTarget {
  const extra = /^extra\.(.+)$/s.exec(text)?.[1];
  if (extra !== undefined) return `extra.${extra.trim()}`;
  const field = fieldByName(text) ?? FIELDS.find((spec) => spec.flag === text.replace(/^--/, ''));
  if (field) return field.name;
  const near = nearest(
    text,
    FIELDS.map((spec) => spec.name),
  );
  throw new UsageError(
    `${where}: "${plain(text)}" is not a field.${near === null ? '' : ` Did you mean "${near}"?`}`,
    `The fields are ${FIELDS.map((spec) => spec.name).join(', ')}; use extra.NAME for anything else.`,
  );
}

/** `#5`, the fifth column -> 4; null for a header. */
export function placeOf(header: string): number | null {
  const place = /^#([1-9]\d{0,4})$/.exec(header.trim())?.[1];
  return place === undefined ? null : Number(place) - 1;
}

/** How a column without a name is shown. */
export function unnamedColumn(column: number): string {
  return `column ${column + 1} (no name)`;
}

/** The columns of phones and e-mails of a table without a header, as rules. */
export function foundColumns(table: TableFacts | undefined): readonly ColumnRule[] {
  if (table?.headerless !== true || table.contacts === null) return [];
  const { phones, emails } = table.contacts;
  const rule = (target: ColumnTarget) => (column: number) => ({ header: String(column + 1), target });
  return [
    ...phones.slice(0, 1).map(rule('phone')),
    ...phones.slice(1, 2).map(rule('altPhone')),
    ...emails.slice(0, 1).map(rule('email')),
  ];
}

/** The error for a table without a column of phones. It only names a column whose cells are phones. */
export function missingPhone(headers: readonly string[], file: string, table?: TableFacts): UsageError {
  const found = table?.contacts?.phones ?? [];
  const column = found.find((one) => !saysOthersNumber(headers[one] ?? ''));
  const sheets = table?.otherSheets ?? null;
  const others = sheets === null ? '' : ` Or read another sheet with --sheet: ${sheets}.`;
  const seen =
    table?.headerless === true
      ? ` Without a header the columns are named 1 to ${headers.length}.`
      : ` ${headersSeen(headers.filter((one) => one.trim() !== ''))}`;
  return new UsageError(
    `${plain(file)}: no column for phone.${seen}`,
    column === undefined
      ? `${noPhones(found, headers)} Check that this is the file of leads, or name the column with --column.${others}`
      : `Name the column that holds it: ${columnOption(nameOf(column, headers), 'phone')}.${others}`,
  );
}

/** Columns of an agent's phones, or of fax numbers, are named, and not advised. */
function noPhones(found: readonly number[], headers: readonly string[]): string {
  if (found.length === 0) return 'No column of the first rows holds phones.';
  const shown = found.slice(0, 3).map((column) => quote((headers[column] ?? '').trim()));
  return `By the name of its column, the phone in ${shown.join(', ')} is not the lead's.`;
}

/** A header that no other column has, else the column's place. */
function nameOf(column: number, headers: readonly string[]): string {
  const header = headers[column] ?? '';
  const key = headerKey(header);
  const same = headers.filter((other) => headerKey(other) === key);
  return header.trim() === '' || same.length > 1 ? `#${column + 1}` : header;
}

/** The error for --column headers that no table has, with the nearest one. @returns null if all are found */
export function unknownHeaders(
  rules: readonly ColumnRule[],
  tables: readonly (readonly string[])[],
): string | null {
  const all = tables.flat();
  const known = new Set(all.map(headerKey));
  const lines = rules
    .filter((rule) => {
      const place = placeOf(rule.header);
      const there = place !== null && tables.some((headers) => place < headers.length);
      return !there && !known.has(headerKey(rule.header));
    })
    .map((rule) => {
      const near = nearest(rule.header, all);
      return `--column: no column ${quote(rule.header)}.${near === null ? '' : ` Did you mean ${quote(near.trim())}?`}`;
    });
  return lines.length === 0 ? null : lines.join('\n');
}

/** `Headers seen: "Name", "Phone".` */
export function headersSeen(headers: readonly string[]): string {
  const shown = headers.slice(0, 60).map((header) => quote(header.trim()));
  const more = headers.length > shown.length ? ` and ${headers.length - shown.length} more` : '';
  return `Headers seen: ${shown.join(', ')}${more}.`;
}

/** A header is text from outside: it is shown on one line. */
const quote = (text: string): string => `"${plain(text)}"`;

/** `--column "Header=field"`, quoted so that it can be pasted into a shell. */
function columnOption(header: string, target: string): string {
  const shown = plain(header);
  return `--column ${inQuotes(`${headerKey(shown) === headerKey(header) ? shown : header}=${target}`)}`;
}

/** The error for two columns of a table that claim the same field. */
export function twoColumns(
  field: ColumnTarget,
  pair: readonly [string, string],
  headers: readonly string[],
  file: string,
): UsageError {
  const [first, second] = pair;
  if (first === second) {
    return new UsageError(
      `${plain(file)}: two columns are named ${quote(first)}, and both claim the field ${field}. ${headersSeen(headers)}`,
      `Rename one of them, or use the first filled one in each row: ${columnOption(first, field)}.`,
    );
  }
  const elsewhere = field === 'phone' ? 'altPhone' : 'extra.NAME';
  return new UsageError(
    `${plain(file)}: two columns claim the field ${field}: ${quote(first)} and ${quote(second)}. ${headersSeen(headers)}`,
    `Choose one: ${columnOption(first, field)} or ${columnOption(second, field)}; the other is then not sent. ` +
      `To send it under another name: ${columnOption(second, elsewhere)}.`,
  );
}

/** Columns of a table, from 1: `first-last`. */
export interface TablesBeside {
  readonly first: readonly [number, number];
  readonly second: readonly [number, number];
}

/** `Name, Phone, (empty), Name, Phone`: two tables side by side, whose rows are two leads each; null for one. */
export function tablesBeside(headers: readonly string[]): TablesBeside | null {
  const keys = headers.map(headerKey);
  const start = keys.findIndex((key) => key !== '');
  const gap = start < 0 ? -1 : keys.indexOf('', start);
  const again = gap < 0 ? -1 : keys.findIndex((key, column) => column > gap && key !== '');
  const width = gap - start;
  if (again < 0 || width < 2) return null;
  const same = keys.slice(start, gap).every((key, i) => key === keys[again + i]);
  return same ? { first: [start + 1, gap], second: [again + 1, again + width] } : null;
}

/** The error for two tables side by side. */
export function twoTables({ first, second }: TablesBeside, file: string): UsageError {
  const [from, to] = second;
  const dropped = Array.from({ length: to - from + 1 }, (_, i) => columnOption(`#${from + i}`, ''));
  return new UsageError(
    `${plain(file)}: two tables stand side by side: columns ${first.join('-')} and ${second.join('-')} have the same names.`,
    `Put the second one below the first. To read only the first, add ${dropped.join(' ')}`,
  );
}
