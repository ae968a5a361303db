// What a run says that no ledger keeps: nothing that only a ledger could make true. And how many leads a signal waits for.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk, type Ended, ended, linesOf } from './leadpush.ts';

/** Answers are held back for ever; a request more than this is never sent at once. */
const CONCURRENCY = 2;

let desk: Desk;
let server: Server;
let requests: number;
let answers: boolean;

beforeEach(async () => {
  desk = new Desk();
  requests = 0;
  answers = true;
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      requests++;
      if (answers) response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  desk.write(
    'c.yaml',
    `targets:
  a:
    provider: anarock
    channel: c
    key: not-a-real-key
    baseUrl: http://127.0.0.1:${address.port}
    concurrency: ${CONCURRENCY}
    settleAfter: 10ms
    defaults: { campaignId: g, sourceId: 1, subSourceId: 2 }
`,
  );
  const rows = Array.from({ length: 12 }, (_, i) => `Person ${i},98765${43_210 + i}`);
  desk.write('leads.csv', ['Name,Phone', ...rows, ''].join('\n'));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  desk.remove();
});

const SEND = ['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml'];
const SMOKE = ['smoke', '--to', 'a', '--phone', '9876543299', '--config', 'c.yaml'];

const messageOf = ({ stdout }: Ended): string => JSON.stringify(linesOf(stdout)[0]?.['errors']);

it.each([
  [['--no-ledger'], false],
  [['--ledger', 'l.db'], true],
])('what may have arrived, with %j', async (ledger, kept) => {
  const run = await desk.run([...SEND, '--limit', '1', ...ledger]);
  expect(run.status).toBe(5);
  expect(run.stdout.includes('before you send it again')).toBe(!kept);
  expect(run.stdout.includes('leadpush retry')).toBe(kept);
  expect(run.stderr.includes('Next: look up the unknown lead at the provider before you send it again')).toBe(
    !kept,
  );
  expect(run.stderr).not.toMatch(/failed rows?/);
});

it.each([
  [['--no-ledger'], false],
  [['--ledger', 'l.db'], true],
])('two signals, with %j', async (ledger, kept) => {
  answers = false;
  const child = desk.start([...SEND, '--json', ...ledger]);
  const end = ended(child);
  while (requests < CONCURRENCY) await new Promise((resolve) => setTimeout(resolve, 5));
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  child.kill('SIGINT');
  while (!said.includes('SIGINT')) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGINT');
  const run = await end;
  expect(run.status).toBe(130);
  expect(run.stderr).toMatch(`SIGINT: nothing more is sent; waiting for ${CONCURRENCY} still in progress.`);
  expect(run.stderr.includes('The same command goes on')).toBe(kept);
  expect(linesOf(run.stdout).at(-1)).toMatchObject({ interrupted: true, unknown: CONCURRENCY });
  expect(messageOf(run)).toMatch(
    kept ? /the answer came\. `leadpush retry \w{8} --settle .*` asks/ : /the answer came\. Look it up/,
  );
});

it('one failure is one lead', async () => {
  const run = await desk.run([...SEND, '--max-failures', '1', '--no-ledger', '--json']);
  expect(JSON.stringify(linesOf(run.stdout).at(-1)?.['stopped'])).toMatch(
    /"1 lead failed, |"2 leads failed, /,
  );
});

it.each([
  [['--no-ledger'], false],
  [['--ledger', 'l.db'], true],
])('no open file is left, with %j', async (ledger, kept) => {
  const shortage = desk.write(
    'shortage.cjs',
    // Where no file is opened by name, but every run comes by: its id.
    `Math.random = () => {
  throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
};
`,
  );
  const run = await desk.run([...SEND, ...ledger], { env: { NODE_OPTIONS: `--require=${shortage}` } });
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(/EMFILE/);
  expect(run.stderr.includes('is in the ledger')).toBe(kept);
});

it('a smoke test leaves nothing, and proposes nothing that a ledger would need', async () => {
  const run = await desk.run([...SMOKE, '--no-ledger']);
  // The server's `{}` says nothing.
  expect(run.status).toBe(5);
  expect(run.stdout).toContain('before you send it again');
  expect(run.stdout + run.stderr).not.toContain('leadpush retry');
  expect(readdirSync(desk.home)).toEqual([]);
  expect((await desk.run(SMOKE)).stdout).toContain('leadpush retry');
  expect(readdirSync(desk.home)).not.toEqual([]);
});

it.each([SEND, SMOKE])('%s with both a ledger and none', async (...call) => {
  for (const order of [
    ['--ledger', 'l.db', '--no-ledger'],
    ['--no-ledger', '--ledger=l.db'],
  ]) {
    const run = await desk.run([...call, ...order]);
    expect(run).toMatchObject({
      status: 2,
      stderr: 'leadpush: --ledger and --no-ledger contradict each other.\nLeave out one of them.\n',
    });
  }
  expect(requests).toBe(0);
});

it('no ledger, where the configuration or the environment names one', async () => {
  desk.write('c.yaml', `ledger: of-config.db\n${desk.read('c.yaml')}`);
  await desk.run([...SEND, '--limit', '1', '--no-ledger'], { env: { LEADPUSH_LEDGER: 'of-env.db' } });
  await desk.run([...SMOKE, '--no-ledger']);
  expect(requests).toBeGreaterThan(0);
  expect(readdirSync(desk.folder).sort()).toEqual(['c.yaml', 'leads.csv']);
});
