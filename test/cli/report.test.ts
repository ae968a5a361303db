// `leadpush report`: the page that a run gives, its way into a browser, and the zone of its times, which is that of `runs` and `show`.
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shortTime } from '../../src/output/short-time.ts';
import { Desk, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;

beforeAll(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk);
  desk.write('c.yaml', `timezone: America/New_York\n${sandbox.config}`);
  desk.write(
    'leads.csv',
    'Name,Phone,Campaign Name\nAsha,9876543210,Diwali\nBinu,12,Diwali\nChand,+14155552671,Holi\n',
  );
  await desk.run(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db']);
});
afterAll(async () => {
  await sandbox.close();
  desk.remove();
});

const report = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  desk.run(['report', '--config', 'c.yaml', '--ledger', 'l.db', '--html', 'r.html', ...args], { env });

const STAMP = /\d{4}-\d\d-\d\d \d\d:\d\d/;

it.each<[string, readonly string[], zone: string]>([
  ['the configured zone', ['--config', 'c.yaml'], 'America/New_York'],
  ["this machine's zone where there is no configuration", [], 'UTC'],
])('report, runs and show tell times in %s, and name it', async (_, config, zone) => {
  const call = (...args: readonly string[]) => desk.run([...args, ...config, '--ledger', 'l.db']);
  const runs = await call('runs');
  expect(runs.stdout).toContain(`  STARTED (${zone})  `);
  const [started = ''] = STAMP.exec(runs.stdout) ?? [];
  const show = await call('show');
  expect(show.stderr).toContain(` of ${started} ${zone}: leads.csv to a.\n`);
  const none = await call('show', 'XX');
  expect(none.stderr).toContain(`(${started} ${zone})`);
  await call('report', '--html', 'z.html');
  expect(desk.read('z.html')).toContain(`${started} ${zone}`);
  const [[json = '']] = [(await call('runs', '--json')).stdout.split('\n')];
  const { startedAt } = JSON.parse(json);
  expect(started).toBe(shortTime(startedAt, zone));
  // A time without an offset is of the same zone: what the list shows finds its run.
  const since = async (time: string) => (await call('runs', '--json', '--since', time)).stdout !== '';
  const [day = '', time = ''] = started.split(' ');
  expect([await since(`${day} ${time}`), await since(`${day}T${time}:00`), await since(day)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([await since(startedAt), await since(`${day}T23:59:59.999`)]).toEqual([true, false]);
});

it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])(
  'a lead was sent before on a day of %s',
  async (zone) => {
    // Between the two are 25 hours, so one of them is never the day of UTC.
    desk.write('far.yaml', desk.read('c.yaml').replace('America/New_York', zone));
    const call = (...args: readonly string[]) =>
      desk.run([...args, '--to', 'a', '--config', 'far.yaml', '--ledger', 'l.db']);
    const [line = ''] = (await call('send', 'leads.csv', '--json')).stdout.split('\n');
    const { duplicateOf } = JSON.parse(line);
    const day = ` sent ${shortTime(duplicateOf.at, zone).slice(0, 10)} in run `;
    const again = await call('send', 'leads.csv');
    expect(again.stdout).toContain(day);
    expect((await call('send', 'leads.csv', '--dry-run')).stdout).toContain(day);
    const shown = await desk.run(['show', '--config', 'far.yaml', '--ledger', 'l.db']);
    expect(shown.stdout).toContain(day);
  },
);

it('runs of a named ledger are listed beside a configuration that is wrong', async () => {
  desk.write('wrong.yaml', 'targetz: {}\n');
  const ended = await desk.run(['runs', '--config', 'wrong.yaml', '--ledger', 'l.db']);
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('STARTED (UTC)') });
});

it('which campaign brings the bad numbers', async () => {
  await report({});
  expect(desk.read('r.html')).toMatch(
    /Which campaigns bring bad numbers.*<td data-label="Campaign">Diwali<\/td><td class="n" data-label="Bad numbers">1<\/td><td class="n" data-label="Of its leads">50%<\/td>/s,
  );
});

