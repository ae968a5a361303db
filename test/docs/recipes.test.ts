// The recipes of crontab, systemd and GitHub Actions, taken apart: what they would start is started, with the
// environment that they give to it.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desk, SandboxProcess } from '../cli/leadpush.ts';
import { blockOf, blocksOf, openScene, type Scene } from './scene.ts';

let scene: Scene;
let desk: Desk;
let sandbox: SandboxProcess;

beforeAll(async () => {
  scene = await openScene();
  ({ desk, sandbox } = scene);
});
afterAll(() => scene.close());

/** A recipe's configuration, pointed at the sandbox. */
const atSandbox = (config: string) =>
  config
    .replace(/^( *)provider: .*$/m, `$&\n$1baseUrl: ${sandbox.url}`)
    .replace('my-app', sandbox.paramantra.appName)
    .replace('my-channel', sandbox.anarock.channel);

/** A recipe's paths, as they are in this test. */
const hereFor = (text: string) =>
  text
    .replaceAll('/etc/leadpush', join(desk.folder, 'etc/leadpush'))
    .replaceAll('/srv/leads', join(desk.home, 'leads'))
    .replaceAll('/var/lib/leadpush', join(desk.home, 'state'))
    .replaceAll(/\/usr(\/local)?\/bin(?=[:/])/g, scene.bin);

const recipe = (command: string, env: Readonly<Record<string, string>>) =>
  spawnSync('/bin/sh', ['-c', command], { cwd: desk.home, env, encoding: 'utf8' });

function writeRecipeFiles(configBlock: string): void {
  desk.write('etc/leadpush.yaml', hereFor(atSandbox(configBlock)));
  desk.write('etc/leadpush/paramantra.key', `${sandbox.paramantra.apiKey}\n`);
}

describe.each(['README.md', 'docs/cron.md'])('the crontab of %s', (page) => {
  const lines = blocksOf(page)
    .filter(({ language }) => language === 'cron')
    .flatMap(({ text }) => text.trim().split('\n'));
  const variables = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^([A-Z]+)=(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name, value] as const];
  });
  const jobs = lines.flatMap((line) => /^(?:\S+ ){4}\S+ {2}(.*)$/.exec(line)?.slice(1) ?? []);

  it('names every line', () => expect(variables.length + jobs.length).toBe(lines.length));

  it.each(jobs)('%s', (job) => {
    // A ledger of the configuration's own: each line has to find it.
    const ledger = join(desk.home, 'cron.db');
    writeRecipeFiles(`ledger: ${ledger}\n${blockOf('docs/cron.md', 'etc')}`);
    mkdirSync(join(desk.home, 'leads'), { recursive: true });
    writeFileSync(join(desk.home, 'leads/.leadpushrc'), readFileSync(scene.account));
    chmodSync(join(desk.home, 'leads/.leadpushrc'), 0o600);
    const portal = join(desk.home, 'leads/portal.csv');
    // Of the other page's job, with another ledger.
    rmSync(join(desk.home, 'leads/portal-rejects.csv'), { force: true });
    // What cron gives to a job, and no more.
    const env = { HOME: desk.home, LOGNAME: 'ops', SHELL: '/bin/sh', ...Object.fromEntries(variables) };
    const cronEnv = { ...env, PATH: hereFor(`${Object.fromEntries(variables)['PATH'] ?? ''}:`) };
    writeFileSync(portal, 'Name,Phone\nChand,9876543213\n');
    const good = recipe(hereFor(job), cronEnv);
    const purge = job.includes('--purge');
    expect(good).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^(leadpush: new ledger: .*\n)?$/),
      stdout: purge
        ? expect.stringMatching(`^Deleted personal data of .*, in the ledger ${ledger}\\. .*\n$`)
        : '',
    });
    if (purge) return;
    // Another bad row for each: one that an earlier job has shown is not shown again.
    const who = `Dev of ${page}, job ${jobs.indexOf(job)}`;
    writeFileSync(portal, `Name,Phone\nChand,9876543213\n"${who}",98\n`);
    const bad = recipe(hereFor(job), cronEnv);
    expect(bad).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`portal.csv:3  ! invalid    ${who} "98"`),
    });
    expect(readFileSync(join(desk.home, 'leads/portal-rejects.csv'), 'utf8')).toContain(',98,PHONE_INVALID');
  });
});

describe('the systemd units', () => {
  const units = blocksOf('docs/cron.md').filter(({ language }) => language === 'ini');

  it('start what works, with the key from the credentials folder', () => {
    writeRecipeFiles(blockOf('docs/cron.md', 'keyfile'));
    const [, command = ''] = /^ExecStart=(.*)$/m.exec(units[0]?.text ?? '') ?? [];
    const [, name = '', value = ''] = /^Environment=(\w+)=(.*)$/m.exec(units[0]?.text ?? '') ?? [];
    desk.write('credentials/paramantra', `${sandbox.paramantra.apiKey}\n`);
    mkdirSync(join(desk.home, 'leads'), { recursive: true });
    // StateDirectory= makes it.
    mkdirSync(join(desk.home, 'state'), { recursive: true });
    writeFileSync(join(desk.home, 'leads/portal.csv'), 'Name,Phone\nEkta,9876543214\n');
    const ran = recipe(hereFor(command), {
      HOME: desk.home,
      PATH: '/usr/bin:/bin',
      [name]: hereFor(value),
      CREDENTIALS_DIRECTORY: join(desk.folder, 'credentials'),
    });
    expect(ran).toMatchObject({ stdout: '', stderr: `leadpush: new ledger: ${hereFor(value)}\n`, status: 0 });
    expect(existsSync(hereFor(value))).toBe(true);
  });

  it('are sound', ({ skip }) => {
    skip(spawnSync('systemd-analyze', ['--version']).error !== undefined, 'systemd-analyze is not installed');
    // Its ExecStart has to be there, and its user and credentials are another machine's.
    const service = hereFor(units[0]?.text ?? '').replace(/^(User|LoadCredential)=.*\n/gm, '');
    const paths = [
      desk.write('units/leadpush.service', service),
      desk.write('units/leadpush.timer', units[1]?.text ?? ''),
    ];
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' });
    const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('leadpush'));
    expect(about).toEqual([]);
  });
});

it('the GitHub Actions job runs, and leaves a JUnit report', () => {
  const job = blockOf('docs/cron.md', 'actions');
  desk.write('job/smoke.yaml', atSandbox(blockOf('docs/cron.md', 'smoke')));
  const commands = [...job.matchAll(/run: npx (leadpush .*)$/gm)].map(([, command = '']) => command);
  expect(commands).toHaveLength(1);
  for (const command of commands) {
    const variables = { CI: 'true', ANAROCK_STAGING_KEY: sandbox.anarock.key };
    const ran = scene.sh(command, variables, join(desk.folder, 'job'));
    expect({ status: ran.status, stderr: ran.status === 0 ? '' : ran.stderr }).toEqual({
      status: 0,
      stderr: '',
    });
  }
  const [, report = ''] = /path: (\S+\.xml)/.exec(job) ?? [];
  expect(desk.read(`job/${report}`)).toMatch(/<testsuite .*tests="3".*failures="0"/);
});
