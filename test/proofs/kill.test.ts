// kill -9 at any moment loses no lead and sends none twice: contract section 7. KILL_SEED repeats a run's moments.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { linesOf } from '../cli/leadpush.ts';
import { heldPhones, leadsFile, openScene, repeated, type Scene, seeded, summaryOf, total } from './scene.ts';

const LEADS = 2_000;
const KILLS = 30;
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 2 ** 31);

let scene: Scene;
afterEach(() => scene.close());

it.each([
  ['Anarock', 'a'],
  ['Paramantra', 'p'],
])(`%s: ${KILLS} kills over ${LEADS} leads, KILL_SEED=${SEED}`, async (_, target) => {
  scene = await openScene(['--latency', '20ms']);
  const { desk, sandbox, sending } = scene;
  const random = seeded(SEED);
  desk.write('leads.csv', leadsFile(LEADS));
  // Four at once, so that thirty lives are needed for the file.
  const args = sending(['leads.csv', '--to', target, '--concurrency', '4']);
  let killedUnderWay = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = desk.start(args);
    child.stdin?.end();
    child.stdout?.resume();
    child.stderr?.resume();
    const gone = once(child, 'exit');
    await sleep(300 + 600 * random());
    child.kill('SIGKILL');
    const [, signal] = await gone;
    if (signal === 'SIGKILL') killedUnderWay++;
  }
  const last = await desk.run(args);
  expect(last.stderr).toBe('');
  const summary = summaryOf(last.stdout);
  expect(summary).toMatchObject({ records: LEADS, unknown: 0, failed: 0, rejected: 0, invalid: 0 });
  expect(total(summary)).toBe(LEADS);
  expect(last.status).toBe(0);
  const held = await heldPhones(sandbox);
  expect(repeated(held)).toEqual([]);
  expect(held).toHaveLength(LEADS);
  // Most kills are to hit a run that was sending: a proof in which nothing dies proves nothing.
  expect(killedUnderWay).toBeGreaterThan(KILLS * 0.8);
  const runs = linesOf((await desk.run(['runs', '--json'])).stdout);
  const died = runs.filter((run) => run['state'] === 'died').length;
  console.log(
    `${target}: ${killedUnderWay} of ${KILLS} killed under way, ${died} runs died after their start`,
  );
  expect(died).toBeGreaterThan(KILLS / 2);
});
