// The ledger's memory as a user meets it: the same file twice, files that grow, retry, runs, show, purge.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Ended, type Line, linesOf, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;

beforeEach(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk);
  // Quick to give up and to ask a second time: these tests wait for both.
  desk.write(
    'c.yaml',
    sandbox.config.replaceAll(/^ {4}defaults:/gm, '    settleAfter: 50ms\n    retries: 1\n$&'),
  );
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

const leads = (count: number): string =>
  `name,phone\n${Array.from({ length: count }, (_, i) => `Lead ${i},+91${9_104_273_591 + i * 127}`).join('\n')}\n`;

const common = ['--config', 'c.yaml', '--ledger', 'ledger.db', '--json'];
const send = (...more: string[]): Promise<Ended> => desk.run(['send', 'leads.csv', ...common, ...more]);

async function faults(text: string): Promise<void> {
  const answer = await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body: text });
  expect(answer.status).toBe(200);
}

async function posts(): Promise<number> {
  const stats: { posts: number } = JSON.parse(await (await fetch(`${sandbox.url}/__sandbox/stats`)).text());
  return stats.posts;
}

/** Statuses of the results, and the summary. */
function told(ended: Ended): { statuses: unknown[]; results: readonly Line[]; summary: Line; run: string } {
  const lines = linesOf(ended.stdout);
  const results = lines.slice(0, -1);
  const summary = lines.at(-1) ?? {};
  return { results, summary, statuses: results.map((line) => line['status']), run: String(summary['run']) };
}

describe.each(['a', 'p'])('the same file again, to %s', (target) => {
  it('sends nothing: each is a duplicate by ledger, with when and as what', async () => {
    desk.write('leads.csv', leads(20));
    const first = told(await send('--to', target));
    expect(first.summary).toMatchObject({ created: 20 });
    const before = await posts();
    const ended = await send('--to', target);
    const second = told(ended);
    expect(ended.status).toBe(0);
    expect(await posts()).toBe(before);
    expect(second.summary).toMatchObject({ created: 0, duplicate: 20 });
    for (const [i, result] of second.results.entries()) {
      const { leadId } = first.results[i] ?? {};
      expect(result).toMatchObject({ leadId, attempts: 0 });
      expect(result['duplicateOf']).toMatchObject({
        by: 'ledger',
        leadId,
        run: first.run,
        file: 'leads.csv',
        record: i + 1,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      });
    }
  });

  it('sends only what is new when it has grown', async () => {
    desk.write('leads.csv', leads(5));
    await send('--to', target);
    desk.write('leads.csv', leads(8));
    const { statuses } = told(await send('--to', target));
    expect(statuses).toEqual([...Array(5).fill('duplicate'), ...Array(3).fill('created')]);
    expect(await posts()).toBe(8);
  });

  it('goes out again with --resend', async () => {
    desk.write('leads.csv', leads(3));
    await send('--to', target);
    const { summary } = told(await send('--to', target, '--resend'));
    expect(await posts()).toBe(6);
    // Anarock takes it once more; Paramantra says that it has it.
    expect(summary).toMatchObject(target === 'a' ? { created: 3 } : { duplicate: 3 });
  });
});

it('what was sent before dedupeWindow is no longer known', async () => {
  desk.write('leads.csv', leads(2));
  await send('--to', 'a');
  desk.write('c.yaml', sandbox.config.replaceAll(/^ {4}defaults:/gm, '    dedupeWindow: 90d\n$&'));
  expect(told(await send('--to', 'a')).summary).toMatchObject({ duplicate: 2 });
  desk.write('c.yaml', sandbox.config.replaceAll(/^ {4}defaults:/gm, '    dedupeWindow: 1ms\n$&'));
  expect(told(await send('--to', 'a')).summary).toMatchObject({ created: 2 });
});

it('a target by another name is the same account; another campaign is another lead', async () => {
  desk.write('leads.csv', leads(2));
  await send('--to', 'a');
  const again = sandbox.config.replace('\n  a:', '\n  renamed:');
  desk.write('c.yaml', again);
  expect(told(await send('--to', 'renamed')).summary).toMatchObject({ duplicate: 2 });
  desk.write('c.yaml', again.replace('campaignId: greens', 'campaignId: hills'));
  expect(told(await send('--to', 'renamed')).summary).toMatchObject({ created: 2 });
});

it('--no-ledger remembers nothing but the duplicates of one input', async () => {
  desk.write('leads.csv', `${leads(2)}Again,+919104273591\n`);
  const args = ['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--no-ledger', '--json'];
  for (const _ of [1, 2]) {
    expect(told(await desk.run(args)).statuses).toEqual(['created', 'created', 'duplicate']);
  }
});

