import { describe, expect, it } from 'vitest';
import { buildLead, type Cell, type RawLead } from '../../src/lead/build.ts';
import { filling, parseDefaults } from '../../src/lead/defaults.ts';
import type { FieldName, Lead, LeadResult } from '../../src/lead/lead.ts';
import { createPhoneParser } from '../../src/lead/phone.ts';
import { leadFromJson, leadToJson } from '../../src/lead/stored.ts';
import { isTestHeader, isTestValue } from '../../src/lead/test-lead.ts';
import type { Reading } from '../../src/lead/values.ts';

const reading: Reading = {
  region: 'IN',
  timezone: 'Asia/Kolkata',
  dateOrder: 'DMY',
  now: Date.UTC(2026, 10, 29),
  words: new Map<FieldName, ReadonlyMap<string, string>>([
    [
      'broker',
      new Map([
        ['dealer', 'yes'],
        ['individual', 'no'],
      ]),
    ],
  ]),
  includeTest: false,
  phones: createPhoneParser(),
};

type Texts = Partial<Record<FieldName | 'budget', string>>;

/** Headers are the field names in upper case. */
function raw(texts: Texts, rest: Partial<RawLead> = {}): RawLead {
  const values = new Map<FieldName | 'budget', Cell>();
  for (const name of Object.keys(texts) as (keyof Texts)[]) {
    values.set(name, { text: texts[name] ?? '', header: name.toUpperCase() });
  }
  return { values, extra: {}, testMark: null, warnings: [], ...rest };
}

async function build(
  texts: Texts,
  rest: Partial<RawLead> = {},
  context: Reading = reading,
): Promise<LeadResult> {
  const result = buildLead(raw(texts, rest), context);
  if (result !== 'needs-library') return result;
  await context.phones.load();
  const again = buildLead(raw(texts, rest), context);
  if (again === 'needs-library') throw new Error('still needs the library');
  return again;
}

/** The lead and the codes of its warnings. */
async function lead(texts: Texts, rest: Partial<RawLead> = {}): Promise<readonly [Lead, readonly string[]]> {
  const result = await build(texts, rest);
  if (result.kind !== 'lead') throw new Error(JSON.stringify(result));
  return [result.lead, result.warnings.map(({ field, code }) => `${field} ${code}`)];
}

/** Of a lead with a name. */
async function warningsOf(texts: Texts, rest: Partial<RawLead> = {}) {
  const result = await build({ name: 'Asha', ...texts }, rest);
  if (result.kind !== 'lead') throw new Error(JSON.stringify(result));
  return result.warnings;
}

const PHONE = { phone: '98200 12345', name: 'Asha Verma' };
const LEAD = { phone: '+919820012345', country: 'IN', name: 'Asha Verma' };

