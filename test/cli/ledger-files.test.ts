// The ledger's file as a user meets it: copied, put back, mistyped, shared, locked, and somebody else's.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Ended, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess | null;
beforeEach(() => {
  desk = new Desk();
  sandbox = null;
});
afterEach(async () => {
  await sandbox?.close();
  desk.remove();
});

const at = (name: string) => join(desk.folder, name);

async function connect(): Promise<void> {
  sandbox = await startSandbox(desk);
  desk.write('c.yaml', sandbox.config);
}

function leads(from: number, count: number): void {
  const rows = Array.from({ length: count }, (_, i) => `Person ${from + i},+9198200${10_000 + from + i}`);
  desk.write('leads.csv', `Name,Phone\n${rows.join('\n')}\n`);
}

function send(more: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> {
  return desk.run(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--yes', ...more], { env });
}

const LEDGER = ['--ledger', 'ledger.db'] as const;

/** What a copy of the one file tells. */
async function toldByCopy(): Promise<number> {
  mkdirSync(at('copy'), { recursive: true });
  copyFileSync(at('ledger.db'), at('copy/ledger.db'));
  const run = await desk.run(['runs', '--json', '--ledger', 'copy/ledger.db']);
  rmSync(at('copy'), { recursive: true });
  return linesOf(run.stdout).length;
}

/** Sends and is killed in the middle, so that a log is left. */
async function killedRun(from: number): Promise<void> {
  leads(from, 300);
  const child = desk.start([
    'send',
    'leads.csv',
    '--to',
    'a',
    '--config',
    'c.yaml',
    '--yes',
    '--json',
    ...LEDGER,
  ]);
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await gone;
  expect(statSync(at('ledger.db-wal')).size).toBeGreaterThan(0);
}

describe('a blank beside the name of a ledger', () => {
  const ADDRESS = ' postgresql://u:hunter2@db.example/leads';
  const says = (where: string) => ({
    stdout: '',
    stderr: `leadpush: ${where}: the name of the ledger begins or ends with a blank.\nWrite it without the blank.\n`,
    status: 2,
  });

  it.each([
    ['runs', ADDRESS],
    ['show', ADDRESS],
    ['send --phone 9876500001 --to sandbox-anarock', ADDRESS],
    ['smoke --to sandbox-anarock', `${ADDRESS.trim()}\n`],
    ['retry', ' l.db'],
  ])('%s %j is refused, and makes no file', async (call, name) => {
    expect(await desk.run([...call.split(' '), '--ledger', name])).toMatchObject(says('--ledger'));
    const env = { LEADPUSH_LEDGER: name };
    expect(await desk.run(call.split(' '), { env })).toMatchObject(says('LEADPUSH_LEDGER'));
    expect(readdirSync(desk.folder)).toEqual([]);
  });

  it('also between two ledgers, in a configuration, and where it is shown', async () => {
    expect(await desk.run(['ledger', 'copy', ADDRESS, 'to.db'])).toMatchObject(says('FROM'));
    desk.write('c.yaml', `ledger: "${ADDRESS}"\ntargets: {}\n`);
    const configured = await desk.run(['runs', '--config', 'c.yaml']);
    expect(configured.stderr).toMatch(/c\.yaml: ledger: begins or ends with a blank/);
    expect(configured.status).toBe(2);
    const shown = await desk.run(['config', 'show'], { env: { LEADPUSH_LEDGER: ADDRESS } });
    expect(shown.stdout + shown.stderr + configured.stderr).not.toContain('hunter2');
    expect(readdirSync(desk.folder)).toEqual(['c.yaml']);
  });
});

describe('the file alone', () => {
  it('holds all that was sent, after a run, `show`, a dry run, and the end of a killed run', async () => {
    await connect();
    leads(0, 5);
    expect((await send(LEDGER)).status).toBe(0);
    expect(await toldByCopy()).toBe(1);
    await killedRun(100);
    const [newest] = linesOf((await desk.run(['runs', '--json', ...LEDGER])).stdout);
    const killed = String(newest?.['run'] ?? newest?.['id']);
    for (const look of [
      ['runs', ...LEDGER],
      ['show', killed, ...LEDGER],
      ['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--dry-run', ...LEDGER],
    ]) {
      expect((await desk.run(look)).status).toBe(0);
      expect(await toldByCopy()).toBe(2);
    }
    // kill -9 left a log that was its own: nothing of it is lost, and nothing goes twice.
    expect((await send(LEDGER)).status).toBe(0);
    expect((await sandbox?.leads())?.length).toBe(305);
  });
});

describe('a log that is not its own', () => {
  it('is refused where an old copy was put back, and what is named is moved to go on', async () => {
    await connect();
    leads(0, 5);
    await send(LEDGER);
    copyFileSync(at('ledger.db'), at('old.db'));
    leads(10, 5);
    await send(LEDGER);
    leads(20, 5);
    await send(LEDGER);
    await killedRun(100);
    copyFileSync(at('old.db'), at('ledger.db'));
    for (const args of [
      ['runs', ...LEDGER],
      ['show', 'AB12CD34', ...LEDGER],
    ]) {
      const { status, stderr } = await desk.run(args);
      expect(status).toBe(2);
      expect(stderr).toContain(`${at('ledger.db-wal')} does not belong to the ledger`);
      expect(stderr).toContain(`move these away: ${at('ledger.db-wal')}, ${at('ledger.db-shm')}`);
    }
    const before = statSync(at('ledger.db-wal')).size;
    leads(0, 5);
    expect((await send(LEDGER)).status).toBe(2);
    expect(statSync(at('ledger.db-wal')).size).toBe(before);
    renameSync(at('ledger.db-wal'), at('away-wal'));
    renameSync(at('ledger.db-shm'), at('away-shm'));
    expect(linesOf((await desk.run(['runs', '--json', ...LEDGER])).stdout)).toHaveLength(1);
  });

  it('is refused where it is of another ledger, or no log', async () => {
    await connect();
    await killedRun(100);
    renameSync(at('ledger.db-wal'), at('other.db-wal'));
    rmSync(at('ledger.db-shm'));
    for (const make of [
      () => {},
      () => writeFileSync(at('other.db-wal'), 'not a log of SQLite, but of something else'),
    ]) {
      rmSync(at('other.db'), { force: true });
      const log = at('other.db-wal');
      renameSync(log, at('kept'));
      leads(0, 5);
      expect((await send(['--ledger', 'other.db'])).status).toBe(0);
      rmSync(log, { force: true });
      renameSync(at('kept'), log);
      make();
      const { status, stderr } = await desk.run(['runs', '--ledger', 'other.db']);
      expect({ status, stderr }).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/does not belong/),
      });
    }
  });

  it('is not taken for the whole where the file itself is gone', async () => {
    await connect();
    await killedRun(100);
    const size = statSync(at('ledger.db-wal')).size;
    for (const lose of [() => rmSync(at('ledger.db')), () => writeFileSync(at('ledger.db'), '')]) {
      lose();
      const { status, stderr } = await send(LEDGER);
      expect({ status, stderr }).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/its log .* exists/),
      });
      expect(statSync(at('ledger.db-wal')).size).toBe(size);
    }
  });

  it('may be left by a crash as zeros, which say nothing', async () => {
    await connect();
    leads(0, 5);
    await send(LEDGER);
    writeFileSync(at('ledger.db-wal'), Buffer.alloc(8_192));
    expect((await desk.run(['runs', ...LEDGER])).status).toBe(0);
  });
});

