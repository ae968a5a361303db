// An earlier record is named by its line, as the left column names it.
import { expect, it } from 'vitest';
import { RecordLines } from '../../src/lead/record-lines.ts';

const LINES = new RecordLines();
for (const [file, record, line] of [
  ['a', 1, 2],
  ['a', 1, 2],
  ['a', 2, 3],
  // A cell with a line break, and a blank row.
  ['a', 3, 5],
  ['a', 4, 6],
  ['b', 1, 9],
  ['j', 1, null],
] as const)
  LINES.add({ file, record, line });

it.each<[string, number, number | null]>([
  ['a', 1, 2],
  ['a', 2, 3],
  ['a', 3, 5],
  ['a', 4, 6],
  ['b', 1, 9],
  ['j', 1, null],
  ['none', 1, null],
])('record %2$d of %1$s', (file, record, line) => {
  expect(LINES.lineOf(file, record)).toBe(line);
});

it('takes one step for a file of one line a record', () => {
  const lines = new RecordLines();
  for (let record = 1; record <= 100_000; record++) lines.add({ file: 'a', record, line: record + 1 });
  expect(lines.lineOf('a', 70_000)).toBe(70_001);
});
