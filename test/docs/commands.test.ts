// Every command that README and docs print is run as printed, in order, in a folder with an empty home. Words behind
// the fence's language say how: `fails` ends with status 1 on purpose; `account` wants an account, whose place the
// sandbox takes under the same target names; `setup` is what .ci/run does; `terminal` and `walkthrough` run together.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  desk.write('leads.csv', 'Name,Phone\nAsha Verma,9876543210\nBinu,12\n');
  desk.write('good.csv', 'Name,Phone\nAsha Verma,9876543211\n');
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

const environment = (block: Block): Record<string, string> =>
  desk.env({
    PATH: `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}`,
    ...(block.words.includes('account') ? { LEADPUSH_CONFIG: account } : {}),
  });

let newestRun = '';

function run(line: string, block: Block): { readonly status: number | null; readonly output: string } {
  const command = line.replaceAll(/\bRUN\b/g, newestRun);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: desk.folder,
    env: environment(block),
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

  it('has commands to run', () => expect(blocks.length).toBeGreaterThan(1));

  it.each(blocks.map((block) => [block.text.trim(), block] as const))('%s', (text, block) => {
    const expected = block.words.includes('fails') ? 1 : 0;
    if (text.startsWith('leadpush init')) rmSync(join(desk.folder, '.leadpushrc'), { force: true });
    for (const line of text.split('\n')) {
      const { status, output } = run(line, block);
      expect({ status, output }).toEqual({ status: expected, output });
    }
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

it('the systemd recipe reads its key from the credentials folder', async () => {
  const [recipe] = blocksOf('docs/cron.md').filter(({ words }) => words.includes('keyfile'));
  const config = (recipe?.text ?? '')
    .replace('provider: paramantra', `provider: paramantra\n    baseUrl: ${sandbox.url}`)
    .replace('my-app', sandbox.paramantra.appName);
  desk.write('systemd.yaml', config);
  desk.write('credentials/paramantra', `${sandbox.paramantra.apiKey}\n`);
  desk.write('portal.csv', 'Name,Phone\nChand,9876543212\n');
  const run = await desk.run(
    ['send', 'portal.csv', '--to', 'crm', '--yes', '--quiet', '--config', 'systemd.yaml'],
    {
      env: { CREDENTIALS_DIRECTORY: join(desk.folder, 'credentials') },
    },
  );
  expect(run).toMatchObject({ stdout: '', stderr: '', status: 0 });
});

it('the walk-through of a kill: every lead is sent once', async () => {
  const blocks = blocksOf('README.md');
  const server = blocks.find(({ words }) => words.includes('terminal'))?.text.trim() ?? '';
  const steps =
    blocks
      .find(({ words }) => words.includes('walkthrough'))
      ?.text.trim()
      .split('\n') ?? [];
  expect(server).toMatch(/^leadpush sandbox --port 8088/);
  // Another port than the page's, which may be in use here.
  const port = 18_088;
  const child = spawn(process.execPath, [BIN, ...server.replace('8088', String(port)).split(' ').slice(1)], {
    env: desk.env(),
  });
  const end = ended(child);
  try {
    const said = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text: Buffer) => resolve(String(text))),
    );
    const [, config = ''] = /In \.leadpushrc:\n\n([\s\S]*?)\n\nWhat arrived/.exec(said) ?? [];
    const variables = Object.fromEntries(
      [...said.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const folder = join(desk.folder, 'walk');
    desk.write('walk/.leadpushrc', config);
    const rows = Array.from({ length: 1_000 }, (_, i) => `Lead ${i},98${String(i).padStart(8, '0')}`);
    desk.write('walk/many.csv', `Name,Phone\n${rows.join('\n')}\n`);
    let last = '';
    for (const step of steps) {
      const env = { ...desk.env(variables), PATH: `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}` };
      // `sh -c exec` so that $! is leadpush itself, as it is without the test's shim.
      const ran = spawnSync(
        'bash',
        ['-c', step.replace('8088', String(port)).replace('sleep 2', 'sleep 1.5')],
        { cwd: folder, env, encoding: 'utf8' },
      );
      last = ran.stdout;
    }
    const [stats] = linesOf(last);
    expect(stats).toMatchObject({ created: 1_000, duplicate: 0 });
    expect(Number(stats?.['posts'])).toBeGreaterThanOrEqual(1_000);
  } finally {
    child.kill('SIGTERM');
    await end;
  }
});
