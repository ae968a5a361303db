// Which number of a row is the lead's, through the door that `send` uses: one line a case.
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type PrepareOptions, prepareInput } from '../../../src/input/prepare.ts';
import { prepareOptions } from '../read-all.ts';

/** `phone alt | extra… | codes`, or `CODE header`. */
async function leads(text: string, given: Partial<PrepareOptions> = {}): Promise<readonly string[]> {
  const stdin = Readable.from([Buffer.from(text)]);
  const input = await prepareInput([{ path: '-', stdin }], prepareOptions(given));
  const shown: string[] = [];
  for (const source of input.sources) {
    for await (const rows of source.rows()) {
      for (const { result } of rows) {
        if (result.kind === 'lead') {
          const { phone, altPhone, extra = {} } = result.lead;
          const kept = Object.entries(extra).map(([name, value]) => `${name}=${value}`);
          const codes = result.warnings
            .filter(({ code }) => code !== 'NAME_MISSING' && code !== 'BOOL_UNPARSED')
            .map(({ code, field }) => `${code}@${field}`);
          shown.push([`${phone} ${altPhone ?? '-'}`, ...kept, ...codes].join(' | '));
        } else if (result.kind === 'invalid') {
          shown.push(result.errors.map(({ code, field }) => `${code} ${field}`).join());
        } else shown.push(result.reason.code);
      }
    }
  }
  await input.close();
  return shown;
}

/** A table of one row, columns and cells separated by `|`. */
const table = (header: string, row: string) =>
  [header, row]
    .map((line) =>
      line
        .split('|')
        .map((cell) => `"${cell.trim()}"`)
        .join(','),
    )
    .join('\n');

const A = '9000831001';
const B = '9000831002';
const C = '9000831003';
const LAND = '022-26116101';
const E164 = { A: `+91${A}`, B: `+91${B}`, C: `+91${C}`, LAND: '+912226116101' };