describe('a lead from its cells', () => {
  it('understands every field', async () => {
    const texts: Required<Omit<Texts, 'budgetMin' | 'budgetMax' | 'firstName' | 'lastName'>> = {
      phone: '+91 98200 12345',
      name: '  Asha   Verma ',
      email: 'asha@example.com',
      message: 'first\r\nsecond',
      country: 'India',
      city: 'Pune',
      locality: 'Baner',
      listingId: '550',
      listingName: 'Skyline',
      budget: '50L-1.2 Cr',
      apartmentTypes: '2 BHK, 3+ BHK',
      contactedAt: '05-10-2026 14:03',
      homeloanRequired: 'Yes',
      otpVerified: '1',
      callVerified: 'false',
      broker: 'Dealer',
      creditValue: '250',
      source: 'google',
      subSource: 'google_search',
      placement: 'Skyline Oct',
      sourceId: '1',
      subSourceId: '8',
      campaignId: 'greens-2026',
      channelId: 'GoogleAdword',
      subject: 'Leads From API',
      repId: 'smithparkar',
      altPhone: '98200 12346',
      externalId: '1234567890123456789',
    };
    expect(await build(texts, { extra: { utm_term: 'flats', gclid: 'x', fbclid: '' } })).toEqual({
      kind: 'lead',
      lead: {
        ...LEAD,
        email: 'asha@example.com',
        message: 'first\nsecond',
        city: 'Pune',
        locality: 'Baner',
        listingId: '550',
        listingName: 'Skyline',
        budgetMin: 5_000_000,
        budgetMax: 12_000_000,
        apartmentTypes: ['2bhk', '3+bhk'],
        contactedAt: '2026-10-05T08:33:00.000Z',
        homeloanRequired: true,
        otpVerified: true,
        callVerified: false,
        broker: true,
        creditValue: '250',
        source: 'google',
        subSource: 'google_search',
        placement: 'Skyline Oct',
        sourceId: '1',
        subSourceId: '8',
        campaignId: 'greens-2026',
        channelId: 'GoogleAdword',
        subject: 'Leads From API',
        repId: 'smithparkar',
        altPhone: '+919820012346',
        externalId: '1234567890123456789',
        extra: { utm_term: 'flats', gclid: 'x' },
      },
      warnings: [],
      // By which an earlier reading may have sent it.
      otherPhones: ['+919820012346'],
    });
  });

  it.each<[string, Texts, Partial<Lead>, readonly string[]]>([
    [
      'a name beside a family name is the first one',
      { phone: '9820012345', name: 'Tanvi', lastName: 'Rao' },
      { name: 'Tanvi Rao', firstName: 'Tanvi', lastName: 'Rao' },
      [],
    ],
    [
      'unless it holds both',
      { phone: '9820012345', name: 'Tanvi RAO', lastName: 'Rao' },
      { name: 'Tanvi RAO', lastName: 'Rao' },
      [],
    ],
    ['joins the names', { phone: '9820012345', firstName: 'Tanvi', lastName: 'K' }, { name: 'Tanvi K' }, []],
    ['warns without a name', { phone: '9820012345', name: 'n/a' }, {}, ['NAME NAME_MISSING']],
    ['keeps a name that says Test', { phone: '9820012345', name: 'Test Test' }, { name: 'Test Test' }, []],
    ['drops a bad e-mail', { ...PHONE, email: 'someone(at)example.com' }, {}, ['EMAIL EMAIL_INVALID']],
    [
      'takes absent words for nothing',
      { ...PHONE, email: 'na', budget: '-', contactedAt: 'NaN', broker: 'NULL' },
      {},
      [],
    ],
    ['drops a bad budget', { ...PHONE, budget: '75' }, {}, ['BUDGET BUDGET_UNPARSED']],
    ['keeps the least alone', { ...PHONE, budget: 'above_2_cr' }, { budgetMin: 20_000_000 }, []],
    [
      'puts columns before the text',
      { ...PHONE, budgetMax: '9000000', budget: '50L-60L' },
      { budgetMin: 5_000_000, budgetMax: 9_000_000 },
      [],
    ],
    [
      'keeps the text where the column is bad',
      { ...PHONE, budgetMax: '75', budget: '50L' },
      { budgetMax: 5_000_000 },
      ['BUDGETMAX BUDGET_UNPARSED'],
    ],
    [
      'puts reversed columns right',
      { ...PHONE, budgetMin: '9000000', budgetMax: '50L' },
      { budgetMin: 5_000_000, budgetMax: 9_000_000 },
      [],
    ],
    [
      'keeps the flats it knows',
      { ...PHONE, apartmentTypes: '2 BHK, villa' },
      { apartmentTypes: ['2bhk'] },
      ['APARTMENTTYPES APARTMENT_UNPARSED'],
    ],
    ['drops a bad date', { ...PHONE, contactedAt: '10/13/2026' }, {}, ['CONTACTEDAT DATE_INVALID']],
    ['drops a bad truth value', { ...PHONE, broker: 'perhaps' }, {}, ['BROKER BOOL_UNPARSED']],
    ['drops a bad second phone', { ...PHONE, altPhone: '123' }, {}, ['ALTPHONE PHONE_INVALID']],
    ['drops a second phone that is the first', { ...PHONE, altPhone: '+91 98200 12345' }, {}, []],
    [
      'puts the column before the second number of the cell',
      { ...PHONE, phone: '9820012345/9820012346', altPhone: '9820012347' },
      { altPhone: '+919820012347' },
      ['PHONE PHONE_MULTIPLE'],
    ],
  ])('%s', async (_what, texts, expected, warnings) => {
    const { name: _name, ...phone } = LEAD;
    expect(await lead(texts)).toEqual([
      { ...phone, ...(texts.name === 'Asha Verma' ? { name: 'Asha Verma' } : {}), ...strip(expected, texts) },
      warnings,
    ]);
  });

  it("takes the phone's country, the column being a hint", async () => {
    const [uae] = await lead({ phone: '50 123 4567', name: 'R', country: 'United Arab Emirates' });
    expect(uae).toMatchObject({ phone: '+971501234567', country: 'AE' });
    const [us] = await lead({ phone: '+1 202 555 0123', name: 'R', country: 'India' });
    expect(us).toMatchObject({ phone: '+12025550123', country: 'US' });
  });

  it.each([
    ['10/13/2026', 'Not a valid date (read as DMY); it is dropped. Set the order with --date-order, or'],
    ['10/12/2026', 'The date lies in the future (read as DMY); it is dropped. Set the order with'],
    ['13/13/2026', 'Not a valid date; it is dropped. Correct it if it matters.'],
    ['soon', 'Not a valid date; it is dropped. Correct it if it matters.'],
    ['2027-01-05', 'The date lies in the future; it is dropped. Correct it if it matters.'],
    ['05 Jan 1999', 'The date is before 2000; it is dropped. Correct it if it matters.'],
    ['05-10-2030', 'The date lies in the future; it is dropped. Correct it if it matters.'],
  ])('says of a bad date only what is true of it: %s', async (contactedAt, expected) => {
    const [found] = (await warningsOf({ ...PHONE, contactedAt })).filter(
      ({ code }) => code === 'DATE_INVALID',
    );
    expect(found?.message).toContain(expected);
  });

  it.each<[string, Texts, string | null]>([
    [
      'a near miss',
      { phone: '702 555 1234', country: 'Canda' },
      '"Canda" is not a country, did you mean "Canada"? The phone has no + and was read as a number from India (IN).',
    ],
    [
      'a long name',
      { phone: '98200 12345', country: 'United States of Amerika' },
      'did you mean "United States',
    ],
    [
      'what is near to nothing',
      { phone: '98200 12345', country: 'Middle Earth' },
      '"Middle Earth" is not a country. The',
    ],
    ['the number with its trunk zero', { phone: '098200-12345', country: 'Narnia' }, '"Narnia"'],
    ['a number with +', { phone: '+91 098200 12345', country: 'Narnia' }, null],
    ['a number with 00', { phone: '0091 98200 12345', country: 'Narnia' }, null],
    ['a number with its code', { phone: '91-98200 12345', country: 'Narnia' }, null],
    ['a country', { phone: '98200 12345', country: 'india' }, null],
    ['a calling code', { phone: '98200 12345', country: '+91' }, null],
    ...['', ' ', '-', 'N/A', 'none', 'Unknown', 'not specified', '#REF!'].map(
      (country): [string, Texts, null] => [`nothing: ${country}`, { phone: '98200 12345', country }, null],
    ),
  ])('warns of a country cell that names none, where the region decided: %s', async (_, texts, expected) => {
    const found = (await warningsOf(texts)).filter(({ field }) => field === 'COUNTRY');
    expect(found.map(({ code }) => code)).toEqual(expected === null ? [] : ['COUNTRY_GUESSED']);
    if (expected !== null) expect(found[0]?.message).toContain(expected);
  });

  it('does not warn of it where a calling code stands beside the number, or another country was guessed', async () => {
    const beside = {
      text: '98200 12345',
      header: 'Phone',
      codes: ['91'],
      otherCodes: [],
      named: false,
      namedSecond: false,
    };
    const texts = { phone: '', country: 'Narnia' };
    expect(await warningsOf(texts, { phones: [beside] })).toEqual([]);
    const without = { ...beside, codes: [] };
    expect(await warningsOf(texts, { phones: [without] })).toMatchObject([{ field: 'COUNTRY' }]);
    expect(await warningsOf({ ...texts, phone: '971501234567' })).toMatchObject([
      { field: 'PHONE', code: 'COUNTRY_GUESSED' },
    ]);
  });

  it('says which header a bad phone stood under, and keeps the other warnings', async () => {
    const given = { field: 'X', code: 'ROW_SHORT', message: 'short' } as const;
    expect(await build({ phone: '12345', name: 'A', email: 'x' }, { warnings: [given] })).toMatchObject({
      kind: 'invalid',
      errors: [{ field: 'PHONE', code: 'PHONE_INVALID' }],
      warnings: [given, { field: 'EMAIL', code: 'EMAIL_INVALID' }],
      phone: null,
    });
    expect(await build({ name: 'A' })).toMatchObject({ errors: [{ field: null, code: 'PHONE_MISSING' }] });
  });

  it('keeps extra safe', async () => {
    const extra: Record<string, string> = JSON.parse('{"__proto__":"x","a":"\\u200b","b":" c "}');
    const [built] = await lead(PHONE, { extra });
    expect(built.extra).toEqual({ b: 'c' });
  });
});

