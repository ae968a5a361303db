// SIGINT, SIGTERM, SIGHUP and a reader that leaves: the run drains, the ledger is complete, the same command goes on.
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Desk, ended, linesOf, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import {
  configure,
  countedIn,
  leadsCsv,
  sendArgs,
  setFaults,
  statsOf,
  takenPhones,
  toldBy,
  twice,
  untilTaken,
} from './desk.ts';

const LEADS = 300;

let desk: Desk;
let sandbox: SandboxProcess;
beforeEach(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--latency', '100ms']);
  configure(desk, sandbox, '    settleAfter: 200ms\n');
  desk.write('leads.csv', leadsCsv(LEADS));
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

/** The same command once more: it finishes the job, and nobody is there twice. */
async function finishes(target: string): Promise<void> {
  const rest = await desk.run(sendArgs('leads.csv', target));
  const { summary } = toldBy(rest);
  expect(summary).toMatchObject({ records: LEADS, failed: 0, unknown: 0, rejected: 0 });
  expect(summary['interrupted']).toBeUndefined();
  expect(rest.status).toBe(0);
  const phones = await takenPhones(sandbox);
  expect(phones.length).toBe(LEADS);
  expect(twice(phones)).toEqual([]);
}

describe.each<[NodeJS.Signals, number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('the first %s', (signal, status) => {
  it(`drains and exits with ${status}`, async () => {
    const child = desk.start(sendArgs('leads.csv', 'a'));
    const over = ended(child);
    await untilTaken(sandbox, 40);
    child.kill(signal);
    const end = await over;
    expect([end.status, end.signal]).toEqual([status, null]);
    const { results, summary } = toldBy(end);
    expect(summary).toMatchObject({ interrupted: true, signal, unknown: 0 });
    expect(summary['next']).toEqual([`leadpush ${sendArgs('leads.csv', 'a').join(' ')}`]);
    expect(end.stderr).toMatch(/still in progress.*same command goes on/s);
    expect(countedIn(summary)).toBe(results.length);
    // What was in progress has finished: each lead that arrived is known as created.
    const created = results.filter((result) => result['status'] === 'created').length;
    expect(created).toBe((await statsOf(sandbox)).created);
    expect(created).toBeLessThan(LEADS);
    const [run] = linesOf((await desk.run(['runs', '--ledger', 'ledger.db', '--json'])).stdout);
    expect(run).toMatchObject({ state: 'ended', exitStatus: status, created });
    await finishes('a');
  });
});

describe.each(['a', 'p'])('the second SIGINT, to %s', (target) => {
  it('aborts what is in progress to unknown, which the same command reconciles', async () => {
    // Taken, and never answered.
    await setFaults(sandbox, 'timeout:1');
    const child = desk.start(sendArgs('leads.csv', target, ['--concurrency', '8']));
    const over = ended(child);
    await untilTaken(sandbox, 8);
    child.kill('SIGINT');
    await new Promise((resolve) => child.stderr?.once('data', resolve));
    const asked = performance.now();
    child.kill('SIGINT');
    const end = await over;
    // Far below the 30 s after which the requests would have timed out.
    expect(performance.now() - asked).toBeLessThan(15_000);
    expect([end.status, end.signal]).toEqual([130, null]);
    const { summary, results } = toldBy(end);
    expect(summary).toMatchObject({ interrupted: true, unknown: 8, created: 0 });
    expect(countedIn(summary)).toBe(results.length);
    expect(JSON.stringify(results.find((result) => result['status'] === 'unknown')?.['errors'])).toMatch(
      /ANSWER_LOST/,
    );
    await setFaults(sandbox, '');
    await finishes(target);
  });
});

it('a signal while stdin is silent ends the wait', async () => {
  const child = desk.start(sendArgs('-', 'a'));
  const over = ended(child);
  child.stdin?.on('error', () => {});
  child.stdin?.write(leadsCsv(1));
  await untilTaken(sandbox, 1);
  child.kill('SIGTERM');
  const end = await over;
  expect(end.status).toBe(143);
  expect(toldBy(end).summary).toMatchObject({ interrupted: true, created: 1, failed: 0, unknown: 0 });
});

describe('to a person', () => {
  it('says how many are in progress and how to go on', async () => {
    const args = sendArgs('leads.csv', 'a').filter((arg) => arg !== '--json');
    const child = desk.start(args);
    const over = ended(child);
    await untilTaken(sandbox, 20);
    child.kill('SIGINT');
    const { stderr, status } = await over;
    expect(status).toBe(130);
    expect(stderr).toMatch(/SIGINT: nothing more is sent; waiting for \d+ still in progress/);
    expect(stderr).toContain(`Go on: leadpush ${args.join(' ')}\n`);
    await finishes('a');
  });

  it('a run that is piped into head ends with 141 and a complete ledger', async () => {
    const args = sendArgs('leads.csv', 'p')
      .map((arg) => `'${arg}'`)
      .join(' ');
    const shell = spawn(
      'bash',
      ['-c', `'${process.execPath}' '${BIN}' ${args} | head -n 3; echo "status \${PIPESTATUS[0]}"`],
      { cwd: desk.folder, env: desk.env(), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const { stdout } = await ended(shell);
    expect(stdout).toMatch(/status 141\n$/);
    expect(linesOf(stdout.replace(/status 141\n$/, '')).length).toBe(3);
    const [run] = linesOf((await desk.run(['runs', '--ledger', 'ledger.db', '--json'])).stdout);
    const taken = (await statsOf(sandbox)).created;
    expect(taken).toBeLessThan(LEADS);
    expect(run).toMatchObject({ state: 'ended', exitStatus: 141, created: taken, unknown: 0 });
    await finishes('p');
  });
});
