// What goes beyond any table of leads costs its record, or the file before anything is sent. How long it takes is the
// matter of test/proofs/bombs.test.ts.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readAll } from './read-all.ts';
import { read, refused } from './reading.ts';
import { partsOf, workbook, zipOf } from './xlsx/make-xlsx.ts';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'leadpush-limits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a header that is none is refused', () => {
  const CASES: readonly (readonly [what: string, header: string, says: string])[] = [
    ['too many columns', 'Phone,'.repeat(16_385), 'the header has 16,386 columns; the maximum is 16,384.'],
    ['a name as long as a text', `Phone,${'x'.repeat(10_001)}`, 'a name of 10,001 characters in column 2'],
    ['many long names', `Phone,${`${'x'.repeat(9999)},`.repeat(105)}`, 'the maximum is 1,048,576'],
    ['a name far to the right', `Phone${','.repeat(1100)}x`, '1,099 columns before it have none'],
  ];
  test.each(CASES)('%s', async (_, header, says) => {
    expect(await refused(`${header}\n1\n`)).toContain(says);
  });
  test('in a sheet', async () => {
    const book = workbook([['Phone', 'x'.repeat(10_001)], ['9876543210']]);
    expect(await refused(book)).toContain('sheet "Leads": the header has a name of 10,001 characters');
  });
  test('16,384 columns are read', async () => {
    const { records } = await read(`Phone${',x'.repeat(16_383)}\n9876543210\n`);
    expect(records[0]?.cells).toEqual(['9876543210']);
  });
});

describe('a cell beyond 1 MiB that goes to a field costs its record', () => {
  const long = 'x'.repeat(MIB + 1);
  const CASES: readonly (readonly [what: string, file: string, text: string])[] = [
    ['csv', 'long.csv', `Phone,Name,Picture\n9876543210,${long},p\n9876543211,A,${long}\n`],
    [
      'ndjson',
      'long.ndjson',
      `{"Phone":"9876543210","Name":"${long}"}\n{"Phone":"9876543211","Picture":"${long}"}\n`,
    ],
  ];
  test.each(CASES)('%s: one that goes nowhere costs nothing', async (_, file, text) => {
    const path = join(folder, file);
    writeFileSync(path, text);
    const { rows } = await readAll(path);
    expect(rows[0]?.result).toMatchObject({
      kind: 'invalid',
      errors: [{ code: 'ROW_UNPARSABLE', field: 'Name' }],
    });
    expect(rows[1]?.result.kind).toBe('lead');
  });
  test('a sheet', async () => {
    const path = join(folder, 'long.xlsx');
    writeFileSync(
      path,
      workbook([
        ['Phone', 'Name'],
        ['9876543210', long],
        ['9876543211', 'A'],
      ]),
    );
    const { rows } = await readAll(path);
    expect(rows.map(({ result }) => result.kind)).toEqual(['invalid', 'lead']);
  });
});

describe('what lies beyond the header of a sheet', () => {
  const rows = (cells: string) =>
    `<worksheet><sheetData><row><c r="A1" t="str"><v>Phone</v></c><c r="B1" t="str"><v>Name</v></c></row>${cells}</sheetData></worksheet>`;
  const CASES: readonly (readonly [what: string, row: string, cells: number])[] = [
    ['near', '<c r="A2"><v>9876543210</v></c><c r="D2"><v>1</v></c>', 4],
    ['in XFD', '<c r="A2"><v>9876543210</v></c><c r="XFD2"><v>1</v></c>', 2],
    [
      'in XFD, then near',
      '<c r="XFD2"><v>1</v></c><c r="A2"><v>9876543210</v></c><c r="CA2"><v>7</v></c>',
      79,
    ],
  ];
  test.each(CASES)('%s', async (_, row, cells) => {
    const { records, info } = await read(zipOf(partsOf(rows(`<row>${row}</row>`))));
    expect(records[0]?.problem).toBeNull();
    expect(info.headers).toHaveLength(cells);
    expect(records[0]?.cells).toHaveLength(cells);
    expect(records[0]?.cells[0]).toBe('9876543210');
  });
});

test('a gap in the header is kept where the header is wide', async () => {
  const header = Array.from({ length: 300 }, (_, i) => (i === 0 ? 'Phone' : i % 100 === 0 ? `c${i}` : ''));
  const row = Array.from({ length: 300 }, (_, i) => (i === 0 ? '9876543210' : i === 200 ? 'x' : ''));
  const cells = (list: readonly string[], line: number) =>
    list
      .map((text, i) => {
        const letter = `${i > 25 ? String.fromCharCode(64 + Math.floor(i / 26)) : ''}${String.fromCharCode(65 + (i % 26))}`;
        return text === '' ? '' : `<c r="${letter}${line}" t="str"><v>${text}</v></c>`;
      })
      .join('');
  const sheet = `<worksheet><sheetData><row>${cells(header, 1)}</row><row>${cells(row, 2)}</row></sheetData></worksheet>`;
  const { info, records } = await read(zipOf(partsOf(sheet)));
  expect(info.headers).toEqual(header.slice(0, 201));
  expect(records[0]?.cells).toEqual(row.slice(0, 201));
});

describe('files that are no files', () => {
  const dates = 'Phone,Date\n9876543210,01/02/2026\n9876543211,03/02/2026\n';
  test.skipIf(process.platform === 'win32').each([
    ['csv', dates],
    [
      'xlsx',
      workbook([
        ['Phone', 'Name'],
        ['9876543210', 'A'],
        ['9876543211', 'B'],
      ]),
    ],
  ])('a named pipe is read once: %s', async (kind, content) => {
    const pipe = join(folder, `pipe.${kind}`);
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', pipe]);
    const source = join(folder, `source.${kind}`);
    writeFileSync(source, content);
    const writer = spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', source, pipe], { stdio: 'ignore' });
    const { rows } = await readAll(pipe);
    expect(rows).toHaveLength(2);
    writer.kill();
  });
  test.skipIf(process.platform !== 'linux')('zeros without an end are refused', async () => {
    await expect(readAll('/dev/zero')).rejects.toThrow('is not text');
  });
});
