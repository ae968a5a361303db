// What a user gets: the packed program, installed in an empty folder, works, is small, and runs nothing at install.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, linesOf, ROOT } from '../cli/leadpush.ts';

const MOST_BYTES = 1.5 * 1024 * 1024;

let desk: Desk;
let tarball: string;
/** An empty home, but the registry that this machine is set up for. */
const npmrc = execFileSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).trim();
const env = () => desk.env({ npm_config_userconfig: npmrc, npm_config_update_notifier: 'false' });
const run = (command: string, args: readonly string[]) =>
  execFileSync(command, [...args], { cwd: desk.folder, env: env(), encoding: 'utf8' });

beforeAll(() => {
  desk = new Desk();
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', desk.folder], {
    cwd: ROOT,
  });
  tarball = readdirSync(desk.folder).find((name) => name.endsWith('.tgz')) ?? '';
  run('npm', ['init', '-y']);
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', `./${tarball}`]);
}, 120_000);
afterAll(() => desk.remove());

it('is small', () => {
  expect(statSync(join(desk.folder, tarball)).size).toBeLessThan(MOST_BYTES);
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
  for (const name of ['undici', 'libphonenumber-js', 'commander', 'csv-parse', 'js-yaml', 'chalk', 'ora']) {
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
  }
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
