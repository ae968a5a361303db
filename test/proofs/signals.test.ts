// Signals: the first drains, the second aborts, and the same command finishes the job.
import { afterEach, describe, expect, it } from 'vitest';
import { ended } from '../cli/leadpush.ts';
import { heldPhones, leadsFile, openScene, repeated, type Scene, summaryOf, total } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the first', () => {
  it.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s drains: exit %i, nothing unknown, and the same command goes on', async (signal, status) => {
    scene = await openScene(['--latency', '50ms']);
    const { desk, sandbox, sending } = scene;
    desk.write('leads.csv', leadsFile(1_000));
    const args = sending(['leads.csv', '--to', 'a']);
    const child = desk.start(args);
    child.stdin?.end();
    const end = ended(child);
    await sleep(900);
    child.kill(signal);
    const run = await end;
    expect(run.status).toBe(status);
    expect(run.stderr).toMatch(/nothing more is sent/);
    const summary = summaryOf(run.stdout);
    expect(summary).toMatchObject({ interrupted: true, unknown: 0 });
    expect(JSON.stringify(summary['next'])).toMatch(/same command/);
    expect(total(summary)).toBe(summary['records']);
    const before = await heldPhones(sandbox);
    expect(before).toHaveLength(Number(summary['created']));
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(1_000);
    const again = await desk.run(args);
    expect(summaryOf(again.stdout)).toMatchObject({ records: 1_000, duplicate: before.length, failed: 0 });
    const held = await heldPhones(sandbox);
    expect(repeated(held)).toEqual([]);
    expect(held).toHaveLength(1_000);
  });
});

it('the second aborts what is in flight to unknown; the next run settles it', async () => {
  scene = await openScene(['--latency', '3s'], 'settleAfter: 100ms');
  const { desk, sandbox, sending } = scene;
  desk.write('leads.csv', leadsFile(20));
  const args = sending(['leads.csv', '--to', 'a', '--concurrency', '5']);
  const child = desk.start(args);
  child.stdin?.end();
  const end = ended(child);
  await sleep(1_200);
  child.kill('SIGINT');
  await sleep(300);
  child.kill('SIGINT');
  const run = await end;
  expect(run.status).toBe(130);
  expect(summaryOf(run.stdout)).toMatchObject({ interrupted: true, unknown: 5 });
  await sleep(3_000);
  const again = await desk.run(args);
  expect(summaryOf(again.stdout)).toMatchObject({ unknown: 0, failed: 0 });
  const held = await heldPhones(sandbox);
  expect(repeated(held)).toEqual([]);
  expect(held).toHaveLength(20);
});

it('a signal while stdin is silent ends the wait', async () => {
  scene = await openScene([]);
  const { desk, sending } = scene;
  const child = desk.start(sending(['-', '--to', 'a']));
  child.stdin?.on('error', () => {});
  child.stdin?.write('Name,Phone\nAsha,9876543210\n');
  const end = ended(child);
  await sleep(1_200);
  child.kill('SIGTERM');
  const run = await end;
  expect(run.status).toBe(143);
  expect(summaryOf(run.stdout)).toMatchObject({ interrupted: true, failed: 0, unknown: 0 });
});
