// A run that was killed before its first result: what was in progress is known, and a command that works as printed goes on.
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Crm, configureCrm } from './crm.ts';
import { Desk, type Ended, linesOf } from './leadpush.ts';

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
    expect(text).toContain(
      'It had 2 leads in progress: sent and not answered yet, or about to be sent. Any of them may have arrived.',
    );
    expect(text).toContain(`leadpush retry ${run}`);
    const { status } = await desk.paste(`${proposed(text, 'two.csv')} --yes`);
    expect(status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    await expectFinished(run);
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
    const { status } = await desk.paste(`${proposed(await said('show', run), 'retry')} --yes`);
    expect(status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    const text = await said('show', run);
    expect(text).not.toMatch(/unknown|may have arrived/);
    expect((await desk.paste(`${proposed(text, 'two.csv')} --yes`)).status).toBe(0);
    expect(crm.taken).toHaveLength(2);
    await expectFinished(run);
  }, 60_000);
});

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
