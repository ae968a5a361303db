// Files of a run that a person opens in a spreadsheet: nothing in them runs, at whatever separator it parts them, and
// leadpush reads them back as they were.
import { expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import { linesOf } from './leadpush.ts';

const { desk } = await deskWithSandbox();

const send = (file: string, ...more: readonly string[]) =>
  desk.run(['send', file, '--to', 'a', '--config', 'c.yaml', '--json', ...more]);

/** Cells as a spreadsheet sees them that parts at `separator` alone. */
function partedAt(separator: string, text: string): readonly string[] {
  const cell = new RegExp(`(?<=^|[${separator}\\r\\n])(?:"((?:[^"]|"")*)"?)?([^${separator}\\r\\n]*)`, 'g');
  return [...text.replace(/^\ufeff/, '').matchAll(cell)].map(
    ([, quoted = '', rest = '']) => quoted.replaceAll('""', '"') + rest,
  );
}

function formulasIn(text: string): readonly string[] {
  return [',', ';', '\\t', '|'].flatMap((separator) =>
    partedAt(separator, text).filter((cell) => /^[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(cell)),
  );
}

const ELEMENTOR = 'Form Name (ID),Submission ID,Created At,User ID,User Agent,User IP,Referrer,Phone,Name';
const elementor = (...cells: readonly string[]) =>
  `${ELEMENTOR}\n${['x', '1', '2026-01-01', '', '', '', '', ...cells].map((cell) => JSON.stringify(cell)).join(',')}\n`;

const JSON_ROWS = [
  { name: '=HYPERLINK("x")', phone: '12', "=cmd|' /C calc'!A0": '+1;=2', list: ['@x', 'a,=1'], n: -2 },
  { name: 'Ann-Marie', phone: '12', note: 'x\t=1|=2', '-3': '\\"=1' },
];
const JSON_FILES = [
  ['json', JSON.stringify(JSON_ROWS)],
  ['ndjson', JSON_ROWS.map((row) => JSON.stringify(row)).join('\n')],
] as const;

it.each(JSON_FILES)(
  '%s whose rejects are called .txt: no formula, and the same records',
  async (format, text) => {
    desk.write(`j.${format}`, text);
    await send(`j.${format}`, '--rejects', `r-${format}.txt`);
    const rejects = desk.read(`r-${format}.txt`);
    expect(formulasIn(rejects)).toEqual([]);
    const records: unknown = JSON.parse(
      format === 'json' ? rejects : `[${rejects.trim().replaceAll('\n', ',')}]`,
    );
    expect(records).toMatchObject(JSON_ROWS);
  },
);

it.each(JSON_FILES)('%s whose rejects are a table: no formula, and the same cells', async (format, text) => {
  desk.write(`t.${format}`, text);
  const cellsOf = async (file: string) => {
    await send(file, '--no-ledger', '--output', 'cells.csv', '--rejects', `r-${format}.csv`);
    return desk
      .read('cells.csv')
      .split('\r\n')
      .map((line) => line.replace(/,a,invalid,.*/, ''));
  };
  const [, ...cells] = await cellsOf(`t.${format}`);
  const rejects = desk.read(`r-${format}.csv`);
  expect(formulasIn(rejects)).toEqual([]);
  desk.write('again.csv', rejects);
  expect((await cellsOf('again.csv')).slice(1)).toEqual(cells);
});

it.each<[string, string, string]>([
  ['headers', 'h.csv', 'Name,Phone,"=HYPERLINK(""http://evil.example"",""x"")",+x,@y\nAsha,12,a,b,c\n'],
  ['headers beyond another separator', 'b.csv', 'Name,Phone,"a;=1+1;b","c|@d"\nAsha,12,a,b\n'],
  ['a semicolon in another column', 'c.csv', 'Name,Phone,City\nAsha,12,x;=1+1;y\n'],
  ['a tab', 't.csv', 'Name,Phone,City\nAsha,12,x\t=1+1\ty\n'],
  ['a bar', 'p.csv', 'Name,Phone,City\nAsha,12,x|=1+1|y\n'],
  ['a comma in a file of semicolons', 's.csv', 'Name;Phone;City\nAsha;12;x,=1+1,y\n'],
  ['a line break', 'l.csv', 'Name,Phone,City\nAsha,12,"x\n=1+1"\n'],
  ['quotes of the cell', 'q.csv', 'Name,Phone,City\nAsha,12,"x;"" ""=1+1"\n'],
  ['blanks', 'n.csv', 'Name,Phone,City\nAsha,12,\u00a0 =1+1\n'],
  ['full-width signs', 'f.csv', 'Name,Phone,City\nAsha,12,\uff1d1+1\n'],
  ["Elementor's JSON texts", 'e.csv', elementor('12', 'a",=1+1,"b')],
])('%s: no formula, and the rejects are read as the file was', async (_, name, text) => {
  desk.write(name, text);
  await send(name, '--output', `o-${name}`, '--rejects', `r-${name}`);
  expect(formulasIn(desk.read(`o-${name}`))).toEqual([]);
  expect(formulasIn(desk.read(`r-${name}`))).toEqual([]);

  await send(`r-${name}`, '--output', `o2-${name}`, '--rejects', `r2-${name}`);
  expect(desk.read(`r2-${name}`)).toBe(desk.read(`r-${name}`));
  await send(`r-${name}`, '--output', `${name}.ndjson`);
  await send(name, '--output', `first-${name}.ndjson`);
  const inputs = [`${name}.ndjson`, `first-${name}.ndjson`].map(
    (file) => linesOf(desk.read(file))[0]?.['input'],
  );
  expect(Object.entries(inputs[0] ?? {}).filter(([key]) => !key.startsWith('leadpush_'))).toEqual(
    Object.entries(inputs[1] ?? {}),
  );
});

it('keys of JSON are guarded where they become headers', async () => {
  desk.write('k.ndjson', '{"phone":"9876543210","=1+1":"x","a;@b":"\uff0b1"}\n');
  await send('k.ndjson', '--output', 'k.csv');
  expect(formulasIn(desk.read('k.csv'))).toEqual([]);
});

it('a guarded phone is read, and so is one that a spreadsheet’s user marked as text', async () => {
  desk.write('g.csv', "Name,Phone\nAsha,'+919876500001\nBinu,'9876500002\n");
  const sent = linesOf((await send('g.csv')).stdout);
  expect(sent.map((line) => line['phone'])).toEqual(['+919876500001', '+919876500002', undefined]);
});
