// The rejects file of each known export, fixed by a script as a person would fix it, is taken whole when it is sent
// again, and only its rows are sent.
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { deskWithSandbox } from '../cli/desk-with-sandbox.ts';
import { type Line, linesOf, ROOT } from '../cli/leadpush.ts';
import { workbook } from '../input/xlsx/make-xlsx.ts';

const { desk, sandbox } = await deskWithSandbox();

const FILES = ['exports', 'formats'].flatMap((folder) =>
  readdirSync(join(ROOT, 'fixtures', folder))
    .filter((name) => /\.(csv|tsv|txt|json|ndjson)$/.test(name) && name !== 'manifest.json')
    .map((name) => join('fixtures', folder, name)),
);
/** What the person says who knows where the file comes from. */
const SAID: Readonly<Record<string, readonly string[]>> = { '99acres_flat.csv': ['--preset', '99acres'] };

const PHONE = /phone(?!ver)|mobile|^tel$/i;
let used = 0;
const freshPhone = () => `96${String(used++).padStart(8, '0')}`;

const send = (file: string, rejects: string) =>
  desk.run([
    ...['send', file, '--to', 'a', '--config', 'c.yaml', '--json', '--rejects', rejects],
    ...(SAID[basename(file)] ?? SAID[basename(file).replace('rejects-', '')] ?? []),
  ]);

interface Shape {
  readonly encoding: string;
  readonly bom: boolean;
  readonly sep: string;
  readonly delimiter: string;
}

/** Sets a number into each row's phone, and takes cells away that stand beyond the header. */
function fixTable(path: string, bytes: Buffer): { readonly bytes: Buffer; readonly rows: number } {
  const shape = shapeOf(path, bytes);
  const text = iconv.decode(bytes, shape.encoding).replace(/^sep=.[\r\n]+/, '');
  const rows: string[][] = parse(text, { delimiter: shape.delimiter, relaxColumnCount: true, bom: true });
  const [header = [], ...data] = rows;
  const phone = header.findIndex((name) => PHONE.test(name));
  const message = header.indexOf('leadpush_message');
  expect(message).toBe(header.length - 1);
  for (const row of data) {
    expect(row[message]).toMatch(/^[A-Z_]+: /);
    row[phone] = freshPhone();
    row.length = header.length;
  }
  const line = (cells: readonly string[]) =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(shape.delimiter);
  const fixed = shape.sep + rows.map(line).join('\r\n');
  return { bytes: iconv.encode(fixed, shape.encoding, { addBOM: shape.bom }), rows: data.length };
}

function shapeOf(path: string, bytes: Buffer): Shape {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const utf8 = bytes[0] === 0xef;
  const bigEndian = bytes[0] === 0 && bytes[1] !== 0;
  const encoding = utf16
    ? 'utf-16le'
    : bigEndian
      ? 'utf-16be'
      : path.includes('cp1252')
        ? 'windows-1252'
        : 'utf-8';
  const text = iconv.decode(bytes, encoding);
  const [, sep = ''] = /^(sep=.[\r\n]+)/.exec(text) ?? [];
  const header = text.slice(sep.length).split(/[\r\n]/)[0] ?? '';
  const delimiter = ['\t', ';', ','].find((mark) => header.includes(mark)) ?? ',';
  return { encoding, bom: utf16 || utf8, sep, delimiter };
}

function fixJson(path: string, text: string): { readonly bytes: Buffer; readonly rows: number } {
  const records: Record<string, unknown>[] =
    extname(path) === '.json' ? JSON.parse(text) : [...linesOf(text)];
  const fixed = records.map((record) => {
    expect(record['leadpush_message']).toMatch(/^[A-Z_]+: /);
    const answers = record['user_column_data'];
    if (Array.isArray(answers)) answers.push({ column_id: 'PHONE_NUMBER', string_value: freshPhone() });
    const own = Object.keys(record).find((name) => PHONE.test(name)) ?? 'phone';
    return Array.isArray(answers) ? record : { ...record, [own]: freshPhone() };
  });
  const lines = fixed.map((record) => JSON.stringify(record));
  const whole = extname(path) === '.json' ? `[${lines.join(',')}]` : lines.join('\n');
  return { bytes: Buffer.from(whole), rows: records.length };
}

const statusesOf = (stdout: string) =>
  linesOf(stdout)
    .filter((line) => line['type'] === 'result')
    .map((line: Line) => line['status']);

describe('a fixed rejects file is taken whole', () => {
  it.each(FILES)('%s', async (fixture) => {
    const name = basename(fixture);
    copyFileSync(join(ROOT, fixture), join(desk.folder, name));
    const rejects = `rejects-${name}`;
    const first = await send(name, rejects);
    const wrong = statusesOf(first.stdout).filter(
      (status) => status === 'invalid' || status === 'rejected',
    ).length;
    expect(first.status).toBe(wrong > 0 ? 1 : 0);
    const bytes = readFileSync(join(desk.folder, rejects));
    const table = /\.(csv|tsv|txt)$/.test(name);
    const fixed = table ? fixTable(rejects, bytes) : fixJson(rejects, bytes.toString('utf8'));
    expect(fixed.rows).toBe(wrong);
    if (wrong === 0) return;
    desk.write(rejects, fixed.bytes);
    const before = (await sandbox.leads()).length;
    const second = await send(rejects, 'again.csv'.replace('.csv', extname(name)));
    expect(statusesOf(second.stdout)).toEqual(Array(wrong).fill('created'));
    expect(second.status).toBe(0);
    expect((await sandbox.leads()).length - before).toBe(wrong);
  });
});

it('a workbook’s rejects are CSV', async () => {
  desk.write(
    'leads.xlsx',
    workbook([
      ['Name', 'Phone'],
      ['Asha', '12'],
      ['Binu', freshPhone()],
    ]),
  );
  const first = await send('leads.xlsx', 'from-xlsx.csv');
  expect(statusesOf(first.stdout)).toEqual(['invalid', 'created']);
  const text = desk.read('from-xlsx.csv');
  expect(text).toMatch(/^\ufeff?Name,Phone,leadpush_message\r?\nAsha,12,/);
  desk.write('from-xlsx.csv', text.replace(',12,', `,${freshPhone()},`));
  expect(statusesOf((await send('from-xlsx.csv', 'x.csv')).stdout)).toEqual(['created']);
});

it('what a spreadsheet would run is guarded, and the guard is taken off again', async () => {
  desk.write('l.csv', 'Name,Phone,Remarks\n=cmd()|x,+91 12,-1+1\n');
  await send('l.csv', 'guarded.csv');
  const text = desk.read('guarded.csv');
  expect(text).toMatch(/"'=cmd\(\)\|x","'\+91 12","'-1\+1",/);
  desk.write('guarded.csv', text.replace("'+91 12", `'+91 ${freshPhone()}`));
  await send('guarded.csv', 'x.csv');
  const last = (await sandbox.leads()).at(-1) ?? {};
  expect(JSON.stringify(last)).toContain('"name":"=cmd()|x"');
  expect(JSON.stringify(last)).toContain('"remarks":"-1+1"');
});
