// One line a case: texts as files hold them, and what they mean.
import { describe, expect, it } from 'vitest';
import { parseApartments } from '../../src/lead/apartment.ts';
import { parseBoolean } from '../../src/lead/boolean.ts';
import { parseBudget, parseRupees } from '../../src/lead/budget.ts';
import { parseCountry } from '../../src/lead/country.ts';
import { parseEmail } from '../../src/lead/email.ts';
import { joinName } from '../../src/lead/name.ts';
import { asciiDigits, isAbsent, manyLines, oneLine } from '../../src/lead/text.ts';

const L = 100_000;
const CR = 10_000_000;

describe('budgets', () => {
  it.each<[string, number | null, number | null]>([
    // One figure is the greatest
    ['50L', null, 50 * L],
    ['45 lac', null, 45 * L],
    ['30 lacs', null, 30 * L],
    ['75 Lakhs', null, 75 * L],
    ['1.2 Cr', null, 1.2 * CR],
    ['₹1.2_cr', null, 1.2 * CR],
    ['INR 1.5 Crores only', null, 1.5 * CR],
    ['80,00,000', null, 80 * L],
    ['Rs. 80,00,000/-', null, 80 * L],
    ['8,000,000', null, 80 * L],
    ['18000000', null, 1.8 * CR],
    ['8000000.00', null, 80 * L],
    ['1 crore 20 lakhs', null, 1.2 * CR],
    ['around 80L', null, 80 * L],
    ['2 million', null, 20 * L],
    ['₹ ८० लाख', null, 80 * L],
    ['1.15 cr', null, 11_500_000],
    ['75 thousand', null, 75_000],
    ['1,20,00,000/-', null, 1.2 * CR],
    ['Rs. 1.25 Cr*', null, 1.25 * CR],
    ['~1 Cr', null, CR],
    ['50 lakh(s)', null, 50 * L],
    ['1 करोड़ तक', null, CR],
    // Ranges; the unit on the right covers both
    ['₹50-60 Lakhs', 50 * L, 60 * L],
    ['50_-_60_lakhs', 50 * L, 60 * L],
    ['₹80_lakhs_-_1_cr', 80 * L, CR],
    ['1_cr_-_1.5_cr', CR, 1.5 * CR],
    ['50L-1.2 Cr', 50 * L, 1.2 * CR],
    ['50L - 75L', 50 * L, 75 * L],
    ['1 Cr – 2 Cr', CR, 2 * CR],
    ['80 L to 1.2 Cr', 80 * L, 1.2 * CR],
    ['between 50 and 60 lakhs', 50 * L, 60 * L],
    ['from 50L to 80L', 50 * L, 80 * L],
    ['min 50L max 80L', 50 * L, 80 * L],
    ['5000000-6000000', 50 * L, 60 * L],
    ['₹ 50,00,000 - 75,00,000', 50 * L, 75 * L],
    ['50 lakhs to 1 crore', 50 * L, CR],
    ['INR 40,00,000/- to INR 50,00,000/-', 40 * L, 50 * L],
    ['(50L - 75L)', 50 * L, 75 * L],
    ['1 Cr‑1.5 Cr', CR, 1.5 * CR],
    ['50 लाख से 1 करोड़', 50 * L, CR],
    ['50L upto 1 Cr', 50 * L, CR],
    // Nothing is no least
    ['0 - 50 Lakhs', null, 50 * L],
    ['₹0-₹50,00,000', null, 50 * L],
    // Reversed
    ['2cr-1cr', CR, 2 * CR],
    ['60-50 lakhs', 50 * L, 60 * L],
    // Least only
    ['above_2_cr', 2 * CR, null],
    ['2_cr+', 2 * CR, null],
    ['2 Crore+', 2 * CR, null],
    ['2 cr onwards', 2 * CR, null],
    ['50L and above', 50 * L, null],
    ['> 1 Cr', CR, null],
    ['more than 1 cr', CR, null],
    ['from 50L', 50 * L, null],
    ['50L - 1 Cr+', 50 * L, null],
    ['1cr+', CR, null],
    ['2+ Cr', 2 * CR, null],
    ['50+ lakhs', 50 * L, null],
    ['75L++', 75 * L, null],
    ['Rs. 45 lac onwards', 45 * L, null],
    ['Starting from ₹1 Cr onwards', CR, null],
    ['Starts at 50L', 50 * L, null],
    ['2 Cr or higher', 2 * CR, null],
    // Greatest only
    ['<50L', null, 50 * L],
    ['Under 1.5Cr', null, 1.5 * CR],
    ['Up-to 1 cr', null, CR],
    ['1 Cr (max)', null, CR],
    ['Under 50L', null, 50 * L],
    ['below ₹50 lakhs', null, 50 * L],
    ['up to 1 cr', null, CR],
    ['not more than 80L', null, 80 * L],
  ])('%s', (text, min, max) => {
    expect(parseBudget(text)).toEqual({ min, max });
  });

  it.each([
    ...[
      '75',
      '50-60',
      '99999',
      '$500k',
      'AED 2 million',
      'USD 100k',
      '50L or 75L',
      '50 Lakhs - 0',
      '€1m',
      '500000 USD',
      'flexible',
      'as per market',
      '',
      '0',
      '-50L',
    ],
    ...[
      '50L to 60',
      '80-1.2 Cr',
      '1,5 Cr',
      '1.2.3 cr',
      '4 5',
      '50L-',
      'Rs 1.8 Crore, Ready to move',
      '1-2-3 cr',
      '9e99 cr',
    ],
  ])('%j is not guessed', (text) => {
    expect(parseBudget(text)).toBeNull();
  });

  it.each<[string, number | null]>([
    ['5000000', 50 * L],
    ['80,00,000', 80 * L],
    ['50L', 50 * L],
    ['1 Cr+', CR],
    ['75', null],
    ['99999', null],
    ['50L-60L', null],
    ['$500000', null],
  ])('one amount: %s', (text, rupees) => {
    expect(parseRupees(text)).toBe(rupees);
  });
});

