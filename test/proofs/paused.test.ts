// Two runs in pid namespaces of their own, as containers have them, with the real lease: one is frozen for over a minute
// while the other goes on and takes over what the first had in progress; then it wakes. Each lead arrives once, and both tell
// of each that it is there. On both engines; both providers at once, since most of it is waiting.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Crm, configureCrm, freeze } from '../cli/crm.ts';
import { BIN, Desk, type Ended, ended } from '../cli/leadpush.ts';
import {
  addressOf,
  type Cluster,
  makeCluster,
  psql,
  stopCluster,
  temporary,
  whyNoPostgres,
} from '../postgres/cluster.ts';
import { pause, toldBy, twice } from './desk.ts';

const LEADS = 60;
const FROZEN_MS = 70_000;
/** The provider's limit, which holds for both runs together. */
const CONCURRENCY = 2;
/** Of its own, so that neither sees whether the other's process lives. */
const NAMESPACE = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const alone = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
const noPostgres = whyNoPostgres();

interface Scene {
  readonly target: string;
  readonly desk: Desk;
  readonly crm: Crm;
  readonly ledger: string;
  /** Stops the first run, but not in the middle of a write to a file. */
  readonly freeze: (kill: (signal: NodeJS.Signals) => void) => Promise<void>;
  /** What runs that have not ended have in progress. */
  readonly flights: () => readonly string[];
}

let scenes: Scene[];
beforeEach(() => {
  scenes = [];
});
afterEach(async () => {
  for (const { desk, crm } of scenes) {
    await crm.close();
    desk.remove();
  }
});

async function scene(target: string, how: (desk: Desk) => Pick<Scene, 'ledger' | 'freeze' | 'flights'>) {
  const desk = new Desk();
  const crm = new Crm();
  await crm.listen();
  configureCrm(desk, crm, `concurrency: ${CONCURRENCY}`);
  const rows = Array.from({ length: LEADS }, (_, i) => `Person ${i},+9198200${10_000 + i}`);
  desk.write('leads.csv', `Name,Phone\n${rows.join('\n')}\n`);
  const made = { target, desk, crm, ...how(desk) };
  scenes.push(made);
  return made;
}

function start({ desk, target, ledger }: Scene): {
  readonly child: ChildProcess;
  readonly end: Promise<Ended>;
} {
  const to = ['--to', target, '--config', 'c.yaml', '--ledger', ledger];
  const args = ['send', 'leads.csv', ...to, '--json', '--yes'];
  const child = spawn('unshare', [...NAMESPACE, process.execPath, BIN, ...args], {
    cwd: desk.folder,
    env: desk.env(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, end: ended(child) };
}

/** The process inside. */
function inside({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

async function isFrozenAndWakes(about: Scene): Promise<void> {
  const { target, crm } = about;
  const first = start(about);
  while (crm.taken.length < 10) await pause(5);
  const frozen = inside(first.child);
  await about.freeze((signal) => process.kill(frozen, signal));
  // What was on its way has been answered.
  await pause(2 * crm.latencyMs);
  const left = about.flights();
  expect(left.length, target).toBeGreaterThan(0);
  const asleep = performance.now();
  const second = start(about);
  // Taken over: what is in progress is no longer the first run's.
  while (performance.now() - asleep < FROZEN_MS || about.flights().some((one) => left.includes(one)))
    await pause(200);
  process.kill(frozen, 'SIGCONT');
  const both = await Promise.all([first.end, second.end]);
  expect(twice(crm.taken), target).toEqual([]);
  expect(crm.taken, target).toHaveLength(LEADS);
  expect(crm.mostAtOnce, target).toBeLessThanOrEqual(CONCURRENCY);
  expect(crm.mostOfPhone, target).toBe(1);
  for (const run of both) {
    const { summary } = toldBy(run);
    expect(summary, target).toMatchObject({ records: LEADS, failed: 0, unknown: 0, rejected: 0 });
    expect(Number(summary['created']) + Number(summary['duplicate'])).toBe(LEADS);
    expect(run.status).toBe(0);
  }
}

describe.skipIf(!alone)('a run that is frozen for a minute, and wakes', () => {
  it('on SQLite: sends nothing of what the other has taken over', async () => {
    const { default: Database } = await import('libsql');
    const inFile = (desk: Desk) => {
      const file = join(desk.folder, 'ledger.db');
      const flights = () => {
        const db = new Database(file, { readonly: true });
        const rows = db.prepare('SELECT id FROM flights').raw().all();
        db.close();
        return rows.flat().map(String);
      };
      return { ledger: 'ledger.db', freeze: freeze.bind(null, file), flights };
    };
    await Promise.all(['a', 'p'].map(async (target) => isFrozenAndWakes(await scene(target, inFile))));
  });

  describe.skipIf(noPostgres !== null)(
    `on PostgreSQL${noPostgres === null ? '' : ` (${noPostgres})`}`,
    () => {
      let folder: string;
      let cluster: Cluster;
      beforeEach(async () => {
        folder = temporary();
        cluster = await makeCluster(folder, []);
      });
      afterEach(() => {
        stopCluster(folder);
        rmSync(folder, { recursive: true, force: true });
      });

      it('sends nothing of what the other has taken over', async () => {
        const inSchema = (schema: string) => () => ({
          ledger: addressOf(cluster, `schema=${schema}`),
          // No lock is held while it thinks.
          freeze: async (kill: (signal: NodeJS.Signals) => void) => kill('SIGSTOP'),
          flights: () =>
            psql(cluster, 'leadpush', `SELECT run || ' ' || seq FROM ${schema}.flights`)
              .split('\n')
              .filter((one) => one !== ''),
        });
        await Promise.all(
          ['a', 'p'].map(async (target) =>
            isFrozenAndWakes(await scene(target, inSchema(`frozen_${target}`))),
          ),
        );
      });
    },
  );
});
