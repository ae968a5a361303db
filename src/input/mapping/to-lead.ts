// A record and its raw values -> a lead or its errors. Loads the phone library the first time that a number needs it.
import { buildLead, type RawLead, skippedTest } from '../../lead/build.ts';
import type { FieldName, LeadResult } from '../../lead/lead.ts';
import { isTestValue } from '../../lead/test-lead.ts';
import type { Reading } from '../../lead/values.ts';
import { saidOf } from '../../lead/who.ts';
import type { Preset } from '../presets/preset.ts';
import type { InputRecord } from '../record.ts';

/** @returns at once for plain Indian mobiles; a promise only while the phone library is loading */
export function toLead(
  record: InputRecord,
  raw: RawLead,
  reading: Reading,
): LeadResult | Promise<LeadResult> {
  if (record.problem !== null) return unreadable(record, raw, reading);
  const result = buildLead(raw, reading);
  return result === 'needs-library' ? withLibrary(raw, reading) : result;
}

async function withLibrary(raw: RawLead, reading: Reading): Promise<LeadResult> {
  await reading.phones.load();
  const result = buildLead(raw, reading);
  if (result === 'needs-library') throw new Error('The phone library is loaded but was requested again.');
  return result;
}

/** A record that cannot be read as a lead; a test lead is still skipped, not invalid. */
function unreadable(record: InputRecord, raw: RawLead, reading: Reading): LeadResult {
  const { problem, warnings, cells } = record;
  if (problem === null) throw new Error('Only for records with a problem.');
  const mark = cells.some(isTestValue) ? null : raw.testMark;
  if (!reading.includeTest && (mark !== null || cells.some(isTestValue))) {
    return skippedTest(mark, null, saidOf(raw, false));
  }
  if (problem.code === 'NOT_A_LEAD') return { kind: 'skipped', reason: problem, phone: null };
  // What is no row of cells names nobody.
  const said = problem.code === 'ROW_TOO_MANY_COLUMNS' ? saidOf(raw, false) : {};
  return { kind: 'invalid', errors: [problem], warnings, phone: null, said };
}

const NO_WORDS: Reading['words'] = new Map();

/** A preset's words as lead/build.ts reads them: `dealer` -> `yes`. */
export function wordsOf(preset: Preset | null): Reading['words'] {
  if (preset?.words === undefined) return NO_WORDS;
  const words = new Map<FieldName, ReadonlyMap<string, string>>();
  for (const [field, meanings] of Object.entries(preset.words)) {
    if (!isBooleanField(field) || meanings === undefined) continue;
    words.set(field, new Map(Object.entries(meanings).map(([word, yes]) => [word, yes ? 'yes' : 'no'])));
  }
  return words;
}

const BOOLEAN_FIELDS = ['homeloanRequired', 'otpVerified', 'callVerified', 'broker'] as const;

function isBooleanField(name: string): name is (typeof BOOLEAN_FIELDS)[number] {
  return BOOLEAN_FIELDS.some((field) => field === name);
}
