// Several machines (each a process with a home of its own) on one ledger in PostgreSQL: at once, killed, with a database
// that is killed too, stays away, or is reached by a way that stalls and breaks. Each record has one result, and each lead
// arrives once.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Ended, ended, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import { seededRandom } from '../delivery/sim/world.ts';
import {
  addressOf,
  type Cluster,
  makeCluster,
  PASSWORD,
  psql,
  startCluster,
  stopCluster,
  temporary,
  whyNoPostgres,
} from '../postgres/cluster.ts';
import { RoughWay } from '../postgres/rough-way.ts';
import {
  configure,
  countedIn,
  leadsCsv,
  pause,
  proofSeed,
  statsOf,
  takenPhones,
  toldBy,
  twice,
  untilTaken,
} from './desk.ts';
import { openWay, startOnHost, whyNoHosts } from './hosts.ts';

const missing = whyNoPostgres();
const noHosts = whyNoHosts();
/** Short, so that what a killed process had in progress is soon taken over. */
const LEASE_MS = 2_000;
/** What a target has where nothing is said. */
const CONCURRENCY = 16;
const SLOW = '    timeout: 1s\n    settleAfter: 200ms\n';

let folder: string;
let cluster: Cluster;
let machines: Desk[];
let sandbox: SandboxProcess;

beforeEach(async () => {
  folder = temporary();
  // Durable, as a database in use is.
  cluster = await makeCluster(folder, []);
  machines = Array.from({ length: 4 }, () => new Desk());
  sandbox = await startSandbox(machine(0), ['--latency', '20ms']);
  for (const desk of machines) configure(desk, sandbox, SLOW);
});
afterEach(async () => {
  await sandbox.close();
  for (const desk of machines) desk.remove();
  stopCluster(folder);
  rmSync(folder, { recursive: true, force: true });
});

function machine(at: number): Desk {
  const desk = machines[at];
  if (desk === undefined) throw new Error(`there is no machine ${at}`);
  return desk;
}

function start(at: number, target: string, ledger = addressOf(cluster), leaseMs = LEASE_MS) {
  const args = ['send', 'leads.csv', '--to', target, '--config', 'c.yaml', '--ledger', ledger, '--json'];
  const child = machine(at).start(args, {
    env: { LEADPUSH_TEST_LEASE_MS: String(leaseMs), PGPASSWORD: PASSWORD },
  });
  child.stdin?.end();
  return { child, end: ended(child) };
}

/** Each file's records have one result each, none failed, and the sandbox holds each lead once. */
async function expectOnce(runs: readonly Ended[], records: number, leads: number): Promise<void> {
  for (const run of runs) {
    const { results, summary } = toldBy(run);
    expect(summary, run.stderr).toMatchObject({ records, failed: 0, unknown: 0, rejected: 0, invalid: 0 });
    expect(countedIn(summary)).toBe(records);
    expect(results).toHaveLength(records);
    expect(run.status).toBe(0);
  }
  const phones = await takenPhones(sandbox);
  expect(twice(phones)).toEqual([]);
  expect(phones).toHaveLength(leads);
  // Theirs together, as if one machine had sent all.
  expect((await statsOf(sandbox)).mostAtOnce).toBeLessThanOrEqual(CONCURRENCY);
}

