// One record's cells -> a lead, or what is wrong with it.
import type { Problem } from './codes.ts';
import { parseCountry } from './country.ts';
import type { FieldName, LeadResult, Who } from './lead.ts';
import { joinName } from './name.ts';
import type { PhoneHome } from './phone.ts';
import { isTestHeader, isTestValue, saysTest } from './test-lead.ts';
import { isAbsent, manyLines, oneLine } from './text.ts';
import { type Draft, type Reading, RULES } from './values.ts';
import { whoOf } from './who.ts';

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
  /** Copied to the lead as text, without empty ones. `is_test` and `test_lead` among them are checked too. */
  readonly extra: Readonly<Record<string, string>>;
  /** The header of an unmapped cell that marks a test lead (see test-lead.ts); else null. */
  readonly testMark: string | null;
  /** The reader's warnings. */
  readonly warnings: readonly Problem[];
}

/** @returns `needs-library` if a phone can only be read once `context.phones.load()` has resolved; then call it again */
export function buildLead(raw: RawLead, context: Reading): LeadResult | 'needs-library' {
  const phoneCell = raw.values.get('phone');
  const home = phoneHome(raw, context);
  const parsed = context.phones.parse(phoneCell?.text ?? '', home);
  if (parsed === 'needs-library') return parsed;
  const mark = context.includeTest ? null : testMark(raw);
  if (mark !== null) {
    const phone = parsed.kind === 'ok' ? parsed.phone : null;
    return skippedTest(mark, phone, whoOf(raw, phone !== null));
  }
  const warnings: Problem[] = [...raw.warnings];
  const draft: Draft = { phone: '' };
  if (parsed.kind === 'ok') {
    draft.phone = parsed.phone;
    if (parsed.country !== null) draft.country = parsed.country;
    if (parsed.altPhone !== null) draft.altPhone = parsed.altPhone;
    for (const { code, message } of parsed.warnings) {
      warnings.push({ field: phoneCell?.header ?? null, code, message });
    }
  }
  // The range first, so that the columns for minimum and maximum overwrite it.
  if (readCell('budget', raw, context, home, draft, warnings) === 'needs-library') return 'needs-library';
  for (const name of raw.values.keys()) {
    if (name === 'phone' || name === 'country' || name === 'budget') continue;
    if (readCell(name, raw, context, home, draft, warnings) === 'needs-library') return 'needs-library';
  }
  finish(draft, raw, warnings);
  if (parsed.kind === 'bad') {
    const { code, message } = parsed;
    return {
      kind: 'invalid',
      errors: [{ field: phoneCell?.header ?? null, code, message }],
      warnings,
      phone: null,
      who: whoOf(raw, false),
    };
  }
  return { kind: 'lead', lead: draft, warnings };
}

/** @param field the header that marks the test lead; null if its values do */
export function skippedTest(field: string | null, phone: string | null, who: Who): LeadResult {
  return {
    kind: 'skipped',
    reason: {
      field,
      code: 'TEST_LEAD',
      message: 'A test lead of the ad platform; it is not sent. To send it, add --include-test.',
    },
    phone,
    who,
  };
}

/** The country column only says how to read the phone; the lead's country is the phone's. */
function phoneHome(raw: RawLead, context: Reading): PhoneHome {
  const cell = raw.values.get('country');
  const country = cell === undefined || cell.text === '' ? null : parseCountry(cell.text);
  return { region: context.region, country };
}

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
  if (isAbsent(oneLine(text))) return undefined;
  const finding = RULES[name](text, draft, context, home);
  if (finding === 'needs-library') return finding;
  if (finding !== null) warnings.push({ field: cell.header, ...finding });
  return undefined;
}

/** Rules that need more than one cell. */
function finish(draft: Draft, raw: RawLead, warnings: Problem[]): void {
  const { budgetMin: min, budgetMax: max } = draft;
  if (min !== undefined && max !== undefined && min > max) {
    draft.budgetMin = max;
    draft.budgetMax = min;
  }
  if (draft.altPhone === draft.phone) delete draft.altPhone;
  if (draft.name === undefined) {
    const joined = joinName(draft.firstName, draft.lastName);
    if (joined !== null) draft.name = joined;
    else {
      const column = raw.values.get('name') ?? raw.values.get('firstName') ?? raw.values.get('lastName');
      warnings.push({
        field: column?.header ?? null,
        code: 'NAME_MISSING',
        message: 'The name is missing; the lead is sent without it.',
      });
    }
  }
  let extra: Record<string, string> | null = null;
  for (const name in raw.extra) {
    const text = raw.extra[name];
    const value = text === undefined ? '' : manyLines(text);
    if (isAbsent(value) || name === '__proto__') continue;
    extra ??= {};
    extra[name] = value;
  }
  if (extra !== null) draft.extra = extra;
}

/** The header (or the name in extra) that marks this record as a test lead, or null. */
function testMark(raw: RawLead): string | null {
  if (raw.testMark !== null) return raw.testMark;
  for (const { text, header } of raw.values.values()) if (isTestValue(text)) return header;
  for (const name in raw.extra) {
    const text = raw.extra[name] ?? '';
    if (isTestValue(text) || (isTestHeader(name) && saysTest(text))) return name;
  }
  return null;
}
