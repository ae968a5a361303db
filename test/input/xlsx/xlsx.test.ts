// Spreadsheets: what cells say, which sheet is read, and what is said of broken ones.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openSource } from '../../../src/input/source.ts';
import {
  cellText,
  columnOf,
  dateText,
  numberText,
  showsDate,
  unescaped,
} from '../../../src/input/xlsx/values.ts';
import { read, refused } from '../reading.ts';
import { workbook, workbookOf, zipOf } from './make-xlsx.ts';

async function readFixture(name: string) {
  const path = join(import.meta.dirname, '../../../fixtures/reading', name);
  const source = await openSource({ path }, {});
  const rows: (readonly string[])[] = [];
  for await (const batch of source.records()) rows.push(...batch.map((record) => record.cells));
  await source.close();
  return { info: source.info, rows };
}

describe('other programs’ workbooks', () => {
  test('of openpyxl: a hidden sheet first, an empty row before the header, numbers, dates, a guard', async () => {
    const { info, rows } = await readFixture('openpyxl.xlsx');
    expect(info).toMatchObject({ format: 'xlsx', sheet: 'Leads Oct', encoding: null, headerLine: 2 });
    expect(info.headers).toEqual([
      'Name',
      'Mobile No.',
      'Enquiry Date',
      'Budget',
      'Verified',
      'Comment',
      'Total',
    ]);
    expect(rows).toEqual([
      ['Asha Rao', '919000820201', '2026-10-05 14:03:22', '7500000', 'TRUE', 'Call after 6\non Sunday', ''],
      ['Binu & Co', '+91 90008 20202', '2026-10-06', '1.25', 'FALSE', '=A1', ''],
      ['', '9000820203', '', '', '', '', ''],
    ]);
  });

  test('of exceljs: rich text, a link, a formula, an error, a format of its own', async () => {
    const { rows } = await readFixture('exceljs.xlsx');
    expect(rows).toEqual([
      ['Chitra Nair', '9198765432101', '2026-10-05 14:03:22', '2 BHK', 'c@example.com'],
      ['Dev', '+919000821202', '', '#N/A', ''],
    ]);
  });
});

describe('cells', () => {
  const context = { strings: ['zero', 'one'], dates: [false, true], date1904: false };
  test.each<[string, number, string, string]>([
    ['n', 0, '919876543210', '919876543210'],
    ['n', 0, '9.1987654321E+11', '919876543210'],
    ['n', 0, '12345678901234567890', '12345678901234567890'],
    ['n', 0, '1E+21', '1000000000000000000000'],
    ['n', 0, '0.30000000000000004', '0.3'],
    ['n', 0, '1.5', '1.5'],
    ['n', 0, '-2', '-2'],
    ['n', 0, '1E-7', '0.0000001'],
    ['n', 0, '', ''],
    ['n', 0, 'x', 'x'],
    ['n', 1, '46300.585671296', '2026-10-05 14:03:22'],
    ['n', 1, '46300', '2026-10-05'],
    ['n', 1, '0.5', '12:00:00'],
    ['n', 1, '-1', '-1'],
    ['n', 1, '9E+9', '9000000000'],
    ['s', 0, '1', 'one'],
    ['s', 0, '7', ''],
    ['b', 0, '1', 'TRUE'],
    ['b', 0, '0', 'FALSE'],
    ['e', 0, '#N/A', '#N/A'],
    ['str', 0, '+919000100001', '+919000100001'],
    ['inlineStr', 0, 'a_x000D_b', 'a\rb'],
    ['d', 0, '2026-10-05T14:03:22.000Z', '2026-10-05 14:03:22'],
  ])('%s style %i %j is %j', (type, style, raw, text) => {
    expect(cellText(type, style, raw, context)).toBe(text);
  });

  test.each<[number, boolean, string | null]>([
    [1, false, '1900-01-01'],
    [59, false, '1900-02-28'],
    [61, false, '1900-03-01'],
    [46300, true, '2030-10-06'],
    [0, true, '1904-01-01'],
    [46300.999999, false, '2026-10-06'],
    [2958465, false, '9999-12-31'],
    [2958466, false, null],
    [Number.NaN, false, null],
  ])('serial %d (1904: %s) is %j', (serial, date1904, text) => {
    expect(dateText(serial, date1904)).toBe(text);
  });

  test.each<[number, string | undefined, boolean]>([
    [0, undefined, false],
    [14, undefined, true],
    [22, undefined, true],
    [49, undefined, false],
    [164, 'dd/mm/yyyy hh:mm', true],
    [164, '[$-4009]d mmmm yyyy;@', true],
    [164, '[h]:mm', true],
    [164, '"days" 0', false],
    [164, '[Red]0.00', false],
    [164, '[$₹-4009]#,##0', false],
    [164, '0.00E+00', false],
    [164, '0\\d', false],
    [164, 'General', false],
    [14, '0', false],
  ])('format %i %j shows a date: %s', (id, code, date) => {
    expect(showsDate(id, code)).toBe(date);
  });

  test.each<[string, number]>([
    ['A1', 0],
    ['Z9', 25],
    ['AA1', 26],
    ['ab12', 27],
    ['XFD1', 16383],
    ['1', -1],
    ['', -1],
  ])('column of %j is %i', (reference, column) => {
    expect(columnOf(reference)).toBe(column);
  });

  test('the rest', () => {
    expect(unescaped('plain _x and _x0041_')).toBe('plain _x and A');
    expect(numberText(' ')).toBe(' ');
  });
});

