// Every command that README and docs print is run as printed, in order, in a folder with an empty home. Words behind
// the fence's language say how: `fails` ends with status 1 on purpose; `account` wants an account, whose place the
// sandbox takes under the same target names; `setup` is for a fresh clone; `terminal` and `walkthrough` run together.
// Recipes (crontab, systemd, GitHub Actions) are taken apart: what they would start is started.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, Desk, ended, linesOf, ROOT, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';

interface Block {
  readonly page: string;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w*)([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', words = '', body = '']) => ({
      page,
      language,
      words: words.trim().split(' '),
      text: body,
    }),
  );
}

let desk: Desk;
let sandbox: SandboxProcess;
let account: string;

beforeAll(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--strict']);
  // `leadpush` on the PATH, as npm link puts it there.
  mkdirSync(join(desk.home, 'bin'));
  writeFileSync(join(desk.home, 'bin/leadpush'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(join(desk.home, 'bin/leadpush'), 0o755);
  account = desk.write(
    'account.yaml',
    sandbox.config
      .replace(/^ {2}a:/m, '  greens-staging:\n    testPhone: "+91 99887 76655"')
      .replace(/^ {2}p:/m, '  crm:'),
  );
});
afterAll(async () => {
  await sandbox.close();
  desk.remove();
});

function environment({ page, words }: Block): Record<string, string> {
  const path = { PATH: `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}` };
  if (!words.includes('account')) return desk.env(path);
  // The README's account is the one that its `init` began.
  const { channel, key } = sandbox.anarock;
  return desk.env(
    page === 'README.md'
      ? { ...path, ANAROCK_CHANNEL: channel, ANAROCK_STAGING_KEY: key }
      : { ...path, LEADPUSH_CONFIG: account },
  );
}

/** What `init` wrote, filled in as the README says, and pointed at the sandbox. */
function fillIn(config: string): string {
  const filled = config
    .replace(/^( *)#defaults: .*$/m, '$1defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 }')
    .replace(/^( *)#testPhone: /m, '$1testPhone: ')
    .replace(/^( *)#baseUrl: .*$/m, `$1baseUrl: ${sandbox.url}`);
  expect(filled.match(/^ *(defaults|testPhone|baseUrl): /gm)).toHaveLength(3);
  return filled;
}

let newestRun = '';

function run(
  line: string,
  block: Block,
  more: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly output: string } {
  const command = line.replaceAll(/\bRUN\b/g, newestRun);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: desk.folder,
    env: { ...environment(block), ...more },
    encoding: 'utf8',
  });
  const [, id] = /^Run (\w+):/m.exec(stderr) ?? [];
  if (id !== undefined) newestRun = id;
  return { status, output: `${command}\n${stdout}${stderr}` };
}

describe.each(['README.md', 'docs/marketing.md', 'docs/cron.md'])('%s', (page) => {
  const blocks = blocksOf(page).filter(
    ({ language, words }) =>
      language === 'sh' && !['setup', 'terminal', 'walkthrough'].some((word) => words.includes(word)),
  );

  it('has commands to run', () => expect(blocks.length).toBeGreaterThan(0));

  it.each(blocks.map((block) => [block.text.trim(), block] as const))('%s', (text, block) => {
    const expected = block.words.includes('fails') ? 1 : 0;
    const init = text.startsWith('leadpush init');
    if (init) rmSync(join(desk.folder, '.leadpushrc'), { force: true });
    for (const line of text.split('\n')) {
      const { status, output } = run(line, block);
      expect({ status, output }).toEqual({ status: expected, output });
    }
    if (init) desk.write('.leadpushrc', fillIn(desk.read('.leadpushrc')));
  });
});

it('the library example of the README runs', () => {
  const [example] = blocksOf('README.md').filter(({ words }) => words.includes('library'));
  mkdirSync(join(desk.folder, 'node_modules'));
  symlinkSync(ROOT, join(desk.folder, 'node_modules/leadpush'));
  desk.write('example.mjs', example?.text ?? '');
  const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], {
    cwd: desk.folder,
    env: desk.env(),
    encoding: 'utf8',
  });
  expect({ stdout, stderr, status }).toEqual({
    stdout: expect.stringMatching(/^1 \d+\n$/),
    stderr: '',
    status: 0,
  });
});

/** The block of a page that carries this word. */
function blockOf(page: string, word: string): string {
  const found = blocksOf(page).find(({ language, words }) => language === word || words.includes(word));
  if (found === undefined) throw new Error(`${page} has no block "${word}"`);
  return found.text;
}

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
    .replaceAll(/\/usr(\/local)?\/bin(?=[:/])/g, join(desk.home, 'bin'));

const recipe = (command: string, env: Readonly<Record<string, string>>) =>
  spawnSync('/bin/sh', ['-c', command], { cwd: desk.home, env, encoding: 'utf8' });

function writeRecipeFiles(configBlock: string): void {
  desk.write('etc/leadpush.yaml', hereFor(atSandbox(configBlock)));
  desk.write('etc/leadpush/paramantra.key', `${sandbox.paramantra.apiKey}\n`);
}

