// A disk that is full under stdout or stderr (`>> leadpush.log 2>&1`): one plain sentence, exit 1, and a run ends as with
// any other end: what is in progress finishes, ledger and files are complete, nothing is lost or sent twice later.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, Desk, type Ended, ended, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

const LEADS = 200;
const FULL = '/dev/full';

let desk: Desk;
let sandbox: SandboxProcess;
let full: number;
let run: string;

beforeAll(async () => {
  if (!existsSync(FULL)) return;
  full = openSync(FULL, 'w');
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--latency', '20ms']);
  desk.write('c.yaml', sandbox.config);
  desk.write('one.csv', 'Name,Phone\nAsha,9876500001\n');
  const first = await desk.run(['send', 'one.csv', '--to', 'a', '--config', 'c.yaml', '--json']);
  run = String(linesOf(first.stdout).at(-1)?.['run']);
});
afterAll(async () => {
  if (!existsSync(FULL)) return;
  closeSync(full);
  await sandbox.close();
  desk.remove();
});

/** Runs leadpush with a full disk under what is said. */
function onFull(under: readonly ('stdout' | 'stderr')[], args: readonly string[]): Promise<Ended> {
  const where = (name: 'stdout' | 'stderr') => (under.includes(name) ? full : 'pipe');
  return ended(
    spawn(process.execPath, [BIN, ...args], {
      cwd: desk.folder,
      env: desk.env(),
      stdio: ['ignore', where('stdout'), where('stderr')],
    }),
  );
}

const SAID = /^leadpush: stdout could not be written: no space is left on the disk\.$/gm;
const TRACE = /\n\s+at |node:internal|\.js:\d+|internal error/;

describe.runIf(existsSync(FULL))('a full disk', () => {
  it.each<[string, () => readonly string[]]>([
    ['--version', () => ['--version']],
    ['--help', () => ['--help']],
    ['send --help', () => ['send', '--help']],
    ['presets', () => ['presets']],
    ['presets --json', () => ['presets', '--json']],
    ['explain', () => ['explain']],
    ['completion', () => ['completion', 'bash']],
    ['runs', () => ['runs']],
    ['runs --json', () => ['runs', '--json']],
    ['show', () => ['show', run]],
    ['show --json', () => ['show', run, '--json']],
    ['check FILE', () => ['check', 'one.csv']],
    ['check FILE --json', () => ['check', 'one.csv', '--json']],
    ['check', () => ['check', '--to', 'a', '--config', 'c.yaml']],
    ['sources', () => ['sources', '--to', 'a', '--config', 'c.yaml']],
    ['verify', () => ['verify', '--to', 'a', '--config', 'c.yaml', '--phone', '9876500001']],
    ['smoke', () => ['smoke', '--to', 'a', '--config', 'c.yaml', '--phone', '9876500009']],
    ['send --dry-run', () => ['send', 'one.csv', '--to', 'a', '--config', 'c.yaml', '--dry-run', '--resend']],
    ['sandbox', () => ['sandbox', '--json']],
    ['init', () => ['init', '--yes', '--provider', 'anarock']],
  ])('under the stdout of %s: one sentence, exit 1', async (_, args) => {
    const { status, stderr } = await onFull(['stdout'], args());
    expect(stderr).not.toMatch(TRACE);
    expect(stderr.match(SAID)?.length).toBe(1);
    expect(status).toBe(1);
  });

  it.each(['a', 'p'])(
    'under the results of a run to %s: it drains, and the same command goes on',
    async (to) => {
      const start = to === 'a' ? 10_000 : 20_000;
      const rows = Array.from({ length: LEADS }, (_, i) => `P,98765${start + i}\n`);
      desk.write('many.csv', `Name,Phone\n${rows.join('')}`);
      const args = [
        'send',
        'many.csv',
        '--to',
        to,
        '--config',
        'c.yaml',
        '--json',
        '--output',
        `${to}.ndjson`,
      ];
      const before = (await sandbox.leads()).length;
      const { status, stderr } = await onFull(['stdout'], args);
      expect(stderr).not.toMatch(TRACE);
      expect(stderr.match(SAID)?.length).toBe(1);
      expect(stderr).toMatch(/The same command goes on where this one stopped/);
      expect(status).toBe(1);

      const sent = (await sandbox.leads()).length - before;
      expect(sent).toBeLessThan(LEADS);
      const created = linesOf(desk.read(`${to}.ndjson`)).filter((line) => line['status'] === 'created');
      expect(created.length).toBe(sent);
      const [last] = linesOf((await desk.run(['runs', '--json'])).stdout);
      expect(last).toMatchObject({ state: 'ended', exitStatus: 1, created: sent, interrupted: true });

      const again = await desk.run(args);
      expect(again.status).toBe(0);
      expect((await sandbox.leads()).length - before).toBe(LEADS);
      expect(linesOf(again.stdout).flatMap((line) => line['warnings'] ?? [])).toEqual([]);
    },
  );

  it.each<[string, readonly ('stdout' | 'stderr')[]]>([
    ['stderr', ['stderr']],
    ['both', ['stdout', 'stderr']],
  ])('under %s of a run: it ends by itself with 1', async (name, under) => {
    desk.write('two.csv', `Name,Phone\nA,98765${name.length}4001\nB,12\nC,98765${name.length}4002\n`);
    const args = ['send', 'two.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', `${name}.db`];
    const { status, signal } = await onFull(under, args);
    expect([status, signal]).toEqual([1, null]);
    const [last] = linesOf((await desk.run(['runs', '--json', '--ledger', `${name}.db`])).stdout);
    expect(last).toMatchObject({ state: 'ended', failed: 0, unknown: 0 });
  });

  it.each<[string, () => readonly string[], RegExp]>([
    [
      'report --html',
      () => ['report', run, '--html', '/dev/fd/3'],
      /\/dev\/fd\/3 could not be written: no space/,
    ],
    [
      'smoke --junit',
      () => ['smoke', '--to', 'a', '--config', 'c.yaml', '--phone', '9876500008', '--junit', '/dev/fd/3'],
      /the JUnit report could not be written: no space/,
    ],
  ])('under the file of %s: one sentence, exit 1', async (_, args, message) => {
    const { status, stderr } = await ended(
      spawn(process.execPath, [BIN, ...args()], {
        cwd: desk.folder,
        env: desk.env(),
        stdio: ['ignore', 'pipe', 'pipe', full],
      }),
    );
    expect(stderr).not.toMatch(TRACE);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });
});
