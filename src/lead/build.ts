// One record's cells -> a lead, or what is wrong with it.
import { type ChosenPhone, choosePhone, type PhoneCandidate, type PhoneChoice } from './choose-phone.ts';
import type { Problem } from './codes.ts';
import { parseCountry } from './country.ts';
import type { FieldName, LeadResult, Said } from './lead.ts';
import { withoutMarkup } from './markup.ts';
import { joinName } from './name.ts';
import type { PhoneHome } from './phone.ts';
import { isTestHeader, isTestValue, saysTest } from './test-lead.ts';
import { isAbsent, isAbsentName, manyLines, oneLine } from './text.ts';
import { unknownCountry } from './unknown-country.ts';
import { type Draft, type Reading, RULES } from './values.ts';
import { saidOf } from './who.ts';

/** One cell that goes to a field. */
export interface Cell {
  readonly text: string;
  /** The input's own header, or the flag: what messages name. */
  readonly header: string;
}

/** One record, its columns already mapped to fields. */
export interface RawLead {
  /** For a known column, include an empty cell: `PHONE_MISSING` then names its header. */
  readonly values: ReadonlyMap<FieldName | 'budget', Cell>;
  /** The filled cells that may be the phone, best first, where there are several or a code stands beside one. */
  readonly phones?: readonly PhoneCandidate[] | null;
  /** Copied to the lead as text, without empty ones. `is_test` and `test_lead` among them are checked too. */
  readonly extra: Readonly<Record<string, string>>;
  /** The header of an unmapped cell that marks a test lead (see test-lead.ts); else null. */
  readonly testMark: string | null;
  /** The reader's warnings. */
  readonly warnings: readonly Problem[];
}

/** @returns `needs-library` if a phone can only be read once `context.phones.load()` has resolved; then call it again */
export function buildLead(raw: RawLead, context: Reading): LeadResult | 'needs-library' {
  const home = phoneHome(raw, context);
  const phone = phoneIn(raw, home, context);
  if (phone === 'needs-library') return phone;
  const mark = context.includeTest ? null : testMark(raw);
  if (mark !== null) {
    const understood = phone.kind === 'ok';
    return skippedTest(mark, understood ? phone.phone : null, saidOf(raw, understood));
  }
  const warnings: Problem[] = [...raw.warnings];
  const draft: Draft = { phone: '' };
  if (phone.kind === 'ok') {
    draft.phone = phone.phone;
    if (phone.country !== null) draft.country = phone.country;
    if (phone.altPhone !== null) draft.altPhone = phone.altPhone;
    warnings.push(...phone.warnings);
    const unknown = home.country === null ? unknownCountryOf(raw, phone) : null;
    if (unknown !== null) warnings.push(unknown);
  }
  // The range first, so that the columns for minimum and maximum overwrite it.
  if (readCell('budget', raw, context, home, draft, warnings) === 'needs-library') return 'needs-library';
  for (const name of raw.values.keys()) {
    if (name === 'phone' || name === 'country' || name === 'budget') continue;
    // --set fills what the record lacks; several columns of phones have been read.
    if (name === 'altPhone' && raw.phones != null && draft.altPhone !== undefined) continue;
    if (readCell(name, raw, context, home, draft, warnings) === 'needs-library') return 'needs-library';
  }
  finish(draft, raw, phone.kind === 'ok' ? phone.extra : NOTHING, warnings);
  if (phone.kind === 'bad') {
    return { kind: 'invalid', errors: [phone.problem], warnings, phone: null, said: saidOf(raw, false) };
  }
  const otherPhones = othersOf(phone.others, draft);
  return otherPhones === null
    ? { kind: 'lead', lead: draft, warnings }
    : { kind: 'lead', lead: draft, warnings, otherPhones };
}

const NOTHING: readonly never[] = [];

/** The row's phone: of its only cell, or chosen among several. */
function phoneIn(raw: RawLead, home: PhoneHome, { phones }: Reading): PhoneChoice {
  if (raw.phones != null) return choosePhone(raw.phones, home, phones);
  const cell = raw.values.get('phone');
  const parsed = phones.parse(cell?.text ?? '', home);
  if (parsed === 'needs-library') return parsed;
  const field = cell?.header ?? null;
  if (parsed.kind === 'bad') {
    return { kind: 'bad', problem: { field, code: parsed.code, message: parsed.message } };
  }
  const { phone, country, altPhone } = parsed;
  const warnings =
    parsed.warnings.length === 0
      ? NOTHING
      : parsed.warnings.map(({ code, message }): Problem => ({ field, code, message }));
  const others = parsed.further ?? NOTHING;
  const extra = field === null ? NOTHING : others.map((number) => [field, number] as const);
  return { kind: 'ok', phone, country, altPhone, warnings, extra, others };
}

/** All usable numbers of the row but its phone; null for none. */
function othersOf(found: readonly string[], { phone, altPhone }: Draft): readonly string[] | null {
  if (altPhone === undefined || altPhone === phone || found.includes(altPhone)) {
    return found.length === 0 ? null : found;
  }
  return [altPhone, ...found];
}

