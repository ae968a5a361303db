// Whatever leadpush proposes inside a message is run as printed: it finds the configuration and the ledger that this call was
// told, and the run that still has the lead.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk, type Ended, linesOf, startSandbox } from './leadpush.ts';
import { configureLodestar, Lodestar, TOKEN } from './lodestar.ts';

let desk: Desk;
let crm: Lodestar;
beforeEach(async () => {
  desk = new Desk();
  crm = new Lodestar();
  await crm.listen();
  configureLodestar(desk, crm, 'my crm.yaml');
  desk.write('leads.csv', 'Name,Phone,Email\nAsha Verma,9820010001,asha@example.com\n');
});
afterEach(() => {
  crm.close();
  desk.remove();
});

const ENV = { LODESTAR_TOKEN: TOKEN };
const PLACES = ['--config', 'my crm.yaml', '--ledger', 'my ledger.db'];
const call = (...args: readonly string[]) => desk.run([...args, ...PLACES], { env: ENV });
const send = () => call('send', 'leads.csv', '--yes', '--json');

/** The commands between backticks. */
function proposedIn(text: string): readonly string[] {
  return [...text.matchAll(/`(leadpush [^`]+)`/g)].map(([, command = '']) => command);
}

/** The command in the message of the one result. */
function proposedBy({ stdout }: Ended): string {
  const [result] = linesOf(stdout);
  const [command = ''] = proposedIn(JSON.parse(JSON.stringify(result?.['errors']))[0]?.message ?? '');
  expect(command).toContain("--config 'my crm.yaml' --ledger 'my ledger.db'");
  return command;
}

const statusOf = ({ stdout }: Ended) => linesOf(stdout)[0]?.['status'];

/** The first post arrives, and its answer is lost; questions are not answered. */
function loseAnswers(): void {
  crm.mischief = (post, response) => post === 1 && response.destroy() !== undefined;
  crm.before = (_, response, { method }) =>
    method === 'GET' && response.writeHead(500).end('oops') !== undefined;
}

it('an unknown lead: it is asked about', async () => {
  loseAnswers();
  const first = await send();
  expect(statusOf(first)).toBe('unknown');
  crm.before = () => false;
  const again = await desk.paste(`${proposedBy(first)} --json --yes`, ENV);
  expect(statusOf(again)).toBe('created');
});

it('one that stays unknown when it is asked about: the first run still has it', async () => {
  loseAnswers();
  const first = await send();
  const [{ run } = { run: '' }] = linesOf(first.stdout);
  const settled = await call('retry', String(run), '--settle', '--json');
  expect(statusOf(settled)).toBe('unknown');
  const command = proposedBy(settled);
  expect(command).toMatch(new RegExp(`^leadpush retry ${run} --settle `));
  crm.before = () => false;
  expect(statusOf(await desk.paste(`${command} --json --yes`, ENV))).toBe('created');
});

it('one that did not arrive after all: it is sent', async () => {
  crm.before = (post, response, { method }) =>
    method === 'GET'
      ? response.writeHead(500).end('oops') !== undefined
      : post === 1 && response.destroy() !== undefined;
  const first = await send();
  const [{ run } = { run: '' }] = linesOf(first.stdout);
  crm.before = () => false;
  const settled = await call('retry', String(run), '--settle', '--json');
  expect(statusOf(settled)).toBe('failed');
  expect(statusOf(await desk.paste(`${proposedBy(settled)} --json --yes`, ENV))).toBe('created');
});

it('a run that there is not: those that there are', async () => {
  await send();
  for (const name of ['show', 'retry', 'report']) {
    const { stderr } = await call(name, 'ZZZZ');
    const [command = ''] = proposedIn(stderr);
    expect((await desk.paste(command, ENV)).stdout).toMatch(/crm +leads.csv/);
  }
});

it('a page: what is in it works where the ledger and the configuration were named', async () => {
  loseAnswers();
  await send();
  await call('report', '--html', 'page.html');
  const page = readFileSync(join(desk.folder, 'page.html'), 'utf8').replaceAll('&#39;', "'");
  const [, command = ''] = /unknown leads: (leadpush [^<]+)</.exec(page) ?? [];
  crm.before = () => false;
  expect(statusOf(await desk.paste(`${command} --json`, ENV))).toBe('created');
});

it('a smoke test whose answer is lost', async () => {
  loseAnswers();
  const { stdout } = await call('smoke', '--to', 'crm');
  const [command = ''] = proposedIn(stdout);
  crm.before = () => false;
  const again = await desk.paste(`${command} --json --yes`, ENV);
  expect(statusOf(again)).toMatch(/created|duplicate/);
});

it('the name of a source that no list is kept for', async () => {
  const sandbox = await startSandbox(desk);
  try {
    desk.write('a.yaml', sandbox.config.replace('sourceId: 1', 'sourceId: google'));
    const args = ['send', 'leads.csv', '--to', 'a', '--config', 'a.yaml', '--dry-run'];
    const { stdout, stderr } = await desk.run(args);
    const [command = ''] = proposedIn(stdout + stderr);
    expect(command).toBe(`leadpush sources --to a --config ${join(desk.folder, 'a.yaml')}`);
    expect((await desk.paste(command)).status).toBe(0);
  } finally {
    await sandbox.close();
  }
});

it('a question that the provider answers with trouble of its own is asked again', async () => {
  let questions = 0;
  crm.mischief = (post, response) => post === 1 && response.destroy() !== undefined;
  crm.before = (_, response, { method }) =>
    method === 'GET' && ++questions === 1 && response.writeHead(500).end('oops') !== undefined;
  const sent = await send();
  expect(statusOf(sent)).toBe('created');
  expect(sent.status).toBe(0);
  expect(questions).toBeGreaterThan(1);
});

it('where it has nothing but trouble, as often as --retries says; then the lead is unknown', async () => {
  let questions = 0;
  crm.mischief = (post, response) => post === 1 && response.destroy() !== undefined;
  crm.before = (_, response, { method }) =>
    method === 'GET' && ++questions > 0 && response.writeHead(500).end('oops') !== undefined;
  const sent = await call('send', 'leads.csv', '--yes', '--json', '--retries', '2');
  expect(statusOf(sent)).toBe('unknown');
  expect({ status: sent.status, questions }).toEqual({ status: 5, questions: 3 });
});

it('leads to retry and rows to fix: both commands, in this order', async () => {
  desk.write('leads.csv', `${desk.read('leads.csv')}Binu Rao,12,binu@example.com\n`);
  loseAnswers();
  const sent = await call('send', 'leads.csv', '--yes', '--rejects', 'r.csv');
  const [, retry = ''] = /\nNext: (leadpush retry .*)\n {2}Then: fix r\.csv/.exec(sent.stderr) ?? [];
  const [, fix = ''] =
    /\n {2}Then: fix r\.csv, then send it: (leadpush send r\.csv .*)\n/.exec(sent.stderr) ?? [];
  crm.before = () => false;
  expect(await desk.paste(`${retry} --yes`, ENV)).toMatchObject({ status: 0 });
  desk.write('r.csv', desk.read('r.csv').replace('12', '9820010002'));
  expect(await desk.paste(`${fix} --yes`, ENV)).toMatchObject({ status: 0 });
  loseAnswers();
  crm.mischief = (_, response) => response.destroy() !== undefined;
  const json = ['--yes', '--resend', '--rejects', 'r2.csv', '--json'];
  const { next } = linesOf((await call('send', 'leads.csv', ...json)).stdout).at(-1) ?? {};
  expect(next).toEqual([
    expect.stringMatching(/^leadpush retry /),
    expect.stringMatching(/^leadpush send r2\.csv --to /),
  ]);
});