describe('retry', () => {
  const retry = (run: string, ...more: string[]): Promise<Ended> =>
    desk.run(['retry', run, ...common, ...more]);

  it('sends what failed, without the file, and then has nothing left', async () => {
    desk.write('leads.csv', leads(6));
    await faults('425:1');
    const first = await send('--to', 'a');
    expect(first.status).toBe(1);
    expect(told(first).summary).toMatchObject({
      failed: 6,
      next: [`leadpush retry ${told(first).run} --config c.yaml --ledger ledger.db`],
    });
    desk.write('leads.csv', '');
    await faults('');
    const again = await retry(told(first).run);
    expect(again.status).toBe(0);
    expect(told(again).summary).toMatchObject({ records: 6, created: 6 });
    expect(told(again).results.map(({ file, record, line }) => [file, record, line])).toEqual(
      [1, 2, 3, 4, 5, 6].map((record) => ['leads.csv', record, record + 1]),
    );
    const third = await retry(told(first).run);
    expect(third.status).toBe(0);
    expect(told(third).summary).toMatchObject({ run: null, records: 0 });
    expect(third.stderr).toMatch(/Nothing to retry/);
    expect((await sandbox.leads()).length).toBe(6);
  });

  it('--rejected sends each once, however many are rejected again', async () => {
    desk.write('leads.csv', leads(600));
    await faults('422:1');
    const first = await send('--to', 'a');
    expect(told(first).summary).toMatchObject({ rejected: 600 });
    expect((await retry(told(first).run)).stderr).toMatch(/Nothing to retry/);
    const again = await retry(told(first).run, '--rejected');
    expect(again.status).toBe(1);
    expect(told(again).summary).toMatchObject({ records: 600, rejected: 600 });
    expect(await posts()).toBe(1_200);
    await faults('');
    expect(told(await retry(told(first).run, '--rejected')).summary).toMatchObject({
      records: 600,
      created: 600,
    });
  });

  it('--unknown asks first, and sends again only what the provider does not tell', async () => {
    desk.write('leads.csv', leads(3));
    await faults('lost:1,ask-500:1');
    const first = await send('--to', 'a');
    expect(first.status).toBe(5);
    expect(told(first).summary).toMatchObject({ unknown: 3 });
    // Nothing failed, so a plain retry has nothing to do, and the same command only asks.
    expect((await retry(told(first).run)).stderr).toMatch(/Nothing to retry/);
    const same = told(await send('--to', 'a'));
    expect(same.summary).toMatchObject({ unknown: 3 });
    expect(await posts()).toBe(3);
    await faults('ask-500:1');
    const forced = await retry(same.run, '--unknown');
    expect(forced.status).toBe(0);
    expect(told(forced).summary).toMatchObject({ created: 3 });
    // Sent twice, knowingly: the run had said unknown.
    expect((await sandbox.leads()).length).toBe(6);
  });

  it('--unknown finds what had arrived after all, and sends nothing', async () => {
    desk.write('leads.csv', leads(3));
    await faults('lost:1,ask-500:1');
    const first = told(await send('--to', 'a'));
    await faults('');
    const again = told(await retry(first.run, '--unknown'));
    expect(again.summary).toMatchObject({ created: 3, unknown: 0 });
    expect(again.results.map((line) => line['leadId'])).toEqual(
      (await sandbox.leads()).map((lead) => lead['id']),
    );
    expect(await posts()).toBe(3);
  });
});

describe('looking back', () => {
  const look = (...args: string[]): Promise<Ended> => desk.run([...args, '--ledger', 'ledger.db']);

  it('runs and show tell what send told', async () => {
    desk.write('leads.csv', `${leads(3)}Nobody,12\n`);
    const sent = await send('--to', 'a');
    const { run, results } = told(sent);
    const listed = linesOf((await look('runs', '--json')).stdout);
    expect(listed).toMatchObject([
      { run, command: 'send', state: 'ended', exitStatus: 1, created: 3, invalid: 1, files: ['leads.csv'] },
    ]);
    const shown = told(await look('show', run.slice(0, 4).toLowerCase(), '--json'));
    expect(shown.results).toEqual(results);
    expect(shown.summary).toEqual(told(sent).summary);
    expect((await look('runs')).stdout).toContain(run);
    expect((await look('show', run)).stdout).not.toContain('9104273591');
  });

  it('--purge forgets the people and keeps the memory', async () => {
    desk.write('leads.csv', leads(3));
    const { run } = told(await send('--to', 'a'));
    const none = await look('runs', '--purge', '90d', '--json');
    expect(linesOf(none.stdout)).toMatchObject([{ type: 'purge', runs: 0 }]);
    const purged = await look('runs', '--purge', '1ms', '--json');
    expect([purged.status, purged.stderr]).toEqual([0, '']);
    expect(linesOf(purged.stdout)).toMatchObject([{ runs: 1 }]);
    const bytes = readFileSync(join(desk.folder, 'ledger.db'), 'latin1');
    expect(bytes).not.toContain('9104273591');
    expect(bytes).not.toContain('Lead 1');
    expect(told(await look('show', run, '--json')).results.map((line) => line['phone'])).toEqual([
      null,
      null,
      null,
    ]);
    // Still known: nothing is sent again.
    expect(told(await send('--to', 'a')).summary).toMatchObject({ duplicate: 3 });
    expect(await posts()).toBe(3);
  });
});
