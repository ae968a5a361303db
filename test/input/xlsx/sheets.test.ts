// Which sheet of a workbook is read, what is told of the others, and that a workbook gives the leads of the same CSV.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll } from '../read-all.ts';
import { refused } from '../reading.ts';
import { workbook, workbookOf } from './make-xlsx.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-sheets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Rows = readonly (readonly string[])[];
type SheetOf = readonly [name: string, rows: Rows, state?: string];

function xml(rows: Rows, hidden: readonly number[] = []): string {
  const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  return rows
    .map(
      (cells, i) =>
        `<row r="${i + 1}"${hidden.includes(i + 1) ? ' hidden="1"' : ''}>${cells.map(cell).join('')}</row>`,
    )
    .join('');
}

function bookOf(sheets: readonly SheetOf[]): Buffer {
  return workbookOf({
    sheets: sheets.map(([name, rows, state]) => ({
      name,
      rows: xml(rows),
      ...(state === undefined ? {} : { state }),
    })),
  });
}

async function outcome(bytes: Buffer, given = {}) {
  const path = join(folder, 'book.xlsx');
  writeFileSync(path, bytes);
  const { rows, source } = await readAll(path, given);
  return {
    sheet: source.info.sheet,
    phones: rows.map(({ result }) => (result.kind === 'lead' ? result.lead.phone : result.kind)),
    notes: source.notes.filter(({ kind }) => kind === 'sheet' || kind === 'hidden').map(({ text }) => text),
  };
}

const LEADS: Rows = [
  ['Name', 'Phone'],
  ['Asha', '9820012345'],
];
const SUMMARY: Rows = [
  ['Month', 'Leads'],
  ['October', '12'],
];

describe('the sheet that is read', () => {
  test.each<[what: string, sheets: readonly SheetOf[], read: string, said: RegExp | null, given?: object]>([
    ['the only one', [['A', LEADS]], 'A', null],
    [
      'the first, where it has phones',
      [
        ['A', LEADS],
        ['B', LEADS],
      ],
      'A',
      /sheet "A" is read; the sheet "B" is not\./,
    ],
    [
      'the second, where the first has none',
      [
        ['Summary', SUMMARY],
        ['B', LEADS],
      ],
      'B',
      /"B" is read, the first with .*phones; the sheet "Summary" is not/,
    ],
    [
      'not a hidden one',
      [
        ['A', SUMMARY],
        ['H', LEADS, 'hidden'],
        ['B', LEADS],
      ],
      'B',
      /"A" is not/,
    ],
    [
      'not an empty one',
      [
        ['A', []],
        ['B', LEADS],
      ],
      'B',
      /"A" is not/,
    ],
    [
      'one with titles above',
      [
        ['A', SUMMARY],
        ['B', [['Leads'], ...LEADS]],
      ],
      'B',
      /"A" is not/,
    ],
    [
      'the first of two',
      [
        ['A', SUMMARY],
        ['B', LEADS],
        ['C', LEADS],
      ],
      'B',
      /the sheets "A", "C" are not/,
    ],
    [
      'hidden ones are not named',
      [
        ['A', LEADS],
        ['H', LEADS, 'veryHidden'],
      ],
      'A',
      null,
    ],
    ['all are hidden', [['H', LEADS, 'hidden']], 'H', null],
    [
      'the one that --sheet names',
      [
        ['A', LEADS],
        ['B', LEADS],
      ],
      'B',
      null,
      { sheet: 'B' },
    ],
    [
      'a hidden one that --sheet names',
      [
        ['A', LEADS],
        ['H', LEADS, 'hidden'],
      ],
      'H',
      null,
      { sheet: '2' },
    ],
    [
      'one whose column --column names',
      [
        ['A', SUMMARY],
        [
          'B',
          [
            ['Naam', 'Handy'],
            ['Asha', '9820012345'],
          ],
        ],
      ],
      'B',
      /"A" is not/,
      { columns: [['Handy', 'phone']] },
    ],
    [
      'without a header, one with phones',
      [
        ['A', SUMMARY],
        ['B', LEADS.slice(1)],
      ],
      'B',
      /"A" is not/,
      { noHeader: true },
    ],
  ])('%s', async (_, sheets, read, said, given) => {
    const { sheet, phones, notes } = await outcome(bookOf(sheets), given);
    expect([sheet, phones]).toEqual([read, ['+919820012345']]);
    if (said === null) expect(notes).toEqual([]);
    else expect(notes).toEqual([expect.stringMatching(said)]);
  });

  test('advice names the column with phones, and the other sheets', async () => {
    const sheets = bookOf([
      [
        'A',
        [
          ['Naam', 'Puhelu'],
          ['Asha', '9820012345'],
        ],
      ],
      ['B', SUMMARY],
    ]);
    const path = join(folder, 'advice.xlsx');
    writeFileSync(path, sheets);
    await expect(readAll(path)).rejects.toMatchObject({
      message: expect.stringContaining('no column for phone'),
      hint: expect.stringMatching(/--column "?Puhelu=phone"?\. Or read another sheet with --sheet: 2 "B"/),
    });
  });

  test('a first row of data says row, and its sheet', async () => {
    expect(
      await refused(
        bookOf([
          ['A', LEADS.slice(1)],
          ['B', SUMMARY],
        ]),
      ),
    ).toContain('sheet "A": row 1 looks like data');
  });
});

