// A provider that fails in every way it can: every record is accounted for, and the sandbox's own list of leads is what
// the results say.
import { afterEach, describe, expect, it } from 'vitest';
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

const LEADS = 300;

let scene: Scene;
afterEach(() => scene.close());

/** A fifth of all requests, in twelve ways. */
const FAULTS = [
  ...[
    'reset:0.02',
    'lost:0.03',
    'late:0.02@200',
    '500:0.02',
    '500lost:0.02',
    '504lost:0.01',
    '503:0.02',
    '429:0.01@1',
  ],
  ...['garbage:0.02', 'empty:0.01', 'html:0.01', 'partial:0.01'],
];

describe.each([
  ['Anarock', 'a'],
  ['Paramantra', 'p'],
])('%s', (_, target) => {
  it('with a fifth of all answers faulty', async () => {
    // Late leads are taken 200 ms after their connection broke: asking twice a second apart sees them.
    scene = await openScene(
      ['--fault', FAULTS.join(','), '--latency', '5ms', '--seed', '7'],
      'settleAfter: 1s',
    );
    const { desk, sandbox, sending } = scene;
    desk.write('leads.csv', leadsFile(LEADS));
    const run = await desk.run(sending(['leads.csv', '--to', target, '--retries', '8']));
    const summary = summaryOf(run.stdout);
    expect(summary['records']).toBe(LEADS);
    expect(total(summary)).toBe(LEADS);
    const held = await heldPhones(sandbox);
    expect(repeated(held)).toEqual([]);
    const results = resultsOf(run.stdout);
    const phonesOf = (...statuses: readonly string[]) =>
      results
        .filter((line) => statuses.includes(String(line['status'])))
        .map((line) => String(line['phone']).slice(-10));
    const taken = new Set(held);
    // Created, or known to be there: the sandbox has it. Failed, rejected: it has not. Unknown may be either.
    expect(phonesOf('created', 'duplicate').filter((phone) => !taken.has(phone))).toEqual([]);
    expect(phonesOf('failed', 'rejected', 'invalid').filter((phone) => taken.has(phone))).toEqual([]);
    const accounted = new Set(phonesOf('created', 'duplicate', 'unknown'));
    expect(held.filter((phone) => !accounted.has(phone))).toEqual([]);
    console.log(`${target}: ${JSON.stringify(summary)}`);
    // Whatever was left is brought to its end by the same command, with none sent twice.
    await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body: '' });
    const again = await desk.run(sending(['leads.csv', '--to', target]));
    expect(summaryOf(again.stdout)).toMatchObject({ records: LEADS, failed: 0, unknown: 0 });
    const all = await heldPhones(sandbox);
    expect(repeated(all)).toEqual([]);
    expect(all).toHaveLength(LEADS);
  });
});

describe('unknown', () => {
  it('is never sent again unasked, and retry --unknown sends it', async () => {
    // Taken, never answered, and the question about it fails: nobody can know.
    scene = await openScene(['--fault', 'lost:1,ask-500:1'], 'settleAfter: 10ms');
    const { desk, sandbox, sending } = scene;
    desk.write('leads.csv', leadsFile(3));
    const args = sending(['leads.csv', '--to', 'a', '--retries', '0']);
    const first = await desk.run(args);
    expect(summaryOf(first.stdout)).toMatchObject({ unknown: 3 });
    expect(first.status).toBe(5);
    const second = await desk.run(args);
    expect(summaryOf(second.stdout)).toMatchObject({ unknown: 3 });
    expect(await heldPhones(sandbox)).toHaveLength(3);
    const run = String(summaryOf(second.stdout)['run']);
    await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body: 'ask-500:1' });
    const retried = await desk.run([
      'retry',
      run,
      '--unknown',
      '--config',
      'c.yaml',
      '--json',
      '--retries',
      '0',
    ]);
    expect(summaryOf(retried.stdout)).toMatchObject({ created: 3 });
    expect(await heldPhones(sandbox)).toHaveLength(6);
  });
});
