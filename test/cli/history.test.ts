// What a run left open, and how it stands once later runs have gone on with it: `show`, `runs` and `report` fold them in;
// `retry --settle` only asks.
import { readdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, type Ended, ended, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
eachTest((given, process) => {
  desk = given;
  sandbox = process;
});

const LEADS = 'Name,Phone\nAsha,9876543210\nBinu,9876543211\nChand,9876543212\n';

async function faults(list: string): Promise<void> {
  const answer = await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body: list });
  expect(answer.status).toBe(200);
}

const quick = (text: string) => text.replaceAll(/^ {4}baseUrl:/gm, '    settleAfter: 50ms\n    baseUrl:');

/** With the configuration and the ledger of each test. */
const run = (...args: readonly string[]): Promise<Ended> => desk.run([...args, '--config', 'c.yaml']);

async function newestId(): Promise<string> {
  const { stdout } = await run('runs', '--json');
  return String(linesOf(stdout)[0]?.['run']);
}

/** Sends the file under these faults, which then end. */
async function sent(target: string, given: string, leads = LEADS): Promise<{ ran: Ended; id: string }> {
  desk.write('c.yaml', quick(sandbox.config));
  desk.write('leads.csv', leads);
  await faults(given);
  const ran = await run('send', 'leads.csv', '--to', target, '--retries', '0');
  await faults('');
  return { ran, id: await newestId() };
}