test.each<[hidden: readonly number[], said: RegExp | null]>([
  [[], null],
  [[1], null],
  [[3], /^row 3 is hidden .*read like the others/],
  [[2, 3], /^2 rows are hidden .* the first is row 2/],
])('rows %j are hidden', async (hidden, said) => {
  const rows = xml([...LEADS, ['Binu', '9820012346']], hidden);
  const { phones, notes } = await outcome(workbookOf({ sheets: [{ name: 'A', rows }] }));
  expect(phones).toEqual(['+919820012345', '+919820012346']);
  expect(notes).toEqual(said === null ? [] : [expect.stringMatching(said)]);
});

/** The same table as CSV and as a workbook. */
test.each<[what: string, rows: Rows, given?: object]>([
  ['titles', [['Leads'], ['From', '01/10/2026'], ...LEADS]],
  ['a header again, a total, a footer', [...LEADS, ['Name', 'Phone'], ['Total', '1'], ['Generated by CRM']]],
  [
    'a second header',
    [
      ['Your name', 'Mobile'],
      ['Open-Ended Response', 'Open-Ended Response'],
      ['Asha', '9820012345'],
    ],
  ],
  [
    'columns without a name',
    [
      ['Name', 'Phone', ''],
      ['Asha', '9820012345', 'x'],
    ],
    { columns: [['#3', 'message']] },
  ],
  [
    'texts of all kinds',
    [
      ['Name', 'Phone', 'Note'],
      ['#REF!', '9,820,012,345.00', 'nil'],
      ['Nil', '91 91 9820012346', 'n.a.'],
    ],
  ],
  [
    'dates',
    [
      ['Name', 'Phone', 'Date'],
      ['A', '9820012345', '05/10/2024'],
      ['B', '9820012346', '01/01/1970'],
    ],
  ],
  [
    'no header',
    [
      ['Asha', '9820012345', 'a@example.com'],
      ['Binu', '9820012346', ''],
    ],
    { noHeader: true, columns: [['1', 'name']] },
  ],
  ['a missing phone', [...LEADS, ['Binu', ''], ['Total Environment', '']]],
])('CSV and workbook give the same leads: %s', async (_, rows, given) => {
  const csv = join(folder, 'same.csv');
  const xlsx = join(folder, 'same.xlsx');
  const quoted = (cell: string) => (cell.includes(',') ? `"${cell}"` : cell);
  writeFileSync(csv, rows.map((cells) => cells.map(quoted).join(',')).join('\n'));
  writeFileSync(xlsx, workbook(rows));
  const seen = async (path: string) => {
    const read = await readAll(path, given);
    return read.rows.map(({ record, result }) => [
      record.line,
      result.kind === 'lead'
        ? { ...result, warnings: result.warnings.filter(({ code }) => code !== 'ROW_SHORT') }
        : result.kind,
    ]);
  };
  expect(await seen(xlsx)).toEqual(await seen(csv));
});
