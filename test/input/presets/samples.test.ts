// One small file for each preset whose shape no sample of fixtures/ has: what its leads become.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Lead } from '../../../src/lead/lead.ts';
import { readAll } from '../read-all.ts';

const folder = mkdtempSync(join(tmpdir(), 'leadpush-presets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SAMPLES: readonly (readonly [string, string, string, Partial<Lead>])[] = [
  [
    'justdial',
    'push.json',
    JSON.stringify({
      ...{ leadid: 'JD191', leadtype: 'category', prefix: 'Mr', name: 'Sunil Rao', mobile: '9000831901' },
      ...{ phone: '022 - 26116109', email: 'sunil@example.com', date: '2024-10-05', time: '14:03:16' },
      ...{ category: 'Estate Agents', area: 'Andheri', city: 'Mumbai', brancharea: 'Powai', dncmobile: 0 },
      ...{ dncphone: 1, company: 'Palm Estates', pincode: '400001', branchpin: '400076', parentid: 'PXX1' },
    }),
    {
      externalId: 'JD191',
      name: 'Sunil Rao',
      phone: '+919000831901',
      altPhone: '+912226116109',
      city: 'Mumbai',
      locality: 'Andheri',
      contactedAt: '2024-10-05T08:33:16.000Z',
      source: 'portals',
      placement: 'justdial',
    },
  ],
  [
    'indiamart',
    'one.ndjson',
    JSON.stringify({
      ...{ UNIQUE_QUERY_ID: '33', QUERY_TYPE: 'P', QUERY_TIME: '2024-10-01 15:44:28', SENDER_NAME: 'Jaya' },
      ...{ SENDER_MOBILE: '+91-9000831902', SENDER_COUNTRY_ISO: 'IN', QUERY_PRODUCT_NAME: 'Villa Plots' },
      ...{ RECEIVER_MOBILE: '+91-9000831999' },
    }),
    {
      externalId: '33',
      name: 'Jaya',
      phone: '+919000831902',
      listingName: 'Villa Plots',
      contactedAt: '2024-10-01T10:14:28.000Z',
    },
  ],
  [
    'google-contacts',
    'contacts.csv',
    'First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Last Name,Name Prefix,Nickname,File As,Organization Name,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - City\n' +
      'Meera,,Iyer,,,,,,Iyer & Sons,1990-01-01,met at the fair,* myContacts,* Work,meera@example.com,Mobile,9000831903,Work,022 26116111,Pune\n',
    {
      name: 'Meera Iyer',
      phone: '+919000831903',
      altPhone: '+912226116111',
      email: 'meera@example.com',
      city: 'Pune',
      message: 'met at the fair',
    },
  ],
  [
    'google-contacts',
    'old.csv',
    'Name,Given Name,Family Name,Name Prefix,Nickname,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value\n' +
      'Meera Iyer,Meera,Iyer,,,* myContacts,* ,meera@example.com,Mobile,9000831903\n',
    { name: 'Meera Iyer', phone: '+919000831903', email: 'meera@example.com' },
  ],
  [
    'hubspot',
    'hubspot.csv',
    'Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Lead Status,Create Date\n' +
      '7,Tara,Rao,tara@example.com,022 26116112,9000831904,NEW,2024-10-05 14:03\n',
    {
      externalId: '7',
      name: 'Tara Rao',
      phone: '+919000831904',
      altPhone: '+912226116112',
      contactedAt: '2024-10-05T08:33:00.000Z',
    },
  ],
  [
    'jotform-webhook',
    'jotform.ndjson',
    JSON.stringify({
      ...{ formID: '230', submissionID: '530', formTitle: 'Enquiry', webhookURL: 'https://example.com/h' },
      ...{ username: 'palm', pretty: 'Name:Ravi', ip: '192.0.2.1', fullName: 'Ravi', phone: '9000831905' },
    }),
    { externalId: '530', name: 'Ravi', phone: '+919000831905' },
  ],
];

test.each(SAMPLES)('%s: %s', async (name, file, text, expected) => {
  const path = join(folder, file);
  writeFileSync(path, text);
  const { rows, source } = await readAll(path);
  expect(source.preset?.name).toBe(name);
  expect(rows.map(({ result }) => result)).toMatchObject([{ kind: 'lead', lead: expected }]);
});
