// Each command that leadpush proposes is run as printed, and does what it says: the same files are read in the same way,
// and no file that exists is named for --rejects.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BIN, Desk, type Line, linesOf, ROOT } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  chmodSync(desk.write('bin/leadpush', `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`), 0o755);
});
afterEach(() => desk.remove());

/** Runs a printed command in a shell. */
function paste(command: string) {
  const { PATH = '' } = process.env;
  return spawnSync('sh', ['-c', command], {
    cwd: desk.folder,
    encoding: 'utf8',
    env: desk.env({ PATH: `${join(desk.folder, 'bin')}:${PATH}` }),
  });
}

/** The command after `Next:`, on its line or on the line below. */
function nextIn(said: string): string {
  const [, command = ''] = /^Next: (?:[^\n]*:\n {2})?(leadpush [^\n]*)$/m.exec(said) ?? [];
  expect(command).not.toBe('');
  return command;
}

const TO = ['--to', 'sandbox-anarock'];
const HEADED = 'Name,Phone,Enquiry Date\nAsha,9000831701,05/10/2024\n';

/** What a call is given, and a lead that only the same reading makes. */
const READ: readonly (readonly [string, string, string | Buffer, readonly string[], Line])[] = [
  [
    '--column',
    'a.csv',
    'Who,Reach\nAsha,9000831702\n',
    ['--column', 'Reach=phone'],
    { phone: '+919000831702' },
  ],
  [
    '--column to nothing',
    'a.csv',
    'Name,Phone,City\nAsha,9000831702,Pune\n',
    ['--column', 'City='],
    { phone: '+919000831702', name: 'Asha' },
  ],
  ['--set', 'a.csv', HEADED, ['--set', 'city=Navi Mumbai'], { city: 'Navi Mumbai' }],
  ['--date-order', 'a.csv', HEADED, ['--date-order', 'MDY'], { contactedAt: '2024-05-09T18:30:00.000Z' }],
  ['--timezone', 'a.csv', HEADED, ['--timezone', 'UTC'], { contactedAt: '2024-10-05T00:00:00.000Z' }],
  ['--region', 'a.csv', 'Name,Phone\nAli,0501234701\n', ['--region', 'AE'], { phone: '+971501234701' }],
  ['--delimiter', 'a.csv', 'Name~Phone\nAsha, B~9000831703\n', ['--delimiter', '~'], { name: 'Asha, B' }],
  [
    '--encoding',
    'a.csv',
    Buffer.from('Name,Phone\nRen\u00e9,9000831704\n', 'latin1'),
    ['--encoding', 'iso-8859-2'],
    { name: 'René' },
  ],
  [
    '--preset',
    'a.csv',
    'Name,Phone,IDENTITY\nAsha,9000831705,Dealer\n',
    ['--preset', '99acres'],
    { broker: true },
  ],
  ['--format', 'a.txt', 'Name\tPhone\nAsha\t9000831706\n', ['--format', 'tsv'], { phone: '+919000831706' }],
  [
    '--include-test',
    'a.csv',
    'Name,Phone\n<test lead: dummy data for full_name>,9000831707\n',
    ['--include-test'],
    { phone: '+919000831707' },
  ],
  [
    '--no-header',
    'a.csv',
    'Asha,9000831708\nBinu,9000831709\n',
    ['--no-header', '--column', '1=name'],
    { name: 'Asha', phone: '+919000831708' },
  ],
  [
    '--column by position',
    'a.csv',
    'Name,Phone,\nAsha,9000831710,by the sea\n',
    ['--column', '#3=message'],
    { message: 'by the sea' },
  ],
  [
    '--records',
    'a.json',
    '{"data":{"leads":[{"phone":"9000831711"}],"callbacks":[{"name":"Binu","phone":"9000831712"}]}}',
    ['--records', 'data.callbacks'],
    { name: 'Binu', phone: '+919000831712' },
  ],
];

it.each(READ)('after a check with %s', async (_, name, content, options, lead) => {
  desk.write(name, content);
  const { stdout } = await desk.run(['check', name, ...TO, ...options]);
  const again = paste(`${nextIn(stdout)} --json`);
  const [first] = linesOf(again.stdout);
  expect(first).toMatchObject({ type: 'request', target: 'sandbox-anarock', lead });
});