describe('columns for a phone', () => {
  test.each<[string, string, string]>([
    ['Phone | Mobile', `${A} | ${B}`, `${E164.B} ${E164.A}`],
    ['Mobile | Phone', `${A} | ${B}`, `${E164.A} ${E164.B}`],
    [
      'Office Phone | Alternate | Phone | Cell',
      `${LAND} | x | ${A} | ${B}`,
      `${E164.B} ${E164.A} | Office Phone=${E164.LAND}`,
    ],
    ['Alternate Number | Mobile', `${A} | `, `${E164.A} -`],
    ['Alternate Number | Phone', `${A} | ${LAND}`, `${E164.A} ${E164.LAND}`],
    ['Phone | Landline', `${LAND} | 080-26116103`, `${E164.LAND} +918026116103 | PHONE_LANDLINE@Phone`],
    ['Mobile | Phone', `12345 | ${A}`, `${E164.A} - | Mobile=12345 | PHONE_FALLBACK@Mobile`],
    ['Mobile | Phone', `98xxxxxx12 | ${A}`, `${E164.A} - | Mobile=98xxxxxx12 | PHONE_FALLBACK@Mobile`],
    ['Mobile | Phone', `ask him | ${A}`, `${E164.A} - | Mobile=ask him | PHONE_FALLBACK@Mobile`],
    ['Mobile | Phone', `NA | ${A}`, `${E164.A} -`],
    ['Mobile | Phone', `0 | ${A}`, `${E164.A} -`],
    ['Mobile | Phone', `+91- | ${A}`, `${E164.A} -`],
    ['Mobile | Phone', `${A} | 12345`, `${E164.A} - | PHONE_INVALID@Phone`],
    ['Mobile | Phone', `${A} | +91 ${A}`, `${E164.A} -`],
    ['Mobile | Phone', '12 | 9999999999', 'PHONE_INVALID Mobile'],
    ['Mobile | Phone', '9999999999 | 12', 'PHONE_JUNK Mobile'],
    ['Mobile | Phone', '- | 12', 'PHONE_INVALID Phone'],
    ['Mobile | Phone', ' | NA', 'PHONE_MISSING Mobile'],
    ['Phone | Mobile | Name', ' | | X', 'PHONE_MISSING Mobile'],
    ['Phone | Mobile', '9.19877E+11 | 12', 'PHONE_INVALID Mobile'],
    ['Phone | Phone | Phone', `${A} | ${B} | ${C}`, `${E164.A} ${E164.B} | Phone=${E164.C}`],
    [
      'Phone | Phone 2 | Phone 3 | Phone 4',
      ` | ${A} | ${B} | ${C}`,
      `${E164.A} ${E164.B} | Phone 4=${E164.C}`,
    ],
    ['Mobile | Phone', `${A} / ${B} | ${C}`, `${E164.A} ${E164.B} | Phone=${E164.C} | PHONE_MULTIPLE@Mobile`],
    [
      'Mobile | Phone',
      `${LAND} | ${B} / ${C}`,
      `${E164.B} ${E164.LAND} | Phone=${E164.C} | PHONE_MULTIPLE@Phone`,
    ],
    ['Mobile | WhatsApp', `${A} | ${A}`, `${E164.A} -`],
    ['Mobile | Phone', `+1 650 253 1191 | ${A}`, `+16502531191 ${E164.A}`],
    // A strange word before `phone` may be anybody: only where no column is known to be the lead's.
    ['Guest House Phone | Phone', `${A} | ${B}`, `${E164.B} -`],
    ['Guest House Phone | Phone', `${A} | `, 'PHONE_MISSING Phone'],
    ['Guest House Phone | Visitor Mobile', `${A} | ${B}`, `${E164.B} -`],
    ['Guest House Phone | City', `${A} | Pune`, `${E164.A} -`],
  ])('%s: %s', async (header, row, expected) => {
    expect(await leads(table(header, row))).toEqual([expected]);
  });

  test.each<[string, string]>([
    ['Agent Phone', 'PHONE_MISSING'],
    ['Lead Owner Mobile', 'PHONE_MISSING'],
    ['Sales Executive Mobile', 'PHONE_MISSING'],
    ['Assigned User Phone', 'PHONE_MISSING'],
    ['Receiver Mobile', 'PHONE_MISSING'],
    ['Called Number', 'PHONE_MISSING'],
    ['Virtual Number', 'PHONE_MISSING'],
    ['Agency Contact Number', 'PHONE_MISSING'],
    ['Company Phone', 'PHONE_MISSING'],
    ['Listing Contact Phone', 'PHONE_MISSING'],
    ['DNC Mobile', 'PHONE_MISSING'],
    ['Phone Verified', 'PHONE_MISSING'],
    ['Phone Type', 'PHONE_MISSING'],
    ['Phone Country', 'PHONE_MISSING'],
    ['Phone Extension', 'PHONE_MISSING'],
    ['Builder Mobile', 'PHONE_MISSING'],
    ['Reference Phone No', 'PHONE_MISSING'],
  ])('%s never stands in', async (other, expected) => {
    expect(await leads(table(`Name | ${other} | Phone`, `X | ${A} | `))).toEqual([`${expected} Phone`]);
    expect(await leads(table(`Name | Phone | ${other}`, `X | ${B} | ${A}`))).toEqual([`${E164.B} -`]);
  });

  test.each<[Partial<PrepareOptions>, string]>([
    [{ columns: [['Office', 'phone']] }, `${E164.LAND} ${E164.B} | Phone=${E164.A} | PHONE_LANDLINE@Office`],
    [
      { configColumns: { Office: 'phone' } },
      `${E164.LAND} ${E164.B} | Phone=${E164.A} | PHONE_LANDLINE@Office`,
    ],
    [
      { columns: [['Phone', 'phone']], configColumns: { Office: 'phone' } },
      `${E164.A} ${E164.LAND} | Mobile=${E164.B}`,
    ],
    [{ columns: [['Phone', 'altPhone']] }, `${E164.B} ${E164.A}`],
    [
      {
        columns: [
          ['Phone', 'altPhone'],
          ['Office', 'phone'],
        ],
      },
      `${E164.LAND} ${E164.A} | Mobile=${E164.B} | PHONE_LANDLINE@Office`,
    ],
    [{ columns: [['Phone', '']] }, `${E164.B} -`],
    [{ columns: [['Mobile', 'extra.cell']] }, `${E164.A} - | cell=${B}`],
  ])('%j', async (given, expected) => {
    expect(await leads(table('Office | Phone | Mobile', `${LAND} | ${A} | ${B}`), given)).toEqual([expected]);
  });

  test('a named column that is empty or unusable lets the others stand in', async () => {
    const given = { columns: [['Ref', 'phone']] as const };
    expect(await leads(table('Ref | Phone', ` | ${A}`), given)).toEqual([`${E164.A} -`]);
    expect(await leads(table('Ref | Phone', `12 | ${A}`), given)).toEqual([
      `${E164.A} - | Ref=12 | PHONE_FALLBACK@Ref`,
    ]);
  });

  test('--set altPhone fills what the record lacks', async () => {
    const set = new Map([['altPhone', C]] as const);
    expect(await leads(table('Mobile | Phone', `${A} | ${B}`), { set })).toEqual([`${E164.A} ${E164.B}`]);
    expect(await leads(table('Mobile | Phone', `${A} | `), { set })).toEqual([`${E164.A} ${E164.C}`]);
  });
});

