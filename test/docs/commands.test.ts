// Every command that README and docs print is run as printed, in order, in a folder with an empty home. Words behind
// the fence's language say how: `fails` ends with status 1 on purpose; `account` wants an account, whose place the
// sandbox takes under the same target names; `setup` is for a fresh clone; `terminal` and `walkthrough` run together.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, ended, linesOf, ROOT } from '../cli/leadpush.ts';
import { type Block, blockOf, blocksOf, openScene, type Scene } from './scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

function environment({ page, words }: Block): Readonly<Record<string, string>> {
  if (!words.includes('account')) return {};
  // The README's account is the one that its `init` began.
  const { channel, key } = scene.sandbox.anarock;
  return page === 'README.md'
    ? { ANAROCK_CHANNEL: channel, ANAROCK_STAGING_KEY: key }
    : { LEADPUSH_CONFIG: scene.account };
}

/** What `init` wrote, filled in as the README says, and pointed at the sandbox. */
function fillIn(config: string): string {
  const filled = config
    .replace(/^( *)#defaults: .*$/m, '$1defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 }')
    .replace(/^( *)#testPhone: /m, '$1testPhone: ')
    .replace(/^( *)#baseUrl: .*$/m, `$1baseUrl: ${scene.sandbox.url}`);
  expect(filled.match(/^ *(defaults|testPhone|baseUrl): /gm)).toHaveLength(3);
  return filled;
}

let newestRun = '';

function run(line: string, block: Block): { readonly status: number | null; readonly output: string } {
  const command = line.replaceAll(/\bRUN\b/g, newestRun);
  const { status, stdout, stderr } = scene.sh(command, environment(block));
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
    if (init) rmSync(join(scene.desk.folder, '.leadpushrc'), { force: true });
    for (const line of text.split('\n')) {
      const { status, output } = run(line, block);
      expect({ status, output }).toEqual({ status: expected, output });
    }
    if (init) scene.desk.write('.leadpushrc', fillIn(scene.desk.read('.leadpushrc')));
  });
});

it('the library example of the README runs', () => {
  const [example] = blocksOf('README.md').filter(({ words }) => words.includes('library'));
  mkdirSync(join(scene.desk.folder, 'node_modules'));
  symlinkSync(ROOT, join(scene.desk.folder, 'node_modules/leadpush'));
  scene.desk.write('example.mjs', example?.text ?? '');
  const { stdout, stderr, status } = spawnSync(process.execPath, ['example.mjs'], {
    cwd: scene.desk.folder,
    env: scene.desk.env(),
    encoding: 'utf8',
  });
  expect({ stdout, stderr, status }).toEqual({
    stdout: expect.stringMatching(/^1 \d+\n$/),
    stderr: '',
    status: 0,
  });
});

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
    const { status, stdout, stderr } = scene.sh(`${command} --json`, {}, ROOT);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const summary = linesOf(stdout).at(-1);
    expect(readme).toContain(`pushes ${summary?.['records']} records of four files`);
    for (const word of ['created', 'duplicate', 'skipped'])
      expect(readme).toContain(`${summary?.[word]} \`${word}\``);
  });
});

it('the configuration of the README is one', () => {
  const [yaml] = blocksOf('README.md').filter(({ language }) => language === 'yaml');
  scene.desk.write('readme.yaml', yaml?.text ?? '');
  scene.desk.write('one.csv', 'Name,Phone,BHK\nFarah,9876543215,2 BHK\n');
  const command = 'leadpush send one.csv --to greens-staging,crm --config readme.yaml --dry-run';
  const variables = { ANAROCK_STAGING_KEY: 'k', PARAMANTRA_API_KEY: 'k', PARAMANTRA_APP: 'a' };
  const { status, stderr } = scene.sh(command, variables);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('2 would be sent') });
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
    env: scene.desk.env(),
  });
  const end = ended(child);
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const folder = join(scene.desk.folder, 'walk');
    mkdirSync(folder);
    const { stdout, stderr } = scene.sh(script.replaceAll('8088', port), {}, folder);
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
