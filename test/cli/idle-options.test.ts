// An option of how a file is read that none of the files can follow is said: it may have been meant for another file.
import { expect, it } from 'vitest';
import { workbook } from '../input/xlsx/make-xlsx.ts';
import { deskWithSandbox } from './desk-with-sandbox.ts';

const { desk } = await deskWithSandbox();
desk.write('l.csv', 'Name,Phone\nAsha,9876500001\n');
desk.write('m.csv', 'Name,Phone\nBinu,9876500002\n');
desk.write('l.json', '[{"name":"Asha","phone":"9876500003"}]');
desk.write('l.ndjson', '{"name":"Asha","phone":"9876500004"}\n');
desk.write(
  'l.xlsx',
  workbook([
    ['Name', 'Phone'],
    ['Asha', '9876500005'],
  ]),
);

it.each<[string, string | null]>([
  ['l.csv --sheet 2', 'l.csv: --sheet has no effect: the input is not a workbook.'],
  ['l.json --sheet Leads', 'l.json: --sheet has no effect: the input is not a workbook.'],
  ['l.csv m.csv --sheet 2', 'l.csv: --sheet has no effect: no input is a workbook.'],
  ['l.csv --records data', 'l.csv: --records has no effect: the input is not JSON.'],
  ['l.xlsx --records data', 'l.xlsx: --records has no effect: the input is not JSON.'],
  ['l.json --delimiter ;', 'l.json: --delimiter has no effect: the input is not CSV or TSV.'],
  ['l.xlsx --delimiter ;', 'l.xlsx: --delimiter has no effect: the input is not CSV or TSV.'],
  ['l.xlsx --encoding utf-8', 'l.xlsx: --encoding has no effect: the input is not text.'],
  ['l.ndjson --no-header', 'l.ndjson: --no-header has no effect: the input is not a table.'],
  // What one of them follows.
  ['l.csv l.xlsx --sheet 1', null],
  ['l.csv l.xlsx --encoding utf-8', null],
  ['l.csv l.xlsx --delimiter ,', null],
  ['l.xlsx --sheet 1', null],
  ['l.csv --encoding utf-8', null],
])('%s', async (call, note) => {
  const sent = await desk.run(['send', ...call.split(' '), '--to', 'sandbox-anarock', '--no-ledger']);
  expect(sent.status).toBe(0);
  expect(sent.stderr.split('\n').filter((line) => line.includes('no effect'))).toEqual(
    note === null ? [] : [note],
  );
  const checked = await desk.run(['check', ...call.split(' ')]);
  const text = note?.replace(/^[^:]+: /, '');
  expect(checked.status).toBe(0);
  expect(checked.stdout.match(/--\S+ has no effect: .*/g)).toEqual(text === undefined ? null : [text]);
});

it('both at once, and --quiet says neither', async () => {
  const send = ['send', 'l.csv', '--sheet', '2', '--records', 'x', '--to', 'sandbox-anarock', '--no-ledger'];
  expect((await desk.run(send)).stderr.match(/has no effect/g)).toHaveLength(2);
  expect((await desk.run([...send, '--quiet'])).stderr).toBe('');
});
