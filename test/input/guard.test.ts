// The apostrophe that keeps a spreadsheet from running a cell: where it is put, it is taken off.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guard, unguard } from '../../src/input/guard.ts';

test.each<[string, string]>([
  ['=1+1', "'=1+1"],
  ['+919000100001', "'+919000100001"],
  ['-5', "'-5"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', "'\rx"],
  ['  =1', "'  =1"],
  ['\u00a0 +1', "'\u00a0 +1"],
  ['Call me\n=1+1', "'Call me\n=1+1"],
  ['Call me\r\n  @x', "'Call me\r\n  @x"],
  ['plain', 'plain'],
  ['', ''],
  ['9000100001', '9000100001'],
  ["'Quoted Name'", "'Quoted Name'"],
  ["O'Brien", "O'Brien"],
  ['a=b', 'a=b'],
  ['Call me\non Sunday', 'Call me\non Sunday'],
])('%j is written %j', (cell, written) => {
  expect(guard(cell)).toBe(written);
  expect(unguard(written)).toBe(cell);
});

test.each(["'9000100001", "''=1", "'", "'tis", "' x"])('%j is nobody’s guard', (cell) => {
  expect(unguard(cell)).toBe(cell);
});

test('what was written is read back', () => {
  const cell = fc.string({ unit: fc.constantFrom("'", '=', '+', '\n', '\r', '\t', ' ', 'a', '\u00a0') });
  fc.assert(
    fc.property(cell, (text) => {
      // A cell that was read once has no guard left.
      const read = unguard(text);
      if (unguard(read) === read) expect(unguard(guard(read))).toBe(read);
    }),
  );
});
