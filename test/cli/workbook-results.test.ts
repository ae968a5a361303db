// `--rejects x.xlsx` and `--output x.xlsx`: workbooks of texts that leadpush reads back as they were, and a rejects file
// for each of several inputs.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openContainer } from '../../src/input/xlsx/zip.ts';
import { workbook } from '../input/xlsx/make-xlsx.ts';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import { linesOf } from './leadpush.ts';

const { desk } = await deskWithSandbox();

const send = (...args: readonly string[]) =>
  desk.run(['send', ...args, '--to', 'a', '--config', 'c.yaml', '--json']);

/** The input's own cells of each row, as leadpush reads the file. */
async function cellsOf(...files: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const to = `cells-${files.join('-')}.ndjson`;
  await send(...files, '--no-ledger', '--output', to);
  return linesOf(desk.read(to)).map(({ input }) =>
    Object.fromEntries(Object.entries(input ?? {}).filter(([key]) => !key.startsWith('leadpush_'))),
  );
}

async function partOf(file: string, part: string): Promise<string> {
  const container = await openContainer(join(desk.folder, file));
  let text = '';
  for await (const chunk of container.text(part)) text += chunk;
  await container.close();
  return text;
}

const sheetOf = (file: string) => partOf(file, 'xl/worksheets/sheet1.xml');

/** Cells that a program might change on the way. */
const CELLS: readonly (readonly [what: string, cell: string])[] = [
  ['a phone with its country code', '+919876543210'],
  ['leading zeros', '0091'],
  ['long digits', '123456789012345678901234'],
  ['a formula', '=1+1'],
  ['a formula with an apostrophe', "'=1+1"],
  ['a formula with two', "''+x"],
  ['an apostrophe', "'quoted'"],
  ['a formula after a comma', 'a,=1'],
  ['a formula after a comma and an apostrophe', "a,'=1"],
  ['markup', '<b>&amp;"x"</b>'],
  ['what looks like an escape of Excel', '_x0041_ and _x000D_'],
  ['blanks around', '  x  '],
  ['line breaks', 'one\ntwo\r\nthree\rfour'],
  ['a tab', 'a\tb'],
  ['a control character', 'a\u0007b'],
  ['another script', 'आशा 💡'],
  ['a date', '2026-01-05'],
  ['true', 'TRUE'],
  ['a number with an exponent', '9.87654E+9'],
];

it('a workbook of rejects holds texts only, and is read back as the input was', async () => {
  const rows = CELLS.map(([what, cell]) => `${what},12,"${cell.replaceAll('"', '""')}"`);
  desk.write('odd.csv', `Name,Phone,Text\n${rows.join('\n')}\n`);
  const sent = await send('odd.csv', '--rejects', 'odd-rejects.xlsx');
  expect(sent).toMatchObject({ status: 1 });
  const sheet = await sheetOf('odd-rejects.xlsx');
  expect(sheet.match(/<c [^>]*>/g)?.filter((cell) => !/ t="inlineStr"/.test(cell))).toEqual([]);
  expect(sheet).not.toContain('<f');
  expect(await partOf('odd-rejects.xlsx', 'xl/styles.xml')).toContain('formatCode="@"');
  expect(sheet.match(/<c [^>]*>/g)?.filter((cell) => !/ s="1"/.test(cell))).toEqual([]);
  expect(statSync(join(desk.folder, 'odd-rejects.xlsx')).mode & 0o777).toBe(0o600);
  expect(await cellsOf('odd-rejects.xlsx')).toEqual(await cellsOf('odd.csv'));
});

it('a fixed workbook of rejects is sent whole', async () => {
  desk.write('fix.csv', 'Name,Phone,Id\nAsha,12,007\nBinu,+919876501111,008\n');
  const first = await send('fix.csv', '--rejects', 'fix.xlsx');
  expect(linesOf(first.stdout).at(-1)?.['next']).toEqual(['leadpush send fix.xlsx --to a --config c.yaml']);
  expect(await sheetOf('fix.xlsx')).toMatch(/<t>12<\/t>.*<t>007<\/t>.*PHONE_/);
  const fixed = (await sheetOf('fix.xlsx')).match(/(?<=<t>)[^<]*/g) ?? [];
  desk.write(
    'fixed.xlsx',
    workbook([fixed.slice(0, 4), fixed.slice(4).map((cell) => (cell === '12' ? '+919876502222' : cell))]),
  );
  const second = await send('fixed.xlsx');
  expect(linesOf(second.stdout).map(({ phone }) => phone)).toEqual(['+919876502222', undefined]);
  expect(second.status).toBe(0);
});

it.each([
  ['a CSV', 'phones.csv', 'Name,Phone,Id\nAsha,+919876503333,007\n'],
  [
    'a workbook',
    'phones.xlsx',
    workbook([
      ['Name', 'Phone', 'Id'],
      ['Asha', '+919876503333', '007'],
    ]),
  ],
  ['JSON', 'phones.json', '[{"Name":"Asha","Phone":"+919876503333","Id":"007"}]'],
])('--output of %s as a workbook', async (_, file, content) => {
  desk.write(file, content);
  const sent = await send(file, '--output', 'out.xlsx');
  expect(sent.status).toBe(0);
  const texts = (await sheetOf('out.xlsx')).match(/(?<=<t>)[^<]*/g);
  expect(texts).toEqual(expect.arrayContaining(['+919876503333', '007', 'leadpush_status']));
  expect(await cellsOf('out.xlsx')).toEqual([{ Name: 'Asha', Phone: '+919876503333', Id: '007' }]);
});

