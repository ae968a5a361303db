// A disk that is full under stdout or stderr (`>> leadpush.log 2>&1`): one plain sentence, exit 1, and a run ends as with
// any other end: what is in progress finishes, ledger and files are complete, nothing is lost or sent twice later.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
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

// A limit on the size of files stands for the full disk: only --output and --rejects grow beyond it, the ledger does not.
describe.runIf(process.platform === 'linux')('a disk that is full under a file of results', () => {
  const LIMITED = 'trap \'\' XFSZ; ulimit -f 800; exec "$@"';
  const limited = (args: readonly string[]): Promise<Ended> =>
    ended(
      spawn('bash', ['-c', LIMITED, 'bash', process.execPath, BIN, ...args], {
        cwd: desk.folder,
        env: desk.env(),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  const NOTE = 'x'.repeat(9_000);
  const rows = (start: number, count: number) =>
    Array.from({ length: count }, (_, i) => `P,98766${start + i},${NOTE}\n`).join('');

  it('in the middle: which file, how much was read, and only the same command goes on', async () => {
    desk.write('wide.csv', `Name,Phone,Note\n${rows(10_000, 1_500)}`);
    const args = ['send', 'wide.csv', '--to', 'a', '--config', 'c.yaml', '--column', 'Note='];
    const to = [...args, '--output', 'wide-results.csv', '--ledger', 'wide.db'];
    const { status, stderr } = await limited(to);
    expect(status).toBe(1);
    const [, id] = /^Run (\w+): /m.exec(stderr) ?? [];
    expect(stderr).toContain(
      `leadpush: wide-results.csv could not be written: the file would be too large.\nNothing was sent after that; \`leadpush show ${id} --config c.yaml --ledger wide.db\` has the results.\n`,
    );
    expect(stderr).toMatch(
      /Interrupted \(its results could not be written\): [\d,]+ records read; the rest of the file was not read\.\n/,
    );
    expect(stderr).toContain(
      'Go on: leadpush send wide.csv --to a --config c.yaml --column Note= --output wide-results.csv',
    );
    expect(stderr).not.toMatch(/ failed {2}|retry/);
    expect(existsSync(join(desk.folder, 'wide-results.csv'))).toBe(false);
  });

  it('at the end: no command names a file that is not there', async () => {
    desk.write('bad.csv', `Name,Phone,Note\nA,9876620001,x\nB,12,${'y'.repeat(1_000_000)}\n`);
    const args = [
      'send',
      'bad.csv',
      '--to',
      'a',
      '--config',
      'c.yaml',
      '--column',
      'Note=',
      '--rejects',
      'r.csv',
    ];
    const { status, stderr } = await limited(args);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^leadpush: r\.csv could not be written: the file would be too large\.\n`leadpush show \w+ --config c\.yaml` has the results\.$/m,
    );
    expect(stderr).toContain(`Next: leadpush ${args.join(' ')}\n`);
    expect(existsSync(join(desk.folder, 'r.csv'))).toBe(false);
    const json = linesOf((await limited([...args, '--json'])).stdout).at(-1);
    expect(json?.['next']).toEqual([`leadpush ${args.join(' ')} --json`]);
  });
});