describe('test leads', () => {
  const dummy = '<test lead: dummy data for full_name>';
  it.each<[string, Texts, Partial<RawLead>, string]>([
    ['a mark in a value', { ...PHONE, name: dummy }, {}, 'NAME'],
    ['in any case', { ...PHONE, city: dummy.toUpperCase() }, {}, 'CITY'],
    ['before a bad phone', { phone: 'p:<test lead: dummy data for phone_number>' }, {}, 'PHONE'],
    ['test@meta.com', { ...PHONE, email: 'Test@Meta.com' }, {}, 'EMAIL'],
    ['test@fb.com', { ...PHONE, email: 'test@fb.com' }, {}, 'EMAIL'],
    ['in extra', PHONE, { extra: { answer: dummy } }, 'answer'],
    ['is_test in extra', PHONE, { extra: { is_test: 'true' } }, 'is_test'],
    ['found by the reader', PHONE, { testMark: 'is_test' }, 'is_test'],
  ])('%s', async (_what, texts, rest, field) => {
    expect(await build(texts, rest)).toMatchObject({ kind: 'skipped', reason: { code: 'TEST_LEAD', field } });
    expect((await build(texts, rest, { ...reading, includeTest: true })).kind).not.toBe('skipped');
  });

  it('has no mark in ordinary values', async () => {
    await lead({ ...PHONE, name: 'Test Lead', email: 'test@example.com' }, { extra: { is_test: 'false' } });
    expect(isTestValue('a < b and so on')).toBe(false);
    expect(['is_test', 'Is Test', 'test_lead'].every(isTestHeader)).toBe(true);
    expect(isTestHeader('is_organic')).toBe(false);
  });
});

