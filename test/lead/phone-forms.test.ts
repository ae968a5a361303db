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

// One sign splits one number: read as that one, only where nothing else can be meant.
test.each<[text: string, expected: string, region?: string]>([
  ['0120/4567890', '+911204567890 PHONE_LANDLINE'],
  ['022/26116101', '+912226116101 PHONE_LANDLINE'],
  ['022 / 2611 6101', '+912226116101 PHONE_LANDLINE'],
  ['022/2611-6101', '+912226116101 PHONE_LANDLINE'],
  ['(022)/26116101', '+912226116101 PHONE_LANDLINE'],
  ["'022/26116101", '+912226116101 PHONE_LANDLINE'],
  ['="022/26116101"', '+912226116101 PHONE_LANDLINE'],
  ['०२२/२६११६१०१', '+912226116101 PHONE_LANDLINE'],
  ['+91 22/26116101', '+912226116101 PHONE_LANDLINE'],
  ['+91-(0)22/26116101', '+912226116101 PHONE_LANDLINE'],
  ['0091 22/26116101', '+912226116101 PHONE_LANDLINE'],
  // With a + the part behind the sign would be a number of the Solomon Islands.
  ['022/67721234', '+912267721234 PHONE_LANDLINE'],
  ['09811/700032', '+919811700032'],
  ['98117/00035', '+919811700035'],
  ['98117 / 00035', '+919811700035'],
  ['98117:00059', '+919811700059'],
  ['98117|00060', '+919811700060'],
  ['98117\\00061', '+919811700061'],
  ['98117／00035', '+919811700035'],
  ['p:+91 98117/00032', '+919811700032'],
  ['050/1234567', '+971501234567', 'AE'],
  ['+971 4/3123456', '+97143123456 PHONE_LANDLINE', 'AE'],
  ['030/12345678', '+493012345678 PHONE_LANDLINE', 'DE'],
  ['415/5550123', '+14155550123', 'US'],
  // Read rightly without.
  ['98117-00033 / 98117-00034', '+919811700033 +919811700034 PHONE_MULTIPLE'],
  ['9811700037/38', '+919811700037 PHONE_MULTIPLE'],
  ['022-26116101/02', '+912226116101 PHONE_LANDLINE PHONE_MULTIPLE'],
  ['0120-4567890/4567891', '+911204567890 PHONE_LANDLINE PHONE_MULTIPLE'],
  ['98117-00035/00036', '+919811700035 PHONE_MULTIPLE'],
  ['+91/9811700032', '+919811700032 PHONE_EXTRA_TEXT'],
  ['91/9811700032', '+919811700032 PHONE_EXTRA_TEXT'],
  ['0/9811700032', '+919811700032 PHONE_EXTRA_TEXT'],
  ['12/14155550123', '+14155550123 COUNTRY_GUESSED PHONE_EXTRA_TEXT'],
])('a number split by a sign: %j is %j', async (text, expected, region) => {
  expect(await parsed(text, region)).toBe(expected);
});

// Never put together; the reason names what stands among the digits.
test.each<[text: string, stray: string, region?: string]>([
  // Dates, times, scores, amounts, ids, addresses of machines
  ['12/05/2026', 'the sign / stands'],
  ['12/05/2026 10:30', 'the signs / and : stand'],
  ['10/10', 'the sign / stands'],
  ['10:30', 'the sign : stands'],
  ['0512/2026', 'the sign / stands'],
  ['1130/101530', 'the sign / stands'],
  ['20261130/10153', 'the sign / stands'],
  ['75000/85000', 'the sign / stands'],
  ['9500/100000', 'the sign / stands'],
  ['50,000', 'the sign , stands'],
  ['2026/113010', 'the sign / stands'],
  ['2026/113010', 'the sign / stands', 'US'],
  ['2024:123456', 'the sign : stands'],
  ['22/26116101', 'the sign / stands'],
  ['2345/623457', 'the sign / stands'],
  ['98.1.2.3:56789', 'the sign : stands'],
  ['98117:00059:1', 'the sign : stands'],
  // Two numbers, ranges, extensions
  ['234567/234568', 'the sign / stands'],
  ['919811/700032', 'the sign / stands'],
  ['26116101/02', 'the sign / stands'],
  ['26116101/102', 'the sign / stands'],
  ['9811700/032', 'the sign / stands'],
  ['022/26116101/02', 'the sign / stands'],
  ['022/26116101 ext 12', 'the sign / stands'],
  ['0120/4567890 x12', 'the sign / stands'],
  ['98117/00035, 98117/00036', 'the signs / and , stand'],
  ['98117/00035 98117/00036', 'the sign / stands'],
  // Not one number of the home, or more than one way to read it
  ['98117/0003', 'the sign / stands'],
  ['98117/000351', 'the sign / stands'],
  ['91 98117/00032', 'the sign / stands'],
  ['+49 30/12345678', 'the sign / stands'],
  ['050/1234567', 'the sign / stands'],
  ['98117/00035', 'the sign / stands', 'AE'],
  ['089/2345678', 'the sign / stands', 'DE'],
  ['22/67721234', 'the sign / stands'],
  ['67721234/35', 'the sign / stands'],
  ['1800/1234567', 'the sign / stands'],
  ['99999/99999', 'the sign / stands'],
  // Other signs, several of them, and words beside
  ['98117*00058', 'the sign * stands'],
  ['98117,00035', 'the sign , stands'],
  ['98117#00035', 'the sign # stands'],
  ['98117"00035', 'the sign " stands'],
  ['022//26116101', 'the sign / stands'],
  ['[022/26116101]', 'the sign / stands'],
  ['Ph: 022/26116101', 'the sign / stands'],
  ['98117/00035 (home)', 'the sign / stands'],
  // The letter O is no zero.
  ['98117OOO56', 'the letter O stands among the digits, where 0 may be meant'],
  ['98117ooo56', 'the letter o stands among the digits, where 0 may be meant'],
  ['98117/OOO35', 'the letter O and the sign / stand'],
  ['O22/26116101', 'the letter O and the sign / stand'],
  ['98117x00058', 'the letter x stands'],
])('nothing is guessed: %j, %s', async (text, stray, region) => {
  const read = await parsed(text, region);
  expect(read).toContain(`PHONE_INVALID Not a valid phone number: ${stray}`);
  expect(read).toContain('among the digits');
});

test.each(['26116101/26116102', '1/2/3*4#5%6', 'Flat 12/3, Park Street 400001', '9811a/7b0/0c0/3d5'])(
  '%j: the digits are not of one number, and no sign is named',
  async (text) => {
    expect(await parsed(text)).toMatch(/^PHONE_INVALID .*(?:8 digits|text without a number)\./);
  },
);
