import { beforeAll, describe, expect, it } from 'vitest';
import { createPhoneParser } from '../../src/lead/phone.ts';

const phones = createPhoneParser();
beforeAll(() => phones.load());

/** `+91… IN`, with the second number and the warnings behind it; or the code. */
function read(text: string, country: string | null = null, region = 'IN'): string {
  const parsed = phones.parse(text, { region, country });
  if (parsed === 'needs-library') return parsed;
  if (parsed.kind === 'bad') return parsed.code;
  return [parsed.phone, parsed.country ?? 'none', parsed.altPhone, ...parsed.warnings.map(({ code }) => code)]
    .filter((part) => part !== null)
    .join(' ');
}

describe('phones', () => {
  it.each([
    // Invisible characters and full-width forms
    ['\u200e+91\u00a098200\u202f12345\u200b', '+919820012345 IN'],
    ['\ufeff9820012345', '+919820012345 IN'],
    ['＋９１９８２００１２３４５', '+919820012345 IN'],
    // Digits of other scripts
    ['९८२००१२३४५', '+919820012345 IN'],
    ['٩٨٢٠٠١٢٣٤٥', '+919820012345 IN'],
    ['۹۸۲۰۰۱۲۳۴۵', '+919820012345 IN'],
    // Prefixes and guards
    ['p:+919820012345', '+919820012345 IN'],
    ['tel:+91-98200-12345', '+919820012345 IN'],
    ['whatsapp:+919820012345', '+919820012345 IN'],
    ['="9820012345"', '+919820012345 IN'],
    ['="+919820012345"', '+919820012345 IN'],
    ["'+91 98200 12345", '+919820012345 IN'],
    ["'9820012345", '+919820012345 IN'],
    ["p:'9820012345", '+919820012345 IN'],
    ['9820012345.0', '+919820012345 IN'],
    ['9820012345,0', '+919820012345 IN'],
    ['=9820012345', '+919820012345 IN'],
    ['=+919820012345', '+919820012345 IN'],
    ['=HYPERLINK("tel:+919820012345","98200 12345")', '+919820012345 IN'],
    ['=HYPERLINK("https://wa.me/919820012345";"+91 98200 12345")', '+919820012345 IN'],
    ['919820012345.0', '+919820012345 IN'],
    // Spellings of Indian numbers
    ['98200 12345', '+919820012345 IN'],
    ['(+91) 98200-12345', '+919820012345 IN'],
    ['0091 98200 12345', '+919820012345 IN'],
    ['+91 098200 12345', '+919820012345 IN'],
    ['+91 (0) 98200 12345', '+919820012345 IN'],
    ['+91 (0)22 4000 1234', '+912240001234 IN PHONE_LANDLINE'],
    ['091-9820012345', '+919820012345 IN'],
    ['09820012345', '+919820012345 IN'],
    ['900 071 2307', '+919000712307 IN'],
    ['919820012345', '+919820012345 IN'],
    ['9198200123', '+919198200123 IN'],
    ['+0 98200 12345', '+919820012345 IN'],
    ['9,820,012,345', '+919820012345 IN'],
    ['91-98200 12345', '+919820012345 IN'],
    ['98200_12345', '+919820012345 IN'],
    // Scientific notation
    ['9.19877E+11', 'PHONE_SCIENTIFIC'],
    ['9.19E+11', 'PHONE_SCIENTIFIC'],
    ['9.1987654321E+11', 'PHONE_SCIENTIFIC'],
    ['9.19876543210E+11', '+919876543210 IN'],
    ['9.876543210e+09', '+919876543210 IN'],
    ['9,19877E+11', 'PHONE_SCIENTIFIC'],
    // Two numbers
    ['9000612305, 9000612306', '+919000612305 IN +919000612306 PHONE_MULTIPLE'],
    ['9000612305 / 9000612306', '+919000612305 IN +919000612306 PHONE_MULTIPLE'],
    ['9000612305;9000612306', '+919000612305 IN +919000612306 PHONE_MULTIPLE'],
    ['9000612305\n9000612306', '+919000612305 IN +919000612306 PHONE_MULTIPLE'],
    ['9000612305 9000612306', '+919000612305 IN +919000612306 PHONE_MULTIPLE'],
    ['+91 98200 12345 +91 98200 12346', '+919820012345 IN +919820012346 PHONE_MULTIPLE'],
    ['9820012345/9820012345', '+919820012345 IN PHONE_MULTIPLE'],
    ['98200 12345 / 43211', '+919820012345 IN PHONE_MULTIPLE'],
    ['9820012345/46', '+919820012345 IN PHONE_MULTIPLE'],
    ['900061230 / 9000612306', '+919000612306 IN PHONE_MULTIPLE'],
    ['98200 12345 98200 12346', 'PHONE_INVALID'],
    // Words
    ['call 98200 12345 after 6', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['Mob: 9820012345', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['9820012345 (Ramesh)', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['98200 12345 2BHK', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['98200 12345 2 BHK', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['98200 12345 10 am to 6 pm', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['Tel.98200 12345', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['M-98200 12345', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['wa.me/919820012345', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['https://api.whatsapp.com/send?phone=919820012345', '+919820012345 IN PHONE_EXTRA_TEXT'],
    ['call me', 'PHONE_INVALID'],
    ['http://spam.example', 'PHONE_INVALID'],
    ['9820012345 ext 12', '+919820012345 IN PHONE_EXTENSION_DROPPED'],
    ['tel:+91-98200-12345;ext=5', '+919820012345 IN PHONE_EXTENSION_DROPPED'],
    ['+1 (202) 555-0123 x5', '+12025550123 US PHONE_EXTENSION_DROPPED'],
    // Foreign
    ['+971-501234567', '+971501234567 AE'],
    ['+1 (202) 555-0123', '+12025550123 US'],
    ['00971 50 123 4567', '+971501234567 AE'],
    ['971501234567', '+971501234567 AE COUNTRY_GUESSED'],
    ['14155550123', '+14155550123 US COUNTRY_GUESSED'],
    ['+44 20 7946 0958', '+442079460958 GB PHONE_LANDLINE'],
    // Landlines
    ['080-40001234', '+918040001234 IN PHONE_LANDLINE'],
    ['+91-022-40001234', '+912240001234 IN PHONE_LANDLINE'],
    ['022 4000 1234', '+912240001234 IN PHONE_LANDLINE'],
    // Junk
    ['9999999999', 'PHONE_JUNK'],
    ['p:+919999999999', 'PHONE_JUNK'],
    ['09999999999', 'PHONE_JUNK'],
    ['0000000000', 'PHONE_JUNK'],
    ['1111111111', 'PHONE_JUNK'],
    ['1234567890', 'PHONE_JUNK'],
    ['0123456789', 'PHONE_JUNK'],
    ['+91 1234567890', 'PHONE_JUNK'],
    ['+1 999 999 9999', 'PHONE_JUNK'],
    ['9876543210', '+919876543210 IN'],
    ['9199999999', '+919199999999 IN'],
    // Masked, service, wrong length; a code too many
    ['98XXXX1234', 'PHONE_INVALID'],
    ['98200*****', 'PHONE_INVALID'],
    ['+91 98xxx xxxxx', 'PHONE_INVALID'],
    ['1800 123 4567', 'PHONE_INVALID'],
    ['1860 123 4567', 'PHONE_INVALID'],
    ['900061230', 'PHONE_INVALID'],
    ['90006123091', 'PHONE_INVALID'],
    ['12345', 'PHONE_INVALID'],
    ['+91 91 98200 12345', '+919820012345 IN PHONE_CODE_TWICE'],
    ['91919820012345', '+919820012345 IN PHONE_CODE_TWICE'],
    ['+91+919820012345', '+919820012345 IN PHONE_CODE_TWICE'],
    ["'+353", 'PHONE_INVALID'],
    // Missing
    ...[
      '',
      '  ',
      'nan',
      'NA',
      'N/A',
      '#N/A',
      'null',
      'nil',
      'Not available',
      '#REF!',
      '-',
      '---',
      '0',
      '0.0',
      '+',
      '+91-',
      '+91',
      '91',
      '(+91)',
      'p:',
      '\u200b',
    ].map((text) => [text, 'PHONE_MISSING']),
  ])('%j is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['50 123 4567', 'AE', '+971501234567 AE'],
    ['50 123 4567', '+971', '+971501234567 AE'],
    ['0971501234567', 'AE', '+971501234567 AE'],
    ['2025550123', 'US', '+12025550123 US'],
    ['9000012301', 'AE', '+919000012301 IN COUNTRY_GUESSED'],
    ['9000012301', 'AQ', '+919000012301 IN'],
    ['9000012301', '+2', '+919000012301 IN'],
    ['+91 90000 12301', 'AE', '+919000012301 IN'],
    ['6581234567', 'GB', 'PHONE_UNDECIDABLE'],
    ['+971', 'AE', 'PHONE_MISSING'],
    ['+91', 'AE', 'PHONE_MISSING'],
    ['+353', 'AE', 'PHONE_INVALID'],
  ])("%s in the lead's own country %s is %s", (text, country, expected) => {
    expect(read(text, country)).toBe(expected);
  });

  it.each([
    ['050 123 4567', 'AE', '+971501234567 AE'],
    ['919820012345', 'AE', '+919820012345 IN COUNTRY_GUESSED'],
    ['+971', 'AE', 'PHONE_MISSING'],
    ['+91', 'AE', 'PHONE_INVALID'],
    ['(202) 555-0123', 'US', '+12025550123 US'],
  ])('%s with region %s is %s', (text, region, expected) => {
    expect(read(text, null, region)).toBe(expected);
  });
});

describe('without the library', () => {
  const bare = createPhoneParser();
  const parse = (text: string) => bare.parse(text, { region: 'IN', country: null });

  it.each([
    '9820012345',
    '+91 98200 12345',
    'p:+919820012345',
    '9000612305, 9000612306',
    '+91 9999999999',
    '',
    'call me',
    '9.19E+11',
  ])('%j is answered', (text) => {
    expect(parse(text)).not.toBe('needs-library');
  });

  it.each(['+971501234567', '080-40001234', '900061230', '7911123456'])('%j asks for it', (text) => {
    expect(parse(text)).toBe('needs-library');
  });

  it('answers the same once it is there', async () => {
    const parser = createPhoneParser();
    const before = parser.parse('98200 12345', { region: 'IN', country: null });
    await parser.load();
    expect(parser.parse('98200 12345', { region: 'IN', country: null })).toEqual(before);
  });
});

describe('messages', () => {
  it.each([
    ['', /missing/],
    ['12345', /not a valid phone number/i],
    ['call me', /not a valid phone number/i],
    ['9.19877E+11', /scientific notation.*lost.*format the column as Text/i],
    ['9999999999', /placeholder, not a real number/],
  ])('%j: %s', (text, sense) => {
    const parsed = phones.parse(text, { region: 'IN', country: null });
    expect(parsed).toMatchObject({ kind: 'bad', message: expect.stringMatching(sense) });
  });
});
