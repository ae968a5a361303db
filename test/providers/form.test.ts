import fc from 'fast-check';
import { expect, test } from 'vitest';
import { urlEncoded } from '../../src/providers/form.ts';

const PAIRS: [string, string][] = [
  ['name', 'Asha Verma'],
  ['e-mail', 'asha+x@example.com'],
  ['empty', ''],
  ['', 'no name'],
  ['all', '*-._~!\'()&=+%#/?\\"{}[]\u0000\r\n\t\u007f'],
  ['नाम', 'आशा 😀 é'],
  ['half', 'an emoji \ud83d'],
];

test('a form is written as URLSearchParams writes it', () => {
  expect(urlEncoded(PAIRS)).toBe(new URLSearchParams(PAIRS).toString());
  expect(urlEncoded([])).toBe('');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { maxLength: 4 }),
      (pairs) => {
        expect(urlEncoded(pairs)).toBe(new URLSearchParams(pairs).toString());
      },
    ),
  );
});

test.each([
  ['longer than the room that is kept for it', 'a b'.repeat(10_000)],
  ['the same in another script', 'आशा'.repeat(10_000)],
])('a form %s', (_, text) => {
  const pairs: [string, string][] = [
    ['first', 'x y'],
    ['note', text],
    ['last', 'z'],
  ];
  expect(urlEncoded(pairs)).toBe(new URLSearchParams(pairs).toString());
  expect(urlEncoded(PAIRS)).toBe(new URLSearchParams(PAIRS).toString());
});
