// What a call keeps of V8's work for the next ones (bin/load.js, bin/keep.js): in a copy of the program, since it lies beside it.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Desk, type Ended, ended, linesOf, ROOT } from './leadpush.ts';

const { arch, platform, version } = process;
const LEAD = ['send', '--to', 'sandbox-anarock', '--phone', '9988998899', '--name', 'Quetzala', '--json'];
const HELP = ['send', '--help'];

/** Says of each piece that V8 was given whether it took it. */
const SPY = `const vm = require('node:vm');
const seen = [];
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    if (options.cachedData !== undefined) seen.push(!this.cachedDataRejected);
  }
};
process.on('exit', () => require('node:fs').writeFileSync(process.env.SEEN, JSON.stringify(seen)));`;

const head = JSON.stringify({ build: 'other', pieces: {} });
const others = `${String(head.length).padStart(8)}${head}`;

let desk: Desk;
let copy: string;
let kept: string;
beforeAll(() => {
  desk = new Desk();
  copy = join(desk.folder, 'leadpush');
  kept = join(copy, 'dist/compiled', `${version}-${platform}-${arch}`);
  for (const part of ['bin', 'dist', 'package.json']) {
    const filter = (path: string) => !/\.map$|dist.compiled/.test(path);
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, filter });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  desk.write('spy.cjs', SPY);
});
beforeEach(() => rmSync(join(copy, 'dist/compiled'), { recursive: true, force: true }));
afterAll(() => desk.remove());

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, [join(copy, 'bin/leadpush.js'), ...args], {
    cwd: desk.folder,
    env: desk.env(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const run = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> =>
  ended(start(args, env));
const size = () => (existsSync(kept) ? statSync(kept).size : null);

/** Of the pieces that a call was given: how many there were, and whether V8 took all. */
async function given(args: readonly string[]): Promise<{ readonly pieces: number; readonly all: boolean }> {
  const seen = join(desk.folder, 'seen.json');
  const { status } = await run(args, {
    NODE_OPTIONS: `--require=${join(desk.folder, 'spy.cjs')}`,
    SEEN: seen,
  });
  expect(status).toBe(0);
  const taken: readonly boolean[] = JSON.parse(readFileSync(seen, 'utf8'));
  return { pieces: taken.length, all: taken.every(Boolean) };
}

test('the first call leaves an empty file, the second what was compiled, and the third takes it', async () => {
  const first = await run(HELP);
  expect(size()).toBe(0);
  const second = await run(HELP);
  const full = size() ?? 0;
  expect(full).toBeGreaterThan(100_000);
  const third = await run(HELP);
  expect(size()).toBe(full);
  expect([second, third]).toEqual([first, first]);
  expect(first.status).toBe(0);
  expect(await given(HELP)).toEqual({ pieces: expect.toSatisfy((count) => count > 3), all: true });
  expect(readdirSync(join(copy, 'dist/compiled'))).toHaveLength(1);
});

test('another command adds what it loads, also where it has set flags of V8', async () => {
  for (const args of [HELP, HELP, LEAD]) expect((await run(args)).status).toBe(0);
  expect(await given(LEAD)).toEqual({ pieces: expect.toSatisfy((count) => count > 15), all: true });
  // The program, and nothing of what it was given.
  expect(readFileSync(kept).includes('anarock')).toBe(true);
  expect(['9988998899', 'Quetzala'].filter((text) => readFileSync(kept).includes(text))).toEqual([]);
  expect(await given(HELP)).toEqual({ pieces: expect.toSatisfy((count) => count > 3), all: true });
});

test('calls at the same time leave a whole file', async () => {
  await run(HELP);
  const calls = Array.from({ length: 4 }, (_, i) => run(i % 2 === 0 ? HELP : LEAD));
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  expect((await given(HELP)).all).toBe(true);
  expect(readdirSync(join(copy, 'dist/compiled'))).toHaveLength(1);
});

test.each([
  ['it is switched off as Node does it', { NODE_DISABLE_COMPILE_CACHE: '1' }],
  ['coverage is counted', { NODE_V8_COVERAGE: 'coverage' }],
  ['Node has options of its own', { NODE_OPTIONS: '--max-old-space-size=500' }],
  ['another version of it reads source maps', { NODE_OPTIONS: '--enable-source-maps' }],
])('nothing is kept where %s', async (_, env) => {
  for (let i = 0; i < 2; i++) expect((await run(HELP, env)).status).toBe(0);
  expect(size()).toBe(null);
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  test("nothing is kept beside another user's program", async () => {
    const dist = join(copy, 'dist');
    const { uid, gid } = statSync(dist);
    chownSync(dist, 65_534, 65_534);
    for (let i = 0; i < 2; i++) expect((await run(HELP)).status).toBe(0);
    expect(size()).toBe(null);
    chownSync(dist, uid, gid);
  });
});

test.each([
  ['cut short', () => truncateSync(kept, 60_000)],
  ['without its head', () => writeFileSync(kept, 'x'.repeat(100_000))],
  ['of another build of this version', () => writeFileSync(kept, others)],
  [
    'a folder',
    () => {
      rmSync(kept);
      mkdirSync(kept);
    },
  ],
])('a file that is %s hinders nothing', async (_, damage) => {
  const first = await run(LEAD);
  await run(LEAD);
  damage();
  for (let i = 0; i < 2; i++) {
    const { status, stdout, stderr } = await run(LEAD);
    expect({ status, stderr }).toEqual({ status: first.status, stderr: first.stderr });
    expect(linesOf(stdout)[0]).toMatchObject({ status: 'created' });
  }
});

test("another build's file stays", async () => {
  mkdirSync(join(copy, 'dist/compiled'), { recursive: true });
  writeFileSync(kept, others);
  for (let i = 0; i < 2; i++) await run(HELP);
  expect(readFileSync(kept, 'utf8')).toBe(others);
});

test('a file of the program that is missing is told, each time', async () => {
  const chunks = join(copy, 'dist/chunks');
  const [name = ''] = readdirSync(chunks).filter((one) => /^send-\w+\.cjs$/.test(one));
  const text = readFileSync(join(chunks, name));
  rmSync(join(chunks, name));
  for (let i = 0; i < 3; i++) {
    const { status, stderr } = await run(LEAD);
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^leadpush: internal error: .*${name}`));
  }
  writeFileSync(join(chunks, name), text);
  expect((await run(LEAD)).status).toBe(0);
});