describe('what was unknown', () => {
  it('is asked about, and told as settled wherever the run is shown', async () => {
    const { ran, id } = await sent('a', 'lost:1,ask-500:1');
    expect(ran.status).toBe(5);
    expect(ran.stderr).toContain(`Next: leadpush retry ${id} --settle --config c.yaml`);
    const before = (await sandbox.leads()).length;
    const settled = await run('retry', id, '--settle');
    expect(settled.status).toBe(0);
    expect(settled.stderr).toContain('3 created');
    expect((await sandbox.leads()).length).toBe(before);
    const by = await newestId();

    const shown = await run('show', id);
    expect(shown.stdout.match(/✓ created .* was unknown, settled by run \w+/g)).toHaveLength(3);
    expect(shown.stderr).toContain(`3 unknown, all settled by run ${by}`);
    expect(shown.stderr).not.toContain('Next:');
    const json = linesOf((await run('show', id, '--json')).stdout);
    expect(json[0]).toMatchObject({ status: 'created', was: 'unknown', settledBy: by, errors: [] });
    expect(json.at(-1)).toMatchObject({ type: 'summary', created: 3, unknown: 0 });
    expect(json.at(-1)).not.toHaveProperty('next');
    expect((await run('show', id, '--status', 'unknown')).stdout).toBe('');

    const runs = await run('runs');
    expect(runs.stdout).toMatch(new RegExp(`${id} .* settled .* 3 created`));
    expect(runs.stderr).toContain(`Run ${id}: 3 unknown, all settled by run ${by}.`);
    expect((await run('runs', '--failed')).stdout).not.toContain(id);
    const page = await run('report', id);
    expect(page.stderr).toContain('0 rows that need attention');
    expect(desk.read(`leadpush-${id}.html`)).toContain(`3 unknown, all settled by run ${by}`);
    expect((await run('retry', id, '--settle')).stderr).toContain('Nothing to settle');
  });

  it('is not sent where it did not arrive, until a retry without --settle', async () => {
    const { id } = await sent('a', 'reset:1,ask-500:1', LEADS.replaceAll('98765', '97765'));
    const before = (await sandbox.leads()).length;
    const settled = await run('retry', id, '--settle');
    expect(settled.status).toBe(1);
    expect(settled.stdout).toContain('· not sent');
    expect(settled.stderr).toContain(`Next: leadpush retry ${id} --config c.yaml`);
    expect((await sandbox.leads()).length).toBe(before);
    expect((await run('show', id)).stderr).toContain('3 unknown, all found not delivered by run');
    const again = await run('retry', id);
    expect(again.status).toBe(0);
    expect((await sandbox.leads()).length).toBe(before + 3);
    expect((await run('retry', id)).stderr).toBe('Nothing to retry.\n');
  });

  it('stays unknown where only sending again could tell', async () => {
    const { ran, id } = await sent('p', 'lost:1');
    expect(ran.status).toBe(5);
    // Summary, lines, page and every next command say the same: asking is not possible, sending is what tells.
    const next = `leadpush retry ${id} --unknown --config c.yaml`;
    await run('report', id, '--html', 'unknown.html');
    for (const said of [ran.stderr, (await run('show', id)).stderr]) {
      expect(said).toContain('3 unknown   may have been accepted; sending again tells');
      expect(said).toContain(`Next: ${next}\n`);
    }
    expect((await run('retry')).stderr).toContain(`has left 3 unknown.\nNext: ${next}\n`);
    expect(ran.stdout).toContain(`\`${next}\` sends it again: the provider says so if it has it already.`);
    expect(desk.read('unknown.html')).toContain(next);
    for (const said of [ran.stdout, ran.stderr]) expect(said).not.toMatch(/look it up|--settle/i);
    const before = (await sandbox.leads()).length;
    const settled = await run('retry', id, '--settle');
    expect(settled.status).toBe(5);
    expect(settled.stdout).toContain('only sending it again can tell');
    expect(settled.stderr).toContain(`Next: leadpush retry ${id} --unknown --config c.yaml`);
    expect((await sandbox.leads()).length).toBe(before);
    expect((await run('show', id)).stdout).toMatch(/\? unknown .* still unknown in run/);
    const again = await run('retry', id, '--unknown');
    expect(again.stdout).toContain('the provider has it');
    const shown = await run('show', id);
    expect(shown.stderr).toContain('3 unknown, all settled by run');
    // This run had sent them itself.
    expect(shown.stderr).toContain('3 duplicate the provider has them\n');
    expect(shown.stdout).toMatch(/= duplicate .* the provider has it as lead \d+ {2}was unknown, settled by/);
    expect((await run('show', id, '--status', 'duplicate')).stderr).not.toContain('not sent again');
  });

  it('of two targets is asked about first, as long as one of them can be asked', async () => {
    const { ran, id } = await sent('a,p', 'lost:1,ask-502:1', LEADS.replaceAll('98765', '95205'));
    expect(ran.status).toBe(5);
    expect(ran.stderr).toContain('6 unknown');
    const settle = `Next: leadpush retry ${id} --settle --config c.yaml\n`;
    expect(ran.stderr).toContain(settle);
    // Asking fails once more.
    await faults('ask-502:1');
    expect((await run('retry', id, '--settle', '--retries', '0')).stderr).toContain(settle);
    expect((await run('show', id)).stderr).toContain(settle);
    await faults('');
    const before = (await sandbox.leads()).length;
    const settled = await run('retry', id, '--settle');
    expect(settled.stderr).toMatch(/3 created[\s\S]*3 unknown/);
    // What is left only sending again can tell, and no lead is doubled.
    const next = /Next: (leadpush retry .*)/.exec(settled.stderr)?.[1] ?? '';
    expect(next).toBe(`leadpush retry ${id} --unknown --config c.yaml`);
    expect(await desk.paste(next)).toMatchObject({ status: 0 });
    expect((await sandbox.leads()).length).toBe(before);
  });

  it('and sent although the provider could not tell says that it may be there twice', async () => {
    const { id } = await sent('a', 'lost:1,ask-502:1', 'Name,Phone\nAsha,9521043210\n');
    await faults('ask-502:1');
    const again = await run('retry', id, '--unknown', '--retries', '0');
    await faults('');
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining('1 created') });
    const by = await newestId();
    const warning = {
      code: 'EARLIER_ATTEMPT_UNCERTAIN',
      message: expect.stringContaining('may be there twice'),
    };
    const json = linesOf((await run('show', by, '--json')).stdout);
    expect(json[0]).toMatchObject({ status: 'created', warnings: [warning] });
    for (const { stdout, stderr } of [again, await run('show', by)])
      expect(`${stdout}${stderr}`).toMatch(/EARLIER_ATTEMPT_UNCERTAIN|uncertain earlier attempt/);
  });

  it('is sent again by the same file where only that can tell, and the provider’s answer tells', async () => {
    const { ran } = await sent('p', 'lost:1', LEADS.replaceAll('98765', '96665'));
    expect(ran.status).toBe(5);
    const before = (await sandbox.leads()).length;
    const again = await run('send', 'leads.csv', '--to', 'p');
    expect(again).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('3 duplicate the provider has them'),
    });
    expect((await sandbox.leads()).length).toBe(before);
  });

  it('--settle goes with nothing that sends', async () => {
    const { id } = await sent('a', 'lost:1,ask-500:1', 'Name,Phone\nAsha,9876543210\n');
    const ran = await run('retry', id, '--settle', '--unknown');
    expect(ran).toMatchObject({ status: 2, stderr: expect.stringContaining('--settle only asks') });
  });
});