describe('defaults', () => {
  it('are understood once and fill what a lead lacks', async () => {
    const { values, problems } = await parseDefaults(
      { campaignId: 'greens', sourceId: '1', city: 'Pune', budget: '50L-1Cr', otpVerified: 'yes' },
      reading,
    );
    expect(problems).toEqual([]);
    const full: Lead = {
      ...LEAD,
      city: 'Delhi',
      budgetMin: 9_000_000,
      campaignId: 'x',
      sourceId: '2',
      otpVerified: false,
    };
    expect(filling(values)(full)).toBe(full);
    expect(filling(values)(LEAD)).toEqual({
      ...LEAD,
      campaignId: 'greens',
      sourceId: '1',
      city: 'Pune',
      budgetMin: 5_000_000,
      budgetMax: 10_000_000,
      otpVerified: true,
    });
  });

  it('are refused where they are no value', async () => {
    const { problems } = await parseDefaults({ budget: '75', altPhone: '+353', city: 'Pune' }, reading);
    expect(problems.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'budget BUDGET_UNPARSED',
      'altPhone PHONE_INVALID',
    ]);
  });

  it('never mix two names', async () => {
    const { values } = await parseDefaults({ firstName: 'Site', lastName: 'Visitor' }, reading);
    expect(filling(values)(LEAD)).toEqual(LEAD);
    expect(filling(values)({ phone: '+919820012345' })).toMatchObject({
      name: 'Site Visitor',
      lastName: 'Visitor',
    });
  });
});

describe('a stored lead', () => {
  it('comes back as it was', () => {
    const stored: Lead = {
      ...LEAD,
      budgetMin: 1,
      apartmentTypes: ['2bhk'],
      contactedAt: '2026-10-05T08:33:00.000Z',
      broker: false,
      extra: { utm_term: 'x' },
    };
    expect(leadFromJson(leadToJson(stored))).toEqual(stored);
  });

  it.each([
    ...['', '{', 'null', '[]', '{}', '{"phone":"98200"}', '{"phone":"+919820012345","budgetMin":"1"}'],
    ...['{"phone":"+919820012345","broker":"yes"}', '{"phone":"+919820012345","apartmentTypes":"2bhk"}'],
    ...['{"phone":"+919820012345","extra":{"a":1}}', '{"phone":"+919820012345","contactedAt":"soon"}'],
  ])('%s is none', (text) => {
    expect(leadFromJson(text)).toBeNull();
  });
});

/** What a case expects, as it stands. */
function strip(expected: Partial<Lead>, texts: Texts): Partial<Lead> {
  const { firstName, lastName } = texts;
  return { ...expected, ...(firstName ? { firstName } : {}), ...(lastName ? { lastName } : {}) };
}