it('a workbook’s rejects are CSV unless the name says xlsx', async () => {
  desk.write(
    'book.xlsx',
    workbook([
      ['Name', 'Phone'],
      ['Asha', '12'],
    ]),
  );
  await send('book.xlsx', '--rejects', 'book-rejects.csv');
  expect(desk.read('book-rejects.csv')).toContain('Asha,12,');
});

it('several inputs with different columns give a rejects file each', async () => {
  desk.write('one/leads.csv', 'Name,Phone\nAsha,12\n');
  desk.write('two/leads.csv', 'Full Name;Mobile No.;City\nBinu;13;Pune\n');
  desk.write('good.csv', 'Phone,City\n+919876504444,Pune\n');
  desk.write('hook.json', '[{"name":"Chand","phone":"14"}]');
  const files = ['one/leads.csv', 'two/leads.csv', 'good.csv', 'hook.json'];
  const sent = await send(...files, '--rejects', 'bad/r.csv');
  expect(sent).toMatchObject({ status: 2 });
  desk.write('bad/keep', '');
  const again = await send(...files, '--rejects', 'bad/r.csv');
  expect(again.status).toBe(1);
  expect(readdirSync(join(desk.folder, 'bad')).sort()).toEqual([
    'keep',
    'r-good.csv',
    'r-hook.csv',
    'r-leads-2.csv',
    'r-leads.csv',
  ]);
  expect(desk.read('bad/r-leads.csv')).toMatch(/^Name,Phone,leadpush_message\s+Asha,12,/);
  expect(desk.read('bad/r-leads-2.csv')).toMatch(
    /^Full Name;Mobile No\.;City;leadpush_message\s+Binu;13;Pune;/,
  );
  expect(linesOf(again.stdout).at(-1)?.['next']).toEqual([
    'leadpush send bad/r-leads.csv bad/r-leads-2.csv bad/r-hook.csv --to a --config c.yaml',
  ]);
});

it('several inputs with the same columns share one', async () => {
  desk.write('s1.csv', 'Name,Phone\nAsha,12\n');
  desk.write('s2.csv', 'Name,Phone\nBinu,13\n');
  await send('s1.csv', 's2.csv', '--rejects', 'shared.csv');
  expect(desk.read('shared.csv')).toMatch(/Asha,12,.*\s+Binu,13,/);
});

it('a derived name replaces no input, and nothing is sent', async () => {
  desk.write('n1.csv', 'Name,Phone\nAsha,+919876505555\n');
  desk.write('r-n1.csv', 'Phone\n+919876505556\n');
  const sent = await send('n1.csv', 'r-n1.csv', '--rejects', 'r.csv');
  expect(sent.status).toBe(2);
  expect(sent.stderr).toContain('--rejects: r-n1.csv is the same file as an input (r-n1.csv)');
});

it.each(['csv', 'tsv', 'xlsx'])('rejects of JSON as .%s can be fixed and sent', async (ending) => {
  const records = [
    { name: 'Asha', phone: '12', ids: ['7', 'a"b'] },
    { utm: { source: 'google' }, phone: '13', message: '=1+1' },
    { phone: '+919876506660' },
  ];
  desk.write('j.json', JSON.stringify({ data: { items: records } }));
  const file = `j-rejects.${ending}`;
  const sent = await send('j.json', '--records', 'data.items', '--rejects', file);
  const next = linesOf(sent.stdout).at(-1)?.['next'];
  expect([sent.status, next]).toEqual([1, [`leadpush send ${file} --to a --config c.yaml`]]);
  const again = await send(file, '--no-ledger', '--output', 'j-again.ndjson');
  expect(again.status).toBe(1);
  expect(linesOf(desk.read('j-again.ndjson')).map(({ input }) => input)).toEqual([
    { name: 'Asha', phone: '12', ids: '7, a"b', 'utm.source': '', message: '' },
    { name: '', phone: '13', ids: '', 'utm.source': 'google', message: '=1+1' },
  ]);
});

it('--output as a table has what any JSON record has, also beside a CSV', async () => {
  desk.write('k.csv', 'Phone,City,City\n9876506661,Pune,Mumbai\n');
  desk.write(
    'k.ndjson',
    '{"name":"Asha","Phone":"9876506662"}\n{"Phone":"9876506663","email":"b@example.com"}\n',
  );
  expect((await send('k.csv', 'k.ndjson', '--output', 'k-out.csv')).status).toBe(0);
  const lines = desk.read('k-out.csv').trim().split('\r\n');
  expect(lines.map((line) => line.split(',').slice(0, 5).join())).toEqual([
    'Phone,City,City,name,email',
    '9876506661,Pune,Mumbai,,',
    '9876506662,,,Asha,',
    '9876506663,,,,b@example.com',
  ]);
});

it('the name that is proposed for rejects is free', async () => {
  desk.write('p.csv', 'Name,Phone\nAsha,12\nBinu,9876505551\n');
  const args = ['send', 'p.csv', '--to', 'a', '--config', 'c.yaml'];
  expect((await desk.run(args)).stderr).toContain('--rejects rejects.csv ');
  desk.write('rejects.csv', 'mine');
  desk.write('rejects-2.csv', 'mine');
  expect((await desk.run(args)).stderr).toContain('--rejects rejects-3.csv ');
  expect((await desk.run(['check', 'p.csv', '--config', 'c.yaml'])).stdout).toContain(
    '--rejects rejects-3.csv',
  );
});

it('one lead from flags has no rejects', async () => {
  const args = ['send', '--phone', '9876543210', '--to', 'a', '--config', 'c.yaml', '--rejects', 'none.csv'];
  const ended = await desk.run(args);
  expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining('one lead from flags') });
});
