// The database's primary dies in the middle of a run and a standby takes its place, at the same address. A standby that had
// every commit: the run goes on. One that was behind: the run notices and stops, and what it sent it does not send again.
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, ended, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import {
  type Cluster,
  makeCluster,
  makeStandby,
  PASSWORD,
  promote,
  psql,
  stopCluster,
  temporary,
  whyNoPostgres,
} from '../postgres/cluster.ts';
import { RoughWay } from '../postgres/rough-way.ts';
import { configure, countedIn, leadsCsv, pause, takenPhones, toldBy, twice, untilTaken } from './desk.ts';

const LEADS = 1_200;
const missing = whyNoPostgres();

let folders: readonly [primary: string, standby: string];
let primary: Cluster;
let standby: Cluster;
let way: RoughWay;
let desk: Desk;
let sandbox: SandboxProcess;

beforeEach(async () => {
  folders = [temporary(), temporary()];
  primary = await makeCluster(folders[0], []);
  standby = await makeStandby(folders[0], folders[1]);
  way = new RoughWay(primary.port);
  await way.listen();
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--latency', '20ms']);
  configure(desk, sandbox, '    timeout: 1s\n    settleAfter: 200ms\n');
  desk.write('leads.csv', leadsCsv(LEADS));
});
afterEach(async () => {
  await way.close();
  await sandbox.close();
  desk.remove();
  for (const folder of folders) {
    stopCluster(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

const onPrimary = (sql: string) => psql(primary, 'postgres', sql);
const onStandby = (sql: string) => psql(standby, 'postgres', sql);

async function until(what: () => boolean): Promise<void> {
  while (!what()) await pause(20);
}

function send() {
  const ledger = `postgresql://leadpush@127.0.0.1:${way.port}/leadpush`;
  const args = ['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', ledger, '--json'];
  const child = desk.start(args, { env: { PGPASSWORD: PASSWORD } });
  child.stdin?.end();
  return ended(child);
}

/** The primary is gone for good, and its address leads to the other. */
function failOver(): void {
  stopCluster(folders[0]);
  promote(folders[1]);
  way.turnTo(standby.port);
}

describe.skipIf(missing !== null)(`failover${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  it('to a standby for which each commit waited: the run goes on, each lead is sent once', async () => {
    onPrimary("ALTER SYSTEM SET synchronous_standby_names = '*'");
    onPrimary('SELECT pg_reload_conf()');
    await until(() => onPrimary('SELECT sync_state FROM pg_stat_replication') === 'sync');
    const run = send();
    await untilTaken(sandbox, 300);
    failOver();
    // It has no standby of its own to wait for.
    onStandby('ALTER SYSTEM RESET synchronous_standby_names');
    onStandby('SELECT pg_reload_conf()');
    const done = await run;
    const { summary } = toldBy(done);
    expect(summary, done.stderr).toMatchObject({ records: LEADS, created: LEADS, unknown: 0, failed: 0 });
    expect(done.status).toBe(0);
    expect(done.stderr).toContain('is connected again');
    const phones = await takenPhones(sandbox);
    expect(twice(phones)).toEqual([]);
    expect(phones).toHaveLength(LEADS);
    expect(countedIn(toldBy(await send()).summary)).toBe(LEADS);
    expect(await takenPhones(sandbox)).toHaveLength(LEADS);
  });

  it('to a standby that was behind: the run stops, says so, and sends nothing again', async () => {
    const run = send();
    await untilTaken(sandbox, 200);
    onStandby("ALTER SYSTEM SET primary_conninfo = ''");
    onStandby('SELECT pg_reload_conf()');
    await until(() => onPrimary('SELECT count(*) FROM pg_stat_replication') === '0');
    await untilTaken(sandbox, 500);
    failOver();
    const done = await run;
    expect(done.stderr).toContain('no longer has what it had confirmed');
    expect(done.status).toBe(1);
    const { summary } = toldBy(done);
    expect(countedIn(summary)).toBe(LEADS);
    const phones = await takenPhones(sandbox);
    expect(twice(phones)).toEqual([]);
    expect(phones.length).toBeLessThan(LEADS);
  });
});
