// Several processes that send to one target: together they keep its limits, take turns where there are fewer places than
// runs, and never have two leads of a phone in progress; all of it as the provider sees it. On both engines.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressOf, psql, sharedCluster, whyNoPostgres } from '../postgres/cluster.ts';
import { Crm, configureCrm } from './crm.ts';
import { BIN, Desk, type Ended, ended, linesOf } from './leadpush.ts';

let desk: Desk;
let crm: Crm;
let ledger: string;
let schema: string | null;

async function begin(engine: string): Promise<void> {
  desk = new Desk();
  crm = new Crm();
  await crm.listen();
  schema = engine === 'SQLite' ? null : `t_${randomBytes(6).toString('hex')}`;
  ledger = schema === null ? 'ledger.db' : addressOf(await sharedCluster(), `schema=${schema}`);
}

async function end(): Promise<void> {
  await crm.close();
  desk.remove();
  if (schema !== null) {
    psql(
      await sharedCluster(),
      'leadpush',
      `SET client_min_messages = error; DROP SCHEMA IF EXISTS ${schema} CASCADE`,
    );
  }
}

/** Each run has leads of its own, in its own name. */
function leads(name: string, count: number, first: number): void {
  const rows = Array.from({ length: count }, (_, i) => `Person ${i},+9198200${10_000 + first + i},${name}`);
  desk.write(`${name}.csv`, `Name,Phone,campaignId\n${rows.join('\n')}\n`);
}

const LEASE_MS = 3_000;

function start(
  name: string,
  more: readonly string[] = [],
): { readonly child: ChildProcess; readonly end: Promise<Ended> } {
  const args = [
    'send',
    `${name}.csv`,
    '--to',
    'a',
    '--config',
    'c.yaml',
    '--ledger',
    ledger,
    '--json',
    '--yes',
    ...more,
  ];
  const env = { LEADPUSH_TEST_LEASE_MS: String(LEASE_MS) };
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: desk.folder,
    env: desk.env(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, end: ended(child) };
}

const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const of = (name: string) => crm.posts.filter(({ by }) => by === name);

function expectCreated({ status, stdout, stderr }: Ended, count: number): void {
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(linesOf(stdout).at(-1)).toMatchObject({ created: count });
}

const ENGINES = ['SQLite', ...(whyNoPostgres() === null ? ['PostgreSQL'] : [])];

describe.skipIf(process.platform === 'win32').each(ENGINES)('runs on one ledger in %s', (engine) => {
  beforeEach(() => begin(engine));
  afterEach(end);

  it('keep the concurrency of a target together, and both go on', async () => {
    configureCrm(desk, crm, 'concurrency: 4');
    leads('one', 120, 0);
    leads('two', 40, 1_000);
    const one = start('one');
    await until(() => crm.taken.length >= 10);
    const two = start('two');
    await until(() => of('two').length > 0);
    // It did not have to wait for the end of the first.
    expect(of('one').length).toBeLessThan(110);
    expectCreated(await one.end, 120);
    expectCreated(await two.end, 40);
    expect(crm.mostAtOnce).toBe(4);
  }, 60_000);

  it('keep its rate together', async () => {
    configureCrm(desk, crm, 'rate: 20');
    leads('one', 60, 0);
    leads('two', 60, 1_000);
    const both = [start('one'), start('two')];
    for (const run of both) expectCreated(await run.end, 60);
    const times = crm.posts.map(({ at }) => at).toSorted((a, b) => a - b);
    const most = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
    );
    // Arrivals bunch a little on a busy machine.
    expect(most).toBeLessThanOrEqual(26);
  }, 60_000);

  it('take turns where there is one place for three', async () => {
    configureCrm(desk, crm, 'concurrency: 1');
    crm.latencyMs = 60;
    const names = ['one', 'two', 'three'];
    for (const [i, name] of names.entries()) leads(name, 100, 1_000 * i);
    const runs = names.map((name) => start(name));
    for (const run of runs) expectCreated(await run.end, 100);
    expect(crm.mostAtOnce).toBe(1);
    const firstEnd = Math.min(...names.map((name) => Math.max(...of(name).map(({ at }) => at))));
    for (const name of names) expect(of(name)[0]?.at).toBeLessThan(firstEnd);
  }, 90_000);

  it('give the share of one that was killed to the others', async () => {
    configureCrm(desk, crm, 'concurrency: 4');
    leads('one', 40, 0);
    leads('two', 80, 1_000);
    crm.holds = (phone) => Number(phone.slice(-5)) < 11_000;
    const one = start('one');
    await until(() => of('one').length === 4);
    const two = start('two');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    // All places are held by requests in progress.
    expect(of('two')).toEqual([]);
    one.child.kill('SIGKILL');
    await one.end;
    expectCreated(await two.end, 80);
    expect(crm.mostAtOnce).toBe(4);
  }, 60_000);

  it('never have two leads of a phone in progress, whatever their campaigns', async () => {
    configureCrm(desk, crm, 'concurrency: 8');
    leads('one', 60, 0);
    leads('two', 60, 0);
    const both = [start('one'), start('two')];
    for (const run of both) expectCreated(await run.end, 60);
    expect(crm.posts).toHaveLength(120);
    expect(crm.mostOfPhone).toBe(1);
    expect(crm.mostAtOnce).toBeGreaterThan(1);
  }, 60_000);
});
