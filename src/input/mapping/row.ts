// Picks one record's cells by the plan of its columns, for lead/build.ts. Runs for every row, so it does no parsing.

import { isForeignCurrency, withBudgetUnit, withCurrency } from '../../lead/budget.ts';
import { addExtra, type Cell, type RawLead } from '../../lead/build.ts';
import type { PhoneCandidate } from '../../lead/choose-phone.ts';
import type { Problem } from '../../lead/codes.ts';
import { fieldByName } from '../../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../../lead/lead.ts';
import { isTestValue, saysTest } from '../../lead/test-lead.ts';
import { isAbsent, oneLine } from '../../lead/text.ts';
import { MAX_CELL } from '../limits.ts';
import type { Preset } from '../presets/preset.ts';
import type { InputRecord } from '../record.ts';
import type { ColumnPlan, Slot } from './columns.ts';
import { type PhoneColumn, phonesOf } from './phone-columns.ts';

type Field = FieldName | 'budget';

/** Turns records of one shape into raw leads. */
export type RowReader = (record: InputRecord) => RawLead;

/**
 * @param headers the table's header, or the JSON record's keys
 * @param set `--set` values, used if a record has none
 */
export function rowReader(
  plan: ColumnPlan,
  headers: readonly string[],
  preset: Preset | null,
  set: ReadonlyMap<ColumnTarget, string>,
): RowReader {
  const names = headers.map((header) => header.trim());
  const header = (column: number | undefined): string => (column === undefined ? '' : (names[column] ?? ''));
  const loose = [...names.keys()].filter((column) => plan.targets[column] === null);
  const fill = filler(set, preset);

  return (record) => {
    const { cells } = record;
    const values = new Map<Field, Cell>();
    const extra: Record<string, string> = Object.create(null);
    const phones = pickPhones(plan.phones, cells, values);
    for (const slot of plan.slots) {
      const column = filledColumn(slot, cells);
      let text = slotText(slot, column, cells);
      if (slot.guarded && AD_CAMPAIGN.test(text)) {
        extra['ad_campaign_id'] = text.trim().slice(2);
        text = '';
      }
      // An empty cell is kept to name its column; other fields are absent.
      if (text !== '' || NAMED_WHEN_EMPTY.has(slot.field))
        values.set(slot.field, { text, header: header(column) });
      if (slot.kept.length > 0) keepOthers(slot, column, cells, extra, header);
    }
    for (const { name, column, prefix } of plan.extras) {
      // In column order: after the row's end there are no cells.
      if (column >= cells.length) break;
      const text = withoutPrefix(cells[column] ?? '', prefix);
      if (text !== '' && extra[name] === undefined) extra[name] = oneLine(text);
    }
    if (!values.has('phone') && plan.phoneHeader !== null) {
      values.set('phone', { text: '', header: plan.phoneHeader });
    }
    fill(values, extra);
    const mark = testMark(plan, loose, cells, header);
    return { values, phones, extra, testMark: mark, warnings: record.warnings };
  };
}

/**
 * The error for a record with a mapped cell that is too long; else null. Columns that are not sent may hold anything,
 * such as a picture.
 */
export function tooLong({ keys, cells }: InputRecord, plan: ColumnPlan): Problem | null {
  // Most rows have no long cell; then the columns are not checked.
  const column = cells.findIndex((cell, index) => cell.length > MAX_CELL && plan.targets[index] != null);
  if (column < 0) return null;
  const field = keys[column]?.trim() ?? null;
  const most = MAX_CELL / 1024 / 1024;
  return {
    field,
    code: 'ROW_UNPARSABLE',
    message: `This record cannot be read: this cell holds more than ${most} million characters. Shorten it and send it again.`,
  };
}

/**
 * The error for a record whose keys say two things about who gets the lead (a table with two such columns is refused
 * as a whole); else null.
 */