/** @param field the header that marks the test lead; null if its values do */
export function skippedTest(field: string | null, phone: string | null, said: Said): LeadResult {
  return {
    kind: 'skipped',
    reason: {
      field,
      code: 'TEST_LEAD',
      message: 'A test lead of the ad platform; it is not sent. To send it, add --include-test.',
    },
    phone,
    said,
  };
}

/** The country column only says how to read the phone; the lead's country is the phone's. */
function phoneHome(raw: RawLead, context: Reading): PhoneHome {
  const cell = raw.values.get('country');
  const country = cell === undefined || cell.text === '' ? null : parseCountry(cell.text);
  return { region: context.region, country };
}

/** The warning where that column names no country, and the number none either. */
function unknownCountryOf(
  { values, phones }: RawLead,
  { phone, country, warnings }: ChosenPhone,
): Problem | null {
  const cell = values.get('country');
  if (cell === undefined || cell.text === '' || warnings.some(({ code }) => code === 'COUNTRY_GUESSED'))
    return null;
  const only = values.get('phone');
  return unknownCountry(cell, phones ?? (only === undefined ? NOTHING : [only]), phone, country);
}

const NAMES: ReadonlySet<string> = new Set<FieldName>(['name', 'firstName', 'lastName']);

/** Parses one cell into the draft, or adds a warning. */
function readCell(
  name: Exclude<FieldName, 'phone' | 'country'> | 'budget',
  raw: RawLead,
  context: Reading,
  home: PhoneHome,
  draft: Draft,
  warnings: Problem[],
): undefined | 'needs-library' {
  const cell = raw.values.get(name);
  if (cell === undefined || cell.text === '') return undefined;
  const words = name === 'budget' ? undefined : context.words.get(name);
  const text = words?.get(oneLine(cell.text).toLowerCase()) ?? cell.text;
  if ((NAMES.has(name) ? isAbsentName : isAbsent)(oneLine(text))) return undefined;
  const finding = RULES[name](text, draft, context, home);
  if (finding === 'needs-library') return finding;
  if (finding !== null) warnings.push({ field: cell.header, ...finding });
  return undefined;
}

/** Rules that need more than one cell. */
function finish(draft: Draft, raw: RawLead, kept: ChosenPhone['extra'], warnings: Problem[]): void {
  const { budgetMin: min, budgetMax: max } = draft;
  if (min !== undefined && max !== undefined && min > max) {
    draft.budgetMin = max;
    draft.budgetMax = min;
  }
  if (draft.altPhone === draft.phone) delete draft.altPhone;
  withFamilyName(draft);
  if (draft.name === undefined) {
    const joined = joinName(draft.firstName, draft.lastName);
    if (joined !== null) draft.name = joined;
    else {
      const column = raw.values.get('name') ?? raw.values.get('firstName') ?? raw.values.get('lastName');
      warnings.push({
        field: column?.header ?? null,
        code: 'NAME_MISSING',
        message: 'The name is missing.',
      });
    }
  }
  let extra: Record<string, string> | null = null;
  for (const name in raw.extra) {
    const text = raw.extra[name];
    const value = text === undefined ? '' : manyLines(withoutMarkup(text));
    if (isAbsent(value) || name === '__proto__') continue;
    extra ??= {};
    extra[name] = value;
  }
  for (const [name, text] of kept) {
    extra ??= {};
    addExtra(extra, name, text);
  }
  if (extra !== null) draft.extra = extra;
}

/** `Name` beside `Last name`, without a first name, is the first one: unless it holds both. */
function withFamilyName(draft: Draft): void {
  const { name, firstName, lastName } = draft;
  if (name === undefined || lastName === undefined || firstName !== undefined) return;
  if (` ${name.toLowerCase()} `.includes(` ${lastName.toLowerCase()} `)) return;
  draft.firstName = name;
  draft.name = `${name} ${lastName}`;
}

/** Adds a text under a name that may be taken: `Phone`, `Phone 2`. */
export function addExtra(extra: Record<string, string>, name: string, text: string): void {
  if (name === '' || name === '__proto__') return;
  let free = name;
  for (let number = 2; extra[free] !== undefined && extra[free] !== text; number++)
    free = `${name} ${number}`;
  extra[free] = text;
}

/** The header (or the name in extra) that marks this record as a test lead, or null. */
function testMark(raw: RawLead): string | null {
  if (raw.testMark !== null) return raw.testMark;
  for (const { text, header } of raw.values.values()) if (isTestValue(text)) return header;
  for (const { text, header } of raw.phones ?? NOTHING) if (isTestValue(text)) return header;
  for (const name in raw.extra) {
    const text = raw.extra[name] ?? '';
    if (isTestValue(text) || (isTestHeader(name) && saysTest(text))) return name;
  }
  return null;
}
