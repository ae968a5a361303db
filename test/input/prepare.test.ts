// From real files to leads: what is checked before anything is read, day order, --set, --limit, JSON, flags.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flagsInput } from '../../src/input/flags.ts';
import { type PrepareOptions, prepareInput } from '../../src/input/prepare.ts';
import type { ColumnTarget, LeadResult } from '../../src/lead/lead.ts';
import { UsageError } from '../../src/util/usage-error.ts';
import { prepareOptions, readAll } from './read-all.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-prepare-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function leadOf(result: LeadResult | undefined) {
  if (result?.kind !== 'lead') throw new Error(JSON.stringify(result));
  return result.lead;
}

async function leads(text: string, given: Partial<PrepareOptions> = {}, name = 'a.csv') {
  const { rows, source } = await readAll(file(name, text), given);
  return { rows, source, results: rows.map((row) => row.result) };
}

async function refusal(specs: readonly string[], given: Partial<PrepareOptions> = {}): Promise<UsageError> {
  const paths = specs.map((path) => ({ path }));
  const error = await prepareInput(paths, prepareOptions(given)).catch((thrown: unknown) => thrown);
  if (error instanceof UsageError) return error;
  throw new Error('it was taken');
}

describe('what is wrong is said before anything is read', () => {
  test('of all files at once', async () => {
    const good = file('good.csv', 'phone\n9000100001\n');
    const twice = file('twice.csv', 'Phone,Source ID,sourceId\n9000100001,1,2\n');
    const none = file('none.csv', 'Name,City\nA,B\n');
    const error = await refusal([good, twice, none, join(folder, 'missing.csv')]);
    expect(error.message).toContain(`${twice}: two columns claim the field sourceId`);
    expect(error.message).toContain(`${none}: no column for phone`);
    expect(error.message).toContain('missing.csv');
    const unknown = await refusal([good, twice, none], { columns: [['Fone', 'phone']] });
    expect(unknown.message).toContain(`${twice}: two columns claim the field sourceId`);
    expect(unknown.message).toContain('no column "Fone". Did you mean "phone"?');
  });

  test.each<[string, Partial<PrepareOptions>, string]>([
    ['an unknown preset', { preset: 'mta' }, '"mta" is not a preset. Did you mean "meta"?'],
    ['an unknown field', { columns: [['phone', 'fone']] }, '"fone" is not a field. Did you mean "phone"?'],
    ['an unknown header', { columns: [['Fhone', 'phone']] }, 'no column "Fhone". Did you mean "phone"?'],
    ['an unknown field in the configuration', { configColumns: { x: 'emial' } }, 'Did you mean "email"?'],
    ['a zone', { timezone: 'Asia/Poona' }, '"Asia/Poona" is not a time zone'],
    ['a region', { region: 'XX' }, '"XX" is not a country code'],
    ['one phone for all', { set: new Map([['phone', '9000100001']]) }, 'every record the same number'],
  ])('%s', async (_, given, message) => {
    const error = await refusal([file('p.csv', 'phone,name\n9000100001,A\n')], given);
    expect(error.message).toContain(message);
  });

  test('a --column header is unknown only where no file has it', async () => {
    const one = file('one.csv', 'Reach,name\n9000100001,A\n');
    const two = file('two.csv', 'phone,name\n9000100002,B\n');
    const input = await prepareInput(
      [{ path: one }, { path: two }],
      prepareOptions({ columns: [['Reach', 'phone']] }),
    );
    expect(input.sources.map((source) => source.columns[0]?.target)).toEqual(['phone', 'phone']);
    await input.close();
  });
});

