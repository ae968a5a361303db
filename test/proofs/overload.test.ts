// A provider that can take so much and no more: all leads are created, and after the first seconds hardly any request
// is wasted on being turned away.
import { afterEach, describe, expect, it } from 'vitest';
import { Desk, ended, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import {
  configure,
  leadsCsv,
  pause,
  type Stats,
  sendArgs,
  statsOf,
  takenPhones,
  toldBy,
  twice,
} from './desk.ts';

/** "The first seconds", in which the pace is found. */
const FIRST_MS = 4_000;

let desk: Desk;
let sandbox: SandboxProcess;
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

describe.each<[string, string, string, number]>([
  ['503 beyond 8 at once, to Anarock', 'a', 'concurrent:8', 4_000],
  ['503 beyond 8 at once, to Paramantra', 'p', 'concurrent:8', 4_000],
  ['429 beyond 50 a second', 'a', 'rate:50', 650],
  ['429 beyond 50 a second, with Retry-After', 'p', 'rate:50@1', 650],
])('%s', (_, target, fault, leads) => {
  it('ends with all leads created and less than 10 % of requests wasted', async () => {
    desk = new Desk();
    sandbox = await startSandbox(desk, ['--latency', '20ms', '--fault', fault]);
    configure(desk, sandbox, '');
    desk.write('leads.csv', leadsCsv(leads));
    const child = desk.start(sendArgs('leads.csv', target, ['--concurrency', '32']));
    child.stdin?.end();
    const over = ended(child);
    while ((await statsOf(sandbox)).posts === 0) await pause(5);
    await pause(FIRST_MS);
    const early = await statsOf(sandbox);
    const end = await over;
    const late = await statsOf(sandbox);
    expect(toldBy(end).summary).toMatchObject({ records: leads, created: leads });
    expect(end.status).toBe(0);
    const phones = await takenPhones(sandbox);
    expect(twice(phones)).toEqual([]);
    expect(phones.length).toBe(leads);
    const posts = late.posts - early.posts;
    const wasted = (turnedAway(late) - turnedAway(early)) / posts;
    const seconds = Number(toldBy(end).summary['durationMs']) / 1000;
    console.log(
      `${fault} to ${target}: ${(leads / seconds).toFixed(0)} leads/s; turned away ${turnedAway(early)} of ${early.posts} at first, then ${(wasted * 100).toFixed(1)} % of ${posts}`,
    );
    expect(posts, 'too few requests to judge').toBeGreaterThan(300);
    expect(wasted).toBeLessThan(0.1);
  });
});

function turnedAway({ overConcurrent, overRate }: Stats): number {
  return overConcurrent + overRate;
}