it('a retry that has sent all of its run names the next that has some, but no smoke test', async () => {
  const old = await sent('a', '401:1', LEADS.replaceAll('98765', '94165'));
  await faults('401:1');
  expect((await run('smoke', '--to', 'a', '--phone', '9416500009')).status).toBe(3);
  await faults('');
  const newer = await sent('a', 'lost:1,ask-500:1', LEADS.replaceAll('98765', '94166'));
  const next = `leadpush retry ${newer.id} --settle --config c.yaml`;
  const first = await run('retry', old.id);
  expect(first.stderr).toMatch(
    new RegExp(`3 created[^\n]*\nRun ${newer.id} has left 3 unknown\\.\nNext: ${next}\n$`),
  );
  const last = await desk.paste(`${next} --json`);
  expect(linesOf(last.stdout).at(-1)).toMatchObject({ created: 3 });
  expect(linesOf(last.stdout).at(-1)).not.toHaveProperty('next');
});

async function posts(): Promise<number> {
  const stats: unknown = await (await fetch(`${sandbox.url}/__sandbox/stats`)).json();
  return typeof stats === 'object' && stats !== null && 'posts' in stats ? Number(stats.posts) : 0;
}

describe('after Ctrl-C', () => {
  it('what was tried and not accepted is neither sent nor never tried', async () => {
    desk.write('c.yaml', quick(sandbox.config));
    desk.write('leads.csv', LEADS);
    await faults('429:1@60');
    const before = await posts();
    const child = desk.start(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--concurrency', '1']);
    const over = ended(child);
    await expect.poll(posts, { timeout: 10_000 }).toBeGreaterThan(before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    const ran = await over;
    await faults('');
    expect(ran.status).toBe(130);
    expect(ran.stdout).toMatch(
      /NOT_SENT Not sent again: the run was interrupted first \(SIGINT\)\. The last try: HTTP 429.* Sending it again is safe\./,
    );
    expect(ran.stderr).toContain(
      'Interrupted (SIGINT): 3 records read, 0 sent, 1 not delivered, 2 not sent.',
    );
  });

  it('what could not be connected to was not given up, by send and by retry', async () => {
    const notTls = createServer((socket) => {
      tries++;
      socket.on('error', () => {}).end('no TLS');
    });
    let tries = 0;
    await new Promise<void>((resolve) => notTls.listen(0, '127.0.0.1', resolve));
    const address = notTls.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const down = quick(sandbox.config).replaceAll(/baseUrl:.*/g, `baseUrl: https://127.0.0.1:${port}`);
    desk.write('c.yaml', down);
    desk.write('leads.csv', LEADS);
    for (const args of [['send', 'leads.csv', '--to', 'a'], ['retry']]) {
      const before = tries;
      const slow = ['--config', 'c.yaml', '--concurrency', '1', '--retries', '20'];
      const child = desk.start([...args, ...slow]);
      const over = ended(child);
      await expect.poll(() => tries, { timeout: 10_000 }).toBeGreaterThan(before + 1);
      child.kill('SIGINT');
      const { status, stdout } = await over;
      expect([status, stdout]).toEqual([
        130,
        expect.stringMatching(
          /UNREACHABLE Not sent again: the run was interrupted first \(SIGINT\)\. The last try: .* Sending it again is safe\./,
        ),
      ]);
      expect(stdout).not.toContain('Gave up');
    }
    notTls.close();
  });

  it('a retry names what it cannot send: the rest of the input', async () => {
    desk.write('c.yaml', quick(sandbox.config));
    await faults('429:1@60');
    const before = await posts();
    const child = desk.start(['send', '-', '--to', 'a', '--config', 'c.yaml', '--format', 'csv']);
    const over = ended(child);
    // More than is looked at to tell what the file is; the last line is not whole.
    child.stdin?.write(`${LEADS}${'\n'.repeat(2_000_000)}Dev,98`);
    await expect.poll(posts, { timeout: 10_000 }).toBeGreaterThan(before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    expect((await over).status).toBe(130);
    const id = await newestId();
    const failed = await run('retry', id, '--max-wait', '1s');
    await faults('');
    const rest = `Run ${id} was interrupted before it had read all of its input.`;
    expect(failed.stderr).toMatch(
      new RegExp(
        `Next: after [\\d:]+:\n {2}leadpush retry ${id} .*\n {2}.*\n {2}${rest} .* Then: leadpush send - --to a`,
      ),
    );
    const ran = await run('retry', id);
    expect(ran).toMatchObject({ status: 0, stderr: expect.stringContaining('3 created') });
    expect(ran.stderr).toMatch(new RegExp(`${rest} .*\nNext: leadpush send - --to a --config c.yaml\n`));
    expect((await run('retry', id, '--quiet')).stderr).toContain(rest);
  });

  it('of a run with --resend: the same command is said to send again what this one has sent', async () => {
    desk.write('c.yaml', quick(sandbox.config));
    const rows = Array.from({ length: 300 }, (_, i) => `Person ${i},98${String(75_500_000 + i)}`);
    desk.write('leads.csv', ['Name,Phone', ...rows, ''].join('\n'));
    await faults('slow:1@60');
    const child = desk.start(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--resend']);
    const over = ended(child);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('created')) resolve();
      });
    });
    child.kill('SIGINT');
    const ran = await over;
    await faults('');
    expect(ran.status).toBe(130);
    expect(ran.stderr).toContain('with --resend also sends again what this one has sent.\n');
    expect(ran.stderr).toMatch(/Go on: leadpush send .* --resend\n {2}With --resend it also sends again/);
    expect(ran.stderr).not.toContain('goes on where this one stops');
    // All of it was read, and a retry sends nothing twice.
    expect((await run('show')).stderr).toMatch(/^Next: leadpush retry \w{8} --config c\.yaml$/m);
  });

  it('the same command goes on, and then the run offers nothing', async () => {
    desk.write('c.yaml', quick(sandbox.config));
    const rows = Array.from({ length: 1_500 }, (_, i) => `Person ${i},98${String(76_500_000 + i)}`);
    desk.write('my leads.csv', ['Name,Phone', ...rows, ''].join('\n'));
    await faults('slow:1@60');
    const args = ['send', 'my leads.csv', '--to', 'a', '--config', 'c.yaml', '--concurrency', '4'];
    const child = desk.start(args);
    const over = ended(child);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('created')) resolve();
      });
    });
    child.kill('SIGINT');
    const ran = await over;
    await faults('');
    expect(ran.status).toBe(130);
    expect(ran.stderr).toMatch(
      /Interrupted \(SIGINT\): [\d,]+ records read, \d+ sent, [\d,]+ not sent; the rest of the file was not read\./,
    );
    const same = "leadpush send 'my leads.csv' --to a --config c.yaml --concurrency 4";
    expect(ran.stderr).toContain(`Go on: ${same}\n`);
    expect(ran.stderr).not.toContain('retry');
    expect(ran.stderr).toMatch(/ not sent {2}/);
    expect(ran.stderr).not.toMatch(/ failed {2}/);
    expect(ran.stdout).toContain('· not sent');
    // They are in stdout; stderr counts them.
    expect(ran.stderr.split('\n').length).toBeLessThan(12);
    const id = await newestId();
    expect((await run('show', id)).stderr).toContain(
      "Go on: `leadpush send 'my leads.csv' --to a --config c.yaml` again",
    );
    expect((await run('runs', '--failed')).stdout).toContain(id);
    const notSent = await run('show', id, '--status', 'Not sent');
    expect(notSent.stdout).toBe((await run('show', id, '--status', 'failed')).stdout);
    expect(notSent.stdout).not.toContain('created');
    const open = await run('runs');
    expect(open.stdout).toMatch(new RegExp(`${id} .* \\d+ created, \\d+ not sent\n`));
    const [asJson] = linesOf((await run('runs', '--json')).stdout);
    expect(asJson?.['notSent']).toBe(asJson?.['failed']);
    expect(asJson).toMatchObject({ now: { notSent: asJson?.['failed'] } });
    expect(linesOf((await run('show', id, '--json')).stdout).at(-1)).toMatchObject({
      failed: asJson?.['failed'],
      notSent: asJson?.['failed'],
    });
    await run('report', id, '--html', 'page.html');
    expect(desk.read('page.html')).toContain('<li class="failed none"><b>0</b>failed');
    expect(desk.read('page.html')).toMatch(/<li class="not-sent"><b>[\d,]+<\/b>not sent/);

    // A part of it: the others still stand as they did.
    const part = ['send', 'part.csv', '--to', 'a', '--config', 'c.yaml'];
    desk.write(
      'part.csv',
      ['Name,Phone', ...rows.slice(-1), rows[Number(asJson?.['created'])] ?? '', ''].join('\n'),
    );
    expect((await desk.run(part)).status).toBe(0);
    const settled = await run('show', id);
    expect(settled.stdout).toMatch(/✓ created .* was not sent, settled by run/);
    expect(settled.stderr).toMatch(/Since then: [\d,]+ not sent, \d settled by run/);
    expect((await run('runs', '--all')).stdout).toMatch(new RegExp(`${id} .* \\d+ created, \\d+ not sent\n`));

    const finished = await desk.run([...args, '--concurrency', '64', '--quiet']);
    expect(finished.status).toBe(0);
    const by = (await run('runs')).stdout.split('\n')[1]?.slice(0, 8);
    const shown = await run('show', id);
    expect(shown.stderr).toContain(`run ${by} has finished it`);
    expect(shown.stderr).not.toMatch(/Next:|Go on:/);
    const runs = await run('runs');
    expect(runs.stdout).toMatch(new RegExp(`${id} .* finished `));
    expect(runs.stderr).not.toContain('Go on:');
    expect((await run('runs', '--failed')).stdout).not.toContain(id);
    expect((await run('retry', id)).stderr).toBe('Nothing to retry.\n');
    await run('report', id, '--html', 'page.html');
    const page = desk.read('page.html');
    expect(page).toMatch(/interrupted \(\w+\): [\d,]+ records read/);
    // What the other run did is told, and not drawn into this one's time.
    const [, time = ''] = page.split('<h2>Over time</h2>');
    expect(time).toMatch(/As this run left them/);
    expect(time).toMatch(/<rect class="s-not-sent"[^>]*><title>[\d:]+: \d+ not sent/);
  });
});

