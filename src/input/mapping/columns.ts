// Maps columns to fields: by --column, configuration, preset, alias and question, in this order. Pure; a plan is made
// once per header (or shape of JSON record) and used for every row.
import { fieldByName, foldLetters } from '../../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../../lead/lead.ts';
import { type UsageError, usageErrors } from '../../util/usage-error.ts';
import { headerKey, unwrapped } from '../presets/index.ts';
import type { Preset } from '../presets/preset.ts';
import type { TableFacts } from '../record.ts';
import type { NamedColumn } from './calling-codes.ts';
import {
  CAMPAIGN_ID_KEY,
  headerCurrency,
  headerUnit,
  headerZone,
  namesCurrency,
  standing,
  timeKeyOf,
} from './column-claims.ts';
import { missingPhone, tablesBeside, twoColumns, twoTables } from './column-rules.ts';
import { containerOf, distance, holderOf, wrapperOf } from './header-path.ts';
import { type Claim, type ColumnRules, HeaderReader, LEVEL } from './header-reader.ts';
import { nearNames } from './near-names.ts';
import { knownPhones, type PhoneColumn, phoneColumns } from './phone-columns.ts';

type Field = FieldName | 'budget';

/** The columns of one field that are tried in order in each row; further ones are reported as not sent. */
const MAX_IN_TURN = 64;

/** The source of one field's text, other than a phone. */
export interface Slot {
  readonly field: Field;
  /** Column indexes; the first that is filled counts. */
  readonly columns: readonly number[];
  /** Of these, the columns whose own value is kept in extra where another one counts. */
  readonly kept: readonly number[];
  /** Index of the column with the time of day for the first column's date. */
  readonly time: number | null;
  /** The zone that the first column's header names, `GMT+5:30`, for dates without an offset. */
  readonly zone: string | null;
  /** The unit that the first column's header names, `lakhs`, for amounts without one. */
  readonly unit: string | null;
  /** The currency other than the rupee that the first column's header names, `AED`. */
  readonly currency: string | null;
  /** Index of the column that says in which currency a row's amounts are. */
  readonly currencyColumn: number | null;
  /** Removed from the start of the value. */
  readonly prefix: string | null;
  /** `_` stands for a space in answers to a form's questions. */
  readonly underscored: boolean;
  /** A value such as `c:1202…` belongs to an ad platform and goes to extra.ad_campaign_id, whatever the header. */
  readonly guarded: boolean;
}

/** Several columns that are taken for one field. */
export interface Together {
  readonly field: Field;
  /** Best first; `place` counts from 1 and is there where another column has the same header. */
  readonly columns: readonly { readonly header: string; readonly place: number | null }[];
}

export interface ColumnPlan {
  /** One per header; null: not sent. */
  readonly targets: readonly (ColumnTarget | null)[];
  readonly slots: readonly Slot[];
  /** The columns that may hold the phone, best first. */
  readonly phones: readonly PhoneColumn[];
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
  readonly together: readonly Together[];
  /** Columns of one field that says who gets the lead: they must not contradict each other. */
  readonly contested: readonly { readonly field: Field; readonly columns: readonly number[] }[];
}

/**
 * Plans a table's columns.
 * @param file as the user gave it, for messages
 * @throws UsageError with all that is wrong: two columns for one field that says who gets the lead, no phone column
 */
export function planColumns(
  headers: readonly string[],
  rules: ColumnRules,
  file: string,
  table?: TableFacts,
): ColumnPlan {
  const plan = makePlan(headers, rules);
  const errors: UsageError[] = plan.contested.map(({ field, columns: [first = 0, second = 0] }) =>
    twoColumns(field, [(headers[first] ?? '').trim(), (headers[second] ?? '').trim()], headers, file),
  );
  const beside = tablesBeside(headers);
  if (beside !== null && plan.phones.some(({ column }) => column + 1 >= beside.second[0])) {
    errors.push(twoTables(beside, file));
  }
  if (plan.phones.length === 0) errors.push(missingPhone(headers, file, table));
  if (errors.length > 0) throw usageErrors(errors);
  return plan;
}

/** Plans a JSON record's keys. Nothing is an error, because the next record may have other keys. */
export function planKeys(keys: readonly string[], rules: ColumnRules): ColumnPlan {
  return makePlan(keys, rules);
}