describe('a calling code beside a number', () => {
  test.each<[string, string, string]>([
    ['Country Code | Mobile', '+1 | 6502531191', '+16502531191 -'],
    ['Mobile | Country Code', '6502531191 | +1', '+16502531191 -'],
    ['Country Code | Name | City | Mobile', '1 | X | Pune | 6502531191', '+16502531191 -'],
    ['Mobile | ISD', '0501234601 | 00971', '+971501234601 -'],
    ['Mobile | Dial Code', '0501234601 | AE', '+971501234601 -'],
    ['Mobile | Dial Code', '0501234601 | UAE (+971)', '+971501234601 -'],
    ['Mobile | Dial Code', '0501234601 | (+971) UAE', '+971501234601 -'],
    ['Mobile | Dial Code', '0501234601 | ٩٧١', '+971501234601 -'],
    ['Mobile | Dial Code', '971501234601 | +971', '+971501234601 -'],
    ['Mobile | Dial Code', `${A} | IN +91`, `${E164.A} -`],
    ['Mobile | Dial Code', `${A} | `, `${E164.A} -`],
    ['Mobile | Dial Code', `${A} | NA`, `${E164.A} -`],
    ['Mobile | Dial Code', `${A} | mobile`, `${E164.A} -`],
    ['Mobile | Dial Code', `${A} | no`, `${E164.A} -`],
    ['Mobile | Dial Code', `${A} | +44`, 'PHONE_UNDECIDABLE Mobile'],
    ['Mobile | Dial Code', '501234601 | +91', 'PHONE_INVALID Mobile'],
    ['Mobile | Dial Code', '123456 | +44', 'PHONE_INVALID Mobile'],
    ['Mobile | Dial Code', `${A} | +999`, 'PHONE_UNDECIDABLE Mobile'],
    ['Mobile | Dial Code', '9999999999 | +1', 'PHONE_JUNK Mobile'],
    ['Mobile | Dial Code', '+971501234602 | +44', '+971501234602 -'],
    ['Mobile | Dial Code', '00971501234602 | +44', '+971501234602 -'],
    ['Mobile | Dial Code', '6331234 | +1-684', '+16846331234 - | PHONE_LANDLINE@Mobile'],
    // The number after the code is the one that it belongs to.
    ['Mobile | Dial Code | Phone', `${A} | +44 | ${B}`, `${E164.A} - | PHONE_UNDECIDABLE@Phone`],
    ['Phone | Country Code | Mobile', `${A} | +1 | 6502531191`, `+16502531191 ${E164.A}`],
    ['Phone | Phone Code | Mobile', `6502531191 | +1 | ${A}`, `${E164.A} +16502531191`],
    ['Phone | Mobile Code | Name | Mobile', `${A} | +1 | X | 6502531191`, `+16502531191 ${E164.A}`],
    ['Mobile Code | Phone | Mobile', `+1 | ${A} | 6502531191`, `+16502531191 ${E164.A}`],
    ['Phone | Code | Mobile | Pin Code', `${A} | +1 | ${B} | 411001`, `${E164.B} ${E164.A}`],
    [
      'Phone | Dial Code | Mobile | ISD Code',
      `501234601 | +971 | 6502531191 | +1`,
      '+16502531191 +971501234601',
    ],
    ['Phone | Alternate Number | Country Code', '7012345610 | | +1', '+17012345610 -'],
    ['ISD | Mobile | Country', '+971 | 501234601 | India', '+971501234601 -'],
    ['ISD | Mobile | Country', ' | 501234601 | UAE', '+971501234601 -'],
    [
      'Mobile (with country code)',
      '971501234601',
      '+971501234601 - | COUNTRY_GUESSED@Mobile (with country code)',
    ],
    ['Country Code | Dial Code | Mobile', 'IN | +1 | 6502531191', '+16502531191 -'],
    ['Agent ISD Code | Mobile', `+1 | ${A}`, `${E164.A} -`],
    ['Pin Code | Mobile', `411 | ${A}`, `${E164.A} -`],
    ['Country Code | Mobile', `400001 | ${A}`, `${E164.A} -`],
    ['Mobile ISD | Mobile | Phone', `971 | 501234601 | ${A}`, `+971501234601 ${E164.A}`],
    ['Country Code | Mobile', '971.0 | 501234601.0', '+971501234601 -'],
  ])('%s: %s', async (header, row, expected) => {
    expect(await leads(table(header, row))).toEqual([expected]);
  });

  test.each<[object, string]>([
    [{ phone: { country_code: '+1', number: '6502531191' } }, '+16502531191 -'],
    [{ phone: { cc: '971', value: '501234601' } }, '+971501234601 -'],
    [{ mobile: { countryCode: { iso: 'AE', dial: '+971' }, number: '501234601' } }, '+971501234601 -'],
    [{ q4_phone4: { area: '022', phone: '26116101' } }, `${E164.LAND} - | PHONE_LANDLINE@q4_phone4.phone`],
    [{ phoneNumber: { country: '971', area: '50', phone: '1234601' } }, '+971501234601 -'],
    [{ phone: { area_code: '', number: A } }, `${E164.A} -`],
    [{ phone: { area: '411', number: `+91${A}` } }, `${E164.A} -`],
    [{ home: { area: '411', phone: A } }, `${E164.A} -`],
    [{ phone: { number: '501234601', country: 'AE' } }, '+971501234601 -'],
    [{ a: { b: { phone: { isd: '971', national: '501234601' } } } }, '+971501234601 -'],
    [{ contact: { mobile: '501234601', mobilePrefix: '00971' } }, '+971501234601 -'],
    [{ customer: { dialCode: '+971', phone: '0501234601' } }, '+971501234601 -'],
    [{ country_code: '+971', contact: { phone: '0501234601' } }, '+971501234601 -'],
    [{ phone: A, address: { country_code: 'US' } }, `${E164.A} -`],
    [{ phone: A, agent: { country_code: '+1', phone: '6502531191' } }, `${E164.A} -`],
    [
      { phones: { mobile: { code: '+1', number: '6502531191' }, home: { code: '+91', number: A } } },
      `+16502531191 ${E164.A}`,
    ],
    [{ phone: { country_code: '+44', number: A } }, 'PHONE_UNDECIDABLE phone.number'],
    [{ phone: { country_code: '+44', number: `+91${A}` } }, `${E164.A} -`],
    [{ phone: { country_code: null, number: A } }, `${E164.A} -`],
  ])('JSON %j', async (record, expected) => {
    expect(await leads(JSON.stringify(record))).toEqual([expected]);
  });
});