it('a target that neither the ledger nor the configuration knows is named, with the near miss', async () => {
  await sent('a', '');
  desk.write('c.yaml', desk.read('c.yaml').replace(/^ {2}p:/m, '  greens-staging:'));
  const strange = 'No run to list. Neither this ledger nor the configuration has a target';
  for (const [to, said] of [
    ['greens-stagin', `${strange} "greens-stagin", did you mean "greens-staging"?\n`],
    ['a,elsewhere', ''],
    ['elsewhere', `${strange} "elsewhere".\n`],
    ['greens-staging', 'No run to list.\n'],
    ['sandbox-anarock', 'No run to list.\n'],
  ])
    expect(await run('runs', '--to', String(to))).toMatchObject({ status: 0, stderr: said });
});

it('--quiet, as in a mail of cron, counts what was never tried and lists what was', async () => {
  desk.write('c.yaml', quick(sandbox.config));
  const rows = Array.from({ length: 40 }, (_, i) => `P${i},98${String(77_500_000 + i)}\n`);
  desk.write('leads.csv', `Name,Phone\n${rows.join('')}`);
  await faults('auth200:1');
  const ran = await run('send', 'leads.csv', '--to', 'a', '--concurrency', '1', '--quiet');
  await faults('');
  expect(ran.status).toBe(3);
  expect(ran.stdout.match(/✗ failed /g)).toHaveLength(1);
  expect(ran.stdout).not.toContain('not sent');
  expect(ran.stderr).toMatch(/ 39 not sent {2}nothing arrived/);
});