describe('a ledger that was named', () => {
  it('is told once where it is new, also with --quiet, and never has a folder made', async () => {
    await connect();
    leads(0, 1);
    for (const [args, env, path] of [
      [['--ledger', 'one.db'], {}, 'one.db'],
      [[], { LEADPUSH_LEDGER: 'two.db' }, 'two.db'],
    ] as const) {
      const first = await send([...args, '--quiet'], env);
      expect(first).toMatchObject({ status: 0, stderr: `leadpush: new ledger: ${at(path)}\n` });
      expect(await send([...args, '--quiet'], env)).toMatchObject({ status: 0, stderr: '' });
    }
    for (const command of [['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--yes'], ['runs']]) {
      const { status, stderr } = await desk.run([...command, '--ledger', 'leads/ledger.db']);
      expect(status).toBe(2);
      expect(stderr).toContain(`the folder ${at('leads')} does not exist`);
    }
    const preview = await send(['--dry-run', '--ledger', 'leads/ledger.db']);
    expect(preview.status).toBe(2);
    expect(existsSync(at('leads'))).toBe(false);
    // One right in the home, where people put it first, is; nothing below it.
    const home = await send(['--quiet', '--ledger', join(desk.home, 'leads/ledger.db')]);
    expect(home).toMatchObject({ status: 0, stderr: `leadpush: new ledger: ${desk.home}/leads/ledger.db\n` });
    expect((await send(['--ledger', join(desk.home, 'x/y/ledger.db')])).status).toBe(2);
    // The one that nobody named is made where it belongs, without a word.
    expect(await send(['--quiet'])).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(['--ledger', 'LEADPUSH_LEDGER'])(
    'through %s is not made where nobody expanded its name',
    async (by) => {
      await connect();
      leads(0, 1);
      for (const text of ['~/l.db', '$HOME/l.db', `\${HOME}/l.db`, '~root/l.db', 'mysql://x']) {
        const given =
          by === '--ledger' ? await send([`--ledger=${text}`]) : await send([], { LEADPUSH_LEDGER: text });
        expect(given.status).toBe(2);
        expect(given.stderr).toContain(`leadpush: ${by}: `);
      }
      expect(readdirSync(desk.folder).toSorted()).toEqual(['c.yaml', 'leads.csv']);
      expect(await sandbox?.leads()).toEqual([]);
    },
  );
});

describe.skipIf(process.platform === 'win32')('a ledger that', () => {
  it.each([
    ['is a folder', () => mkdirSync(at('l.db')), /it is a folder/],
    ['is a pipe', () => execFileSync('sh', ['-c', 'mkfifo "$0"', at('l.db')]), /not a regular file/],
    ['is a device', () => symlinkSync('/dev/zero', at('l.db')), /not a regular file/],
    [
      'has a pipe as its log',
      () => execFileSync('sh', ['-c', 'mkfifo "$0"', at('l.db-wal')]),
      /not a regular file/,
    ],
    [
      'everybody may write',
      () => {
        writeFileSync(at('l.db'), '');
        chmodSync(at('l.db'), 0o666);
      },
      /can be written by every user/,
    ],
  ])('%s is not opened', async (_, make, message) => {
    await connect();
    leads(0, 1);
    make();
    for (const args of [['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--yes'], ['runs']]) {
      const { status, stderr } = await desk.run([...args, '--ledger', 'l.db']);
      expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
    }
    expect(await sandbox?.leads()).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)('belongs to somebody else is opened only for the group', async () => {
    await connect();
    leads(0, 1);
    await send(['--ledger', 'l.db']);
    chownSync(at('l.db'), 4_711, 4_712);
    const foreign = await desk.run(['runs', '--ledger', 'l.db']);
    expect(foreign).toMatchObject({ status: 2, stderr: expect.stringMatching(/belongs to another user/) });
    chownSync(at('l.db'), 4_711, process.getegid?.() ?? 0);
    expect((await desk.run(['runs', '--ledger', 'l.db'])).status).toBe(0);
  });

  it('its group may write stays the group’s, with what is made beside it', async () => {
    await connect();
    leads(0, 3);
    await send(['--ledger', 'l.db']);
    chmodSync(at('l.db'), 0o664);
    if (process.getuid?.() === 0) chownSync(at('l.db'), 0, 4_712);
    const before = statSync(at('l.db')).gid;
    leads(10, 3);
    await send(['--ledger', 'l.db']);
    for (const name of ['l.db', 'l.db-wal', 'l.db-shm'].filter((file) => existsSync(at(file)))) {
      const { mode, gid } = statSync(at(name));
      expect([name, (mode & 0o777).toString(8), gid]).toEqual([name, '660', before]);
    }
  });
});

describe('libsql’s native part, where it was left out,', () => {
  it('is named, with how to install it', async () => {
    leads(0, 1);
    desk.write(
      'without.cjs',
      `const Module = require('node:module');
       const find = Module._resolveFilename;
       Module._resolveFilename = function (name, ...rest) {
         if (name.startsWith('@libsql/')) throw Object.assign(new Error('Cannot find module ' + name), { code: 'MODULE_NOT_FOUND' });
         return find.call(this, name, ...rest);
       };`,
    );
    const env = { NODE_OPTIONS: `--require ${at('without.cjs')}` };
    const { status, stderr } = await desk.run(['send', 'leads.csv', '--to', 'sandbox-anarock'], { env });
    expect(status).toBe(2);
    expect(stderr).toContain(
      `native part of libsql for ${process.platform}-${process.arch}, which is not installed`,
    );
    expect(stderr).toContain('npm install --include=optional');
  });
});

describe('a ledger that is not there', () => {
  it.each([
    ['runs', 0, /No run is recorded in this ledger/],
    ['show', 2, /There is no run in this ledger/],
    ['report', 2, /There is no run in this ledger/],
    ['retry', 0, /^Nothing to retry\. No run is recorded in this ledger\.\n$/],
  ] as const)('%s makes none', async (name, status, words) => {
    const ran = await desk.run([name, '--ledger', 'mistyped.db']);
    expect({ status: ran.status, said: words.test(ran.stderr) }, ran.stderr).toEqual({ status, said: true });
    expect(readdirSync(desk.folder)).toEqual([]);
  });

  it('a database that nothing listens for: the message says why, whatever the name stands for', async () => {
    const ran = await desk.run(['runs', '--ledger', 'postgresql://localhost:1/leads']);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/cannot be reached: connect ECONNREFUSED \S+:1\b.*\.\n/);
  });
});