it('after a check of one sheet of a workbook', async () => {
  copyFileSync(join(ROOT, 'fixtures/cases/sheets.xlsx'), join(desk.folder, 'book.xlsx'));
  const { stdout } = await desk.run(['check', 'book.xlsx', ...TO, '--sheet', 'September leads']);
  const again = paste(`${nextIn(stdout)} --json`);
  const names = linesOf(again.stdout).flatMap(({ lead }) => (lead === undefined ? [] : [lead]));
  expect(JSON.stringify(names)).not.toContain('Arun Keluskar');
  expect(names.length).toBeGreaterThan(0);
});

it('--limit: no more is sent than was checked', async () => {
  desk.write('a.csv', `${HEADED}Binu,9000831713,06/10/2024\n`);
  const { stdout } = await desk.run(['check', 'a.csv', ...TO, '--limit', '1']);
  expect(paste(nextIn(stdout)).stderr).toMatch(/1 would be sent/);
});

it('the configuration of the call is named', async () => {
  desk.write('here/c.yaml', 'columns: { Reach: phone }\n');
  desk.write('a.csv', 'Who,Reach\nAsha,9000831714\n');
  const { stdout } = await desk.run(['check', 'a.csv', ...TO, '--config', 'here/c.yaml']);
  expect(paste(nextIn(stdout)).stderr).toMatch(/1 would be sent/);
});

const MIXED = `${HEADED}Binu,12,06/10/2024\n`;

it.each<[string, string, string, readonly string[]]>([
  ['csv', 'a.csv', MIXED, ['rejects.csv', 'rejects-2.csv']],
  ['ndjson', 'a.ndjson', '{"phone":"9000831715"}\n{"phone":"12"}\n', ['rejects.ndjson', 'rejects-2.ndjson']],
  ['json', 'a.json', '[{"phone":"9000831716"},{"phone":"12"}]', ['rejects.json', 'rejects-2.json']],
])('rejects of %s go to a file that was not there', async (_, name, content, [first = '', second = '']) => {
  desk.write(name, content);
  const mine = desk.write(first, 'mine');
  const { stdout } = await desk.run(['check', name, ...TO]);
  const sent = paste(nextIn(stdout));
  expect(sent.status).toBe(1);
  expect(readFileSync(mine, 'utf8')).toBe('mine');
  expect(desk.read(second)).toContain('12');
});

it('a send without --rejects names a file that was not there', async () => {
  desk.write('a.csv', MIXED);
  desk.write('rejects.csv', 'mine');
  const { stderr } = await desk.run(['send', 'a.csv', ...TO]);
  expect(stderr).toContain('Next: add --rejects rejects-2.csv to get');
});

it('two files of different columns are not told to share one file of rejects', async () => {
  desk.write('a.csv', MIXED);
  desk.write('b.csv', 'Phone,City\n9000831717,Pune\n12,Pune\n');
  const { stdout } = await desk.run(['check', 'a.csv', 'b.csv', ...TO]);
  const sent = paste(nextIn(stdout));
  expect(sent.stdout.match(/created/g)).toHaveLength(2);
  expect(sent.status).toBe(1);
});

it.each<[string, string, readonly string[]]>([
  ['--column', 'Who,Reach\nAsha,9000831718\nBinu,12\n', ['--column', 'Reach=phone']],
  ['--region', 'Name,Phone\nAli,0501234702\nOmar,12\n', ['--region', 'AE']],
  ['--delimiter', 'Name~Phone\nAsha~9000831719\nBinu~12\n', ['--delimiter', '~']],
  ['--preset', 'Name,Phone,IDENTITY\nAsha,9000831720,Dealer\nBinu,12,Dealer\n', ['--preset', '99acres']],
  ['--no-header', 'Asha,9000831721\nBinu,12\n', ['--no-header', '--column', '2=phone']],
])('rejects of a call with %s are fixed and sent as proposed', async (_, content, options) => {
  desk.write('a.csv', content);
  const said = await desk.run(['send', 'a.csv', ...TO, ...options, '--rejects', 'r.csv', '--ledger', 'l.db']);
  desk.write(
    'r.csv',
    desk
      .read('r.csv')
      .replace(/(?<=[,~])12(?=[,~])/, '0501234703'.replace(/^0/, options.includes('AE') ? '0' : '9')),
  );
  const again = paste(`${nextIn(said.stderr)} --json`);
  expect(linesOf(again.stdout).map(({ status }) => status)).toEqual(['created', undefined]);
  expect(again.status).toBe(0);
});
