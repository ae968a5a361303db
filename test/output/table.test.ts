// Every table that is written: our own reader has the same cells back, and no spreadsheet finds a formula in it, whatever
// separators it parts the file at.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contactCells } from '../../src/input/csv/contact-cells.ts';
import { encoder, headerText, RESULTS_SHAPE, rowText, type TableShape } from '../../src/output/table.ts';
import { read } from '../input/reading.ts';

/** A spreadsheet's cells: separators part outside quotes, and a quote counts at a cell's start only. */
function parted(text: string, separators: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  let start = true;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (char === '"' && start) {
      quoted = true;
      start = false;
    } else if (separators.includes(char) || char === '\n' || char === '\r') {
      cells.push(cell);
      cell = '';
      start = true;
    } else {
      cell += char;
      start = false;
    }
  }
  return [...cells, cell];
}

const FORMULA = /^[\s\u00a0\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
/** Each way to take some of the four for separators. */
const SEPARATORS = Array.from({ length: 16 }, (_, bits) =>
  [...',;\t|'].filter((_char, i) => (bits >> i) % 2 === 1).join(''),
);

const SHAPES: readonly (readonly [string, Partial<TableShape>])[] = [
  ['commas', {}],
  ['semicolons, sep=', { delimiter: ';', sepLine: true, eol: '\n' }],
  ['tabs, CR', { delimiter: '\t', eol: '\r' }],
  ['bars', { delimiter: '|' }],
  ['colons', { delimiter: ':' }],
  ['JSON texts', { cells: 'json' }],
  ['JSON texts, semicolons', { cells: 'json', delimiter: ';' }],
];

const unit = fc.constantFrom(
  ...['a', '9', '"', "'", ',', ';', '\t', '|', '\n', '\r\n', '\\', '/', ' ', '\u00a0', '\u200b'],
  ...['=', '+', '-', '@', '\uff1d', '\uff0b', 'ह', '\u{1f600}', ':'],
);
const cell = fc.string({ unit, maxLength: 8 });

describe.each(SHAPES)('%s', (_, given) => {
  const shape = { ...RESULTS_SHAPE, ...given };
  const tables = fc.tuple(
    fc.tuple(cell, cell),
    fc.array(fc.tuple(cell, cell, fc.constant('x')), { maxLength: 6 }),
  );

  test('cells and headers are read back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ([names, rows]) => {
        const headers = [...names, 'Phone'];
        const encode = await encoder(shape);
        const text = headerText(headers, shape) + rows.map((row) => rowText(row, shape)).join('');
        const { info, records } = await read(encode(text, true), {
          cellEncoding: () => shape.cells,
          judge: { ...contactCells('IN'), namesPhone: (name) => name === 'Phone' },
          delimiter: shape.delimiter,
          format: 'csv',
        });
        expect(info.headers).toEqual(headers);
        expect(records.map((record) => record.cells)).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });

  test('no part of it is a formula', () => {
    fc.assert(
      fc.property(tables, ([names, rows]) => {
        const text = headerText([...names, 'Phone'], shape) + rows.map((row) => rowText(row, shape)).join('');
        for (const separators of SEPARATORS) {
          expect(parted(text, separators).filter((part) => FORMULA.test(part))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
