// Tables: bytes in, records with their physical lines out, the same whatever the size of the pieces.
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unescapeFormula } from '../../../src/input/csv/escape-formula.ts';
import type { SourceOptions } from '../../../src/input/source.ts';
import { headerText, RESULTS_SHAPE, rowText, type TableShape } from '../../../src/output/table.ts';
import { read, refused, shown } from '../reading.ts';

const json: SourceOptions = { cellEncoding: () => 'json' };
const MIB = 1024 * 1024;

const TABLES: readonly (readonly [
  what: string,
  text: string,
  records: readonly string[],
  given?: SourceOptions,
])[] = [
  ['LF', 'a,b\n1,2\n3,4\n', ['2: 1|2', '3: 3|4']],
  ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', ['2: 1|2', '3: 3|4']],
  ['bare CR', 'a,b\r1,2\r3,4\r', ['2: 1|2', '3: 3|4']],
  ['mixed line ends', 'a,b\n1,2\r\n3,4\r5,6\n\r\n7,8', ['2: 1|2', '3: 3|4', '4: 5|6', '6: 7|8']],
  ['no line end at the end', 'a,b\n1,2', ['2: 1|2']],
  ['a CR at the very end', 'a,b\n1,2\r', ['2: 1|2']],
  ['a header alone', 'a,b\n', []],
  ['one column', 'a\n1\n\n2\n', ['2: 1', '4: 2']],
  ['blank lines before the header', '\n  \r\n\na,b\n1,2\n', ['5: 1|2']],
  ['blank and all-empty rows', 'a,b\n\n1,2\n,\n  , \n"",""\n\n3,4\n', ['3: 1|2', '8: 3|4']],
  ['cells keep their blanks', 'a,b\n 1 , 2 \n', ['2:  1 | 2 ']],
  ['sep=', 'sep=;\r\na;b,c\r\n1;2,3\r\n', ['3: 1|2,3']],
  ['sep= in quotes, filled up', '"sep=|"\na|b\n1|2\n', ['3: 1|2']],
  ['sep= after blank lines', '\n\nsep=;;;\na;b\n1;2\n', ['5: 1|2']],
  ['a delimiter at each end, as Excel writes it', 'a;b;\r\n1;2;\r\n3;4\r\n', ['2: 1|2|', '3: 3|4']],
  ['quoted cells', 'a,b\n"1","2"\n"x, y",2\n', ['2: 1|2', '3: x, y|2']],
  ['doubled quotes', 'a,b\n"5\'10"" tall",""""\n', ['2: 5\'10" tall|"']],
  ['a quoted header with a line break', '"a\nb",c\n1,2\n', ['3: 1|2']],
  ['quoted line breaks', 'a,b\n"x\ny\r\nz",2\n3,"\n\n"\n5,6\n', ['2: x\ny\r\nz|2', '5: 3|\n\n', '8: 5|6']],
  ['blanks around quotes', 'a,b,c\n "x, y" , "2"\t,"3" \n', ['2: x, y|2|3']],
  [
    'bare quotes inside a cell',
    'a,b\n5\'10" tall,6" wide\nO"Brien,x\n',
    ['2: 5\'10" tall|6" wide', '3: O"Brien|x'],
  ],
  ['a bare quote after a blank', 'a,b\n 5" x, "y" z\n', ['2:  5" x| "y" z']],
  ['a bare quote beside a quoted cell', 'a,b\n5\'10" tall,"x, y"\n', ['2: 5\'10" tall|x, y']],
  [
    'text after a closed quote',
    'a,b\n1,2\n"x" y,"3"\n4,5\n',
    ['2: 1|2', '3: "x" y|3 ROW_UNPARSABLE', '4: 4|5'],
  ],
  [
    'text after a closed quote of two lines: the next line is its own',
    'a,b\n"x\ny" z,1\n4,5\n',
    ['2: "x ROW_UNPARSABLE', '3: y" z|1', '4: 4|5'],
  ],
  [
    'a bad quote in the second line of a record costs both',
    'a,b,c\n"x\ny","p" q,1\n4,5,6\n',
    ['2: x\ny|"p" q|1 ROW_UNPARSABLE', '4: 4|5|6'],
  ],
  ['a quote never closed', 'a,b\n1,"2\n3,4\n5,6\n', ['2: 1|"2 ROW_UNPARSABLE', '3: 3|4', '4: 5|6']],
  ['a quote never closed in the last line', 'a,b\n1,2\n3,"4', ['2: 1|2', '3: 3|"4 ROW_UNPARSABLE']],
  ['a quote and nothing else', 'a,b\n1,2\n"', ['2: 1|2', '3: " ROW_UNPARSABLE']],
  ['too few cells', 'a,b,c\n1\n1,2\n1,2,3\n', ['2: 1 ROW_SHORT', '3: 1|2 ROW_SHORT', '4: 1|2|3']],
  [
    'too many cells',
    'a,b\n1,2,3\n1,2,,\n1,2, ,x\n',
    ['2: 1|2|3 ROW_TOO_MANY_COLUMNS', '3: 1|2', '4: 1|2| |x ROW_TOO_MANY_COLUMNS'],
  ],
  [
    'NUL bytes',
    'a,b\n1\0,2\0\0\n3,4\n"5\0","6"\0\n\0\n7,8\n',
    ['2: 1|2 NUL_REMOVED', '3: 3|4', '4: 5|6 NUL_REMOVED', '6: 7|8'],
  ],
  [
    'the guard is taken off',
    "a,b\n'+9198,'=1+1\n'-x,'@y\n'Quoted Name','tis\n\"'a\n=b\",'9\n",
    ['2: +9198|=1+1', '3: -x|@y', "4: 'Quoted Name'|'tis", "5: a\n=b|'9"],
  ],
  ['a secret column', 'a,google_key\n1,s3cret\n"2" x,s3cret\n', ['2: 1|', '3:  ROW_UNPARSABLE']],
  ['duplicate headers stay', 'a,a\n1,2\n', ['2: 1|2']],
  ['tab', 'a\tb\n1\t"2\t3"\n', ['2: 1|2\t3']],
  ['a delimiter by name', 'a:b,c\n1:2,3\n', ['2: 1|2,3'], { delimiter: ':' }],
  [
    'JSON cells',
    'a,"b"\n"x \\"y\\", z","\\u0939\\/\\n"\n"","C:\\\\"\n',
    ['2: x "y", z|ह/\n', '3: |C:\\'],
    json,
  ],
  ['JSON cells, quotes doubled', 'a,b\n"x ""y""",2\n', ['2: x "y"|2'], json],
  ['JSON cells, no JSON', 'a,b\n"x\\q",plain\\n\n', ['2: x\\q|plain\\n'], json],
  ['JSON cells, guarded', 'a,b\n"\'=1","\'+91"\n', ['2: =1|+91'], json],
  ['JSON cells, a line break in quotes', 'a,b\n"x\ny",2\n3,4\n', ['2: x\ny|2', '4: 3|4'], json],
  ['JSON cells, never closed', 'a,b\n"x\\",2\n3,4\n', ['2: x\\|2 ROW_UNPARSABLE', '3: 3|4'], json],
];