it('a retry after the address was corrected settles its run, too, and goes on to the next', async () => {
  const right = quick(sandbox.config);
  const wrong = right.replaceAll(/^( {4}baseUrl:).*$/gm, '$1 http://127.0.0.1:1');
  desk.write('c.yaml', wrong);
  for (const phone of ['9876588211', '9876588212']) {
    desk.write('leads.csv', `Name,Phone\nUma,${phone}\n`);
    expect((await run('send', 'leads.csv', '--to', 'a', '--retries', '0')).status).toBe(4);
  }
  const ids = [await newestId()];
  desk.write('c.yaml', right);
  for (let i = 0; i < 2; i++) {
    const again = await run('retry');
    expect(again.stdout).toContain('created');
    expect(again.status).toBe(0);
  }
  expect((await run('retry')).stderr).toBe('Nothing to retry.\n');
  expect((await run('runs', '--failed')).stdout).not.toContain(ids[0]);
  const shown = await run('show', ids[0] ?? '');
  expect(shown.stdout).toMatch(/created .*was failed, settled by run/);
  expect(shown.stderr).toMatch(/Since then: 1 failed, all settled by run/);
});

it('a purge tells of what can no longer be sent, and so does retry: never that all is well', async () => {
  await sent('a', 'auth200:1', LEADS.replaceAll('98765', '95865'));
  const unknown = await sent('a', 'lost:1,ask-reset:1', LEADS.replaceAll('98765', '95875'));
  expect(unknown.ran.status).toBe(5);
  // The same three on the next night: they stay three.
  await faults('ask-reset:1');
  expect((await run('send', 'leads.csv', '--to', 'a', '--retries', '0')).status).toBe(5);
  await faults('');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const purged = await run('runs', '--purge', '10ms');
  expect(purged.status).toBe(0);
  expect(purged.stderr).toContain('6 leads of them had not been delivered, or nobody knows');
  expect(await run('retry', unknown.id)).toMatchObject({
    status: 5,
    stderr: expect.stringMatching(
      / was deleted on .*, with 3 leads that are not delivered or unknown\. Send the file/,
    ),
  });
  expect((await run('retry', '--settle')).stderr).toContain('3 leads are unknown: send its file again');
  expect((await run('show', unknown.id)).stderr).not.toContain('stopped: Deleted');
  expect((await run('runs', '--purge', '10ms', '--json')).stdout).toContain('"runs":0,"undelivered":0');
});