describe('sheets', () => {
  const two = workbookOf({
    sheets: [
      {
        name: 'Old',
        state: 'veryHidden',
        rows: '<row><c t="str"><v>phone</v></c></row><row><c><v>1</v></c></row>',
      },
      { name: 'Now', rows: '<row><c t="str"><v>phone</v></c></row><row><c><v>2</v></c></row>' },
      { name: '1', rows: '<row><c t="str"><v>phone</v></c></row><row><c><v>3</v></c></row>' },
      { name: 'None', rows: '<row><c/></row>' },
    ],
  });

  test.each<[string | null, string]>([
    [null, '2'],
    ['now', '2'],
    ['Old', '1'],
    ['1', '3'],
    ['2', '2'],
  ])('--sheet %j', async (sheet, cell) => {
    expect((await read(two, { sheet })).records[0]?.cells).toEqual([cell]);
  });

  test('one that is not there, or has nothing', async () => {
    expect(await refused(two, { sheet: 'Then' })).toContain(
      'no sheet "Then". Its sheets: 1 "Old" (hidden), 2 "Now", 3 "1", 4 "None".',
    );
    expect(await refused(two, { sheet: '0' })).toContain('no sheet "0"');
    expect(await refused(two, { sheet: 'None' })).toContain('the sheet "None" is empty');
  });
});

describe('rows', () => {
  test('cells at their places, blank rows out, short rows whole, cells beyond the header have columns without a name', async () => {
    const rows =
      '<row r="3"><c r="B3" t="str"><v>name</v></c><c r="C3" t="str"><v>phone</v></c></row>' +
      '<row r="4"><c r="C4"><v>9000100001</v></c></row>' +
      '<row r="5"/><row r="6"><c r="B6" t="inlineStr"><is><t>  </t></is></c></row>' +
      '<row r="9"><c r="B9" t="str"><f>x</f><v>A</v></c><c r="E9"><v>1</v></c></row>';
    const { records, info } = await read(workbookOf({ sheets: [{ name: 'S', rows }] }));
    expect(info.headers).toEqual(['', 'name', 'phone', '', '']);
    expect(
      records.map(({ record, line, cells, problem, warnings }) => [
        record,
        line,
        cells,
        problem?.code,
        warnings.length,
      ]),
    ).toEqual([
      [1, 4, ['', '', '9000100001', '', ''], undefined, 0],
      [2, 9, ['', 'A', '', '', '1'], undefined, 0],
    ]);
  });

  test('shared texts: rich, with readings, escaped, in CDATA; a prefix; 1904', async () => {
    const { records } = await read(
      workbookOf({
        date1904: true,
        strings:
          '<si><t>h1</t></si><si><t>h2</t></si><si><r><t xml:space="preserve">2 </t></r><r><t>BHK</t></r></si>' +
          '<si><t>東</t><rPh sb="0" eb="1"><t>ヒガシ</t></rPh></si><si><t><![CDATA[<a>]]></t></si>',
        styles:
          '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
        sheets: [
          {
            name: 'S',
            rows: '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row><row><c t="s"><v>4</v></c><c s="1"><v>1</v></c></row>',
          },
        ],
      }),
    );
    expect(records.map(({ cells }) => cells)).toEqual([
      ['2 BHK', '東'],
      ['<a>', '1904-01-02'],
    ]);
  });

  test('thousands, in batches', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => [`Person ${i}`, String(9000100000 + i)]);
    const source = await readWorkbookBatches(workbook([['name', 'phone'], ...rows]));
    expect(Math.max(...source)).toBeLessThanOrEqual(256);
    expect(source.reduce((sum, size) => sum + size, 0)).toBe(3000);
  });
});

async function readWorkbookBatches(bytes: Buffer): Promise<readonly number[]> {
  const { Readable } = await import('node:stream');
  const source = await openSource({ path: '-', stdin: Readable.from([bytes]) }, {});
  const sizes: number[] = [];
  for await (const batch of source.records()) sizes.push(batch.length);
  await source.close();
  return sizes;
}

describe('damage', () => {
  const good = workbook([
    ['phone'],
    ...Array.from({ length: 20_000 }, (_, i) => [String(9000100000 + i * 7919)]),
  ]);

  test.each<[string, Buffer]>([
    ['cut off', good.subarray(0, good.length / 2)],
    ['its first part alone', good.subarray(0, 200)],
    ['XML that is none', zipOf([['xl/workbook.xml', '<workbook><sheets>']])],
    ['no sheets', zipOf([['xl/workbook.xml', '<workbook/>']])],
    ['a sheet that breaks in its first row', workbookOf({ sheets: [{ name: 'S', rows: '<row><c></row>' }] })],
  ])('%s', async (_, bytes) => {
    expect(await refused(bytes)).toMatch(/damaged Excel workbook|has no sheet/);
  });

  test('further on: the rows before stand, then one that says so', async () => {
    const rows = `<row><c><v>1</v></c></row>${'<row><c><v>2</v></c></row>'.repeat(500)}<row><c></row>`;
    const { records } = await read(workbookOf({ sheets: [{ name: 'S', rows }] }));
    expect(records).toHaveLength(501);
    expect(records.at(-1)?.problem).toMatchObject({
      code: 'ROW_UNPARSABLE',
      message: expect.stringContaining('damaged from here on'),
    });
  });

  test('nothing is left in the temporary folder', async () => {
    const own = mkdtempSync(join(tmpdir(), 'leadpush-test-'));
    vi.stubEnv('TMPDIR', own);
    try {
      await read(workbook([['phone'], ['1']]));
      await refused(good.subarray(0, 5000));
      expect(readdirSync(own)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(own, { recursive: true });
    }
  });
});