function makePlan(headers: readonly string[], rules: ColumnRules): ColumnPlan {
  const keys = headers.map(headerKey);
  const reader = new HeaderReader(rules, headers, keys);
  const { found: named, codes, tests, decided } = readHeaders(headers, keys, reader);
  const phones = phoneColumns(knownPhones(named.filter(isPhoneClaim)), codes, rules.preset);
  const beside = besidePhone(headers, phones, reader, taken(named, codes, decided));
  const found = [...named, ...countries(codes, phones, keys), ...beside];
  const times = timePartners(found, keys);
  const extras = found.filter((claim) => fieldOf(claim.target) === null);
  const byField = new Map<Field, readonly Claim[]>();
  for (const claim of found) {
    const field = fieldOf(claim.target);
    if (field === null || (claim.level < LEVEL.preset && times.has(claim.column))) continue;
    if (isPhoneClaim(claim)) continue;
    byField.set(field, [...(byField.get(field) ?? []), claim]);
  }

  const names = nearNames(byField.get('name') ?? [], byField.get('firstName') ?? [], phones[0]?.header ?? '');
  if (names.length > 0) byField.set('name', names);
  else byField.delete('name');
  const slots: Slot[] = [];
  const contested: { field: Field; columns: readonly number[] }[] = [];
  const targets: (ColumnTarget | null)[] = headers.map(() => null);
  for (const [index, phone] of phones.entries()) {
    const first = index === 0 && !phone.namedSecond;
    targets[phone.column] = phone.second && !first ? 'altPhone' : 'phone';
    for (const code of phone.codes) targets[code] = 'country';
  }
  const kept = new Set(extras.map((claim) => claim.column));
  for (const [field, claims] of byField) {
    const chain = chainOf(claims, PERSONAL.has(field) ? holderOf(phones[0]?.header ?? '') : null);
    const columns = contestants(field, chain);
    if (columns.length > 1) contested.push({ field, columns });
    const slot = slotOf(field, chain, rules.preset, times, keys, kept);
    if (slot === null) continue;
    slots.push(slot);
    for (const column of slot.columns) targets[column] ??= slot.field;
    if (slot.time !== null) targets[slot.time] ??= slot.field;
  }
  for (const claim of extras) targets[claim.column] ??= claim.target;

  return {
    targets,
    slots,
    phones,
    extras: extras.map((claim) => ({
      name: claim.target.slice('extra.'.length),
      column: claim.column,
      prefix: rules.preset?.prefixes?.[claim.target] ?? (claim.key === CAMPAIGN_ID_KEY ? 'c:' : null),
    })),
    tests,
    ignored: headers.filter(
      (header, column) => targets[column] === null && !decided.has(column) && header.trim() !== '',
    ),
    fields: fieldsOf(slots, phones),
    phoneHeader: phones[0]?.header ?? phoneOfPreset(rules.preset),
    together: togetherOf(slots, phones, headers),
    contested,
  };
}

interface HeadersRead {
  readonly found: readonly Claim[];
  /** Columns of calling codes. */
  readonly codes: readonly NamedColumn[];
  readonly tests: readonly number[];
  /** Known, and not sent. */
  readonly decided: ReadonlySet<number>;
}

function readHeaders(headers: readonly string[], keys: readonly string[], reader: HeaderReader): HeadersRead {
  const found: Claim[] = [];
  const codes: NamedColumn[] = [];
  const tests: number[] = [];
  const decided = new Set<number>();
  for (const [column, header] of headers.entries()) {
    const key = keys[column] ?? '';
    const read = reader.read(header, key, column);
    if (read === 'silent' || read === 'test') decided.add(column);
    if (read === 'test') tests.push(column);
    else if (read === 'code') {
      codes.push({ column, header });
    } else if (typeof read !== 'string') found.push(...read);
  }
  return { found: familyNames(found), codes, tests, decided };
}

function taken(
  claims: readonly Claim[],
  codes: readonly NamedColumn[],
  decided: ReadonlySet<number>,
): ReadonlySet<number> {
  return new Set([...decided, ...[...claims, ...codes].map(({ column }) => column)]);
}

/** `{"doc": {"phone": …, "name": …}}`: what stands beside the best phone is the lead's, whatever the object is called. */
function besidePhone(
  headers: readonly string[],
  phones: readonly PhoneColumn[],
  reader: HeaderReader,
  known: ReadonlySet<number>,
): readonly Claim[] {
  const wrapper = wrapperOf(phones[0]?.header ?? '');
  if (wrapper === '') return [];
  const start = `${wrapper}.`;
  return headers.flatMap((given, column) => {
    const header = given.trim();
    if (known.has(column) || !header.startsWith(start)) return [];
    return reader.readBeside(header.slice(start.length), header, column);
  });
}

function isPhoneClaim({ target }: Claim): boolean {
  return target === 'phone' || target === 'altPhone';
}

/** A code that belongs to no number still says the lead's country, in which its numbers are tried first. */
function countries(
  codes: readonly NamedColumn[],
  phones: readonly PhoneColumn[],
  keys: readonly string[],
): readonly Claim[] {
  const taken = new Set(phones.flatMap((phone) => phone.codes));
  return codes
    .filter(({ column, header }) => !taken.has(column) && containerOf(unwrapped(header)) === '')
    .map(({ column, header }) => {
      const key = keys[column] ?? '';
      const rank = standing('country', key);
      return { column, header: header.trim(), key, target: 'country', level: LEVEL.alias, rank };
    });
}