it('a purge knows what a retry to the corrected account delivered, also where it spares the retry', async () => {
  desk.write('leads.csv', LEADS.replaceAll('98765', '95885'));
  const right = sandbox.config;
  desk.write('c.yaml', right.replace(/appName: .*/, 'appName: wrong'));
  expect((await run('send', 'leads.csv', '--to', 'p')).status).toBe(3);
  const id = await newestId();
  desk.write('c.yaml', right);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await run('retry', id)).toMatchObject({ status: 0, stdout: expect.stringContaining('created') });
  const settled = new RegExp(`3 failed(?: or not sent)?, all settled by run ${await newestId()}`);
  expect((await run('show', id)).stderr).toMatch(settled);
  expect(await run('runs', '--purge', '1500ms')).toMatchObject({
    stdout: expect.stringMatching(/^Deleted personal data of 1 run /),
    stderr: '',
  });
  expect((await run('show', id)).stderr).toMatch(settled);
  expect((await run('runs')).stdout).toMatch(new RegExp(`${id} .* settled `));
});

it('a retry keeps the order of the input, whichever retries before it have tried some', async () => {
  const order = { a: 'b.csv', b: 'a.csv' };
  for (const [prefix, name] of [
    [95895, order.a],
    [95896, order.b],
  ] as const)
    desk.write(
      name,
      `Name,Phone\n${Array.from({ length: 30 }, (_, i) => `L${i},${prefix}${10_000 + i}\n`).join('')}`,
    );
  desk.write('c.yaml', sandbox.config);
  const refused = async (...args: readonly string[]) =>
    (await desk.run([...args, '--config', 'c.yaml'], { env: { A_KEY: 'wrong' } })).status;
  expect(await refused('send', order.a, order.b, '--to', 'a')).toBe(3);
  const id = await newestId();
  expect(await refused('retry', id)).toBe(3);
  const { stdout, status } = await run('retry', id, '--json', '--concurrency', '1');
  const lines = linesOf(stdout).slice(0, -1);
  expect([status, lines.length]).toEqual([0, 60]);
  expect(lines.map(({ file, record }) => [file, record])).toEqual(
    [order.a, order.b].flatMap((file) => Array.from({ length: 30 }, (_, i) => [file, i + 1])),
  );
});

it.each<[string, (text: string) => string, readonly string[], string]>([
  ['the configuration names', (text) => `ledger: own.db\n${text}`, ['--config', 'c.yaml'], 'own.db'],
  ['--ledger names', (text) => text, ['--config', 'c.yaml', '--ledger', 'own.db'], 'own.db'],
])(
  'a purge says which ledger it was, or that there is none: the one that %s',
  async (_, config, own, name) => {
    desk.write('c.yaml', config(sandbox.config));
    desk.write('leads.csv', LEADS);
    const none = {
      status: 0,
      stdout: expect.stringMatching(/^There is no ledger at \/\S+, so nothing was deleted\. .*\n$/),
    };
    const at = realpathSync(desk.folder);
    for (const where of [own, ['--ledger', 'other.db']]) {
      expect(await desk.run(['runs', '--purge', '1ms', ...where])).toMatchObject(none);
      expect(linesOf((await desk.run(['runs', '--purge', '1ms', '--json', ...where])).stdout)).toMatchObject([
        { type: 'purge', runs: 0, undelivered: 0 },
      ]);
    }
    expect(readdirSync(desk.folder).filter((file) => file.endsWith('.db'))).toEqual([]);
    await desk.run(['send', 'leads.csv', '--to', 'a', ...own]);
    expect((await desk.run(['runs', '--purge', '1ms', ...own])).stdout).toContain(
      `, in the ledger ${at}/${name}. Duplicates are still recognised.\n`,
    );
  },
);