describe.skipIf(missing !== null)(
  `machines on one database${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    it.each([
      [2, 'a'],
      [2, 'p'],
      [4, 'a'],
    ])('%i with one file, to %s: each lead is sent once', async (count, target) => {
      const leads = 1_500;
      for (const desk of machines) desk.write('leads.csv', leadsCsv(leads));
      const runs = await Promise.all(Array.from({ length: count }, (_, at) => start(at, target).end));
      await expectOnce(runs, leads, leads);
      const created = runs.map((run) => Number(toldBy(run).summary['created']));
      expect(created.reduce((sum, n) => sum + n, 0)).toBe(leads);
      expect((await statsOf(sandbox)).posts).toBe(leads);
    });

    describe.skipIf(noHosts !== null)(
      `in networks of their own${noHosts === null ? '' : ` (${noHosts})`}`,
      () => {
        let way: { readonly port: number; readonly socket: string };
        let server: Server;
        beforeEach(async () => {
          way = { port: Number(new URL(sandbox.url).port), socket: join(folder, 'sandbox') };
          server = await openWay(way.socket, way.port);
        });
        afterEach(() => {
          server.close();
        });
        const startThere = (at: number, target: string) => {
          const to = ['--to', target, '--config', 'c.yaml', '--ledger', addressOf(cluster)];
          const child = startOnHost(machine(at), way, ['send', 'leads.csv', ...to, '--json', '--yes'], {
            LEADPUSH_TEST_LEASE_MS: String(LEASE_MS),
          });
          return { child, end: ended(child) };
        };

        it.each([
          [2, 'a'],
          [4, 'p'],
        ])('%i with one file, to %s: each lead is sent once', async (count, target) => {
          const leads = 1_000;
          for (const desk of machines) desk.write('leads.csv', leadsCsv(leads));
          const runs = await Promise.all(
            Array.from({ length: count }, (_, at) => startThere(at, target).end),
          );
          await expectOnce(runs, leads, leads);
        });

        it('four with files of their own: each sends its own', async () => {
          for (const [at, desk] of machines.entries()) desk.write('leads.csv', leadsCsv(500, at * 500));
          const runs = await Promise.all(machines.map((_, at) => startThere(at, 'a').end));
          await expectOnce(runs, 500, 2_000);
          for (const run of runs) expect(toldBy(run).summary['created']).toBe(500);
        });

        it.each(['a', 'p'])('one that dies is taken over by the other, to %s', async (target) => {
          const leads = 600;
          for (const desk of machines) desk.write('leads.csv', leadsCsv(leads));
          const dies = startThere(0, target);
          const goesOn = startThere(1, target);
          await untilTaken(sandbox, 100);
          // With its host.
          dies.child.kill('SIGKILL');
          await expectOnce([await goesOn.end], leads, leads);
        });
      },
    );

    it('two with files of their own: each sends its own', async () => {
      machine(0).write('leads.csv', leadsCsv(1_000));
      machine(1).write('leads.csv', leadsCsv(1_000, 1_000));
      const runs = await Promise.all([start(0, 'a').end, start(1, 'a').end]);
      await expectOnce(runs, 1_000, 2_000);
      expect(runs.map((run) => toldBy(run).summary['created'])).toEqual([1_000, 1_000]);
    });

    it.each(['a', 'p'])(
      'kill -9 of clients 30 times, to %s: nothing is lost, nothing twice',
      async (target) => {
        const random = seededRandom(proofSeed());
        const leads = 1_500;
        for (const desk of machines) desk.write('leads.csv', leadsCsv(leads));
        for (let kill = 0; kill < 30; kill++) {
          const before = (await statsOf(sandbox)).created;
          const { child } = start(kill % 2, target);
          const gone = once(child, 'exit');
          if (random() < 0.2) await pause(random() * 600);
          else
            await Promise.race([untilTaken(sandbox, before + Math.floor(random() * 60)), gone, pause(4_000)]);
          child.kill('SIGKILL');
          await gone;
        }
        expect((await statsOf(sandbox)).created).toBeLessThan(leads);
        await expectOnce([await start(2, target).end], leads, leads);
      },
    );

    it.each(['a', 'p'])(
      'whose server is killed and stays away for 20 s, to %s: both wait and go on',
      async (target) => {
        const leads = 1_500;
        for (const desk of machines) desk.write('leads.csv', leadsCsv(leads));
        // Five leases are waited for: a busy machine takes its time to start a server.
        const runs = [0, 1].map((at) => start(at, target, addressOf(cluster), 10_000));
        await untilTaken(sandbox, 200);
        stopCluster(folder);
        startCluster(folder);
        await untilTaken(sandbox, 500);
        stopCluster(folder);
        const left = await statsOf(sandbox);
        await pause(1_500);
        // What was in progress has ended by now; nothing more leaves.
        const still = await statsOf(sandbox);
        expect(still.posts - left.posts).toBeLessThanOrEqual(64);
        await pause(18_500);
        expect((await statsOf(sandbox)).posts).toBe(still.posts);
        startCluster(folder);
        const told = await Promise.all(runs.map((run) => run.end));
        await expectOnce(told, leads, leads);
        for (const run of told) expect(run.stderr).toContain('is connected again');
      },
    );

    it.each(['a', 'p'])(
      'by a way that stalls and breaks at random, to %s: nothing is lost, nothing twice',
      async (target) => {
        const random = seededRandom(proofSeed());
        const leads = 1_000;
        for (const desk of machines) desk.write('leads.csv', leadsCsv(leads));
        const proxy = new RoughWay(cluster.port);
        await proxy.listen();
        const ledger = `postgresql://leadpush@127.0.0.1:${proxy.port}/leadpush`;
        const runs = [start(0, target, ledger), start(1, target, ledger)];
        let over = false;
        const done = Promise.all(runs.map((run) => run.end)).finally(() => {
          over = true;
        });
        const rough = async () => {
          // The first connection of a run is not waited for: it is refused with a hint.
          while (psql(cluster, 'leadpush', "SELECT to_regclass('leadpush.runs') IS NOT NULL") !== 't')
            await pause(20);
          while (psql(cluster, 'leadpush', 'SELECT count(*) FROM leadpush.runs') !== '2') await pause(20);
          for (let i = 0; i < 25 && !over; i++) {
            await pause(100 + random() * 300);
            const what = random();
            if (what < 0.3) proxy.cut();
            else if (what < 0.6) {
              proxy.loseAnswers();
              await pause(random() * 150);
              proxy.cut();
            } else if (what < 0.85) {
              proxy.stall();
              await pause(random() * 1_000);
              proxy.goOn();
            } else {
              proxy.down();
              await pause(random() * 1_500);
              proxy.up();
            }
          }
        };
        const [told] = await Promise.all([done, rough()]);
        await proxy.close();
        await expectOnce(told, leads, leads);
      },
    );
  },
);
