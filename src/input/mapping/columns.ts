// Maps columns to fields: by --column, configuration, preset, alias and question, in this order. Pure; a plan is made
// once per header (or shape of JSON record) and used for every row.
import { fieldByName } from '../../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../../lead/lead.ts';
import { headerKey } from '../presets/index.ts';
import type { Preset } from '../presets/preset.ts';
import type { TableFacts } from '../record.ts';
import { CAMPAIGN_ID_KEY, headerZone, timeKeyOf } from './column-claims.ts';
import { missingPhone, twoColumns } from './column-rules.ts';
import { type Claim, type ColumnRules, HeaderReader, LEVEL } from './header-reader.ts';

type Field = FieldName | 'budget';

/** The columns of one field that are tried in order in each row; further ones are reported as not sent. */
const MAX_IN_TURN = 64;

/** The source of one field's text. */
export interface Slot {
  readonly field: Field;
  /** Column indexes; the first that is filled counts. */
  readonly columns: readonly number[];
  /** Index of the column with the time of day for the first column's date. */
  readonly time: number | null;
  /** The zone that the first column's header names, `GMT+5:30`, for dates without an offset. */
  readonly zone: string | null;
  /** Removed from the start of the value. */
  readonly prefix: string | null;
  /** `_` stands for a space in answers to a form's questions. */
  readonly underscored: boolean;
  /** A value such as `c:1202…` belongs to an ad platform and goes to extra.ad_campaign_id, whatever the header. */
  readonly guarded: boolean;
}

export interface ColumnPlan {
  /** One per header; null: not sent. */
  readonly targets: readonly (ColumnTarget | null)[];
  readonly slots: readonly Slot[];
  readonly extras: readonly {
    readonly name: string;
    readonly column: number;
    readonly prefix: string | null;
  }[];
  /** Columns with the platform's mark for test leads. */
  readonly tests: readonly number[];
  /** Headers of columns that are not sent, in order. */
  readonly ignored: readonly string[];
  /** Fields that a row can set. */
  readonly fields: ReadonlySet<FieldName>;
  /** The header to name if a phone is missing. */
  readonly phoneHeader: string | null;
}

/**
 * Plans a table's columns.
 * @param file as the user gave it, for messages
 * @throws UsageError if two columns claim one field or there is no phone column
 */
export function planColumns(
  headers: readonly string[],
  rules: ColumnRules,
  file: string,
  table?: TableFacts,
): ColumnPlan {
  const plan = makePlan(headers, rules, (chain) => refuseTwins(chain, headers, file));
  if (!plan.fields.has('phone')) throw missingPhone(headers, file, table);
  return plan;
}

/** Plans a JSON record's keys. Nothing is an error, because the next record may have other keys. */
export function planKeys(keys: readonly string[], rules: ColumnRules): ColumnPlan {
  return makePlan(keys, rules, () => undefined);
}

function makePlan(
  headers: readonly string[],
  rules: ColumnRules,
  judge: (chain: readonly Claim[]) => void,
): ColumnPlan {
  const keys = headers.map(headerKey);
  const found: Claim[] = [];
  const tests: number[] = [];
  const decided = new Set<number>();
  const reader = new HeaderReader(rules, headers, keys);
  for (const [column, header] of headers.entries()) {
    const read = reader.read(header, keys[column] ?? '', column);
    if (read === 'silent' || read === 'test') decided.add(column);
    if (read === 'test') tests.push(column);
    if (typeof read !== 'string') found.push(...read);
  }
  const times = timePartners(found, keys);
  const extras = found.filter((claim) => fieldOf(claim.target) === null);
  const byField = new Map<Field, Claim[]>();
  for (const claim of found) {
    const field = fieldOf(claim.target);
    if (field === null || (claim.level < LEVEL.preset && times.has(claim.column))) continue;
    const claims = byField.get(field);
    if (claims === undefined) byField.set(field, [claim]);
    else claims.push(claim);
  }

  const slots: Slot[] = [];
  const targets: (ColumnTarget | null)[] = headers.map(() => null);
  for (const claims of byField.values()) {
    const chain = bestOf(claims);
    judge(chain);
    const slot = slotOf(chain, rules.preset, times, keys);
    if (slot === null) continue;
    slots.push(slot);
    for (const column of slot.columns) targets[column] ??= slot.field;
    if (slot.time !== null) targets[slot.time] ??= slot.field;
  }
  for (const claim of extras) targets[claim.column] ??= claim.target;

  return {
    targets,
    slots,
    extras: extras.map((claim) => ({
      name: claim.target.slice('extra.'.length),
      column: claim.column,
      prefix: rules.preset?.prefixes?.[claim.target] ?? (claim.key === CAMPAIGN_ID_KEY ? 'c:' : null),
    })),
    tests,
    ignored: headers.filter(
      (header, column) => targets[column] === null && !decided.has(column) && header.trim() !== '',
    ),
    fields: fieldsOf(slots),
    phoneHeader: phoneHeader(slots, headers, rules.preset),
  };
}