describe('day order, once a file', () => {
  const many = (count: number, date: string) =>
    Array.from({ length: count }, (_, index) => `${9000200000 + index},${date}\n`).join('');

  test.each<[string, string, Partial<PrepareOptions>, string | null, string | undefined]>([
    ['a day above 12', '05/10/2026\n9000200002,13/10/2026', {}, 'DMY', '2026-10-04'],
    ['a month behind', '10/05/2026\n9000200002,10/13/2026', {}, 'MDY', '2026-10-04'],
    ['open', '05/10/2026', {}, 'DMY', '2026-10-04'],
    ['--date-order', '05/10/2026\n9000200002,13/10/2026', { dateOrder: 'MDY' }, 'MDY', '2026-05-09'],
    ['not needed', '2026-10-05', {}, null, '2026-10-04'],
  ])('%s', async (_, dates, given, order, day) => {
    const { source, results } = await leads(`phone,date\n9000200001,${dates}\n`, given);
    expect(source.dateOrder).toBe(order);
    expect(leadOf(results[0]).contactedAt?.slice(0, 10)).toBe(day);
  });

  test('what does not fit is DATE_INVALID', async () => {
    const { results } = await leads(
      'phone,date\n9000200001,13/10/2026\n9000200002,14/10/2026\n9000200003,10/15/2026\n',
    );
    expect(results[2]).toMatchObject({
      warnings: [{ code: 'DATE_INVALID', field: 'date' }, { code: 'NAME_MISSING' }],
    });
  });

  test('beyond the first MiB a file is read once more', async () => {
    const text = `phone,date\n${many(60_000, '01/02/2026')}9000299999,02/13/2026\n`;
    const { source, results } = await leads(text, { timezone: 'UTC' });
    expect(source.dateOrder).toBe('MDY');
    expect(leadOf(results[0]).contactedAt).toBe('2026-01-02T00:00:00.000Z');
    expect(results).toHaveLength(60_001);
  });

  test('stdin is not held back beyond it', async () => {
    const text = `phone,date\n${many(60_000, '01/02/2026')}9000299999,02/13/2026\n`;
    const input = await prepareInput(
      [{ path: '-', stdin: Readable.from([Buffer.from(text)]) }],
      prepareOptions({}),
    );
    let records = 0;
    for await (const rows of input.sources[0]?.rows() ?? []) records += rows.length;
    expect([records, input.sources[0]?.dateOrder]).toEqual([60_001, 'DMY']);
    await input.close();
  });
});

describe('--set fills what a record lacks', () => {
  test.each<[string, readonly [ColumnTarget, string][], Record<string, unknown>]>([
    ['phone,city\n9000300001,', [['city', 'Pune']], { city: 'Pune' }],
    ['phone,city\n9000300001,n/a', [['city', 'Pune']], { city: 'Pune' }],
    ['phone,city\n9000300001,Goa', [['city', 'Pune']], { city: 'Goa' }],
    [
      'phone\n9000300001',
      [
        ['campaignId', 'greens'],
        ['extra.desk', '7'],
      ],
      { campaignId: 'greens', extra: { desk: '7' } },
    ],
    ['phone,first name\n9000300001,Asha', [['name', 'Customer']], { name: 'Asha' }],
    ['phone,is_test\n9000300001,false', [['source', 'walk-in']], { source: 'walk-in' }],
  ])('%s', async (text, set, expected) => {
    const { results, source } = await leads(`${text}\n`, { set: new Map(set) });
    expect(leadOf(results[0])).toMatchObject(expected);
    for (const [target] of set) if (!target.startsWith('extra.')) expect(source.provides).toContain(target);
  });

  test("goes before a preset's constants, and a record's own source keeps ours out", async () => {
    const header = 'created_time,ad_id,ad_name,adset_id,adset_name,form_id,phone_number,utm_source';
    const row = (source: string) => `2026-10-05,1,a,2,b,3,9000300001,${source}\n`;
    const set = new Map<ColumnTarget, string>([['source', 'fair']]);
    const given = await leads(`${header}\n${row('')}`, { set });
    expect(leadOf(given.results[0])).toMatchObject({ source: 'fair' });
    expect(leadOf(given.results[0]).subSource).toBeUndefined();
    const own = await leads(`${header}\n${row('google')}${row('')}`);
    expect(own.results.map((result) => [leadOf(result).source, leadOf(result).subSource])).toEqual([
      ['google', undefined],
      ['facebook', 'facebook_lead_gen'],
    ]);
  });
});

test('--limit counts records over all files', async () => {
  const one = file('l1.csv', 'phone\n9000400001\n9000400002\n');
  const two = file('l2.csv', 'phone,date\n9000400003,01/02/2026\n9000400004,\n');
  const input = await prepareInput([{ path: one }, { path: two }], prepareOptions({ limit: 3 }));
  const counts: number[] = [];
  for (const source of input.sources) {
    let count = 0;
    for await (const rows of source.rows()) count += rows.length;
    counts.push(count);
  }
  expect(counts).toEqual([2, 1]);
  await input.close();
});

