// Tables through the command line: without a header, columns by position, and advice that works as it is printed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, type Ended, linesOf } from './leadpush.ts';

let desk: Desk;
eachTest((ownDesk) => {
  desk = ownDesk;
});

const SANDBOX = ['--to', 'sandbox-anarock'];
const preview = (...args: readonly string[]) =>
  desk.run(['send', ...args, ...SANDBOX, '--dry-run', '--json']);
const phonesOf = (run: Ended) =>
  linesOf(run.stdout)
    .filter(({ type }) => type === 'request')
    .map((line) => JSON.stringify(line).match(/"phone":"(\+\d+)"/)?.[1]);

it('a file without a header: refused, read with --no-header, and its invalid rows sent again as Next says', async () => {
  desk.write('l.csv', 'Asha,9820012345,asha@example.com\nBinu,98200,\n');
  const refused = await preview('l.csv');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/line 1 looks like data.*\n.*--no-header/);
  expect(refused.stderr).not.toContain('9820012345');

  const sent = await desk.run([
    ...['send', 'l.csv', ...SANDBOX, '--no-header', '--column', '1=name', '--rejects', 'r.csv'],
  ]);
  expect(sent.status).toBe(1);
  const next = /Next: fix r\.csv, then send it:\n {2}leadpush (.*)/.exec(sent.stderr)?.[1]?.split(' ') ?? [];
  expect(next).toEqual(expect.arrayContaining(['--no-header', '2=phone', '3=email']));
  const rejects = join(desk.folder, 'r.csv');
  expect(readFileSync(rejects, 'utf8')).toMatch(/^\ufeff?Binu,98200,,/);
  desk.write('r.csv', readFileSync(rejects, 'utf8').replace('98200,', '9820012346,'));
  expect(phonesOf(await desk.run([...next, '--dry-run', '--json']))).toEqual(['+919820012346']);
});

it('a column is taken by its position, and one without a name is listed', async () => {
  desk.write('l.csv', 'Name,Mobile,,\nAsha,9820012345,first,second\nBinu,9820012346,,third\n');
  const listed = await preview('l.csv');
  expect(listed.stderr).toContain('column 3 (no name), column 4 (no name)');
  const taken = await preview('l.csv', '--column', '#4=message');
  expect(taken.stderr).not.toContain('column 4 (no name)');
  expect(taken.stdout).toContain('"message":"second"');
  const beyond = await preview('l.csv', '--column', '#9=message');
  expect([beyond.status, beyond.stderr]).toEqual([2, expect.stringContaining('no column "#9"')]);
});

it('a header that is called #2 is meant by its name', async () => {
  desk.write('l.csv', '#2,Mobile\nAsha,9820012345\n');
  expect((await preview('l.csv', '--column', '#2=name')).stdout).toContain('"name":"Asha"');
});

it('the column that is advised is the one with phones, and the advice works', async () => {
  desk.write('l.csv', 'Enquirer,Contact Mode,Ref\nAsha,call,9820012345\n');
  const refused = await preview('l.csv');
  const column = /--column (\S+)/.exec(refused.stderr)?.[1]?.replace(/[".]+$|^"/g, '') ?? '';
  expect(column).toBe('Ref=phone');
  expect(phonesOf(await preview('l.csv', '--column', column))).toEqual(['+919820012345']);
});

it('what only reading to the end shows is told after it: the order of dates on stdin', async () => {
  const input = 'Name,Phone,Date\nAsha,9820012345,05/10/2024\n';
  const run = await desk.run(['send', '-', ...SANDBOX, '--dry-run', '--json'], { input });
  expect(run.stderr.match(/order of dates is assumed: DMY/g)).toHaveLength(1);
  expect(run.stderr).toContain('--date-order MDY');
});
