// Text on a terminal: how wide it is, where it is cut, and that nothing in it can move the cursor.
import { describe, expect, it } from 'vitest';
import { plain } from '../../src/util/plain.ts';
import { cutTo, widthOf } from '../../src/util/text.ts';

describe('width', () => {
  it.each([
    ['', 0],
    ['Asha', 4],
    ['é', 1],
    ['e\u0301', 1],
    // As the system's wcwidth has it: a spacing mark takes a column, another mark none.
    ['राजेश', 4],
    ['বাংলা', 5],
    ['日本', 4],
    ['🏡', 2],
    ['❤️', 2],
    ['👨‍👩‍👧', 2],
    ['🇮🇳', 2],
    ['a\u200bb', 2],
  ])('%s is %i', (text, width) => expect(widthOf(text)).toBe(width));
});

describe('cut', () => {
  it.each([
    ['Asha Verma', null, 'Asha Verma'],
    ['Asha Verma', 10, 'Asha Verma'],
    ['Asha Verma', 5, 'Asha…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
  ])('%s to %s', (text, columns, expected) => expect(cutTo(text, columns)).toBe(expected));
});

it.each([
  ['a\u001b[31mb\u009b2Jc', 'a\\u001b[31mb\\u009b2Jc'],
  ['a\u202eb\u2066c\u200ed\u061ce', 'a\\u202eb\\u2066c\\u200ed\\u061ce'],
  ['a\rb\u0000c\u007fd\u0085e\u2028f', 'a\\u000db\\u0000c\\u007fd\\u0085e\\u2028f'],
  // A line break or a tab is a blank: headers and cells have them without any malice.
  ['Mobile\r\nNo.\tof\n\nus', 'Mobile No. of us'],
  ['राजेश 👨‍👩‍👧 日本', 'राजेश 👨‍👩‍👧 日本'],
])('%j is shown as %j', (text, shown) => expect(plain(text)).toBe(shown));
