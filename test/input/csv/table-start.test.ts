// Title rows above the header are passed over; a data row never is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contactCells } from '../../../src/input/csv/contact-cells.ts';
import { namesPhone, type TableStart, tableStart } from '../../../src/input/csv/table-start.ts';
import { readAll } from '../read-all.ts';
import { workbook } from '../xlsx/make-xlsx.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-titles-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const HEADER = ['Name', 'Mobile No', 'City'];
const ROW = ['Asha', '9820012345', 'Pune'];

const judge = { ...contactCells('IN'), namesPhone };

async function start(rows: readonly (readonly string[])[]): Promise<TableStart> {
  await judge.load();
  return tableStart({ count: rows.length, cells: (row) => rows[row] ?? [] }, judge);
}

// In a column of phones `98200/12345` is one; what it is elsewhere, nobody knows.
it.each([
  ['9820012345', true],
  ['98200 12345 / 98200 12346', true],
  ['98200/12345', false],
  ['022/26116101', false],
  ['98200:12345', false],
])('whether %j shows that its row is data: %s', async (cell, expected) => {
  await judge.load();
  expect(judge.isPhone(cell)).toBe(expected);
});

describe('how many rows stand above the header', () => {
  it.each<[string, readonly (readonly string[])[], number]>([
    ['none', [HEADER, ROW], 0],
    ['a title', [['Leads October'], HEADER, ROW], 1],
    ['a title as wide as the table', [['Leads October', '', ''], HEADER, ROW], 1],
    ['a title and a period', [['Leads'], ['From', '01/10/2026'], HEADER, ROW], 2],
    ['a header without a known phone', [['Name', 'Handy', 'City'], ROW], 0],
    [
      'a header without one, and a cell that names one',
      [
        ['Name', 'Handy', 'Prefers'],
        ['A', '98', 'WhatsApp'],
      ],
      0,
    ],
    [
      'two columns, and such a cell',
      [
        ['Name', 'Handy'],
        ['Asha', 'Phone'],
      ],
      0,
    ],
    ['one column', [['Phone'], ['9820012345']], 0],
    ['a lone column that is not known', [['Handy'], ['9820012345'], ['phone']], 0],
    ['a title and no header', [['Leads'], ROW, ROW], 0],
    ['forty-nine rows', [...Array.from({ length: 49 }, () => ['x']), HEADER], 49],
    ['too many rows', [...Array.from({ length: 50 }, () => ['x']), HEADER], 0],
  ])('%s', async (_, rows, count) => {
    expect(await start(rows)).toEqual({ kind: 'header', index: count });
  });
});

const phones = async (path: string, given = {}) => {
  const { rows, source } = await readAll(path, given);
  return {
    rows: rows.map(({ record, result }) => [
      record.record,
      record.line,
      result.kind === 'lead' ? result.lead.phone : result.kind,
    ]),
    notes: source.notes.map(({ text }) => text).join('\n'),
  };
};

describe('in files', () => {
  it.each([
    ['comma.csv', 'Leads, October\n\nName,Mobile No,City\nAsha,9820012345,Pune\n', 4],
    ['semicolon.csv', '"Leads, all of them"\r\nName;Mobile No;City\r\nAsha;9820012345;Pune\r\n', 3],
    ['sep.csv', 'sep=;\r\nLeads\r\nName;Mobile No;City\r\nAsha;9820012345;Pune\r\n', 4],
    ['padded.csv', 'Leads,,\nFrom,01/10/2026,\nName,Mobile No,City\nAsha,9820012345,Pune\n', 4],
    ['tab.tsv', 'Leads\nName\tMobile No\tCity\nAsha\t9820012345\tPune\n', 3],
  ])('%s', async (name, text, line) => {
    const seen = await phones(file(name, text));
    expect(seen.rows).toEqual([[1, line, '+919820012345']]);
    expect(seen.notes).toMatch(/above it .*title/);
  });

  it('a workbook, its title over merged cells', async () => {
    const path = file('t.xlsx', workbook([['Leads October'], ['From', '01/10/2026'], HEADER, ROW]));
    expect((await phones(path)).rows).toEqual([[1, 4, '+919820012345']]);
  });

  it('a header that --column explains', async () => {
    const path = file('handy.csv', 'Leads\nName,Handy,City\nAsha,9820012345,Pune\n');
    expect((await phones(path, { columns: [['Handy', 'phone']] })).rows).toEqual([[1, 3, '+919820012345']]);
  });
});
