// A run that was killed before its first result: what was in progress is known, and a command that works as printed goes on.
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Crm, configureCrm } from './crm.ts';
import { Desk, type Ended, ended, linesOf } from './leadpush.ts';

let desk: Desk;
let crm: Crm;
beforeEach(async () => {
  desk = new Desk();
  crm = new Crm();
  await crm.listen();
  configureCrm(desk, crm, 'timeout: 20s');
  desk.write('two.csv', 'Name,Phone\nAsha,+919820010001\nRavi,+919820010002\n');
});
afterEach(async () => {
  await crm.close();
  desk.remove();
});

const PLACES = ['--config', 'c.yaml', '--ledger', 'l.db'] as const;
const FLAGS = ['send', '--to', 'a', '--phone', '+919820010001', '--name', 'Asha', ...PLACES] as const;
const FILE = ['send', 'two.csv', '--to', 'a', '--yes', ...PLACES] as const;

/** kill -9 while the provider holds its answers back. @returns the run */
async function killed(args: readonly string[], posts: number): Promise<string> {
  crm.holds = () => true;
  const child = desk.start(args);
  while (crm.posts.length < posts) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await once(child, 'close');
  crm.letGo();
  return String(linesOf((await desk.run(['runs', '--json', '--ledger', 'l.db'])).stdout)[0]?.['run']);
}

const look = (...args: readonly string[]): Promise<Ended> => desk.run([...args, ...PLACES]);
const said = async (...args: readonly string[]) => {
  const { stdout, stderr } = await look(...args);
  return stdout + stderr;
};

