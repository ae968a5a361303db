// Any text in, a value or a code out; what is normal stays as it is; the fast path agrees with libphonenumber-js.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseApartments } from '../../src/lead/apartment.ts';
import { parseBoolean } from '../../src/lead/boolean.ts';
import { parseBudget, parseRupees } from '../../src/lead/budget.ts';
import { buildLead } from '../../src/lead/build.ts';
import { parseCountry } from '../../src/lead/country.ts';
import { dayOrderVote, parseInstant } from '../../src/lead/date.ts';
import { parseEmail } from '../../src/lead/email.ts';
import { FIELDS, fieldByHeader, normaliseHeader } from '../../src/lead/fields.ts';
import { createPhoneParser } from '../../src/lead/phone.ts';
import { plainIndianMobile } from '../../src/lead/phone-indian.ts';
import { readNumber } from '../../src/lead/phone-library.ts';
import { leadFromJson, leadToJson } from '../../src/lead/stored.ts';
import { isTestValue } from '../../src/lead/test-lead.ts';
import { asciiDigits, manyLines, oneLine } from '../../src/lead/text.ts';

const seed = Number(process.env['LEADPUSH_SEED'] ?? 20_261_124);
console.log(`properties of values: seed ${seed} (LEADPUSH_SEED=${seed} repeats them)`);
const few = { seed, numRuns: 1_500 };
const many = { seed, numRuns: 4_000 };

const phones = createPhoneParser();
beforeAll(() => phones.load());
const home = { region: 'IN', country: null };

/** What cells are made of: any characters, and pieces that the rules know, in any order. */
const piece = fc.constantFrom(
  ...[
    '+91',
    '91',
    '0',
    '00',
    '98200',
    '12345',
    '(0)',
    ' ',
    '-',
    '/',
    ',',
    ';',
    '.',
    '\n',
    "'",
    '="',
    '"',
    'p:',
    'tel:',
  ],
  ...[
    'ext',
    'x',
    'XX',
    'E+11',
    '9.19',
    '₹',
    'L',
    'lakhs',
    'Cr',
    'to',
    '+',
    '<',
    'above',
    'and',
    '&',
    '2',
    '3',
    'BHK',
    'RK',
  ],
  ...[
    '.5',
    '½',
    '2026',
    '10',
    '05',
    'Oct',
    'T',
    ':',
    'Z',
    '+05:30',
    'PM',
    '@',
    'example.com',
    'a',
    '\u200b',
    '\u200d',
    '\u00a0',
  ],
  ...['९', '٣', 'é', 'e\u0301', '\ud800', '\u0000', '<test lead: dummy data for', 'na', '_'],
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
);