describe('records', () => {
  for (const [what, text, records, given = {}] of TABLES) {
    test(what, async () => {
      expect(shown((await read(text, given)).records)).toEqual(records);
    });

    test(`${what}, in small pieces`, async () => {
      expect(shown((await read(text, given, 1)).records)).toEqual(records);
      const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
      expect(shown((await read(wide, given, 3)).records)).toEqual(records);
    });
  }
});

test('records of one table share their keys, and count from 1', async () => {
  const { records, info } = await read('a,b\n1,2\n\n3,4\n');
  expect(records.map(({ record }) => record)).toEqual([1, 2]);
  expect(records.every(({ keys }) => keys === info.headers)).toBe(true);
});

describe('what is known of a table', () => {
  test.each<[string, string, object, SourceOptions?]>([
    ['comma', 'a,b\n', { format: 'csv', delimiter: ',', eol: '\n', headers: ['a', 'b'], headerLine: 1 }],
    ['semicolon', 'a;b,c;d\r\n', { delimiter: ';', eol: '\r\n', headers: ['a', 'b,c', 'd'] }],
    ['tab', 'a\tb\r', { format: 'tsv', delimiter: '\t', eol: '\r' }],
    ['pipe', 'a|b\n', { delimiter: '|' }],
    ['one column', 'phone\n', { delimiter: ',', headers: ['phone'] }],
    ['no line end', 'phone', { eol: '\n' }],
    ['delimiters inside quotes do not count', '"a,b,c";d\n', { delimiter: ';', headers: ['a,b,c', 'd'] }],
    ['a tie', 'a,b;c\n', { delimiter: ';' }],
    ['words with commas, rows tell', 'Budget (from, to, unit)|Phone\n5|9\n7|8\n', { delimiter: '|' }],
    ['decimal commas in the rows', 'a,x;b;c\n1,5;2;3\n1,5;2\n', { delimiter: ';' }],
    ['sep= says so', 'sep=|\na,b,c|d\n', { delimiter: '|', sepLine: true, headerLine: 2 }],
    ['--delimiter says so', 'a,b,c|d\n', { delimiter: '|' }, { delimiter: '|' }],
    ['--format tsv says so', 'a,b,c\td\n', { delimiter: '\t', format: 'tsv' }, { format: 'tsv' }],
    ['--format csv leaves it open', 'a\tb\n', { delimiter: '\t' }, { format: 'csv' }],
    ['a quoted line break before the line end', '"a\nb",c\r\n', { eol: '\r\n', headers: ['a\nb', 'c'] }],
    ['blanks of headers stay', ' a ,b\n', { headers: [' a ', 'b'] }],
    ['the cells are asked for once', 'a,b\n', { cellEncoding: 'json' }, json],
    ['a header in brackets is no JSON', '[a],[b]\n', { format: 'csv', headers: ['[a]', '[b]'] }],
    ['a header in braces is no JSON', '{a},{b}\n', { format: 'csv' }],
  ])('%s', async (_, text, info, given = {}) => {
    expect((await read(text, given)).info).toMatchObject(info);
  });
});