/** The command in backquotes that has this word. */
function proposed(text: string, word: string): string {
  const found = [...text.matchAll(/`([^`]+)`/g)].map(([, command = '']) => command);
  const command = found.find((one) => one.includes(word));
  if (command === undefined) throw new Error(`no ${word} in: ${text}`);
  return command;
}

describe.skipIf(process.platform === 'win32')('a run killed before its first result', () => {
  it('of one lead from flags: says what may have arrived, and its retry finishes it', async () => {
    const run = await killed(FLAGS, 1);
    for (const text of [await said('runs'), await said('show', run)]) {
      expect(text).toContain(
        `Run ${run} was interrupted before its first result. It had 1 lead in progress: sent and not answered yet, or about to be sent. It may have arrived.`,
      );
      expect(text).toMatch(/1 unknown/);
    }
    await look('report', run, '--html', 'r.html');
    const page = desk.read('r.html');
    expect(page).toContain(
      'It had 1 lead in progress: sent and not answered yet, or about to be sent. It may have arrived.',
    );
    expect(page).toContain(`Go on: <code>leadpush retry ${run} `);
    const { status, stdout } = await desk.paste(proposed(await said('show', run), 'retry'));
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('created') });
    expect(crm.taken).toHaveLength(1);
    await expectFinished(run);
  }, 60_000);

  it('of one lead from flags: the same call again finishes it', async () => {
    const run = await killed(FLAGS, 1);
    expect((await desk.run(FLAGS)).status).toBe(0);
    expect(crm.taken).toHaveLength(1);
    await expectFinished(run);
  }, 60_000);

  it('of a file: the same call again finishes it', async () => {
    const run = await killed(FILE, 2);
    const text = await said('show', run);
    expect(text).toMatch(/2 unknown {3}may have been accepted; going on, as said below, finds out\n/);
    expect(text).toContain(
      'It had 2 leads in progress: sent and not answered yet, or about to be sent. Any of them may have arrived.',
    );
    expect(text).toContain(
      `leadpush retry ${run} --config c.yaml --ledger l.db\` does only that, and sends what has not arrived.`,
    );
    await expectListed(run);
    const { status } = await desk.paste(`${proposed(text, 'two.csv')} --yes`);
    expect(status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    await expectFinished(run);
    await expectSettled(run);
  }, 60_000);

  it('of a file: it is the same by whatever path, and shown as it was named', async () => {
    const run = await killed(FILE, 2);
    const [, , ...rest] = FILE;
    expect((await desk.run(['send', join(realpathSync(desk.folder), 'two.csv'), ...rest])).status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    await expectFinished(run);
    expect(linesOf((await look('runs', '--json')).stdout).map(({ files }) => files)).toEqual([
      [join(realpathSync(desk.folder), 'two.csv')],
      ['two.csv'],
    ]);
  }, 60_000);

  it('of a file: what was purged is left to nobody once its leads have been sent', async () => {
    const run = await killed(FILE, 2);
    await look('runs', '--purge', '1ms');
    // It may have arrived, and the same file would tell.
    expect(await said('runs', '--failed')).toContain(run);
    expect((await desk.run(FILE)).status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    expect(await said('runs', '--failed')).toContain('No run to list');
  }, 60_000);

  it('of a file: what a retry settles is unknown no more, but nobody knows whether all of the file was read', async () => {
    const run = await killed(FILE, 2);
    const { status, stderr } = await desk.paste(`${proposed(await said('show', run), 'retry')} --yes`);
    expect(status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    const rest = `Run ${run} was interrupted, and may not have read all of two.csv. The same command sends the rest, with the options that it had; nothing is sent twice, unless --resend is one of them.`;
    const next = 'leadpush send two.csv --to a --config c.yaml --ledger l.db';
    expect(stderr).toContain(`${rest}\nNext: ${next}\n`);
    // Of this run, of its retry, and of the newest with something to retry.
    const retries = linesOf((await look('runs', '--json')).stdout).map((row) => String(row['run']));
    for (const which of [[run], retries.slice(0, 1), []]) {
      expect((await look('retry', ...which)).stderr).toBe(`Nothing to retry. ${rest}\nNext: ${next}\n`);
      const { stdout } = await look('retry', ...which, '--json');
      expect(linesOf(stdout)).toMatchObject([{ type: 'summary', next: [next] }]);
    }
    const text = await said('show', run);
    expect(text).not.toMatch(/may have arrived/);
    await expectSettled(run);
    expect((await desk.paste(`${proposed(text, 'two.csv')} --yes`)).status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    await expectFinished(run);
  }, 60_000);
});

/** Ctrl-C while the provider holds its answer back: twice, or once, and then it answers. */
async function interrupted(times: number, ...more: readonly string[]): Promise<Ended & { run: string }> {
  crm.holds = () => true;
  const child = desk.start([...FLAGS, ...more]);
  const over = ended(child);
  while (crm.posts.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let time = 0; time < times; time++) {
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  crm.letGo();
  const ran = await over;
  const run = String(linesOf((await desk.run(['runs', '--json', '--ledger', 'l.db'])).stdout)[0]?.['run']);
  return { ...ran, run };
}

describe.skipIf(process.platform === 'win32')('one lead from flags, interrupted', () => {
  it.each([[[]], [['--json']]])(
    'once, and it was created: nothing is left %j',
    async (more) => {
      const { run, status, stdout, stderr } = await interrupted(1, ...more);
      expect(status).toBe(130);
      expect(stdout).toContain('created');
      if (more.length === 0) expect(stderr).toMatch(/Interrupted \(SIGINT\): 1 record read, 1 sent/);
      else expect(linesOf(stdout).at(-1)).toMatchObject({ interrupted: true, signal: 'SIGINT' });
      expect(stdout + stderr).not.toMatch(/Go on|Next|"next"/);
      expect(await said('runs', '--failed')).toContain('No run to list');
      expect(await said('show', run)).not.toMatch(/Go on|Next|again/);
    },
    60_000,
  );

  it('twice: one next command, which finds out about it', async () => {
    const { run, status } = await interrupted(2);
    expect(status).toBe(130);
    const next = `leadpush retry ${run} --settle --config c.yaml --ledger l.db`;
    for (const text of [await said('show', run), await said('runs')]) {
      expect(text.match(/^(?:Next|Go on): .*$/gm)).toEqual([`Next: ${next}`]);
      expect(text).not.toMatch(/--unknown|lead again|look it up before/);
    }
    const { stdout } = await desk.paste(next);
    expect(stdout).toContain('created');
    expect(await said('runs', '--failed')).toContain('No run to list');
  }, 60_000);
});

/** Wherever the run is looked at: who they are, and where they stand. */
async function expectListed(run: string): Promise<void> {
  const why = 'ANSWER_LOST It was in progress when the run died: sent and not answered yet, or about to be';
  for (const args of [[], ['--status', 'unknown']]) {
    const { stdout } = await look('show', run, ...args);
    const shown = stdout.replace(/\s+/g, ' ');
    expect(shown).toMatch(new RegExp(`two.csv:2 \\? unknown Asha \\+9198\\*+001 ${why}`));
    expect(shown).toMatch(new RegExp(`two.csv:3 \\? unknown Ravi \\+9198\\*+002 ${why}`));
  }
  expect((await look('show', run, '--status', 'created')).stdout).toBe('');
  expect(linesOf((await look('show', run, '--json')).stdout)[0]).toMatchObject({
    type: 'result',
    file: 'two.csv',
    line: 2,
    provider: 'anarock',
    status: 'unknown',
    phone: '+919820010001',
  });
  expect((await look('report', run, '--html', 'listed.html')).stderr).toContain(
    '2 results, 2 rows that need attention',
  );
  const page = desk.read('listed.html');
  expect(page).toContain('<option value="unknown">');
  expect(page).toMatch(/two\.csv:2<.*Asha \+9198\*+001/);
}

/** They stay leads of this run. */
async function expectSettled(run: string): Promise<void> {
  const { stdout, stderr } = await look('show', run);
  expect(stdout.match(/✓ created .*lead \d+ .*was unknown, settled by run \w{8}/g)).toHaveLength(2);
  expect(stderr).toMatch(/: 2 records .*\n +2 created/);
  expect(stderr).toMatch(/Since then: 2 unknown, all settled by run \w{8}\.\n/);
  expect((await look('runs')).stdout).toMatch(new RegExp(`${run} .* 2 created\n`));
  expect((await look('report', run, '--html', 'settled.html')).stderr).toContain('2 results, 0 rows');
  expect(desk.read('settled.html')).toContain('All 2 leads are done');
}

async function expectFinished(run: string): Promise<void> {
  const rows = linesOf((await look('runs', '--json')).stdout);
  expect(rows.find((row) => row['run'] === run)).toMatchObject({
    finishedBy: rows[0]?.['run'],
    now: { unknown: 0 },
  });
  expect(await said('runs')).toMatch(new RegExp(`${run} .* finished`));
  expect(await said('runs')).not.toContain('Go on');
  expect(await said('runs', '--failed')).toContain('No run to list');
  expect(await said('show', run)).toContain('has finished it');
}