export function contradiction({ keys, cells }: InputRecord, plan: ColumnPlan): Problem | null {
  for (const { field, columns } of plan.contested) {
    const filled = columns.filter((column) => !isEmpty(cells[column] ?? ''));
    const [first = 0] = filled;
    const other = filled.find((column) => oneLine(cells[column] ?? '') !== oneLine(cells[first] ?? ''));
    if (other === undefined) continue;
    const names = [first, other].map((column) => `"${keys[column]?.trim() ?? ''}"`);
    return {
      field: keys[first]?.trim() ?? null,
      code: 'FIELD_MISSING',
      message: `Two keys claim the field ${field} and differ: ${names.join(' and ')}. Choose one with --column "${keys[first]?.trim() ?? ''}=${field}".`,
    };
  }
  return null;
}

/** Meta writes `c:` before a campaign id. */
const AD_CAMPAIGN = /^\s*c:\d+\s*$/;

const NAMED_WHEN_EMPTY: ReadonlySet<Field> = new Set<Field>(['phone', 'name', 'firstName', 'lastName']);

function isEmpty(text: string): boolean {
  return text === '' || isAbsent(oneLine(text));
}

/** The slot's first filled column, else its first column. */
function filledColumn(slot: Slot, cells: readonly string[]): number | undefined {
  const { columns, prefix } = slot;
  if (columns.length === 1) return columns[0];
  return columns.find((column) => !isEmpty(withoutPrefix(cells[column] ?? '', prefix))) ?? columns[0];
}

function slotText(slot: Slot, column: number | undefined, cells: readonly string[]): string {
  if (column === undefined) return '';
  let text = withoutPrefix(cells[column] ?? '', slot.prefix);
  if (slot.time !== null && column === slot.columns[0]) text = withTime(text, cells[slot.time] ?? '');
  if (slot.zone !== null && column === slot.columns[0]) text = withZone(text, slot.zone);
  if (slot.unit !== null && column === slot.columns[0]) text = withBudgetUnit(text, slot.unit);
  if (slot.currency !== null && column === slot.columns[0]) text = withCurrency(text, slot.currency);
  if (slot.currencyColumn !== null) text = inCurrencyOf(cells[slot.currencyColumn] ?? '', text);
  if (slot.underscored && text.includes('_')) text = text.replaceAll('_', ' ');
  return text;
}

/** `1200000` beside `AED` -> `1200000 aed`; beside rupees, or nothing that is known, as it is. */
function inCurrencyOf(cell: string, text: string): string {
  if (text === '' || cell === '') return text;
  const currency = oneLine(cell)
    .toLowerCase()
    .split(/[^\p{L}$€£¥]+/u)
    .find((word) => isForeignCurrency(word) || /^[$€£¥]$/.test(word));
  return currency === undefined ? text : withCurrency(text, currency);
}

function withoutPrefix(text: string, prefix: string | null): string {
  if (prefix === null) return text;
  const start = text.trimStart();
  return start.startsWith(prefix) ? start.slice(prefix.length) : text;
}

/** A spreadsheet's day and time of day, as a fraction or as a clock time; null for neither. */
function serialWithTime(day: string, clock: string): string | null {
  if (/^0?\.\d+$/.test(clock)) return String(Number(day) + Number(clock));
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(clock) ?? [];
  if (hours === undefined) return null;
  return String(Number(day) + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) / 86_400);
}

/** `2026-10-05` + `14:03` -> `2026-10-05 14:03`; a time cell with a full date is used alone. */
function withTime(date: string, time: string): string {
  const clock = time.trim();
  const serial = /^\s*(\d{5})(?:\.0+)?\s*$/.exec(date)?.[1];
  if (serial !== undefined) return serialWithTime(serial, clock) ?? date;
  if (clock === '' || date.includes(':')) return date;
  if (/^\d{1,2}[:.]\d{2}|^\d{1,2}\s*[ap]\.?m/i.test(clock))
    return isEmpty(date) ? '' : `${date.trim()} ${clock}`;
  return /\d{4}/.test(clock) ? time : date;
}