describe('numbers of somebody else in JSON', () => {
  test.each([
    { agent: { phone: A } },
    { agent: { contact: { details: { mobile: A } } } },
    { owner: { name: 'Y', mobile: A } },
    { lead_owner: { phone: A } },
    { assigned_to: { phone: A } },
    { assignedTo: { mobile: A } },
    { assigned_user: { phone: A } },
    { listing: { contact: { phone: A } } },
    { project: { sales_office: { phone: A } } },
    { property: { contact_number: A } },
    { company: { phone: A } },
    { organization: { phones: { mobile: A } } },
    { broker: { mobile: A } },
    { virtual_number: A },
    { receiver_mobile: A },
    { calledNumber: A },
    { dialled_number: A },
    { executive_mobile: A },
    { account: { manager: { phone: A } } },
    { dnc_mobile: A },
    { phone_verified: A },
    { sales: { rep: { whatsapp: A } } },
    { created_by: { phone: A } },
    { updatedBy: { mobile: A } },
    { coApplicant: { mobile: A } },
    { advertiser: { phone: A } },
    { metadata: { display_phone_number: A } },
  ])('%j', async (others) => {
    expect(await leads(JSON.stringify({ name: 'X', ...others, mobile: '' }))).toEqual([
      'PHONE_MISSING mobile',
    ]);
    expect(await leads(JSON.stringify({ ...others, name: 'X', mobile: B }))).toEqual([`${E164.B} -`]);
    const [alone = ''] = await leads(JSON.stringify({ name: 'X', ...others }));
    expect(alone).toMatch(/^PHONE_MISSING/);
  });

  test.each<[object, string]>([
    [{ user: { phone: A } }, `${E164.A} -`],
    [{ contact: { phone: A } }, `${E164.A} -`],
    [{ lead: { contact: { phones: { mobile: A, work: LAND } } } }, `${E164.A} ${E164.LAND}`],
    [{ enquirer: { mobile: A } }, `${E164.A} -`],
    [{ caller_number: A }, `${E164.A} -`],
    [{ webhook: { person: { mobile: A } } }, `${E164.A} -`],
  ])('but the lead’s own: %j', async (record, expected) => {
    expect(await leads(JSON.stringify(record))).toEqual([expected]);
  });
});

