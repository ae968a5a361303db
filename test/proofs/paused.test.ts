// Two runs in pid namespaces of their own, as containers have them, with the real lease: one is frozen for over a minute
// while the other goes on, and wakes. Each lead arrives once, and both tell of each that it is there.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Crm, configureCrm, freeze } from '../cli/crm.ts';
import { BIN, Desk, type Ended, ended } from '../cli/leadpush.ts';
import { pause, toldBy, twice } from './desk.ts';

const LEADS = 60;
const FROZEN_MS = 70_000;
/** Of its own, so that neither sees whether the other's process lives. */
const NAMESPACE = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const alone = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;

let desk: Desk;
let crm: Crm;
beforeEach(async () => {
  desk = new Desk();
  crm = new Crm();
  await crm.listen();
  configureCrm(desk, crm, 'concurrency: 2');
  const rows = Array.from({ length: LEADS }, (_, i) => `Person ${i},+9198200${10_000 + i}`);
  desk.write('leads.csv', `Name,Phone\n${rows.join('\n')}\n`);
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

describe.skipIf(!alone).each(['a', 'p'])('a run that is frozen for %s', (target) => {
  it('sends nothing of what the other has taken over', async () => {
    const first = start(target);
    while (crm.taken.length < 10) await pause(5);
    const frozen = inside(first.child);
    await freeze(join(desk.folder, 'ledger.db'), (signal) => process.kill(frozen, signal));
    const second = start(target);
    await pause(FROZEN_MS);
    process.kill(frozen, 'SIGCONT');
    const both = await Promise.all([first.end, second.end]);
    expect(twice(crm.taken)).toEqual([]);
    expect(crm.taken).toHaveLength(LEADS);
    for (const run of both) {
      const { summary } = toldBy(run);
      expect(summary).toMatchObject({ records: LEADS, failed: 0, unknown: 0, rejected: 0 });
      expect(Number(summary['created']) + Number(summary['duplicate'])).toBe(LEADS);
      expect(run.status).toBe(0);
    }
  });
});