describe('kinds of flat', () => {
  it.each([
    ['2 BHK', '2bhk'],
    ['2_bhk', '2bhk'],
    ['2-BHK', '2bhk'],
    ['2.0 BHK', '2bhk'],
    ['2BHK, 3BHK', '2bhk 3bhk'],
    ['2 BHK;3 BHK', '2bhk 3bhk'],
    ['2BHK|3BHK', '2bhk 3bhk'],
    ['2/3 BHK', '2bhk 3bhk'],
    ['2_&_3_bhk', '2bhk 3bhk'],
    ['2 and 3 BHK', '2bhk 3bhk'],
    ['2-3 BHK', '2bhk 3bhk'],
    ['2 BHK 3 BHK', '2bhk 3bhk'],
    ['3 BHK, 3 BHK', '3bhk'],
    ['3+ BHK', '3+bhk'],
    ['3 BHK+', '3+bhk'],
    ['4+_bhk', '4+bhk'],
    ['3 BHK & above', '3+bhk'],
    ['above 3 BHK', '3+bhk'],
    ['3 BHK + study', '3bhk'],
    ['2.5 BHK', '2.5bhk'],
    ['2½ BHK', '2.5bhk'],
    ['1RK', '1rk'],
    ['1 BHK / 1 RK', '1bhk 1rk'],
    ['2 bedroom', '2bhk'],
    ['3 Bedrooms', '3bhk'],
    ['Two BHK', '2bhk'],
    ['["2 BHK","3 BHK"]', '2bhk 3bhk'],
    ['२ BHK', '2bhk'],
    ['2', '2bhk'],
    ['2, 3', '2bhk 3bhk'],
    ['2 BHK flat', '2bhk'],
    ['Studio', 'studio'],
    ['2 BHK to 4 BHK', '2bhk 3bhk 4bhk'],
    ['1 BHK - 3 BHK', '1bhk 2bhk 3bhk'],
    ['1-2-3 BHK', '1bhk 2bhk 3bhk'],
    ['1BHK2BHK', '1bhk 2bhk'],
    ['BHK 2', '2bhk'],
    ['BHK-3+', '3+bhk'],
    ['2 B H K', '2bhk'],
    ['2 ½ BHK', '2.5bhk'],
    ['2 1/2 BHK', '2.5bhk'],
    ['3 BHK or bigger', '3+bhk'],
    ['२ बीएचके', '2bhk'],
    ['1 R K', '1rk'],
    ['3BHK+Study', '3bhk'],
  ])('%s is %s', (text, types) => {
    expect(parseApartments(text)).toEqual({ types: types.split(' '), complete: true });
  });

  it.each([
    ['villa', ''],
    ['1200 sqft', ''],
    ['2+1 BHK', ''],
    ['0 BHK', ''],
    ['99 BHK', ''],
    ['2 BHK, villa', '2bhk'],
  ])('%s is not all understood', (text, types) => {
    expect(parseApartments(text)).toEqual({ types: types.split(' ').filter(Boolean), complete: false });
  });
});

describe('truth values', () => {
  it.each([
    ...['yes', 'Y', 'TRUE', '1', 'on', ' Yes '].map((text) => [text, true] as const),
    ...['no', 'N', 'False', '0', 'OFF'].map((text) => [text, false] as const),
    ...['', 'maybe', 'Dealer', '2', 'constructor'].map((text) => [text, null] as const),
  ])('%j is %s', (text, value) => {
    expect(parseBoolean(text)).toBe(value);
  });
});

describe('e-mail', () => {
  it.each([
    ['asha.verma@example.com', 'asha.verma@example.com'],
    [' Asha@Example.com\u200b', 'Asha@Example.com'],
    ['o’brien+flat@mail.example.co.in', 'o’brien+flat@mail.example.co.in'],
    ['mailto:a@example.com', 'a@example.com'],
    ['<a@example.com>', 'a@example.com'],
    ['Asha Verma <a@example.com>', 'a@example.com'],
    ['a@example.com.', 'a@example.com'],
    ['someone(at)example.com', null],
    ['na', null],
    ['http://spam.example', null],
    ['a@b', null],
    ['a..b@example.com', null],
    ['@example.com', null],
    ['write to a@example.com', null],
    [`${'x'.repeat(65)}@example.com`, null],
  ])('%s is %s', (text, email) => {
    expect(parseEmail(text)?.email ?? null).toBe(email);
  });

  it('takes the first of several and says so', () => {
    expect(parseEmail('a@example.com; b@example.com')).toEqual({ email: 'a@example.com', others: true });
  });
});

