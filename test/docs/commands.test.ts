// Every command that README and docs print is run as printed, in order, in a folder with an empty home. Words behind
// the fence's language say how: `fails` exits with 1 on purpose; `account` needs an account, whose place the sandbox
// takes under the same target names; `setup` is for a fresh clone; `terminal` and `walkthrough` run together;
// `clone` is for those who change leadpush, and calls scripts that this suite is one of.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, ended, linesOf, ROOT } from '../cli/leadpush.ts';
import { DOCS, PAGES } from './pages.ts';
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

const isShell = ({ language }: Block) => ['sh', 'bash', 'shell', 'console', 'zsh'].includes(language);
const isElsewhere = ({ words }: Block) =>
  ['setup', 'terminal', 'walkthrough', 'clone'].some((word) => words.includes(word));

it('what starts with leadpush is in a block that is run', () => {
  // Examples of help are run by examples.test.ts; cron, systemd, Actions and the container by recipes.test.ts.
  const others = PAGES.flatMap((page) => blocksOf(page))
    .filter((block) => block.page !== 'docs/commands.md' && !isShell(block) && block.language !== 'cron')
    .filter(({ text }) => /^(?:\$ )?(?:npx )?leadpush /m.test(text))
    .map(({ page, text }) => `${page}: ${text.split('\n')[0]}`);
  expect(others).toEqual([]);
  expect(
    PAGES.flatMap((page) => blocksOf(page)).filter((block) => isShell(block) && block.language !== 'sh'),
  ).toEqual([]);
});

/** Pages with commands, the README's first: what it makes, the others may use. */
const RUN = ['README.md', ...DOCS].filter((page) =>
  blocksOf(page).some((block) => isShell(block) && !isElsewhere(block)),
);

it.each(['README.md', 'docs/marketing.md', 'docs/cron.md'])('%s has commands to run', (page) =>
  expect(RUN).toContain(page),
);

describe.each(RUN)('%s', (page) => {
  const blocks = blocksOf(page).filter((block) => isShell(block) && !isElsewhere(block));

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

it('the example of docs/library.md runs', () => {
  const [example] = blocksOf('docs/library.md').filter(({ words }) => words.includes('library'));
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

describe('the commands for those who change leadpush', () => {
  const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const texts = PAGES.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');
  const called = [...texts.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name);

  it.each([...new Set(called)])('npm run %s', (name) => expect(Object.keys(scripts)).toContain(name));

  it('name tests that are there', () => {
    const named = [...texts.matchAll(/\bnpx vitest [^`\n]*?(test\/[\w./-]+)|\bnpm test -- (\S+)/g)].map(
      ([, one, other]) => one ?? other ?? '',
    );
    expect(named.filter((path) => !existsSync(join(ROOT, path.replace(/`.*/, ''))))).toEqual([]);
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

it('the configuration of docs/settings.md is one', () => {
  const [yaml] = blocksOf('docs/settings.md').filter(({ language }) => language === 'yaml');
  scene.desk.write('settings.yaml', yaml?.text ?? '');
  scene.desk.write('one.csv', 'Name,Phone,BHK\nFarah,9876543215,2 BHK\n');
  const command = 'leadpush send one.csv --to greens-staging,crm --config settings.yaml --dry-run';
  const variables = { ANAROCK_STAGING_KEY: 'k', PARAMANTRA_API_KEY: 'k', PARAMANTRA_APP: 'a' };
  const { status, stderr } = scene.sh(command, variables);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('2 would be sent') });
});

it('the JSON of docs/behaviour.md has the fields of a result, in their order', () => {
  const [example] = blocksOf('docs/behaviour.md').filter(({ language }) => language === 'json');
  const keysOf = (line: string) => Object.keys(linesOf(line)[0] ?? {});
  const { stdout } = scene.sh(
    "leadpush send --to sandbox-anarock --phone '+91 99889 98899' --name 'Rahul Kumar' --json",
  );
  expect(keysOf(example?.text ?? '')).toEqual(keysOf(stdout));
});

it('the walk-through of a kill: every lead is sent once', async () => {
  const script = blocksOf('docs/promises.md')
    .filter(({ words }) => words.includes('walkthrough'))
    .map(({ text }) => text)
    .join('');
  const server = blockOf('docs/promises.md', 'terminal').trim();
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
