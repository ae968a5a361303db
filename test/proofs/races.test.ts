// Two processes at once on one ledger; a ledger that fills up; a provider that turns away what is too much.
import { afterEach, describe, expect, it } from 'vitest';
import { ended } from '../cli/leadpush.ts';
import {
  heldPhones,
  leadsFile,
  openScene,
  repeated,
  resultsOf,
  type Scene,
  summaryOf,
  total,
} from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

it('two processes on one ledger and one file send each lead once', async () => {
  scene = await openScene(['--latency', '10ms']);
  const { desk, sandbox, sending } = scene;
  const count = 2_000;
  desk.write('leads.csv', leadsFile(count));
  const args = sending(['leads.csv', '--to', 'a']);
  const runs = await Promise.all(
    [0, 1].map(async () => {
      const child = desk.start(args);
      child.stdin?.end();
      return ended(child);
    }),
  );
  const held = await heldPhones(sandbox);
  expect(repeated(held)).toEqual([]);
  expect(held).toHaveLength(count);
  const summaries = runs.map(({ stdout }) => summaryOf(stdout));
  expect(summaries.map(total)).toEqual([count, count]);
  expect(summaries.reduce((sum, summary) => sum + Number(summary['created']), 0)).toBe(count);
  expect(runs.map(({ status }) => status)).toEqual([0, 0]);
  const duplicates = runs
    .flatMap(({ stdout }) => resultsOf(stdout))
    .filter((line) => line['status'] === 'duplicate');
  expect(duplicates).toHaveLength(count);
  for (const line of duplicates) {
    expect(line).toMatchObject({
      leadId: expect.stringMatching(/^\d+$/),
      duplicateOf: { by: 'ledger' },
      attempts: 0,
    });
  }
});

it('a full disk stops the run before the next request, and a later run finishes', async () => {
  scene = await openScene(['--latency', '5ms']);
  const { desk, sandbox, sending } = scene;
  const count = 2_000;
  desk.write('leads.csv', leadsFile(count));
  const args = sending(['leads.csv', '--to', 'a', '--ledger', 'ledger.db']);
  const full = await desk.run(args, { env: { LEADPUSH_TEST_MAX_PAGES: '60' } });
  expect(full.status).toBe(1);
  expect(full.stderr).toMatch(/no space is left for the ledger/);
  const summary = summaryOf(full.stdout);
  expect(summary['ledgerError']).toMatch(/no space is left/);
  expect(total(summary)).toBe(Number(summary['records']));
  const before = await heldPhones(sandbox);
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(count);
  // What was sent is known: each lead that the sandbox has is created in the results.
  const created = resultsOf(full.stdout).filter((line) => line['status'] === 'created');
  expect(created.map((line) => String(line['phone']).slice(-10)).sort()).toEqual(before);
  const later = await desk.run(args);
  expect(later.status).toBe(0);
  expect(summaryOf(later.stdout)).toMatchObject({ records: count, unknown: 0, failed: 0 });
  const held = await heldPhones(sandbox);
  expect(repeated(held)).toEqual([]);
  expect(held).toHaveLength(count);
});

describe('overload', () => {
  it.each<[string, string, number]>([
    ['503 beyond 8 at once', 'concurrent:8', 2_000],
    ['429 beyond 50 a second', 'rate:50', 500],
  ])('%s: all leads created, few requests wasted', async (_, fault, count) => {
    scene = await openScene(['--fault', fault, '--latency', '20ms']);
    const { desk, sandbox, sending } = scene;
    desk.write('leads.csv', leadsFile(count));
    const child = desk.start(sending(['leads.csv', '--to', 'a', '--concurrency', '32']));
    child.stdin?.end();
    const end = ended(child);
    // The first seconds are for learning how much is too much.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const learned = await statsOf(sandbox.url);
    const run = await end;
    expect(summaryOf(run.stdout)).toMatchObject({ records: count, created: count });
    expect(run.status).toBe(0);
    expect(repeated(await heldPhones(sandbox))).toEqual([]);
    const all = await statsOf(sandbox.url);
    const posts = all.posts - learned.posts;
    const wasted = all.overConcurrent + all.overRate - learned.overConcurrent - learned.overRate;
    console.log(`${fault}: ${all.posts} requests for ${count} leads; after 3 s ${wasted} of ${posts} wasted`);
    expect(wasted).toBeLessThan(Math.max(1, posts) * 0.1);
  });
});

interface Stats {
  readonly posts: number;
  readonly overConcurrent: number;
  readonly overRate: number;
}

async function statsOf(url: string): Promise<Stats> {
  const stats: Stats = JSON.parse(await (await fetch(`${url}/__sandbox/stats`)).text());
  return stats;
}
