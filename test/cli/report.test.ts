// `leadpush report`: the page that a run gives, in the configured zone, and its way into a browser.
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('times are in the configured zone, which is named', async () => {
  await report({});
  expect(desk.read('r.html')).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d America\/New_York/);
  expect(desk.read('r.html')).not.toContain('UTC');
});

it('which campaign brings the bad numbers', async () => {
  await report({});
  expect(desk.read('r.html')).toMatch(
    /Which campaigns bring bad numbers.*<td data-label="Campaign">Diwali<\/td><td class="n" data-label="Bad numbers">1<\/td><td class="n" data-label="Of its leads">50%<\/td>/s,
  );
});

it.each([
  ['9876543214', '1 lead is done'],
  ['12', '0 of 1 lead is with the provider, 1 needs attention'],
])('a run of one lead is told as one: %s', async (phone, heading) => {
  const ledger = ['--config', 'c.yaml', '--ledger', `one${phone}.db`];
  desk.write('one.csv', `Name,Phone\nAsha,${phone}\n`);
  await desk.run(['send', 'one.csv', '--to', 'a', ...ledger]);
  await desk.run(['report', ...ledger, '--html', `one${phone}.html`]);
  expect(desk.read(`one${phone}.html`)).toContain(`<h1>${heading}</h1>`);
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

it.each<[string, string | Buffer | null, number]>([
  ['leads in a table', 'Name,Phone\nAsha,9876543210\n', 2],
  ['a workbook', Buffer.from('504b030414000600', 'hex'), 2],
  ['another page', '<!doctype html>\n<html lang="en"><title>November</title>', 2],
  ['an empty file', '', 0],
  ['a page of an earlier call', null, 0],
])('--html: what is there is %s', async (_, content, status) => {
  if (content === null) await report({}, '--html', 'there.html');
  else desk.write('there.html', content);
  const before = desk.read('there.html');
  const ran = await report({}, '--html', 'there.html');
  expect(ran.status).toBe(status);
  if (status === 0) return expect(desk.read('there.html')).toContain('<title>leadpush run ');
  expect(desk.read('there.html')).toBe(before);
  expect(ran.stderr).toContain(
    '--html: there.html is not a report page of leadpush, so it is not replaced.\nName another file, or one that does not exist yet.',
  );
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
