// What cosmiconfig opens in the built program, seen by a spy on `fs` as it sees it: files of this user, never what another
// put there, and never anything else of a folder.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, ROOT } from './leadpush.ts';

const hasModes = process.platform !== 'win32';
const CONFIG =
  'targets: { crm: { provider: anarock, channel: c, key: k, baseUrl: "http://127.0.0.1:9", sourceIds: optional, defaults: { campaignId: x } } }\n';
const SEND = ['send', '--to', 'crm', '--phone', '9876543210', '--dry-run', '--no-ledger'];

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

/** @param meddle JavaScript that runs before each reading, with `path` */
async function searched(meddle = '') {
  const opened = join(desk.home, 'opened');
  const spy = desk.write(
    'spy/spy.cjs',
    `const fs = require('node:fs');
const { readFileSync, writeFileSync, appendFileSync } = fs;
writeFileSync(${JSON.stringify(opened)}, '');
fs.readFileSync = (path, ...more) => {
  if (String(path).startsWith(${JSON.stringify(desk.folder)})) {
    appendFileSync(${JSON.stringify(opened)}, path.slice(${desk.folder.length + 1}) + '\\n');
    ${meddle}
  }
  return readFileSync(path, ...more);
};`,
  );
  const { status, stderr } = await desk.run(SEND, { env: { NODE_OPTIONS: `--require ${spy}` } });
  return { status, stderr, opened: readFileSync(opened, 'utf8').split('\n').slice(0, -1) };
}

describe.skipIf(!hasModes)('cosmiconfig opens', () => {
  it('the files of this user, up to the one that holds settings', async () => {
    desk.write('package.json', '{ "name": "x", "cosmiconfig": { "searchPlaces": ["evil.js"] } }');
    desk.write('.leadpushrc.yaml', CONFIG);
    desk.write('.leadpushrc.yml', CONFIG);
    desk.write('.config/config.json', '{ "cosmiconfig": { "searchPlaces": ["evil.js"] } }');
    desk.write('leadpush.config.js', 'process.exit(42)');
    const { status, opened } = await searched();
    expect({ status, opened }).toEqual({ status: 0, opened: ['package.json', '.leadpushrc.yaml'] });
  });

  it.each<[string, (path: string) => void]>([
    ['pipe', (path) => execFileSync('mkfifo', [path])],
    ['device', (path) => symlinkSync('/dev/zero', path)],
    ['folder', (path) => mkdirSync(path)],
    ['link that leads nowhere', (path) => symlinkSync('/nowhere/at/all', path)],
  ])('no %s, and nothing behind it', async (_, plant) => {
    plant(join(desk.folder, '.leadpushrc.json'));
    desk.write('.leadpushrc.yaml', CONFIG);
    expect(await searched()).toMatchObject({ status: 2, opened: [] });
    // One that is found first is used: what lies behind it is not this search's business.
    desk.write('.leadpushrc', CONFIG);
    expect(await searched()).toMatchObject({ status: 0, opened: ['.leadpushrc'] });
  });

  it.each<[string, string, number, readonly string[]]>([
    ['settings', CONFIG, 2, []],
    ['what cannot be read', 'targets: [', 2, []],
    ['nothing', '# nothing\n', 0, ['.leadpushrc.yaml']],
  ])("no stranger's file: %s", async (_, text, status, opened) => {
    chmodSync(desk.write('.leadpushrc', text), 0o666);
    desk.write('.leadpushrc.yaml', CONFIG);
    expect(await searched()).toMatchObject({ status, opened });
  });
});

it.each<[string, string]>([
  ['another text', "if (path.endsWith('.leadpushrc')) writeFileSync(path, 'targets: {}');"],
  ['no text', "if (path.endsWith('.leadpushrc')) writeFileSync(path, '');"],
  ['no file', "if (path.endsWith('.leadpushrc')) fs.rmSync(path);"],
])('%s since it was judged: exit 2', async (_, meddle) => {
  desk.write('.leadpushrc', CONFIG);
  desk.write('.leadpushrc.yaml', CONFIG);
  const { status, stderr } = await searched(meddle);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/\.leadpushrc: the file changed while it was read.*Nothing was sent/s),
  });
});

it('brings no loader that runs programs, and nothing that asks for a home', () => {
  const chunks = readdirSync(join(ROOT, 'dist/chunks')).filter((name) => name.endsWith('.cjs'));
  const all = chunks.map((name) => readFileSync(join(ROOT, 'dist/chunks', name), 'utf8')).join('\n');
  expect(all).toContain('ExplorerSync');
  expect(all).not.toMatch(/import-fresh|loadJsSync\s*=|parse-json|transpileModule|XDG_DATA_HOME/);
});
