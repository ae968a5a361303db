// The apostrophe that keeps a spreadsheet from running a cell: where it is put, it is taken off, whatever the cell holds
// and whatever separator the spreadsheet parts the file at.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeFormula, unescapeFormula } from '../../../src/input/csv/escape-formula.ts';

test.each<[string, string]>([
  ['=1+1', "'=1+1"],
  ['+919000100001', "'+919000100001"],
  ['-5', "'-5"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', "'\rx"],
  ['  =1', "'  =1"],
  ['\u00a0 +1', "'\u00a0 +1"],
  ['\u3000\u200b=1', "'\u3000\u200b=1"],
  ['\uff1d1+1', "'\uff1d1+1"],
  ['\uff0b1', "'\uff0b1"],
  ['\uff0d1', "'\uff0d1"],
  ['\uff20SUM(A1)', "'\uff20SUM(A1)"],
  ['Call me\n=1+1', "'Call me\n'=1+1"],
  ['Call me\r\n  @x', "'Call me\r\n'  @x"],
  ['Asha;=1+1;x', "Asha;'=1+1;x"],
  ['Asha; ""=1+1', 'Asha;\' ""=1+1'],
  ['Asha|\uff1d1', "Asha|'\uff1d1"],
  ['Asha\t@x', "Asha\t'@x"],
  // The file's own delimiter: there the cell's quotes hold.
  ['Call me, +91 98', 'Call me, +91 98'],
  // An apostrophe that stood there already is told from ours.
  ["'=1", "''=1"],
  ["a,'=1", "a,''=1"],
  ['plain', 'plain'],
  ['', ''],
  ['9000100001', '9000100001'],
  ["'Quoted Name'", "'Quoted Name'"],
  ["O'Brien", "O'Brien"],
  ['a=b', 'a=b'],
  ['Call me\non Sunday', 'Call me\non Sunday'],
  ['Good morning\r\n\r\nwe are two', 'Good morning\r\n\r\nwe are two'],
  ['2 BHK; 3 BHK', '2 BHK; 3 BHK'],
])('%j is written %j', (cell, written) => {
  expect(escapeFormula(cell, ',')).toBe(written);
  expect(unescapeFormula(written)).toBe(cell);
});

test.each(["'9000100001", "'", "'tis", "' x"])('%j is nobody’s guard', (cell) => {
  expect(unescapeFormula(cell)).toBe(cell);
});

test('what an earlier leadpush wrote for a line of a cell is taken off, too', () => {
  expect(unescapeFormula("'Call me\n=1+1")).toBe('Call me\n=1+1');
});

const SIGNS = ["'", '"', '=', '+', '\uff1d', '\n', '\r', '\t', ' ', 'a', '\u00a0', ',', ';', '|'];

test('whatever was written is read back', () => {
  const cell = fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 12 });
  fc.assert(
    fc.property(cell, fc.constantFrom(',', ';', '\t', '|', ':'), (text, delimiter) => {
      expect(unescapeFormula(escapeFormula(text, delimiter))).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

describe('a cell of one million signs costs ten times one of a tenth of it', () => {
  test.each(['\n', ';', ' ', "'", '"', '\t', '; ', "\n'", '=', ' ;"'])('%j', (sign) => {
    const costOf = (size: number) => {
      const cell = sign.repeat(size / sign.length);
      const from = process.cpuUsage().user;
      for (let i = 0; i < 3; i++) unescapeFormula(escapeFormula(`${cell}x=`, ','));
      return process.cpuUsage().user - from;
    };
    costOf(10_000);
    // Squares would take a hundred times as long.
    expect(costOf(1_000_000) / Math.max(5_000, costOf(100_000))).toBeLessThan(40);
  });
});