describe('any text', () => {
  it('gives a phone or a code, and a phone stays what it is', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(null, 'AE', '+1', 'AQ', '+2'), (cell, country) => {
        const parsed = phones.parse(cell, { region: 'IN', country });
        if (parsed === 'needs-library') throw new Error('the library is there');
        if (parsed.kind === 'bad') return parsed.code.startsWith('PHONE_') && parsed.message.length > 0;
        const again = phones.parse(parsed.phone, { region: 'US', country: null });
        return (
          /^\+[1-9]\d{6,14}$/.test(parsed.phone) &&
          again !== 'needs-library' &&
          again.kind === 'ok' &&
          again.phone === parsed.phone &&
          again.country === parsed.country
        );
      }),
      many,
    );
  });

  it('gives whole rupees in order, which stay what they are', () => {
    fc.assert(
      fc.property(text, (cell) => {
        const budget = parseBudget(cell);
        const one = parseRupees(cell);
        if (one !== null && one >= 100_000) expect(parseRupees(String(one))).toBe(one);
        if (budget === null) return;
        const { min, max } = budget;
        expect(
          [min, max].every((value) => value === null || (Number.isSafeInteger(value) && value > 0)),
        ).toBe(true);
        expect(min !== null || max !== null).toBe(true);
        if (min !== null && max !== null) expect(min).toBeLessThanOrEqual(max);
        if (max !== null && max >= 100_000) expect(parseBudget(String(max))?.max).toBe(max);
      }),
      many,
    );
  });

  it('gives flats, which stay what they are', () => {
    fc.assert(
      fc.property(text, (cell) => {
        const { types } = parseApartments(cell);
        expect(types.every((type) => /^(?:\d+(?:\.\d+)?\+?(?:bhk|rk)|studio)$/.test(type))).toBe(true);
        if (types.length > 0) expect(parseApartments(types.join(','))).toEqual({ types, complete: true });
      }),
      many,
    );
  });

  it('gives an instant, which stays what it is', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('DMY', 'MDY', 'YMD'), (cell, order) => {
        dayOrderVote(cell);
        const instant = parseInstant(cell, 'Asia/Kolkata', order);
        if (instant !== null) expect(parseInstant(instant, 'America/New_York', 'MDY')).toBe(instant);
      }),
      many,
    );
  });

  it('gives dates that were written in any of three ways back', () => {
    const instants = fc.date({
      min: new Date('1971-01-01'),
      max: new Date('2099-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        date.setMilliseconds(0);
        const iso = date.toISOString();
        const [year, month, day] = iso.slice(0, 10).split('-');
        const time = iso.slice(11, 19);
        expect(parseInstant(`${day}/${month}/${year} ${time}`, 'UTC', 'DMY')).toBe(iso);
        expect(parseInstant(`${month}-${day}-${year} ${time}`, 'UTC', 'MDY')).toBe(iso);
        expect(parseInstant(date.toUTCString(), 'Asia/Kolkata', 'DMY')).toBe(iso);
      }),
      few,
    );
  });

  it('gives an address, a country, a truth value or nothing', () => {
    fc.assert(
      fc.property(text, (cell) => {
        const email = parseEmail(cell)?.email;
        if (email !== undefined) expect(parseEmail(email)).toEqual({ email, others: false });
        const country = parseCountry(cell);
        if (country !== null) expect(parseCountry(country)).toBe(country);
        const truth = parseBoolean(cell);
        if (truth !== null) expect(parseBoolean(String(truth))).toBe(truth);
      }),
      many,
    );
  });

  it('is clean once it was cleaned', () => {
    fc.assert(
      fc.property(text, (cell) => {
        expect(oneLine(oneLine(cell))).toBe(oneLine(cell));
        expect(manyLines(manyLines(cell))).toBe(manyLines(cell));
        expect(asciiDigits(asciiDigits(cell))).toBe(asciiDigits(cell));
        expect(normaliseHeader(normaliseHeader(cell))).toBe(normaliseHeader(cell));
        expect(fieldByHeader(normaliseHeader(cell))).toBe(fieldByHeader(cell));
      }),
      many,
    );
  });

  it('of any length takes no time', () => {
    const long = [
      '9',
      ' ',
      '(',
      '+',
      '-',
      'x',
      'a@',
      '\u200b',
      '9,',
      '9 lakh ',
      '2bhk ',
      '\n',
      'e\u0301',
      '="',
      '<',
      '१',
    ];
    /** Microseconds of the processor. */
    const cost = (times: number) => {
      const started = process.cpuUsage();
      for (const part of long) {
        const cell = part.repeat(times);
        phones.parse(cell, home);
        parseBudget(cell);
        parseApartments(cell);
        parseInstant(cell, 'Asia/Kolkata', 'DMY');
        dayOrderVote(cell);
        parseEmail(cell);
        parseCountry(cell);
        parseBoolean(cell);
        manyLines(cell);
        isTestValue(cell);
      }
      const { user, system } = process.cpuUsage(started);
      return user + system;
    };
    cost(100);
    // Ten times the text: ten times the work, with room for caches and the collector; a square would be a hundred.
    expect(cost(100_000) / Math.max(cost(10_000), 5_000)).toBeLessThan(40);
  });

  it('in every cell gives a lead or a code, and the lead survives being stored', () => {
    const names = FIELDS.map((field) => field.name);
    fc.assert(
      fc.property(
        fc.array(text, { minLength: names.length, maxLength: names.length }),
        fc.boolean(),
        (cells, good) => {
          const values = new Map(
            names.map((name, index) => [name, { text: cells[index] ?? '', header: name }]),
          );
          if (good) values.set('phone', { text: '9820012345', header: 'phone' });
          const result = buildLead(
            { values, extra: { utm_term: cells[0] ?? '' }, testMark: null, warnings: [] },
            {
              region: 'IN',
              timezone: 'Asia/Kolkata',
              dateOrder: 'DMY',
              now: Date.UTC(2026, 10, 29),
              words: new Map(),
              includeTest: good,
              phones,
            },
          );
          if (result === 'needs-library') throw new Error('the library is there');
          if (good) expect(result.kind).toBe('lead');
          if (result.kind === 'lead') expect(leadFromJson(leadToJson(result.lead))).toEqual(result.lead);
        },
      ),
      few,
    );
  });
});

describe('the fast path and libphonenumber-js max', () => {
  /** The library's word on ten digits: the mobile's E.164, or null where it is none. */
  const asked = (national: string) => {
    const number = readNumber(`+91${national}`, null);
    return number?.kind === 'other' ? number.phone : null;
  };

  it('agree on every prefix of five digits', () => {
    const wrong: string[] = [];
    for (let prefix = 60_000; prefix < 100_000; prefix++) {
      const national = `${prefix}${String((prefix * 7919) % 100_000).padStart(5, '0')}`;
      const plain = plainIndianMobile(national, true);
      if ((plain === null ? null : `+91${plain}`) !== asked(national)) wrong.push(national);
    }
    expect(wrong).toEqual([]);
  });

  it('agree on random numbers in many spellings', () => {
    const blank = fc.constantFrom('', ' ', '-', '.', '  ');
    const spelled = fc
      .tuple(
        fc.constantFrom('', '0', '+91', '91', '0091', '+91 0', '+91 (0) ', '(+91)', '091-', '+91-'),
        fc
          .integer({ min: 6_000_000_000, max: 9_999_999_999 })
          .map(String)
          // All digits the same is PHONE_JUNK.
          .filter((national) => new Set(national).size > 1),
        fc.tuple(blank, blank, blank),
      )
      .map(([prefix, national, [a, b, c]]) => ({
        national,
        cell: `${prefix}${a}${national.slice(0, 5)}${b}${national.slice(5, 8)}${c}${national.slice(8)}`,
      }));
    fc.assert(
      fc.property(spelled, ({ cell, national }) => {
        const expected = readNumber(`+91${national}`, null);
        const parsed = phones.parse(cell, home);
        expect(expected).not.toBeNull();
        expect(parsed).toMatchObject({ kind: 'ok', phone: expected?.phone, country: 'IN', altPhone: null });
        const plain = plainIndianMobile(cell, true);
        expect(plain === null ? null : `+91${plain}`).toBe(asked(national));
      }),
      many,
    );
  });
});
