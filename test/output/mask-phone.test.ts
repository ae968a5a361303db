// Phones on a screen, whoever wrote them and wherever they stand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskAll, maskMobiles, maskOwn, maskPhone, maskQuoted } from '../../src/output/mask-phone.ts';

const NUMBER = '+919876543210';
const own = (text: string) => maskOwn(text, [NUMBER]);
const all = (text: string, keep: readonly string[] = []) => maskAll(text, { numbers: [], keep });

it.each([
  ['+919988776655', '+9199*****655'],
  ['9988776655', '99*****655'],
  ['+6591234567', '+65*****567'],
  ['12345678', '*****678'],
  ['1234567', '*****67'],
  ['123', '**3'],
  ['', ''],
])('%s is shown as %s', (phone, shown) => {
  expect(maskPhone(phone)).toBe(shown);
});

describe("a record's own number", () => {
  it.each([
    ['+919876543210', '+9198*****210'],
    ['919876543210', '9198*****210'],
    ['9876543210', '98*****210'],
    ['09876543210', '098*****210'],
    ['0091-98765-43210', '0091-98***-**210'],
    ['+91-98765 43210', '+91-98*** **210'],
    ['+91 (98765) 43210', '+91 (98***) **210'],
    ['98.76.54.32.10', '98.**.**.*2.10'],
    ['9 8 7 6 5 4 3 2 1 0', '9 8 * * * * * 2 1 0'],
    ['tel:+91-9876543210;ext=5', 'tel:+91-98*****210;ext=5'],
    ['%2B919876543210', '%2B9198*****210'],
    ['%2B91%2098765%2043210', '%2B91%2098***%20**210'],
    ['%39%38%37%36%35%34%33%32%31%30', '%39%38*****%32%31%30'],
    ['\\u002b919876543210', '\\u002b9198*****210'],
    ['&#43;91&#32;98765&nbsp43210', '&#43;91&#32;98***&nbsp**210'],
    ['९८७६५४३२१०', '९८*****२१०'],
    ['٩٨٧٦٥٤٣٢١٠', '٩٨*****٢١٠'],
    ['９８７６５４３２１０', '９８*****２１０'],
    ['leads of 9876543210.csv', 'leads of 98*****210.csv'],
    ['lead 9876543210, lead 98765432101', 'lead 98*****210, lead 98*****2101'],
    ['5%9876543210', '5%98*****210'],
    ['98765,43210', '98***,**210'],
    // None of it.
    ['lead 9876543299', 'lead 9876543299'],
    ['17863', '17863'],
    ['no digits', 'no digits'],
  ])('%s', (text, shown) => {
    expect(own(text.replace('&nbsp', '&#160;'))).toBe(shown.replace('&nbsp', '&#160;'));
  });

  it('in no spelling shows five digits of its middle', () => {
    const number = fc
      .tuple(
        fc.constantFrom('91', '971', '65', '1'),
        fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 10, maxLength: 10 }),
      )
      .map(([country, rest]) => ({ country, rest: `9${rest.slice(1)}` }));
    const gap = fc.constantFrom('', '', '', ' ', '-', '.', ') (', '\u00a0', '%20', '\u2013');
    const zero = fc.constantFrom(0x30, 0x30, 0x966, 0x660, 0xff10, 0x9e6);
    const prefix = fc.constantFrom('', '0', '+C', 'C', '00C', '+C-', '+C ', 'tel:+C', '%2BC', '(+C)');
    fc.assert(
      fc.property(
        number,
        prefix,
        zero,
        fc.array(gap, { minLength: 9, maxLength: 9 }),
        ({ country, rest }, start, base, gaps) => {
          const digits = [...rest].map(
            (digit, i) => String.fromCodePoint(base + Number(digit)) + (gaps[i] ?? ''),
          );
          const text = `call ${start.replace('C', country)}${digits.join('')} now`;
          for (const shown of [
            maskOwn(text, [`+${country}${rest}`]),
            maskAll(text, { numbers: [`+${country}${rest}`], keep: [] }),
          ]) {
            const left = shown
              .replaceAll('%20', '')
              .replace(/\p{Nd}/gu, (digit) => String(((digit.codePointAt(0) ?? 0) - base) % 10))
              .replace(/[^\d*]/g, '');
            expect(left.slice(-8)).toBe(`*****${rest.slice(-3)}`);
          }
        },
      ),
      { seed: 10, numRuns: 1000 },
    );
  });
});

