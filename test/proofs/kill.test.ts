// kill -9 at thirty random moments, and the same command again each time: every lead arrives once.
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { Desk, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import { seededRandom } from '../delivery/sim/world.ts';
import {
  configure,
  countedIn,
  leadsCsv,
  pause,
  proofSeed,
  sendArgs,
  statsOf,
  takenPhones,
  toldBy,
  twice,
  untilTaken,
} from './desk.ts';

const KILLS = 30;
const LEADS = 2_000;
/** Of the leads, so many at most between two kills, so that the thirtieth still comes in the middle. */
const MAX_BETWEEN = 100;

let desk: Desk;
let sandbox: SandboxProcess;
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

describe.each([
  ['Anarock', 'a'],
  ['Paramantra', 'p'],
])('kill -9 while sending to %s', (_, target) => {
  it(`${KILLS} times: all of ${LEADS} leads arrive, none twice`, async () => {
    const random = seededRandom(proofSeed());
    desk = new Desk();
    sandbox = await startSandbox(desk, ['--latency', '20ms']);
    configure(desk, sandbox, '');
    desk.write('leads.csv', leadsCsv(LEADS));
    let inTheMiddle = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = (await statsOf(sandbox)).created;
      const child = desk.start(sendArgs('leads.csv', target));
      child.stdin?.end();
      child.stdout?.resume();
      child.stderr?.resume();
      const gone = once(child, 'exit');
      // Some die while they start or read the ledger, most when so many more leads have arrived.
      if (random() < 0.2) await pause(random() * 500);
      else await Promise.race([untilTaken(sandbox, before + Math.floor(random() * MAX_BETWEEN)), gone]);
      await pause(random() * 20);
      child.kill('SIGKILL');
      const [status, signal] = await gone;
      expect([status, signal], `run ${kill + 1} was to be killed`).toEqual([null, 'SIGKILL']);
      if ((await statsOf(sandbox)).created > before) inTheMiddle++;
    }
    const taken = (await statsOf(sandbox)).created;
    console.log(`${target}: ${taken} leads had arrived when the last was killed`);
    expect(inTheMiddle).toBeGreaterThan(KILLS / 2);
    expect(taken).toBeLessThan(LEADS);

    const ended = await desk.run(sendArgs('leads.csv', target));
    const { results, summary } = toldBy(ended);
    expect(summary).toMatchObject({ records: LEADS, unknown: 0, failed: 0, rejected: 0, invalid: 0 });
    expect(countedIn(summary)).toBe(LEADS);
    expect(results.length).toBe(LEADS);
    expect(ended.status).toBe(0);
    const phones = await takenPhones(sandbox);
    expect(twice(phones)).toEqual([]);
    expect(phones.length).toBe(LEADS);
  });
});
