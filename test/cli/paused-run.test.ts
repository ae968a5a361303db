// Runs that are paused for longer than their lease (a frozen container, a laptop that sleeps) beside another one that
// takes over: each lead arrives once, and both runs tell the same of it. With a lease of a few seconds, by which alone
// the runs know each other; test/proofs/paused.test.ts has the real minute.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Crm, configureCrm, freeze } from './crm.ts';
import { BIN, Desk, type Ended, ended, type Line, linesOf } from './leadpush.ts';

const LEASE_MS = 3_000;
const LEADS = 24;

let desk: Desk;
let crm: Crm;

beforeEach(async () => {
  desk = new Desk();
  crm = new Crm();
  await crm.listen();
  desk.write(
    'leads.csv',
    `Name,Phone\n${Array.from({ length: LEADS }, (_, i) => `Person ${i},+9198200${10_000 + i}`).join('\n')}\n`,
  );
});
afterEach(async () => {
  await crm.close();
  desk.remove();
});

function start(target: string): { readonly child: ChildProcess; readonly end: Promise<Ended> } {
  const args = [
    'send',
    'leads.csv',
    '--to',
    target,
    '--config',
    'c.yaml',
    '--ledger',
    'ledger.db',
    '--json',
    '--yes',
  ];
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: desk.folder,
    env: desk.env({ LEADPUSH_TEST_LEASE_MS: String(LEASE_MS) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, end: ended(child) };
}

const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const resultsOf = ({ stdout }: Ended): readonly Line[] =>
  linesOf(stdout).filter((line) => line['type'] === 'result');

const count = (results: readonly Line[], status: string): number =>
  results.filter((result) => result['status'] === status).length;

function expectOnce(): void {
  expect(crm.taken.toSorted()).toEqual([...new Set(crm.taken)].toSorted());
  expect(crm.taken).toHaveLength(LEADS);
}

describe.skipIf(process.platform === 'win32').each(['a', 'p'])(
  'a run that was paused, to target %s',
  (target) => {
    it('sends none that another has taken over, and tells what became of each', async () => {
      configureCrm(desk, crm, 'concurrency: 2\n    timeout: 2s');
      const first = start(target);
      await until(() => crm.taken.length >= 4);
      await freeze(join(desk.folder, 'ledger.db'), (signal) => first.child.kill(signal));
      const second = start(target);
      // The second sends what the first had not claimed, waits for the lease, and takes over one after the other.
      await new Promise((resolve) => setTimeout(resolve, LEASE_MS + 2_000));
      first.child.kill('SIGCONT');
      const [one, two] = await Promise.all([first.end, second.end]);
      expectOnce();
      for (const { status, stderr } of [one, two]) expect({ status, stderr }).toMatchObject({ status: 0 });
      const created = count(resultsOf(one), 'created') + count(resultsOf(two), 'created');
      const told = [...resultsOf(one), ...resultsOf(two)];
      expect(told).toHaveLength(2 * LEADS);
      expect(created + count(told, 'duplicate')).toBe(2 * LEADS);
      expect(created).toBeGreaterThanOrEqual(target === 'a' ? LEADS : LEADS - 2);
    }, 30_000);

    it('and wakes when all is done tells of each that it is there', async () => {
      configureCrm(desk, crm, 'concurrency: 2\n    timeout: 2s');
      const first = start(target);
      await until(() => crm.taken.length >= 4);
      await freeze(join(desk.folder, 'ledger.db'), (signal) => first.child.kill(signal));
      const two = await start(target).end;
      expect(two.status).toBe(0);
      first.child.kill('SIGCONT');
      const one = await first.end;
      expect({ status: one.status, stderr: one.stderr }).toMatchObject({ status: 0 });
      expectOnce();
    }, 30_000);

    it('has its request asked about, or sent again, not before that must have ended', async () => {
      configureCrm(desk, crm, 'concurrency: 1\n    timeout: 6s');
      const began = Date.now();
      crm.holds = () => true;
      const first = start(target);
      await until(() => crm.taken.length >= 1);
      await freeze(join(desk.folder, 'ledger.db'), (signal) => first.child.kill(signal));
      crm.holds = () => false;
      const two = await start(target).end;
      // The first may have handed over its request up to two thirds of a lease after its last renewal.
      const asked = crm.asked.filter(({ phone }) => phone.endsWith('10000'));
      if (target === 'a') expect(Math.min(...asked.map(({ at }) => at)) - began).toBeGreaterThan(6_000 + 200);
      expect(two.status).toBe(0);
      crm.letGo();
      first.child.kill('SIGCONT');
      const one = await first.end;
      expectOnce();
      expect(one.status).toBe(0);
    }, 30_000);
  },
);
