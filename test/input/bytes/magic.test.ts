// Files that are no table: each named as what it is, with what to do.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { read, refused } from '../reading.ts';
import { workbook, zipOf } from '../xlsx/make-xlsx.ts';

const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 0xff));

test.each<[string, Uint8Array | string, string, string]>([
  [
    'an old workbook',
    Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), noise]),
    'old Excel file (.xls)',
    'save it as .xlsx',
  ],
  ['a PDF', '%PDF-1.7\n…', 'is a PDF', 'as CSV or Excel'],
  ['gzip, twice', gzipSync(gzipSync('phone\n9000100001\n')), 'gzip-compressed twice', 'gunzip -c'],
  ['a zip of something', zipOf([['leads.csv', 'phone\n1\n']]), 'is a zip archive', 'name the file inside'],
  ['an empty zip', Buffer.from('PK\u0005\u0006'.padEnd(22, '\0'), 'latin1'), 'is a zip archive', 'Unpack it'],
  [
    'a Word document',
    zipOf([
      ['[Content_Types].xml', '<a/>'],
      ['word/document.xml', '<a/>'],
    ]),
    'a Word document',
    '.xlsx or CSV',
  ],
  [
    '.xlsb',
    zipOf([
      ['[Content_Types].xml', '<a/>'],
      ['xl/workbook.bin', 'x'],
    ]),
    '.xlsb',
    '.xlsx or CSV',
  ],
  [
    'OpenDocument',
    zipOf([['mimetype', 'application/vnd.oasis.opendocument.spreadsheet']], false),
    '(.ods)',
    '.xlsx or CSV',
  ],
  ['a zip that says it is a workbook', zipOf([['xl/x.xml', '<a/>']]), 'is a zip archive', 'Unpack it'],
  ['PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), 'a PNG picture', 'CSV or Excel'],
  ['JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'a JPEG picture', 'CSV or Excel'],
  ['SQLite', 'SQLite format 3\0…', 'SQLite database', 'Export the table as CSV'],
  ['Parquet', 'PAR1…', 'Parquet', 'Export the table as CSV'],
  ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]), 'a program', 'Name the file'],
  ['a web page', '\n<!DOCTYPE html><html><body><table>', 'an HTML page', 'save it as .xlsx or CSV'],
  ['XML', '<?xml version="1.0"?>\n<Leads><Lead/></Leads>', 'is XML', 'save it as'],
  ['RTF', '{\\rtf1\\ansi', 'rich text', 'save it as'],
  ['noise', noise, 'is not text', '--encoding'],
])('%s', async (_, bytes, what, next) => {
  const said = await refused(bytes);
  expect(said).toContain(what);
  expect(said).toContain(next);
  expect(said.startsWith('stdin ')).toBe(true);
});

test('a workbook where another format was asked for, and the other way round', async () => {
  expect(await refused(workbook([['phone']]), { format: 'csv' })).toContain(
    'an Excel workbook (.xlsx), not CSV',
  );
  expect(await refused('phone\n1\n', { format: 'xlsx' })).toContain('not an Excel workbook');
});

test.each<[string, Uint8Array | string]>([
  ['nothing', ''],
  ['a BOM', '\ufeff'],
  ['a UTF-16 BOM', Buffer.from([0xff, 0xfe])],
  ['blank lines', '\n  \r\n\t\r\n'],
  ['a sep= line', 'sep=;\r\n'],
  ['rows of empty cells', ',,,\n"","",""\n'],
])('%s is empty', async (_, bytes) => {
  expect(await refused(bytes)).toContain('stdin is empty');
});

test('a few control characters are no reason to refuse', async () => {
  const { records } = await read('phone\u0001,name\n9000100001,A\u001fB\n');
  expect(records).toHaveLength(1);
});

test.each<[what: string, text: string, codes: readonly string[]]>([
  ['a hole between rows', `phone,name\n1,A\n${'\0'.repeat(70_000)}2,B\n`, ['', 'NUL_REMOVED']],
  ['a hole in a cell', `phone,name\n1,A${'\0'.repeat(500)}B\n2,C\n`, ['NUL_REMOVED', '']],
  ['a hole at the end', `phone,name\n1,A\n${'\0'.repeat(5000)}`, ['']],
  ['a hole at the start', `${'\0'.repeat(5000)}phone,name\n1,A\n`, ['']],
  [
    'two holes',
    `phone,name\n1,${'\0'.repeat(900)}A\n2,${'\0'.repeat(900)}B\n`,
    ['NUL_REMOVED', 'NUL_REMOVED'],
  ],
])('a file with holes is read: %s', async (_, text, codes) => {
  const { records } = await read(text);
  expect(records.map(({ warnings }) => warnings.map(({ code }) => code).join(' '))).toEqual(codes);
});

test.each<[string, Uint8Array]>([
  ['nothing but NULs', Buffer.alloc(5000)],
  ['noise around a hole', Buffer.concat([noise, Buffer.alloc(5000), noise])],
  ['records of a database', Buffer.from('\x01\0\0\x07Asha\0\0\x02\0\x05Pune\0\0\x03'.repeat(400), 'latin1')],
])('%s is no text', async (_, bytes) => {
  expect(await refused(bytes)).toContain('is not text');
});
