// Formats beyond fixtures/exports, made up after what is known of them: each file whole, as a table of what becomes of it.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PrepareOptions } from '../../src/input/prepare.ts';
import type { LeadResult } from '../../src/lead/lead.ts';
import { readAll } from './read-all.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/formats');

/** A lead as the fields that matter, or the code that says why not. */
type Row = Readonly<Record<string, unknown>> | string;

const FORMATS: readonly (readonly [
  file: string,
  preset: string | null,
  rows: readonly Row[],
  given?: Partial<PrepareOptions>,
])[] = [
  [
    'linkedin.csv',
    'linkedin',
    [
      {
        phone: '+919000801201',
        name: 'Anjali Menon',
        country: 'IN',
        contactedAt: '2026-09-10T08:33:00.000Z',
        source: 'linkedin',
        externalId: 'li-0001',
      },
      { phone: '+971501234567', country: 'AE', contactedAt: '2026-09-13T06:00:00.000Z' },
      'TEST_LEAD',
    ],
  ],
  [
    'tiktok.csv',
    'tiktok',
    [
      {
        phone: '+919000802201',
        externalId: '7412345678901234567',
        placement: 'Skyline Sept',
        source: 'tiktok',
        'extra.ad_campaign_id': '1809876543200000',
        campaignId: undefined,
      },
      'TEST_LEAD',
    ],
  ],
  [
    'zoho_leads.csv',
    'zoho',
    [
      {
        phone: '+919000803201',
        altPhone: '+912240001234',
        name: 'Vikram Sethi',
        source: 'Facebook',
        message: 'Wants a call\non Sunday',
        externalId: 'zcrm_4876000000000001',
      },
      {
        phone: '+919000803202',
        email: 'asha2@example.com',
        placement: 'Skyline Search',
        'extra.gclid': 'EXAMPLE-GCLID',
      },
    ],
  ],
  [
    'salesforce_report.csv',
    'salesforce',
    [
      {
        phone: '+919000804201',
        altPhone: '+912240001234',
        name: 'René Dsouza',
        contactedAt: '2026-10-12T18:30:00.000Z',
      },
      { phone: '+919000804202', contactedAt: '2026-10-04T18:30:00.000Z', source: 'Phone Inquiry' },
      'NOT_A_LEAD',
      'NOT_A_LEAD',
    ],
  ],
  [
    'gravity_forms.csv',
    'gravity-forms',
    [
      {
        phone: '+919000805201',
        name: 'Deepa Iyer',
        externalId: '101',
        contactedAt: '2026-10-05T08:33:22.000Z',
        message: 'Call me',
      },
    ],
  ],
  [
    'wpforms.csv',
    null,
    [
      {
        phone: '+919000806201',
        message: 'Please send the brochure',
        listingName: 'Skyline',
        externalId: '12',
        contactedAt: '2026-10-05T08:33:00.000Z',
      },
    ],
  ],
  [
    'google_forms.csv',
    null,
    [
      {
        phone: '+919000807201',
        name: 'Sneha Kale',
        budgetMin: 8000000,
        budgetMax: 10000000,
        apartmentTypes: ['2bhk', '3bhk'],
        locality: 'Baner',
        contactedAt: '2026-10-05T08:33:22.000Z',
      },
      {
        phone: '+919000807202',
        budgetMin: 20000000,
        budgetMax: undefined,
        apartmentTypes: ['3+bhk'],
        contactedAt: '2026-10-13T03:30:00.000Z',
      },
    ],
  ],
  [
    'pandas.csv',
    null,
    [
      { phone: '+919000808201', budgetMax: 5000000, city: 'Pune' },
      { phone: '+919000808202', email: undefined, city: undefined, budgetMax: undefined },
      'PHONE_MISSING',
    ],
  ],
  [
    'excel_unicode.txt',
    null,
    [
      {
        phone: '+919000809201',
        name: 'प्रिया शाह',
        contactedAt: '2026-10-12T18:30:00.000Z',
        apartmentTypes: ['2bhk'],
      },
      { phone: '+919000809202', name: 'Line Break', contactedAt: '2026-10-04T18:30:00.000Z' },
    ],
  ],
  ['excel_mac.csv', null, [{ phone: '+919000810201', name: 'José Pinto', message: 'Café près du marché' }]],
  [
    'magicbricks.csv',
    null,
    [
      {
        phone: '+919000811201',
        externalId: 'MB1001',
        contactedAt: '2026-10-05T08:33:00.000Z',
        listingName: 'Skyline Heights',
        locality: 'Baner',
      },
      { phone: '+971501234567', country: 'AE', contactedAt: '2026-10-25T03:45:00.000Z' },
    ],
  ],
  [
    'housing.json',
    null,
    [
      {
        phone: '+919000812201',
        contactedAt: '2026-10-05T08:33:22.000Z',
        apartmentTypes: ['2bhk', '3bhk'],
        budgetMin: 5000000,
        budgetMax: 7500000,
        listingId: '5512345678901234567',
        city: 'Pune',
      },
      'PHONE_MISSING',
    ],
  ],
  [
    'facebook_comma.csv',
    'meta',
    [
      {
        phone: '+919000813201',
        externalId: '2000000000000001',
        apartmentTypes: ['3bhk'],
        source: 'facebook',
        subSource: 'facebook_lead_gen',
        'extra.ad_campaign_id': '120210000000000031',
      },
      {
        phone: '+919000813202',
        externalId: '2000000000000002',
        email: 'anil_k@example.com',
        name: 'Anil_K',
        'extra.platform': 'ig',
        'extra.ad_campaign_id': '120210000000000031',
      },
    ],
  ],
  [
    'facebook_comma.csv',
    null,
    [{ 'extra.ad_campaign_id': '120210000000000031', campaignId: undefined }, { campaignId: undefined }],
    { preset: 'none' },
  ],
  ['selldo.ndjson', null, [{ phone: '+919000814201', name: 'Mohan Lal', message: 'Site visit on Sunday' }]],
  [
    'sheet.tsv',
    null,
    [
      {
        phone: '+919000815201',
        altPhone: '+919000815202',
        budgetMax: 4500000,
        source: 'google',
        subSource: 'cpc',
        placement: 'skyline-search',
        'extra.gclid': 'EXAMPLE-GCLID-9',
        'extra.utm_source': 'google',
      },
    ],
  ],
  [
    'gravity_forms_name.csv',
    'gravity-forms',
    [{ name: 'Asha Rao', firstName: 'Asha', externalId: '77', budgetMin: 5000000, apartmentTypes: ['2bhk'] }],
  ],
  [
    'linkedin_campaigns.csv',
    'linkedin',
    [
      {
        source: 'linkedin',
        placement: 'Greens Oct',
        'extra.ad_campaign_id': '4440001',
        campaignId: undefined,
        contactedAt: '2026-10-05T08:33:22.000Z',
      },
      'TEST_LEAD',
    ],
  ],
  [
    'salesforce_objects.csv',
    'salesforce-objects',
    [
      {
        phone: '+919000822201',
        altPhone: '+912240001234',
        externalId: '00Q5g00000ABCDEFGH',
        contactedAt: '2026-10-05T08:33:22.000Z',
        source: 'Web',
      },
    ],
  ],
  [
    'hubspot_zone.csv',
    'hubspot',
    [{ phone: '+919000823201', externalId: '501', contactedAt: '2026-10-05T08:33:00.000Z' }],
    { timezone: 'UTC' },
  ],
  [
    'google_ads_ui.csv',
    'google-ads',
    [
      {
        phone: '+919000824201',
        source: 'google',
        placement: 'Greens Search',
        externalId: 'lead-1',
        campaignId: undefined,
        'extra.ad_campaign_id': '11122233344',
        'extra.gclid': 'Cj0xyz',
      },
    ],
  ],
  [
    'google_forms_remarks.csv',
    null,
    [
      {
        phone: '+919000825201',
        email: 'asha@example.com',
        apartmentTypes: ['2bhk', '3bhk'],
        budgetMax: 7500000,
        contactedAt: '2026-10-05T08:33:22.000Z',
      },
    ],
  ],
  [
    'unbounce.csv',
    null,
    [{ phone: '+919000826201', contactedAt: '2026-10-05T08:33:00.000Z', source: 'google' }],
  ],
  [
    'meta_utf16be.csv',
    'meta',
    [
      {
        phone: '+919000830201',
        externalId: '111',
        contactedAt: '2026-10-05T08:33:22.000Z',
        name: 'Asha Rao',
      },
    ],
  ],
  [
    'report_title.csv',
    null,
    [
      { phone: '+919000827201', budgetMax: 8000000, contactedAt: '2026-10-04T18:30:00.000Z' },
      'PHONE_INVALID',
      'NOT_A_LEAD',
    ],
  ],
];

function seen(result: LeadResult, expected: Row): Row {
  if (result.kind === 'skipped') return result.reason.code;
  if (result.kind === 'invalid') return result.errors.map((error) => error.code).join(' ');
  const flat: Record<string, unknown> = { ...result.lead };
  for (const [name, value] of Object.entries(result.lead.extra ?? {})) flat[`extra.${name}`] = value;
  if (typeof expected === 'string') return flat;
  return Object.fromEntries(Object.keys(expected).map((key) => [key, flat[key]]));
}

for (const [file, preset, expected, given] of FORMATS) {
  test(`${file} as ${preset ?? 'any table'}`, async () => {
    const { rows, source } = await readAll(join(FOLDER, file), given);
    expect(source.preset?.name ?? null).toBe(preset);
    expect(rows.map((row, index) => seen(row.result, expected[index] ?? {}))).toEqual(expected);
  });
}