describe('JSON', () => {
  test('each record has its own keys, a mobile goes first, and nothing is an error', async () => {
    const text = [
      '{"mobile":"9000500002","phone":"9000500001","name":"A"}',
      '{"Mobile No.":"9000500003","campaign_id":"greens"}',
      '{"phone":"9000500004","campaign_id":"123","adset_id":"5"}',
      '{"phone":"9000500005","extra":{"desk":"7"}}',
      '{"name":"No phone at all"}',
      '7',
      '{"phone":"9000500006","campaignId":"a","campaign_id":"b"}',
      '{"phone":"9000500007","campaignId":"a","campaign_id":"a"}',
    ].join('\n');
    const { results, source } = await leads(text, {}, 'a.ndjson');
    expect(results.slice(0, 4).map((result) => leadOf(result).phone)).toEqual([
      '+919000500002',
      '+919000500003',
      '+919000500004',
      '+919000500005',
    ]);
    expect(leadOf(results[1]).campaignId).toBe('greens');
    expect(leadOf(results[2])).toMatchObject({ extra: { ad_campaign_id: '123' } });
    expect(leadOf(results[2]).campaignId).toBeUndefined();
    expect(leadOf(results[3]).extra).toEqual({ desk: '7' });
    expect(results[4]).toMatchObject({ kind: 'invalid', errors: [{ code: 'PHONE_MISSING', field: null }] });
    expect(results[5]).toMatchObject({ kind: 'invalid', errors: [{ code: 'ROW_UNPARSABLE' }] });
    expect(results[6]).toMatchObject({
      kind: 'invalid',
      errors: [{ code: 'FIELD_MISSING', field: 'campaignId' }],
    });
    expect(leadOf(results[7]).campaignId).toBe('a');
    expect(source.provides).toBeNull();
    expect(source.columns).toContainEqual({ header: 'Mobile No.', target: 'phone' });
  });
});

describe('test leads', () => {
  const HEADER = 'phone,name,colour,is_test';
  test.each<[string, boolean]>([
    ['9000600001,Test User,red,', false],
    ['9000600001,A,red,TRUE', true],
    ['9000600001,A,<TEST LEAD: Dummy data for colour>,', true],
    ['call me,A,<test lead: dummy data for colour>,', true],
    ['9000600001,A,red,,surplus,<test lead: dummy data for x>', true],
  ])('%s', async (row, skipped) => {
    const { results } = await leads(`${HEADER}\n${row}\n`);
    expect(results[0]?.kind === 'skipped').toBe(skipped);
    const sent = await leads(`${HEADER}\n${row}\n`, { includeTest: true });
    expect(sent.results[0]?.kind).not.toBe('skipped');
  });
});

test('c: values in a campaign_id column are the ad platform’s even with --preset none', async () => {
  const text = 'phone,campaign_id\n9000700001,c:120210000000000031\n9000700002,greens-2026\n';
  const { results } = await leads(text, { preset: 'none' });
  expect(leadOf(results[0])).toMatchObject({ extra: { ad_campaign_id: '120210000000000031' } });
  expect(leadOf(results[0]).campaignId).toBeUndefined();
  expect(leadOf(results[1]).campaignId).toBe('greens-2026');
  const asked = await leads(text, { preset: 'none', columns: [['campaign_id', 'campaignId']] });
  expect(leadOf(asked.results[0]).campaignId).toBe('c:120210000000000031');
});

describe('notes for stderr', () => {
  test.each<[string, Partial<PrepareOptions>, string | null]>([
    ['Id,Date,Status,Tel\n', {}, 'recognised as CFDB7 (Contact Form 7) export (preset cfdb7; '],
    ['Id,Date,Status,Tel\n', { preset: 'none' }, null],
    ['Name,Phone\n', { preset: '99acres' }, 'read as 99acres leads (--preset 99acres)'],
    ['Name,Phone\n', {}, null],
  ])('%s %j', async (text, given, expected) => {
    const { source } = await leads(`${text}1,2,3,4\n`, given);
    if (expected === null) expect(source.notes).toEqual([]);
    else expect(source.notes.map(({ text }) => text)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('a lead from flags', () => {
  const reading = {
    ...{ region: 'IN', timezone: 'Asia/Kolkata', dateOrder: null, includeTest: false },
    now: Date.UTC(2026, 10, 29),
  };
  test('is understood like any other', async () => {
    const row = await flagsInput(
      new Map<ColumnTarget, string>([
        ['phone', '+1 (202) 555-0123'],
        ['budget', '50L-1.2 Cr'],
        ['contactedAt', '13/10/2026'],
        ['campaignId', 'c:1'],
        ['extra.desk', '7'],
      ]),
      reading,
    );
    expect(leadOf(row.result)).toMatchObject({
      phone: '+12025550123',
      budgetMin: 5000000,
      budgetMax: 12000000,
      contactedAt: '2026-10-12T18:30:00.000Z',
      campaignId: 'c:1',
      extra: { desk: '7' },
    });
    expect([row.record.record, row.record.line]).toEqual([1, null]);
  });

  test('problems name the flag', async () => {
    const row = await flagsInput(new Map([['phone', '12']]), reading);
    expect(row.result).toMatchObject({ kind: 'invalid', errors: [{ field: '--phone' }] });
    const none = await flagsInput(new Map([['name', 'A']]), reading);
    expect(none.result).toMatchObject({
      kind: 'invalid',
      errors: [{ code: 'PHONE_MISSING', field: '--phone' }],
    });
  });
});
