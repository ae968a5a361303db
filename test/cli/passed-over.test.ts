// `retry` without a run takes the newest that is meant, and says which newer ones it passed over; a smoke test is never meant.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk, linesOf } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  for (const [file, name] of [
    ['c.yaml', 'a'],
    ['o.yaml', 'other'],
  ] as const)
    desk.write(
      file,
      `targets:
  ${name}:
    provider: anarock
    baseUrl: http://127.0.0.1:9
    channel: acme
    key: a-key-of-the-test
    retries: 0
    testPhone: "+919820010009"
    defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 }
`,
    );
});
afterEach(() => desk.remove());

const LEDGER = ['--ledger', 'l.db'] as const;
const send = (config: string, to: string) =>
  desk.run(['send', '--to', to, '--phone', '+919820010001', '--name', 'Asha', '--config', config, ...LEDGER]);

it('names newer runs to other targets, and no smoke tests', async () => {
  await send('c.yaml', 'a');
  await send('o.yaml', 'other');
  await desk.run(['smoke', '--to', 'a', '--config', 'c.yaml', ...LEDGER]);
  const [, other, first] = linesOf((await desk.run(['runs', '--json', ...LEDGER])).stdout).map(
    (one) => one['run'],
  );
  const { stderr } = await desk.run(['retry', '--config', 'c.yaml', ...LEDGER]);
  expect(stderr).toContain(`Run ${first} of `);
  expect(stderr).toContain(
    `Newer, and not meant without their ids: run ${other} to other, not in this configuration (--config FILE names another).\n`,
  );
  const again = await desk.run(['retry', String(other), '--config', 'o.yaml', ...LEDGER]);
  expect(again.stderr).not.toContain('Newer');
});

it('a target that is in another configuration: the option that names one', async () => {
  await send('o.yaml', 'other');
  const [run] = linesOf((await desk.run(['runs', '--json', ...LEDGER])).stdout);
  for (const args of [['retry', String(run?.['run'])], ['retry'], ['send', 'l.csv', '--to', 'other']]) {
    const { stdout, stderr } = await desk.run([...args, '--config', 'c.yaml', ...LEDGER]);
    expect(stdout + stderr).toContain('--config FILE');
  }
});