/** Beside `Vorname`, the column `Name` is the family name, as German forms have it. */
function familyNames(claims: readonly Claim[]): readonly Claim[] {
  const given = claims.some(({ header }) => foldLetters(header).trim() === 'vorname');
  if (!given || claims.some(({ target }) => target === 'lastName')) return claims;
  return claims.map((claim) =>
    claim.target === 'name' && claim.level <= LEVEL.alias ? { ...claim, target: 'lastName' } : claim,
  );
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

const AMOUNTS: ReadonlySet<string> = new Set(['budget', 'budgetMin', 'budgetMax']);
const PERSONAL: ReadonlySet<string> = new Set(['name', 'firstName', 'lastName', 'email']);

/**
 * The columns for one field, best first. What the user names for it is all that counts.
 * @param around the object that holds the phone, where a value is the person's that stands nearest to it; else null
 */
function chainOf(claims: readonly Claim[], around: string | null): readonly Claim[] {
  const far = (claim: Claim) => (around === null ? 0 : distance(claim.header, around));
  const level = claims.reduce<number>((highest, claim) => Math.max(highest, claim.level), 0);
  return claims
    .filter((claim) => claim.level === level || level < LEVEL.configured)
    .sort(
      (a, b) =>
        b.level - a.level ||
        far(a) - far(b) ||
        a.rank - b.rank ||
        canonicalFirst(a, b) ||
        a.column - b.column,
    );
}

function canonicalFirst(a: Claim, b: Claim): number {
  return Number(b.header === b.target) - Number(a.header === a.target);
}

/** The columns that contradict each other on who gets the lead. */
function contestants(field: Field, chain: readonly Claim[]): readonly number[] {
  const [first] = chain;
  if (first === undefined || fieldByName(field)?.routes !== true) return [];
  const same = chain.filter((claim) => claim.level === first.level);
  // A user who names a header that occurs twice means both.
  if (first.level >= LEVEL.configured && same.every((claim) => claim.key === first.key)) return [];
  return same.map((claim) => claim.column);
}

function slotOf(
  field: Field,
  chain: readonly Claim[],
  preset: Preset | null,
  times: ReadonlyMap<number, number>,
  keys: readonly string[],
  extras: ReadonlySet<number>,
): Slot | null {
  const [first] = chain;
  if (first === undefined) return null;
  const time =
    field === 'contactedAt' ? [...times].find(([, date]) => date === first.column)?.[0] : undefined;
  const byForm = first.level <= LEVEL.alias;
  const columns = chain.slice(0, MAX_IN_TURN).map((claim) => claim.column);
  return {
    field,
    columns,
    // A country only says how to read the phone; who gets the lead is in one place only.
    kept:
      columns.length < 2 || field === 'country' || fieldByName(field)?.routes === true
        ? []
        : columns.filter((column) => !extras.has(column)),
    time: time ?? null,
    zone: field === 'contactedAt' ? headerZone(first.header) : null,
    unit: AMOUNTS.has(field) ? headerUnit(first.header) : null,
    currency: AMOUNTS.has(field) ? headerCurrency(first.header) : null,
    currencyColumn: AMOUNTS.has(field) ? columnOfCurrency(keys) : null,
    prefix: preset?.prefixes?.[field] ?? null,
    underscored: byForm && preset?.underscored === true && field !== 'email',
    guarded:
      field === 'campaignId' &&
      chain.some((claim) => keys[claim.column] === CAMPAIGN_ID_KEY) &&
      first.level < LEVEL.override,
  };
}

function columnOfCurrency(keys: readonly string[]): number | null {
  const column = keys.findIndex(namesCurrency);
  return column < 0 ? null : column;
}

function togetherOf(
  slots: readonly Slot[],
  phones: readonly PhoneColumn[],
  headers: readonly string[],
): readonly Together[] {
  const named = (column: number) => {
    const header = (headers[column] ?? '').trim();
    const isAgain = headers.filter((other) => other.trim() === header).length > 1;
    return { header, place: isAgain ? column + 1 : null };
  };
  const found: Together[] = [];
  if (phones.length > 1) found.push({ field: 'phone', columns: phones.map(({ column }) => named(column)) });
  for (const { field, columns } of slots) {
    if (columns.length < 2 || field === 'country') continue;
    found.push({ field, columns: columns.map(named) });
  }
  return found;
}

function fieldOf(target: ColumnTarget): Field | null {
  return fieldByName(target)?.name ?? null;
}

function fieldsOf(slots: readonly Slot[], phones: readonly PhoneColumn[]): ReadonlySet<FieldName> {
  const fields = new Set<FieldName>();
  if (phones.length > 0) fields.add('phone');
  if (phones.length > 1) fields.add('altPhone');
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

function phoneOfPreset(preset: Preset | null): string | null {
  const known = Object.entries(preset?.columns ?? {}).find(([, target]) => target === 'phone');
  return known?.[0] ?? null;
}