describe('countries', () => {
  const known: Readonly<Record<string, readonly string[]>> = {
    IN: ['India', 'india ', 'IN', 'IND', '+91', '91', '0091', 'India (+91)', 'Bharat'],
    AE: ['UAE', 'U.A.E.', 'United Arab Emirates', 'are', 'AE'],
    US: ['USA', 'U.S.A', 'United States', 'United States of America', 'us'],
    GB: ['UK', 'United Kingdom', 'Great Britain', 'GB', 'GBR'],
    TR: ['Türkiye', 'Turkey'],
    TT: ['Trinidad and Tobago', 'Trinidad & Tobago'],
    NL: ['The Netherlands', 'Holland'],
    SA: ['Saudi Arabia', 'KSA'],
    '+971': ['+971', '00971'],
  };
  it.each(Object.entries(known).flatMap(([code, texts]) => texts.map((text) => [text, code])))(
    '%s is %s',
    (text, code) => {
      expect(parseCountry(text ?? '')).toBe(code);
    },
  );

  it.each(['Pune', '', 'EU', 'DD', 'constructor', '('.repeat(1000)])('%s is none', (text) => {
    expect(parseCountry(text)).toBeNull();
  });
});

describe('text', () => {
  it.each([
    ['  Kavita   Rao ', 'Kavita Rao'],
    ['\ufeffA\u200bsha\u200e Verma\u00a0', 'Asha Verma'],
    ['Ｒａｈｕｌ', 'Rahul'],
    ['राजेश कुमार', 'राजेश कुमार'],
    ["D'Souza, Melvin 🏡", "D'Souza, Melvin 🏡"],
    ['क्‍ष', 'क्‍ष'],
    ['a\u200db', 'ab'],
    ['👨‍👩‍👧 family', '👨‍👩‍👧 family'],
    ['a\0b', 'ab'],
    ['one\r\ntwo', 'one two'],
    ['\ud800x', '\ufffdx'],
    ["'Quoted Name'", "'Quoted Name'"],
  ])('%j on one line is %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it.each([
    ['first\r\nsecond', 'first\nsecond'],
    ['first\rsecond ', 'first\nsecond'],
    ['a \n\n  b', 'a\n\n  b'],
    ['Budget ~ €60k – “flexible”…', 'Budget ~ €60k – “flexible”…'],
    ['a\u00a0b\u200b', 'a b'],
  ])('%j on many lines is %j', (text, lines) => {
    expect(manyLines(text)).toBe(lines);
  });

  it.each([
    '',
    'na',
    'NA',
    'n/a',
    '#N/A',
    '#REF!',
    '(blank)',
    'NaN',
    'null',
    'NULL',
    '-',
    '---',
    '.',
    'None',
  ])('%j is absent', (text) => {
    expect(isAbsent(text)).toBe(true);
  });

  it('maps digits of every script', () => {
    expect(asciiDigits('९८ ٤٥ ৭ ௩ 12')).toBe('98 45 7 3 12');
  });

  it.each<[string | undefined, string | undefined, string | null]>([
    ['Tanvi', 'Kulkarni', 'Tanvi Kulkarni'],
    ['Arjun', '', 'Arjun'],
    [undefined, 'Thomas', 'Thomas'],
    [undefined, undefined, null],
  ])('joins %s and %s', (first, last, name) => {
    expect(joinName(first, last)).toBe(name);
  });
});

describe('texts that no field has', () => {
  it('are no value', () => {
    const long = 'x'.repeat(2000);
    expect(parseEmail(`asha@example.com ${long}`)).toBeNull();
    expect(parseBoolean(`yes${' '.repeat(2000)}`)).toBeNull();
    expect(parseBudget(`50L${' '.repeat(2000)}`)).toBeNull();
    expect(parseCountry(`India${' '.repeat(2000)}`)).toBeNull();
    expect(parseApartments('\ufdfa'.repeat(400)).types).toEqual([]);
    expect(parseBudget('\ufdfa'.repeat(190))).toBeNull();
  });
  it('more marks than a script has are left out', () => {
    expect(oneLine(`a${'\u0316\u0301'.repeat(500)}b`).length).toBeLessThan(40);
    expect(manyLines(`a${'\u0316\u0301'.repeat(500)}b`).length).toBeLessThan(40);
    expect(oneLine(`z${'\u0334'.repeat(30)}`)).toBe(`z${'\u0334'.repeat(30)}`);
  });
  it('blanks at the ends of lines go', () => {
    expect(manyLines(`a ${' '.repeat(1000)}\t\n  b\u00a0\n\n c  d `)).toBe('a\n  b\n\n c  d');
  });
});
