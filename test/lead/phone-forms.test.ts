// Phones as forms, spreadsheets and chats write them: a code too many, digits grouped by a sheet, WhatsApp ids.
import { expect, test } from 'vitest';
import { createPhoneParser } from '../../src/lead/phone.ts';

const phones = createPhoneParser();

async function parsed(text: string, region = 'IN'): Promise<string> {
  await phones.load();
  const read = phones.parse(text, { region, country: null });
  if (read === 'needs-library') throw new Error('the library is loaded');
  if (read.kind === 'bad') return `${read.code} ${read.message}`;
  return [
    read.phone,
    ...(read.altPhone === null ? [] : [read.altPhone]),
    ...read.warnings.map(({ code }) => code),
  ].join(' ');
}

const TWICE = 'PHONE_CODE_TWICE';

test.each<[text: string, expected: string, region?: string]>([
  // One code too many.
  ['+91 +91 9000830551', `+919000830551 ${TWICE}`],
  ['+91+919000830551', `+919000830551 ${TWICE}`],
  ['(+91) +91 90008 30551', `+919000830551 ${TWICE}`],
  ['+91-91-9000830551', `+919000830551 ${TWICE}`],
  ['91919000830553', `+919000830553 ${TWICE}`],
  ['0091 91 90008 30553', `+919000830553 ${TWICE}`],
  ['+91 0091 90008 30553', `+919000830553 ${TWICE}`],
  ['+91 0 91 90008 30553', `+919000830553 ${TWICE}`],
  ['p:+91919000830553', `+919000830553 ${TWICE}`],
  ['+971 +971 501234567', `+971501234567 ${TWICE}`],
  ['+971971501234567', `+971501234567 ${TWICE}`],
  ['971971501234567', `+971501234567 ${TWICE}`, 'AE'],
  ['+44 44 7400 123456', `+447400123456 ${TWICE}`],
  ['+91 919190083107', `+919190083107 ${TWICE}`],
  // None too many.
  ['9190083107', '+919190083107'],
  ['919190083107', '+919190083107'],
  ['+919190083107', '+919190083107'],
  ['0091 9190083107', '+919190083107'],
  ['+91 0 9000830551', '+919000830551'],
  ['+44 (0)7400 123456', '+447400123456'],
  ['+1 1 650 253 0191', '+16502530191'],
  // Digits grouped by a sheet.
  ['9,000,830,436.00', '+919000830436'],
  ['9,000,830,436', '+919000830436'],
  ["9'000'830'437", '+919000830437'],
  ['9’000’830’437', '+919000830437'],
  ['90,00,83,04,31', '+919000830431'],
  ['9,00,08,30,431', '+919000830431'],
  ['9.000.830.431,00', '+919000830431'],
  ['9 000 830 431,00', '+919000830431'],
  ['9\u00a0000\u00a0830\u00a0431,00', '+919000830431'],
  ['919,000,830,436.0', '+919000830436'],
  ['+919,000,830,436', '+919000830436'],
  ['9000830431.00', '+919000830431'],
  ['90008.30431', '+919000830431'],
  // Two numbers stay two.
  ['9000830431, 9000830432', '+919000830431 +919000830432 PHONE_MULTIPLE'],
  ['9000830431,9000830432', '+919000830431 +919000830432 PHONE_MULTIPLE'],
  // WhatsApp ids.
  ['919000830551@s.whatsapp.net', '+919000830551'],
  ['919000830551@c.us', '+919000830551'],
  ['919000830551:12@s.whatsapp.net', '+919000830551'],
  ['919000830551_1:3@S.WhatsApp.net', '+919000830551'],
  ['971501234567@c.us', '+971501234567'],
  ['+919000830551@c.us', '+919000830551'],
  ['919000830551@c.us, 919000830552@c.us', '+919000830551 +919000830552 PHONE_MULTIPLE'],
])('%j is %j', async (text, expected, region) => {
  expect(await parsed(text, region)).toBe(expected);
});

test.each<[text: string, expected: RegExp]>([
  ['120363041234567892@g.us', /^PHONE_INVALID .*group/],
  ['919000830551-1510000000@g.us', /^PHONE_INVALID .*group/],
  ['919000830551@lid', /^PHONE_INVALID .*hides the number/],
  ['1203630@hosted.lid', /^PHONE_INVALID .*hides the number/],
  ['status@broadcast', /^PHONE_INVALID .*broadcast/],
  ['1510000000@broadcast', /^PHONE_INVALID .*broadcast/],
  ['120363041234567892@newsletter', /^PHONE_INVALID .*channel/],
  ['#ERROR!', /^PHONE_MISSING .*sheet shows an error/],
  ['########', /^PHONE_MISSING .*sheet shows an error/],
  ['#BEZUG!', /^PHONE_MISSING .*sheet shows an error/],
  ['Err:502', /^PHONE_MISSING .*sheet shows an error/],
  ['not provided', /^PHONE_MISSING The phone is missing\./],
  ['[object Object]', /^PHONE_MISSING The phone is missing\./],
  ['asha@example.com', /^PHONE_INVALID .*text without a number/],
  // A letter that stands among the digits is named.
  [
    '98765 4321O',
    /^PHONE_INVALID .*: the letter O stands among the digits, where 0 may be meant\. Correct it/,
  ],
  ['987654321O', /the letter O stands among the digits/],
  ['98765432IO', /the letters I and O stand among the digits, where 1 and 0 may be meant/],
  ['98765 432I4', /the letter I stands among the digits, where 1 may be meant/],
  ['+91 98765 43Z1S', /the letters Z and S stand .* where 2 and 5/],
  ['98451 1111X / 9', /the letter X stands among the digits\./],
  ['9876543O10', /the letter O stands/],
  ['98OO5 43210', /the letter O stands/],
  ['98765 4321O or 98765 432I1', /the letter O stands/],
  ['98765 432', /it has 8 digits/],
  ['98765 432 am', /it has 8 digits|text without a number/],
  ['12B, Park Street 400001', /text without a number/],
  ['call 98765', /text without a number/],
  ['O98765', /text without a number/],
  ['98765 43210', /^\+919876543210$/],
  ['98765 43210 / 98765 4321O', /^\+919876543210 /],
  ['+91919000', /^PHONE_INVALID/],
  ['1,234', /^PHONE_INVALID/],
])('%j: %s', async (text, expected) => {
  expect(await parsed(text)).toMatch(expected);
});