/** `2026-10-05 14:03` of a column `Submit Date (UTC)` -> `2026-10-05 14:03 utc`; numbers and texts with a zone stay. */
function withZone(text: string, zone: string): string {
  const date = text.trim();
  return /[-/.:\s]/.test(date) &&
    !/^[\d.,]+$/.test(date) &&
    !/(?:z|[a-z]{3,4}\)?|[-+]\d{2}:?\d{2})$/i.test(date)
    ? `${date} ${zone}`
    : text;
}

/**
 * Sets the phone where only one cell can be it.
 * @returns the filled cells, best first, where it is to be chosen among them; else null
 */
function pickPhones(
  columns: readonly PhoneColumn[],
  cells: readonly string[],
  values: Map<Field, Cell>,
): readonly PhoneCandidate[] | null {
  const [best] = columns;
  if (best === undefined) return null;
  if (columns.length === 1 && best.codes.length === 0) {
    values.set('phone', { text: withoutPrefix(cells[best.column] ?? '', best.prefix), header: best.header });
    return null;
  }
  const found = phonesOf(columns, cells);
  const [first] = found;
  values.set('phone', first ?? { text: '', header: best.header });
  if (first === undefined || (found.length === 1 && first.codes.length + first.otherCodes.length === 0)) {
    return null;
  }
  return found;
}

/** What the other columns of a field say that one of them does not, goes to extra under their names. */
function keepOthers(
  slot: Slot,
  chosen: number | undefined,
  cells: readonly string[],
  extra: Record<string, string>,
  header: (column: number) => string,
): void {
  if (chosen === undefined) return;
  const seen = new Set([comparable(cells[chosen] ?? '')]);
  for (const column of slot.kept) {
    const text = withoutPrefix(cells[column] ?? '', slot.prefix);
    if (column === chosen || isEmpty(text) || seen.has(comparable(text))) continue;
    seen.add(comparable(text));
    addExtra(extra, header(column), text.trim());
  }
}

function comparable(text: string): string {
  return oneLine(text).toLowerCase();
}

/** The header of an unmapped cell that marks a test lead; build.ts checks mapped cells. */
function testMark(
  plan: ColumnPlan,
  loose: readonly number[],
  cells: readonly string[],
  header: (column: number) => string,
): string | null {
  for (const column of plan.tests) if (saysTest(cells[column] ?? '')) return header(column);
  for (const column of loose) {
    if (column >= cells.length) break;
    if (isTestValue(cells[column] ?? '')) return header(column);
  }
  return null;
}

type Fill = (values: Map<Field, Cell>, extra: Record<string, string>) => void;

/** Adds missing values: first from `--set`, then the preset's constants. */
function filler(set: ReadonlyMap<ColumnTarget, string>, preset: Preset | null): Fill {
  const fields: (readonly [Field, Cell])[] = [];
  const extras: (readonly [string, string])[] = [];
  for (const [target, text] of set) {
    const field = fieldByName(target);
    if (field === null) extras.push([target.slice('extra.'.length), text]);
    else fields.push([field.name, { text, header: `--set ${target}` }]);
  }
  const { source, subSource, placement } = preset?.constants ?? {};
  const constant = (text: string): Cell => ({ text, header: `--preset ${preset?.name ?? ''}` });
  return (values, extra) => {
    const lacks = (field: Field) => isEmpty(values.get(field)?.text ?? '');
    const unnamed = lacks('name') && lacks('firstName') && lacks('lastName');
    for (const [field, cell] of fields) {
      // A full name and its parts are the same information.
      if (lacks(field) && (unnamed || !isName(field))) values.set(field, cell);
    }
    for (const [name, text] of extras) extra[name] ??= text;
    // Source and sub-source belong together: a record with its own source does not get the preset's sub-source.
    if (source !== undefined && lacks('source') && lacks('subSource')) {
      values.set('source', constant(source));
      if (subSource !== undefined) values.set('subSource', constant(subSource));
    }
    if (placement !== undefined && lacks('placement')) values.set('placement', constant(placement));
  };
}

function isName(field: Field): boolean {
  return field === 'name' || field === 'firstName' || field === 'lastName';
}
