// Backslashes and single quotes, found from the file; and files in which they are text.
import { expect, test } from 'vitest';
import { read, shown } from '../reading.ts';

test.each<[what: string, text: string, rows: readonly string[]]>([
  ['escaped quotes', 'name,phone\n"A \\"x, y\\" z",1\n"B",2\n', ['2: A "x, y" z|1', '3: B|2']],
  ['an escaped backslash at the end', 'name,phone\n"A \\"x\\"",1\n"B \\\\",2\n', ['2: A "x"|1', '3: B \\|2']],
  ['\\N for nothing', 'name,phone,city\nA,1,\\N\n\\N,2,Pune\n', ['2: A|1|', '3: |2|Pune']],
  ['\\N beside quotes', '"name","phone","city"\n"A","1",\\N\n', ['2: A|1|']],
  ['PostgreSQL text', 'name\tphone\tnote\nA\t1\tx\\ty\\nz\nB\t2\t\\N\n', ['2: A|1|x\ty\nz', '3: B|2|']],
  ['an escaped delimiter', 'name,phone,note\nA\\, B,1,\\N\n', ['2: A, B|1|']],
  ['an escaped line end', 'name,phone,note\nA,1,x\\\ny\nB,2,\\N\n', ['2: A|1|x\ny', '4: B|2|']],
  ['a quoted line break', 'name,phone\n"A \\"x\\"\nb",1\n"C",2\n', ['2: A "x"\nb|1', '4: C|2']],
  [
    'one such row far down',
    `name,phone\n${'A,1\n'.repeat(20_000)}"B \\"x, y\\"",2\nC,3\n`,
    ['20001: A|1', '20002: B "x, y"|2', '20003: C|3'],
  ],
  // Backslashes that are text.
  ['a Windows path', 'name,phone\n"C:\\new\\",1\n"B",2\n', ['2: C:\\new\\|1', '3: B|2']],
  ['a path without quotes', 'name,phone\nC:\\temp\\notes,1\n', ['2: C:\\temp\\notes|1']],
  ['doubled quotes after a backslash', 'name,phone\n"A \\""x"" y",1\n"B",2\n', ['2: A \\"x" y|1', '3: B|2']],
  ['a quoted \\N', 'name,phone\n"\\N",1\nB,2\n', ['2: \\N|1', '3: B|2']],
  ['\\n in a cell', 'name,phone\nx\\ny,1\n', ['2: x\\ny|1']],
  ['N with a backslash inside', 'name,phone\nA\\N,1\n', ['2: A\\N|1']],
  // Single quotes.
  ["quoted with '", "'name','phone'\n'A, B','1'\n'C','2'\n", ['2: A, B|1', '3: C|2']],
  ["doubled '", "'name','phone'\n'O''Neil','1'\n", ["2: O'Neil|1"]],
  ["escaped '", "'name','phone'\n'O\\'Neil, J','1'\n", ["2: O'Neil, J|1"]],
  ["texts in ', numbers without", "id,name,phone\n1,'A, B',9\n2,'C',8\n", ['2: 1|A, B|9', '3: 2|C|8']],
  ['" inside', "'name','phone'\n'5\" pipe','1'\n", ['2: 5" pipe|1']],
  ["' over a line break", "'name','phone'\n'A\nB','1'\n'C','2'\n", ['2: A\nB|1', '4: C|2']],
  // Single quotes that are text.
  ['an apostrophe in a name', "name,phone\nO'Neil,1\nD'Mello,2\n", ["2: O'Neil|1", "3: D'Mello|2"]],
  [
    'a guard',
    "name,phone\nA,'+919820012345\nB,'+919820012346\n",
    ['2: A|+919820012345', '3: B|+919820012346'],
  ],
  ['one cell in quotes', "name,phone\n'A',1\nB,2\n", ["2: 'A'|1", '3: B|2']],
])('%s', async (_, text, rows) => {
  const { records } = await read(text);
  expect(shown(records).slice(-rows.length)).toEqual(rows);
  expect(shown((await read(text, {}, 7)).records).slice(-rows.length)).toEqual(rows);
});

test.each<[string, string, readonly string[]]>([
  ['at the end', 'name,phone\nA,1\n\u001a', ['2: A|1']],
  ['in a line of its own', 'name,phone\nA,1\r\n\u001a\r\n', ['2: A|1']],
  ['after the last cell', 'name,phone\nA,1\u001a', ['2: A|1']],
  ['after a quote', 'name,phone\n"A","1"\u001a', ['2: A|1']],
  ['up to a whole block', `name,phone\nA,1\r\n${'\u001a'.repeat(100)}`, ['2: A|1']],
  ['inside, it is a character', 'name,phone\nA\u001aB,1\n', ['2: A\u001aB|1']],
])('Ctrl-Z %s', async (_, text, rows) => {
  expect(shown((await read(text)).records)).toEqual(rows);
  expect(shown((await read(text, {}, 3)).records)).toEqual(rows);
});