describe('other fields in several columns', () => {
  test.each<[string, string, string]>([
    [
      'Phone | Email | Email ID',
      `${A} | a@example.com | b@example.com`,
      `${E164.A} - | Email ID=b@example.com`,
    ],
    ['Phone | Email | Email ID', `${A} | a@example.com | A@Example.com`, `${E164.A} -`],
    ['Phone | Email | Email ID', `${A} | | b@example.com`, `${E164.A} -`],
    ['Phone | Remarks | Remarks', `${A} | one | two`, `${E164.A} - | Remarks=two`],
    [
      'Phone | Remarks | Remarks | Remarks',
      `${A} | one | two | three`,
      `${E164.A} - | Remarks=two | Remarks 2=three`,
    ],
    ['Phone | Source | utm_source', `${A} | Google | fb`, `${E164.A} - | utm_source=fb`],
    ['Phone | Country | Country/Region', `${A} | India | IN`, `${E164.A} -`],
    ['Phone | City | billing_city', `${A} | Pune | Mumbai`, `${E164.A} - | billing_city=Mumbai`],
  ])('%s: %s', async (header, row, expected) => {
    expect(await leads(table(header, row))).toEqual([expected]);
  });
});

describe('a third number in one cell is kept', () => {
  test.each<[string, string, string]>([
    ['Phone', `${A}/${B}/${C}`, `${E164.A} ${E164.B} | Phone=${E164.C} | PHONE_MULTIPLE@Phone`],
    ['Phone', `${A}, ${B}, ${A}`, `${E164.A} ${E164.B} | PHONE_MULTIPLE@Phone`],
    [
      'Phone',
      `${A}/${B}/${C}/${LAND}`,
      `${E164.A} ${E164.B} | Phone=${E164.C} | Phone 2=${E164.LAND} | PHONE_MULTIPLE@Phone`,
    ],
    [
      'Phone|Office Phone',
      `${A}/${B}/${C}|${LAND}`,
      `${E164.A} ${E164.B} | Phone=${E164.C} | Office Phone=${E164.LAND} | PHONE_MULTIPLE@Phone`,
    ],
  ])('%s: %s', async (header, row, expected) => {
    expect(await leads(table(header, row))).toEqual([expected]);
  });
});
