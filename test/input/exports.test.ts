// Every record of fixtures/exports comes out as its README says, through the same door as `send` uses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LeadRow } from '../../src/input/prepare.ts';
import type { Lead } from '../../src/lead/lead.ts';
import { readAll } from './read-all.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/exports');

interface Entry {
  readonly file: string;
  readonly expected: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly auto_mappable: boolean;
  readonly records: number;
}

interface Expected {
  readonly record: number;
  readonly line: number;
  readonly status: 'ok' | 'reject' | 'skip';
  readonly code?: string;
  readonly field?: string | null;
  readonly lead?: Readonly<Record<string, string | number | boolean | null>>;
  readonly warnings?: readonly string[];
}

/** The providers' wording, as the samples' README explains it, in our names. */
const NAMES: Readonly<Record<string, string>> = {
  external_id: 'externalId',
  contact_date: 'contactedAt',
  remarks: 'message',
  is_otp_verified: 'otpVerified',
  is_broker: 'broker',
  listing_id: 'listingId',
  listing_name: 'listingName',
  apartment_types: 'apartmentTypes',
  campaign: 'placement',
  campaign_id: 'extra.ad_campaign_id',
  first_name: 'firstName',
  last_name: 'lastName',
  source_hint: 'extra.source_hint',
  'extra_details.referrer': 'extra.referrer',
};

const READ: Readonly<Record<string, (lead: Lead) => unknown>> = {
  external_id: (lead) => lead.externalId,
  name: (lead) => lead.name,
  phone: (lead) => lead.phone,
  alt_phone: (lead) => lead.altPhone,
  country: (lead) => lead.country,
  email: (lead) => lead.email,
  city: (lead) => lead.city,
  remarks: (lead) => lead.message,
  contact_date: (lead) => (lead.contactedAt === undefined ? undefined : Date.parse(lead.contactedAt) / 1000),
  min_budget: (lead) => lead.budgetMin,
  max_budget: (lead) => lead.budgetMax,
  apartment_types: (lead) => lead.apartmentTypes?.join(','),
  campaign: (lead) => lead.placement,
  campaign_id: (lead) => lead.extra?.['ad_campaign_id'],
  is_otp_verified: (lead) => lead.otpVerified,
  is_broker: (lead) => lead.broker,
  listing_id: (lead) => lead.listingId,
  listing_name: (lead) => lead.listingName,
};

const manifest: readonly Entry[] = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8'));

function expectedOf(entry: Entry): readonly Expected[] {
  return readFileSync(join(FOLDER, entry.expected), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A duplicate is found by phone and project, as by the engine. */
function check(row: LeadRow | undefined, expected: Expected, seen: Set<string>): void {
  if (row === undefined) throw new Error(`record ${expected.record} is missing`);
  const { record, result } = row;
  expect([record.record, record.line]).toEqual([expected.record, expected.line]);
  if (expected.code === 'DUPLICATE_IN_FILE') {
    expect(result.kind).toBe('lead');
    if (result.kind === 'lead') expect(seen).toContain(result.lead.phone);
    return;
  }
  if (expected.status === 'skip') {
    expect(result).toMatchObject({ kind: 'skipped', reason: { code: expected.code } });
    return;
  }
  if (expected.status === 'reject') {
    expect(result).toMatchObject({
      kind: 'invalid',
      errors: [{ code: expected.code, field: expected.field }],
    });
    return;
  }
  if (result.kind !== 'lead') throw new Error(JSON.stringify(result));
  const { lead } = result;
  const asserted = Object.keys(expected.lead ?? {});
  const found = Object.fromEntries(asserted.map((key) => [key, READ[key]?.(lead) ?? null]));
  expect(found).toEqual(expected.lead);
  expect(lead.campaignId).toBeUndefined();
  expect(result.warnings.map((warning) => warning.code)).toEqual(
    expect.arrayContaining([...(expected.warnings ?? [])]),
  );
  seen.add(lead.phone);
}

describe.each(manifest.map((entry) => [entry.file, entry] as const))('%s', (file, entry) => {
  const ours = Object.entries(entry.columns).map(([header, name]): [string, string] => [
    header,
    NAMES[name] ?? name,
  ]);
  const preset = file.startsWith('99acres') ? '99acres' : null;

  test('all records, as sent by hand or found', async () => {
    const { rows } = await readAll(join(FOLDER, file), { columns: entry.auto_mappable ? [] : ours, preset });
    const seen = new Set<string>();
    for (const expected of expectedOf(entry)) check(rows[expected.record - 1], expected, seen);
    expect(rows).toHaveLength(entry.records);
  });

  test('no secret of the file survives', async () => {
    const { rows } = await readAll(join(FOLDER, file), { preset });
    expect(JSON.stringify(rows)).not.toContain('EXAMPLE-KEY-NOT-SECRET');
  });
});

test('Typeform and 99acres need no --column, only 99acres its preset', async () => {
  for (const entry of manifest.filter((one) => !one.auto_mappable)) {
    const preset = entry.file.startsWith('99acres') ? '99acres' : null;
    const { rows } = await readAll(join(FOLDER, entry.file), { preset });
    const seen = new Set<string>();
    for (const expected of expectedOf(entry)) check(rows[expected.record - 1], expected, seen);
  }
});

test('all 66 records are there', () => {
  expect(manifest.reduce((sum, entry) => sum + entry.records, 0)).toBe(66);
});
