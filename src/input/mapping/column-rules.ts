// Columns named by the user (`--column "Header=field"`, the configuration's `columns`), and the errors for a field
// without a column or a column without a field: they list the headers seen and the --column to add.
import { FIELDS, fieldByName } from '../../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../../lead/lead.ts';
import { nearest } from '../../util/nearest.ts';
import { plain } from '../../util/plain.ts';
import { inQuotes } from '../../util/shell.ts';
import { UsageError } from '../../util/usage-error.ts';
import { headerKey } from '../presets/index.ts';

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

/** The error for a table without a column for a required field. */
export function missingColumn(field: FieldName, headers: readonly string[], file: string): UsageError {
  const likely = headers.find((header) => LOOKS_LIKE[field]?.test(header) ?? false);
  const example = likely ?? headers.find((header) => header.trim() !== '') ?? 'Header';
  const orSet = field === 'phone' ? '' : `, or set one value for all records: --set ${field}=VALUE`;
  return new UsageError(
    `${plain(file)}: no column for ${field}. ${headersSeen(headers)}`,
    `Name the column that holds it: ${columnOption(example, field)}${orSet}.`,
  );
}

/** The error for --column headers that no table has, with the nearest one. @returns null if all are found */
export function unknownHeaders(
  rules: readonly ColumnRule[],
  tables: readonly (readonly string[])[],
): string | null {
  const all = tables.flat();
  const known = new Set(all.map(headerKey));
  const lines = rules
    .filter((rule) => !known.has(headerKey(rule.header)))
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

const LOOKS_LIKE: Readonly<Partial<Record<FieldName, RegExp>>> = {
  phone: /phone|mobile|contact|whats|cell|tel|number|mob/i,
  campaignId: /campaign|project/i,
};

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