describe('the setup of the README', () => {
  const setup = blocksOf('README.md').filter(({ words }) => words.includes('setup'));
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');

  it('is two commands', () => {
    expect(setup.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^npm ci && npx leadpush send fixtures\/.*\n$/),
      'npm test\n',
    ]);
  });

  it('pushes fixtures to both sandbox targets, ends well, and says what the README says', () => {
    const [, command = ''] = /npx (leadpush .*)\n/.exec(setup[0]?.text ?? '') ?? [];
    const env = { ...desk.env(), PATH: `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}` };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', `${command} --json`], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const summary = linesOf(stdout).at(-1);
    expect(readme).toContain(`pushes ${summary?.['records']} records of four files`);
    for (const word of ['created', 'duplicate', 'skipped'])
      expect(readme).toContain(`${summary?.[word]} \`${word}\``);
  });
});

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
    writeRecipeFiles(blockOf('docs/cron.md', 'etc'));
    mkdirSync(join(desk.home, 'leads'), { recursive: true });
    writeFileSync(join(desk.home, 'leads/.leadpushrc'), readFileSync(account));
    chmodSync(join(desk.home, 'leads/.leadpushrc'), 0o600);
    const portal = join(desk.home, 'leads/portal.csv');
    // What cron gives to a job, and no more.
    const env = { HOME: desk.home, LOGNAME: 'ops', SHELL: '/bin/sh', ...Object.fromEntries(variables) };
    const cronEnv = { ...env, PATH: hereFor(`${Object.fromEntries(variables)['PATH'] ?? ''}:`) };
    writeFileSync(portal, 'Name,Phone\nChand,9876543213\n');
    const good = recipe(hereFor(job), cronEnv);
    const purge = job.includes('--purge');
    expect(good).toMatchObject({
      status: 0,
      stderr: '',
      stdout: purge ? expect.stringMatching(/^.+\n$/) : '',
    });
    if (purge) return;
    writeFileSync(portal, 'Name,Phone\nChand,9876543213\nDev,98\n');
    const bad = recipe(hereFor(job), cronEnv);
    expect(bad).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('portal.csv:3  ! invalid    (no phone)'),
    });
    expect(readFileSync(join(desk.home, 'leads/rejects.csv'), 'utf8')).toContain('Dev,98,PHONE_INVALID');
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
    writeFileSync(join(desk.home, 'leads/portal.csv'), 'Name,Phone\nEkta,9876543214\n');
    const ran = recipe(hereFor(command), {
      HOME: desk.home,
      PATH: '/usr/bin:/bin',
      [name]: hereFor(value),
      CREDENTIALS_DIRECTORY: join(desk.folder, 'credentials'),
    });
    expect(ran).toMatchObject({ stdout: '', stderr: '', status: 0 });
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
    const ran = spawnSync('bash', ['-e', '-c', command], {
      cwd: join(desk.folder, 'job'),
      env: desk.env({
        PATH: `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}`,
        CI: 'true',
        ANAROCK_STAGING_KEY: sandbox.anarock.key,
      }),
      encoding: 'utf8',
    });
    expect({ status: ran.status, stderr: ran.status === 0 ? '' : ran.stderr }).toEqual({
      status: 0,
      stderr: '',
    });
  }
  const [, report = ''] = /path: (\S+\.xml)/.exec(job) ?? [];
  expect(desk.read(`job/${report}`)).toMatch(/<testsuite .*tests="3".*failures="0"/);
});

it('the configuration of the README is one', () => {
  const [yaml] = blocksOf('README.md').filter(({ language }) => language === 'yaml');
  desk.write('readme.yaml', yaml?.text ?? '');
  desk.write('one.csv', 'Name,Phone,BHK\nFarah,9876543215,2 BHK\n');
  const command = 'leadpush send one.csv --to greens-staging,crm --config readme.yaml --dry-run';
  const { status, output } = run(
    command,
    { page: 'README.md', language: 'yaml', words: [], text: '' },
    {
      ANAROCK_STAGING_KEY: 'k',
      PARAMANTRA_API_KEY: 'k',
      PARAMANTRA_APP: 'a',
    },
  );
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('2 would be sent') });
});

it('the walk-through of a kill: every lead is sent once', async () => {
  const script = blocksOf('README.md')
    .filter(({ words }) => words.includes('walkthrough'))
    .map(({ text }) => text)
    .join('');
  const server = blockOf('README.md', 'terminal').trim();
  expect(server).toMatch(/^leadpush sandbox --port 8088 /);
  // Another port than the page's, which may be in use here.
  const port = '18088';
  const child = spawn(process.execPath, [BIN, ...server.replace('8088', port).split(' ').slice(1)], {
    env: desk.env(),
  });
  const end = ended(child);
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    mkdirSync(join(desk.folder, 'walk'));
    const { stdout, stderr } = spawnSync('bash', ['-c', script.replaceAll('8088', port)], {
      cwd: join(desk.folder, 'walk'),
      env: desk.env({ PATH: `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}` }),
      encoding: 'utf8',
    });
    const [killed, summary, after] = linesOf(stdout);
    const halfWay = Number(killed?.['created']);
    expect({ halfWay, stderr }).toEqual({
      halfWay: expect.toSatisfy((n) => n > 0 && n < 1500),
      stderr: expect.any(String),
    });
    expect(summary).toMatchObject({ records: 1500, invalid: 0, failed: 0, unknown: 0 });
    expect(Number(summary?.['created']) + Number(summary?.['duplicate'])).toBe(1500);
    expect(after).toMatchObject({ created: 1500, duplicate: 0 });
  } finally {
    child.kill('SIGTERM');
    await end;
  }
});