describe('limits', () => {
  test.each<[string, number, boolean]>([
    ['within 1 MiB a quote is closed', MIB - 10, true],
    ['beyond it is not', MIB + 10, false],
  ])('%s', async (_, size, whole) => {
    const text = `a,b\n1,"${'x\n'.repeat(size / 2)}"\n3,4\n`;
    const { records } = await read(text, {}, 60_000);
    expect(records[0]?.problem?.code ?? null).toBe(whole ? null : 'ROW_UNPARSABLE');
    expect(records[0]?.line).toBe(2);
    expect(records.at(-1)).toMatchObject({
      cells: ['3', '4'],
      line: 3 + size / 2,
      record: whole ? 2 : records.length,
    });
  });

  test('a line without an end is no record, and the next is', async () => {
    for (const piece of [MIB, 20 * MIB]) {
      const { records } = await read(`a,b\n${'x'.repeat(5 * MIB)}\n3,4\n`, {}, piece);
      expect(shown(records).map((text) => text.slice(-20))).toEqual(['xxxxx ROW_UNPARSABLE', '3: 3|4']);
    }
  });

  test('a million rows are as quick with bare quotes in one column', async () => {
    const { records } = await read(`a\n${`5'10" tall\n`.repeat(100_000)}`, {}, 128 * 1024);
    expect(records).toHaveLength(100_000);
  });
});

describe('messages', () => {
  test('say how many cells, and what to do', async () => {
    const { records } = await read('a,b,c\n1\n1,2,3,4\n"1" x\n1,"\n');
    expect(records[0]?.warnings[0]?.message).toContain('1 of 3 cells');
    expect(records[1]?.problem?.message).toContain('4 cells, 1 of them filled beyond');
    expect(records[2]?.problem?.message).toContain('text follows a closing quote. Fix the quotes');
    expect(records[3]?.problem?.message).toContain('a quote is opened and not closed');
  });

  test('a header that cannot be split is no header', async () => {
    expect(await refused('\n"name" x,phone\n1,2\n')).toContain(
      'the header in line 2 cannot be read: text follows',
    );
    expect(await refused('"name,phone\n1,2\n')).toContain('a quote is opened and not closed');
  });

  test.each(['"', '\n', '', ',,'])('--delimiter %j', async (delimiter) => {
    expect(await refused('a,b\n', { delimiter })).toContain('--delimiter');
  });
});

describe('records with quotes', () => {
  test('have the cells that csv-parse gives, whether it split them or not', async () => {
    const letter = fc.constantFrom('a', '9', ',', ';', ' ', '\t', '\n', '\r\n', 'ह', '""');
    const quoted = fc.array(letter, { maxLength: 6 }).map((letters) => `"${letters.join('')}"`);
    const bare = fc.array(fc.constantFrom('a', '9', ' ', ';', 'ह'), { maxLength: 6 });
    const cell = fc.oneof(
      quoted,
      bare.map((letters) => letters.join('')),
    );
    const rows = fc.array(fc.tuple(cell, fc.constant('"x"'), cell), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, async (cells) => {
        const text = cells.map((row) => `${row.join(',')}\n`).join('');
        const { records } = await read(`h1,h2,h3\n${text}`, { delimiter: ',' });
        expect(records.map((record) => record.cells)).toEqual(parse(text, { record_delimiter: '\n' }));
      }),
    );
  });
});

describe('what we write is read back', () => {
  const letter = fc.constantFrom(
    'a',
    '9',
    '"',
    "'",
    ',',
    ';',
    '\t',
    '\n',
    '\r\n',
    '\\',
    '/',
    ' ',
    '=',
    '+',
    'ह',
    '€',
    '\u{1f600}',
  );
  // What a reader can have given: no guard is left at its start.
  const unguarded = (text: string): string =>
    unescapeFormula(text) === text ? text : unguarded(unescapeFormula(text));
  const cell = fc.array(letter, { maxLength: 8 }).map((letters) => unguarded(letters.join('')));
  const rows = fc.array(fc.tuple(cell, cell, fc.constant('x')), { maxLength: 8 });

  test.each<[string, Partial<TableShape>]>([
    ['as CSV', {}],
    ['with tabs and CR', { delimiter: '\t', eol: '\r' }],
    ['with semicolons and sep=', { delimiter: ';', sepLine: true, eol: '\n' }],
    ['as JSON cells', { cells: 'json' }],
  ])('%s', async (_, given) => {
    const shape = { ...RESULTS_SHAPE, ...given };
    const options: SourceOptions = { cellEncoding: () => shape.cells };
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (cells, piece) => {
        const text = headerText(['h1', 'h2', 'h3'], shape) + cells.map((row) => rowText(row, shape)).join('');
        const { records } = await read(text, options, piece);
        expect(records.map((record) => record.cells)).toEqual(cells);
      }),
    );
  });
});