describe("a stranger's words", () => {
  it.each([
    ['phone 98765 43210 is known', 'phone 98*** **210 is known'],
    ['+44 20 7946 0958', '+44 20 **** *958'],
    ['phone9876543210', 'phone98*****210'],
    ['9876543210,9876543211', '98*****210,98*****211'],
    ['9876543210 9876543211', '98******** *******211'],
    // Not a phone's shape, or said to be none.
    ['2026-11-29 13:48:43', '2026-11-29 13:48:43'],
    ['20261129-134843', '20261129-134843'],
    ['connect 127.0.0.1:54321', 'connect 127.0.0.1:54321'],
    ['at 192.168.100.100', 'at 192.168.100.100'],
    ['550e8400-e29b-41d4-a716-446655440000', '550e8400-e29b-41d4-a716-446655440000'],
    ['{"lead_id":"9876543299","externalId":9876543298}', '{"lead_id":"9876543299","externalId":9876543298}'],
    ['ORD12345678', 'ORD12345678'],
    ['12345678901234567890', '12345678901234567890'],
    ['1,25,00,000 rupees', '1,25,00,000 rupees'],
    ['min_budget=12500000', 'min_budget=12500000'],
    ['1234567', '1234567'],
    ['Notes = Budget up to: 12000000', 'Notes = Budget up to: 12000000'],
    ['Notes = Budget from: 12345000, call 9876543210', 'Notes = Budget from: 12345000, call 98*****210'],
    ['"budgetMax": "12345678"', '"budgetMax": "12345678"'],
    ['mx_Budget = 12345678', 'mx_Budget = 12345678'],
    ['looks for 12500000 or 250000000', 'looks for 12500000 or 250000000'],
    ['Budget up to: 9876543210', 'Budget up to: 98*****210'],
    ['Budget call me on 26512345', 'Budget call me on *****345'],
    ['Budget up to: 12345678 9876543210', 'Budget up to: 12****** *******210'],
    ['landline 26512345', 'landline *****345'],
  ])('%s', (text, shown) => {
    expect(all(text)).toBe(shown);
  });

  it('an id that is known stays', () => {
    expect(all('lead 9876543299 and 9876543298', ['9876543299'])).toBe('lead 9876543299 and 98*****298');
  });

  it('quoted in ours', () => {
    const quoted = (text: string) => maskQuoted(text, { numbers: [NUMBER], keep: [] });
    expect(quoted('HTTP 422: phone 9123456780 exists.')).toBe('HTTP 422: phone 91*****780 exists.');
    expect(quoted('its newest lead of this phone is 9123456780, not 98765-43210')).toBe(
      'its newest lead of this phone is 9123456780, not 98***-**210',
    );
    expect(quoted('expected a number, found "91234 56780" in run 12345678')).toBe(
      'expected a number, found "91*** **780" in run 12345678',
    );
  });
});

it.each([
  ['exports/9876543210.csv', 'exports/98*****210.csv'],
  ['+91 98765-43210.csv', '+91 98***-**210.csv'],
  ['leads-20261129-134843.csv', 'leads-20261129-134843.csv'],
  ['leads_1234567890123456.csv', 'leads_1234567890123456.csv'],
  ['Headers seen: "Asha", "9876543210".', 'Headers seen: "Asha", "98*****210".'],
  ['campaign 1730000000', 'campaign 1730000000'],
  // Our own example, and the same number where somebody else wrote it.
  ['expected a phone such as "+91 99887 76655"', 'expected a phone such as "+91 99887 76655"'],
  ["such as --phone '+91 99889 98899'.", "such as --phone '+91 99889 98899'."],
  ['expected a phone such as "+91 98200 12345"', 'expected a phone such as "+91 98*** **345"'],
  ['testPhone +91 99887 76655', 'testPhone +91 99*** **655'],
])('names: %s', (text, shown) => {
  expect(maskMobiles(text)).toBe(shown);
});