describe('the run that is meant where none is named', () => {
  it('is the newest that is no sandbox’s, and is named', async () => {
    const { id } = await sent('a', '');
    await run('send', 'leads.csv', '--to', 'sandbox-anarock');
    for (const args of [['show'], ['show', 'latest'], ['report'], ['report', 'LATEST']]) {
      const ran = await run(...args);
      expect([args, ran.status]).toEqual([args, 0]);
      expect(ran.stderr).toContain(`Run ${id} of `);
      expect(ran.stderr).toContain('leads.csv to a.');
    }
    expect(readdirSync(desk.folder)).toContain(`leadpush-${id}.html`);
  });

  it('is one with something to retry, of the targets of this configuration', async () => {
    const { id } = await sent('a', '422:1', LEADS.replaceAll('98765', '96765'));
    await faults('');
    await run('send', '--phone', '9876543299', '--to', 'a');
    expect((await run('retry')).stderr).toMatch(
      /^Nothing to retry\. Run \w{8} has left 3 rejected\.\nNext: .* --rejected/,
    );
    const again = await run('retry', '--rejected');
    expect(again.status).toBe(0);
    expect(again.stderr).toContain(`Run ${id} of `);
  });

  it('is none where there are only tries in the sandbox, which are listed', async () => {
    desk.write('leads.csv', LEADS);
    await run('send', 'leads.csv', '--to', 'sandbox-anarock');
    for (const name of ['show', 'report']) {
      const none = await run(name);
      expect(none.status).toBe(2);
      const [, command = ''] = /^The newest: (leadpush .*)$/m.exec(none.stderr) ?? [];
      expect(command).toMatch(new RegExp(`^leadpush ${name} \\w{8} --config c.yaml$`));
      expect(await desk.paste(command)).toMatchObject({ status: 0 });
    }
    expect((await run('retry')).stderr).toBe('Nothing to retry.\n');
    const runs = await run('runs');
    expect(runs.stdout).toBe('');
    expect(runs.stderr).toContain('1 sandbox run not shown; --all shows it.');
    expect((await run('runs', '--all')).stdout).toContain('sandbox-anarock');
  });

  it('is never a smoke test, which nothing proposes to send again', async () => {
    const { id } = await sent('a', '401:1', LEADS.replaceAll('98765', '95765'));
    await faults('401:1');
    const smoke = await run('smoke', '--to', 'a', '--phone', '9876543298');
    await faults('');
    expect(smoke.status).toBe(3);
    const again = await run('retry');
    expect(again.status).toBe(0);
    expect(again.stderr).toContain(`Run ${id} of `);
    expect((await run('retry')).stderr).toBe('Nothing to retry.\n');
    const [newest] = linesOf((await run('runs', '--json', '--limit', '9')).stdout).filter(
      ({ command }) => command === 'smoke',
    );
    const test = String(newest?.['run']);
    await run('report', test, '--html', 'smoke.html');
    for (const shown of [await run('show', test), { stdout: desk.read('smoke.html'), stderr: '' }]) {
      expect(shown.stdout + shown.stderr).toContain(
        `Run ${test} was a smoke test: run the same test again, which sends a lead of its own.`,
      );
      expect(shown.stdout + shown.stderr).not.toContain('leadpush retry');
    }
    expect((await run('runs', '--failed')).stdout).not.toContain(test);
    expect((await run('runs')).stdout).toContain(test);
    const named = await run('retry', test);
    expect(named).toMatchObject({ status: 0, stdout: expect.stringContaining('created') });
    expect((await run('retry', test)).stderr).toBe('Nothing to retry.\n');
  });

  it('deleting old runs: the lead of a smoke test is not one that was not delivered', async () => {
    await faults('401:1');
    await run('smoke', '--to', 'a', '--phone', '9876543297', '--ledger', 'purge.db');
    await faults('');
    const { stdout, stderr } = await run('runs', '--purge', '1ms', '--ledger', 'purge.db');
    expect(stdout).toMatch(/^Deleted personal data of 1 run /);
    expect(stderr).toBe('');
  });
});

it('a retry to production that nobody confirmed proposes a command that shows it', async () => {
  desk.write(
    'c.yaml',
    sandbox.config.replace('provider: anarock', 'provider: anarock\n    environment: production'),
  );
  desk.write('leads.csv', LEADS.replaceAll('98765', '96765'));
  await faults('500:1,ask-500:1');
  const ran = await run('send', 'leads.csv', '--to', 'a', '--retries', '0', '--yes');
  await faults('');
  expect(ran.status).toBe(5);
  const id = await newestId();
  const refused = await run('retry', id, '--unknown');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain(
    `Add --yes to send it. See it first: leadpush show ${id} --config c.yaml\n`,
  );
  const shown = await desk.paste(`leadpush show ${id} --config c.yaml`);
  expect(shown.stdout.match(/\? unknown/g)).toHaveLength(3);
});

it('a retry with --json that finds nothing to do ends with a summary, too', async () => {
  const { id } = await sent('a', '', 'Name,Phone\nAsha,9866543210\n');
  for (const args of [[], [id], ['--settle'], ['--unknown', '--rejected']]) {
    const ran = await run('retry', ...args, '--json');
    expect(ran.status).toBe(0);
    expect(linesOf(ran.stdout)).toMatchObject([
      { type: 'summary', run: null, records: 0, created: 0, failed: 0, unknown: 0 },
    ]);
  }
});

