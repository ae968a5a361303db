// Text on a terminal: how wide it is, where it is cut, and that nothing in it can move the cursor.
import { describe, expect, it } from 'vitest';
import { cutTo, plain, widthOf } from '../../src/output/text.ts';

describe('width', () => {
  it.each([
    ['', 0],
    ['Asha', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['राजेश', 3],
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

it('escapes lose their meaning', () => {
  expect(plain('a\u001b[31mb\u009b2Jc\u202ed\r\ne')).toBe('a [31mb 2Jc d e');
});