it.each<[string, readonly string[], boolean]>([
  ['a file', ['bad.csv'], true],
  ['flags, where nothing else could fix it', ['--phone', '12'], false],
])('that an invalid row may have been fixed since is said of %s', async (_, input, isSaid) => {
  desk.write('bad.csv', 'Name,Phone\nBinu,12\n');
  const ledger = ['--config', 'c.yaml', '--ledger', `${input.length}.db`];
  await desk.run(['send', ...input, '--to', 'a', ...ledger]);
  await desk.run(['report', ...ledger, '--html', 'i.html']);
  expect(desk.read('i.html').includes('fixed in a rejects file and sent since')).toBe(isSaid);
});

it('a row that was not sent is counted where a good one of its file is', async () => {
  desk.write(
    'd.csv',
    'Name,Phone,City\nAsha,9876543211,Pune\nBinu,12,Pune\n<test lead: dummy data for full_name>,9876543212,\nDev,9876543213,Pune,more\nName,Phone,City\n',
  );
  const { stdout } = await desk.run(['send', 'd.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', 'd.db']);
  await desk.run(['report', '--config', 'c.yaml', '--ledger', 'd.db', '--html', 'd.html']);
  const page = desk.read('d.html');
  expect(page).not.toContain('(none)');
  expect(page).toMatch(/Which campaigns bring bad numbers.*data-label="Campaign">greens<.*>20%</s);
  // A row is found by who it is, not by what all of its file have in common.
  expect(stdout).not.toContain('greens');
  const shown = await desk.run(['show', '--config', 'c.yaml', '--ledger', 'd.db']);
  expect(shown.stdout).toBe(stdout);
});

it.each<[string, readonly string[], boolean]>([
  ['masked', [], false],
  ['whole with --show-pii', ['--show-pii'], true],
])('phones are %s, also in what can be downloaded', async (_, args, whole) => {
  desk.write('f.csv', 'Name,Phone\nDev,98765432101234\n');
  await desk.run(['send', 'f.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', 'f.db']);
  await desk.run(['report', '--config', 'c.yaml', '--ledger', 'f.db', '--html', 'p.html', ...args]);
  expect(desk.read('p.html').includes('98765432101234')).toBe(whole);
  expect(desk.read('p.html').includes('with phone numbers')).toBe(whole);
});

/** A program in PATH that notes what it is given. */
function opener(script: string): Readonly<Record<string, string>> {
  mkdirSync(join(desk.folder, 'bin'), { recursive: true });
  for (const name of ['xdg-open', 'open']) {
    desk.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(desk.folder, 'bin', name), 0o755);
  }
  return { PATH: `${join(desk.folder, 'bin')}:${process.env['PATH']}` };
}

it('--open hands the page over without a shell', async () => {
  const env = opener(`printf '%s\\n' "$#" "$1" > '${desk.folder}/opened'`);
  const ended = await report(env, '--html', 'a $(id) b.html', '--open');
  expect(ended).toMatchObject({ status: 0 });
  expect(desk.read('opened')).toBe(`1\n${desk.folder}/a $(id) b.html\n`);
  expect(ended.stderr).not.toContain('Open it');
});

it.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
  ['never in CI', { CI: 'true' }, 'touch ran', /Open it in a browser \(not opened: this is CI\)\./],
  ['no browser', {}, 'exit 3', /Open it in a browser \(not opened: (xdg-)?open found no browser\)\./],
])('--open: %s', async (_, variables, script, said) => {
  const ended = await report({ ...opener(script), ...variables }, '--open');
  expect(ended).toMatchObject({ status: 0, stderr: expect.stringMatching(said) });
  expect(existsSync(join(desk.folder, 'ran'))).toBe(false);
});

it('--open: no such program', async () => {
  const ended = await report({ PATH: desk.folder }, '--open');
  expect(ended).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/not opened: (xdg-)?open: ENOENT/),
  });
});
