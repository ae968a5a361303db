// What a user gets: the packed program, installed in an empty folder, works, is small, and runs nothing at install.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, linesOf, ROOT } from '../cli/leadpush.ts';

const MAX_BYTES = 1.5 * 1024 * 1024;

let desk: Desk;
let tarball: string;
/** An empty home, but the registry that this machine is set up for, and the authorities that it trusts. */
const npmrc = execFileSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).trim();
const authorities = process.env['NODE_EXTRA_CA_CERTS'];
const env = () =>
  desk.env({
    npm_config_userconfig: npmrc,
    npm_config_update_notifier: 'false',
    npm_config_fetch_retries: '1',
    ...(authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorities }),
  });
const run = (command: string, args: readonly string[]) =>
  execFileSync(command, [...args], { cwd: desk.folder, env: env(), encoding: 'utf8' });

beforeAll(() => {
  desk = new Desk();
  const before = readFileSync(join(ROOT, 'package.json'), 'utf8');
  execFileSync('npm', ['pack', '--silent', '--pack-destination', desk.folder], { cwd: ROOT });
  expect(readFileSync(join(ROOT, 'package.json'), 'utf8')).toBe(before);
  tarball = readdirSync(desk.folder).find((name) => name.endsWith('.tgz')) ?? '';
  run('npm', ['init', '-y']);
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', `./${tarball}`]);
}, 120_000);
afterAll(() => desk.remove());

it('brings nothing that one machine has compiled', () => {
  const compiled = join(ROOT, 'dist/compiled/of-this-machine');
  mkdirSync(dirname(compiled), { recursive: true });
  writeFileSync(compiled, '');
  try {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: ROOT, encoding: 'utf8' });
    expect(packed).toContain('bin/keep.js');
    expect(packed).not.toContain('dist/compiled');
  } finally {
    rmSync(compiled);
  }
});

it('is small', () => {
  expect(statSync(join(desk.folder, tarball)).size).toBeLessThan(MAX_BYTES);
});

it('installs for all without a word of warning', () => {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    [
      'install',
      '--global',
      '--no-audit',
      '--no-fund',
      '--prefix',
      join(desk.folder, 'global'),
      `./${tarball}`,
    ],
    { cwd: desk.folder, env: env(), encoding: 'utf8' },
  );
  expect({ status, said: `${stdout}${stderr}`.replace(/added \d+ packages? in \S+/, '').trim() }).toEqual({
    status: 0,
    said: '',
  });
  const installed = join(desk.folder, 'global/lib/node_modules/leadpush/package.json');
  expect(Object.keys(JSON.parse(readFileSync(installed, 'utf8')))).not.toContain('scripts');
});

it('works by npx', () => {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  expect(run('npx', ['leadpush', '--version']).trim()).toBe(version);
  const sent = run('npx', ['leadpush', 'send', '--to', 'sandbox-anarock', '--phone', '9876543210', '--json']);
  expect(linesOf(sent)[0]).toMatchObject({ status: 'created' });
});

it('no package that a user gets has an install script', () => {
  const lock: { readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>> } =
    JSON.parse(readFileSync(join(desk.folder, 'package-lock.json'), 'utf8'));
  expect(Object.keys(lock.packages).length).toBeGreaterThan(2);
  expect(
    Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true),
  ).toEqual([]);
});

it('brings the licences of what it bundles', () => {
  const notices = readFileSync(
    join(desk.folder, 'node_modules/leadpush/dist/THIRD-PARTY-NOTICES.txt'),
    'utf8',
  );
  // Each with its text, not with a licence's name alone.
  for (const part of notices.split(/^-{78}$/m)) {
    const [name = '', ...text] = part.trim().split('\n');
    expect(name).toMatch(/^\S+ \d+\.\d+/);
    expect(text.join(' '), name).toMatch(/permission|redistribution|permitted/i);
    expect(text.join('').length, name).toBeGreaterThan(400);
  }
  for (const name of [
    'undici',
    'libphonenumber-js',
    'commander',
    'csv-parse',
    'cosmiconfig',
    'js-yaml',
    'chalk',
    'ora',
  ]) {
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
  }
});

it('is a package as publint wants it', async () => {
  const packed = new Uint8Array(readFileSync(join(desk.folder, tarball)));
  const { messages } = await publint({ pack: { tarball: packed.buffer }, strict: true });
  expect(messages).toEqual([]);
});

it('has types that every import finds', async () => {
  const packed = createPackageFromTarballData(new Uint8Array(readFileSync(join(desk.folder, tarball))));
  const checked = await checkPackage(packed);
  if (checked.types === false) throw new Error('no types were found');
  // An ES module alone: what cannot import one has no types either.
  const modern = checked.problems.filter(
    (problem) => !('resolutionKind' in problem && /^node10$|^node16-cjs$/.test(problem.resolutionKind)),
  );
  expect(modern).toEqual([]);
  expect(packed.listFiles().filter((name) => name.endsWith('.d.ts'))).toEqual([
    '/node_modules/leadpush/dist/index.d.ts',
  ]);
});

it('is typed for those who import it', () => {
  desk.write(
    'use.mts',
    `import { push, type Pushed } from 'leadpush';
const pushed: Pushed = await push({ phone: '+919876543210' }, { to: 'sandbox-anarock', ledger: false });
const status: 'created' | 'duplicate' | 'skipped' | 'invalid' | 'rejected' | 'failed' | 'unknown' | undefined =
  pushed.results[0]?.status;
console.log(status);
`,
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    '--typeRoots',
    join(ROOT, 'node_modules/@types'),
  ];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, 'use.mts'], {
    cwd: desk.folder,
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});