/** Time column -> date column. The time column claims no field itself. */
function timePartners(claims: readonly Claim[], keys: readonly string[]): ReadonlyMap<number, number> {
  const partners = new Map<number, number>();
  const columnOf = new Map<string, number>();
  for (const [column, key] of keys.entries()) if (!columnOf.has(key)) columnOf.set(key, column);
  for (const { target, key, column } of claims) {
    const time = target === 'contactedAt' ? timeKeyOf(key) : null;
    const partner = time === null ? -1 : (columnOf.get(time) ?? -1);
    if (partner >= 0 && !partners.has(partner)) partners.set(partner, column);
  }
  return partners;
}

/** The claims of the highest level, best first. */
function bestOf(claims: readonly Claim[]): readonly Claim[] {
  const level = claims.reduce<number>((highest, claim) => Math.max(highest, claim.level), 0);
  return claims
    .filter((claim) => claim.level === level)
    .sort((a, b) => a.rank - b.rank || canonicalFirst(a, b) || a.column - b.column);
}

function canonicalFirst(a: Claim, b: Claim): number {
  return Number(b.header === b.target) - Number(a.header === a.target);
}

function slotOf(
  chain: readonly Claim[],
  preset: Preset | null,
  times: ReadonlyMap<number, number>,
  keys: readonly string[],
): Slot | null {
  const [first] = chain;
  if (first === undefined) return null;
  const field = fieldOf(first.target);
  if (field === null) return null;
  const time =
    field === 'contactedAt' ? [...times].find(([, date]) => date === first.column)?.[0] : undefined;
  const byForm = first.level <= LEVEL.alias;
  return {
    field,
    columns: chain.slice(0, MAX_IN_TURN).map((claim) => claim.column),
    time: time ?? null,
    zone: field === 'contactedAt' ? headerZone(first.header) : null,
    prefix: preset?.prefixes?.[field] ?? null,
    underscored: byForm && preset?.underscored === true && field !== 'phone' && field !== 'email',
    guarded:
      field === 'campaignId' &&
      chain.some((claim) => keys[claim.column] === CAMPAIGN_ID_KEY) &&
      first.level < LEVEL.override,
  };
}

function refuseTwins(chain: readonly Claim[], headers: readonly string[], file: string): void {
  const [first, second] = chain;
  if (first === undefined || second === undefined || second.rank > first.rank) return;
  // A preset's list is in order of preference; a user who names a header that occurs twice means both.
  if (first.level === LEVEL.preset || (first.level >= LEVEL.configured && first.key === second.key)) return;
  throw twoColumns(first.target, [first.header, second.header], headers, file);
}

function fieldOf(target: ColumnTarget): Field | null {
  return fieldByName(target)?.name ?? null;
}

function fieldsOf(slots: readonly Slot[]): ReadonlySet<FieldName> {
  const fields = new Set<FieldName>();
  for (const { field } of slots) for (const name of filledBy(field)) fields.add(name);
  return fields;
}

/** The fields that a value for this target sets. */
export function filledBy(target: ColumnTarget): readonly FieldName[] {
  const field = fieldByName(target)?.name;
  if (field === undefined) return [];
  if (field === 'budget') return ['budgetMin', 'budgetMax'];
  return field === 'firstName' || field === 'lastName' ? [field, 'name'] : [field];
}

function phoneHeader(
  slots: readonly Slot[],
  headers: readonly string[],
  preset: Preset | null,
): string | null {
  const column = slots.find((slot) => slot.field === 'phone')?.columns[0];
  const header = column === undefined ? undefined : headers[column]?.trim();
  if (header !== undefined) return header;
  const known = Object.entries(preset?.columns ?? {}).find(([, target]) => target === 'phone');
  return known?.[0] ?? null;
}