describe('from a folder with a configuration of its own, whose target of this name is another', () => {
  let there: string;
  let other: SandboxProcess;
  /** Another account of the same name; the ledger is the user's own, which both folders share. */
  const moved = async () => {
    other = await startSandbox(desk);
    const file = desk.write('there/.leadpushrc', quick(other.config));
    there = dirname(file);
  };
  const runThere = (...args: readonly string[]) => desk.run(args, { cwd: there });

  it('the next commands name the configuration that the run was given', async () => {
    await moved();
    try {
      const { id } = await sent('p', 'lost:1', LEADS.replaceAll('98765', '93765'));
      const next = `leadpush retry ${id} --unknown --config ${desk.folder}/c.yaml`;
      const shown = await runThere('show', id);
      expect(shown.stderr).toContain(`Next: ${next}\n`);
      // Also in the messages, which were written in the first folder.
      expect(shown.stdout).toContain(`\`${next}\``);
      expect(shown.stdout).not.toContain('--config c.yaml');
      await runThere('report', id, '--html', '../page.html');
      expect(desk.read('page.html')).toContain(next);
      // Where they were given one, that one is named.
      for (const [args, said] of [
        [['show', id, '--config', '../c.yaml'], `${id} --unknown --config ../c.yaml\n`],
        [['show', id], `${id} --unknown --config ${desk.folder}/c.yaml\n`],
      ] as const)
        expect((await runThere(...args)).stderr).toContain(said);
      expect((await desk.run(['show', id], { env: { LEADPUSH_CONFIG: 'c.yaml' } })).stderr).toContain(
        `Next: leadpush retry ${id} --unknown --config c.yaml\n`,
      );
      expect(await desk.paste(next)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('duplicate'),
      });
      expect(await other.leads()).toHaveLength(0);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['--unknown', 'lost:1', 'p', ' Its leads go there.'],
    ['--unknown', 'lost:1,ask-500:1', 'a', ' Its leads go there.'],
    ['--failed', '401:1', 'a', ' Its leads go there.'],
    ['--settle', 'lost:1,ask-500:1', 'a', ''],
  ])(
    'retry %s of %s at %s says where it goes now, also with --quiet',
    async (option, fault, target, goes) => {
      await moved();
      try {
        const { id } = await sent(target, fault, LEADS.replaceAll('98765', `9${target === 'a' ? 27 : 37}65`));
        const { stderr, stdout } = await runThere('retry', id, option, '--quiet', '--json');
        const account = (one: SandboxProcess) =>
          `${one.url} (${target === 'a' ? `anarock, ${one.anarock.channel}` : `paramantra, ${one.paramantra.appName}`})`;
        const line = `leadpush: target "${target}" is not where run ${id} sent: ${account(sandbox)} → ${account(other)}.${goes}\n`;
        expect(stderr).toContain(line);
        expect(await other.leads()).toHaveLength(option === '--settle' ? 0 : 3);
        const warnings = linesOf(stdout).flatMap((one) =>
          one['type'] === 'result' ? [one['warnings']] : [],
        );
        const doubt = {
          field: null,
          code: 'EARLIER_ATTEMPT_UNCERTAIN',
          message: `The answer to an earlier attempt was lost, and that one went to ${account(sandbox)}: this lead may be there, too. Look it up there.`,
        };
        expect(warnings).toEqual(Array.from({ length: 3 }, () => (option === '--unknown' ? [doubt] : [])));
      } finally {
        await other.close();
      }
    },
  );

  it('a run with a configuration that was found is to be retried in its folder', async () => {
    desk.write('first/.leadpushrc', quick(sandbox.config));
    await faults('401:1');
    const cwd = `${desk.folder}/first`;
    await desk.run(['send', '--to', 'a', '--phone', '9092765001'], { cwd });
    await faults('');
    there = dirname(desk.write('there/.leadpushrc', quick(sandbox.config)));
    const note = `It was sent with ${cwd}/.leadpushrc, which was found there: retry it in that folder.\n`;
    expect((await runThere('show')).stderr).toContain(note);
    for (const args of [['show'], ['runs']])
      expect((await desk.run(args, { cwd })).stderr).not.toContain('It was sent with');
    expect((await desk.run(['retry'], { cwd })).status).toBe(0);
    // Nothing is left to do.
    expect((await runThere('show', await newestId())).stderr).not.toContain('It was sent with');
  });

  it('a target that is not in it is looked for in the one that the run was given', async () => {
    const { id } = await sent('a', '401:1', LEADS.replaceAll('98765', '91765'));
    there = dirname(desk.write('there/.leadpushrc', quick(sandbox.config).replace('  a:', '  b:')));
    const next = `leadpush retry ${id} --config ${desk.folder}/c.yaml`;
    const named = await runThere('retry', id);
    expect(named).toMatchObject({
      status: 2,
      stderr: `leadpush: Run ${id} sent to "a", not in this configuration.\nUse the one that it was given: ${next}\n`,
    });
    expect((await runThere('retry')).stderr).toContain(`\nNext: ${next}\n`);
    expect((await desk.paste(next)).status).toBe(0);
  });
});
