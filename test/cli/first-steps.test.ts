// What a stranger meets on the first day, where the page and the message have to say what is next.
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, ended } from './leadpush.ts';

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
});
afterAll(() => {
  desk.remove();
});

const ONE = ['send', '--phone', '9876543210', '--name', 'Asha'];

describe('where no configuration is found', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [
      'a target: how a configuration is named, and what there is without one',
      [...ONE, '--to', 'crm'],
      {},
      /^leadpush: There is no target "crm": no configuration was found from this folder upwards\.\nName the configuration with --config FILE, .*sandbox-paramantra\.\n$/,
    ],
    [
      'a slip in the name of a built-in target',
      [...ONE, '--to', 'sandbox-anarok'],
      {},
      /^leadpush: There is no target "sandbox-anarok", did you mean "sandbox-anarock"\?/,
    ],
    [
      'a variable that a job left empty',
      ['smoke'],
      { LEADPUSH_CONFIG_TEXT: '' },
      /^leadpush: LEADPUSH_CONFIG_TEXT is empty, and counts as not set\.\n[\s\S]*No target: there is no configuration/,
    ],
  ])('%s', async (_, args, env, said) => {
    const { status, stderr } = await desk.run(args, { env });
    expect(stderr).toMatch(said);
    expect(status).toBe(2);
  });
});

it.each([
  [['--to', 'crm'], 'There is no target &#34;crm&#34;: no configuration was found from this folder upwards'],
  [[], 'No target: there is no configuration and no --to'],
])('a job that reads only the report learns of the variable that is empty: %j', async (to, said) => {
  const env = { LEADPUSH_CONFIG_TEXT: '' };
  expect(await desk.run(['smoke', ...to, '--junit', 'j.xml'], { env })).toMatchObject({ status: 2 });
  expect(readFileSync(join(desk.folder, 'j.xml'), 'utf8')).toContain(
    `message="${said}, and LEADPUSH_CONFIG_TEXT is empty.`,
  );
});

it('verify at a built-in sandbox says that it begins empty, and how to keep one', async () => {
  await desk.run([...ONE, '--to', 'sandbox-anarock']);
  const asked = ['verify', '--to', 'sandbox-anarock', '--phone', '9876543210'];
  const { status, stdout, stderr } = await desk.run(asked);
  expect([status, stdout]).toEqual([1, '+9198*****210 at sandbox-anarock: no lead.\n']);
  expect(stderr).toContain('begins empty with each command');
  expect((await desk.run([...asked, '--json'])).stderr).toBe('');
});

it('the sandbox prints targets that check and smoke need nothing more for', async () => {
  const child = desk.start(['sandbox', '--quiet']);
  const over = ended(child);
  const printed = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('What arrived')) resolve(text);
    });
  });
  const env = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  desk.write('own/.leadpushrc', /^targets:[\s\S]*?(?=\nWhat arrived)/m.exec(printed)?.[0] ?? '');
  const cwd = join(desk.folder, 'own');
  const names = [...printed.matchAll(/^ {2}(local-\w+):$/gm)].map(([, name = '']) => name);
  expect(names.length).toBe(3);
  for (const name of names) {
    const smoke = await desk.run(['smoke', '--to', name], { env, cwd });
    expect([name, smoke.status, smoke.stderr]).toEqual([
      name,
      0,
      expect.stringContaining(`Smoke test of ${name} passed`),
    ]);
  }
  child.kill('SIGTERM');
  await over;
});

// The superuser may write everywhere.
it.runIf(process.getuid?.() !== 0)('a home that cannot be written to is named as such', async () => {
  const home = join(desk.folder, 'closed');
  mkdirSync(home, { mode: 0o500 });
  const { status, stderr } = await desk.run([...ONE, '--to', 'sandbox-anarock'], { env: { HOME: home } });
  chmodSync(home, 0o700);
  expect(status).toBe(2);
  expect(stderr).toContain(`: the folder ${home} cannot be written to (EACCES).`);
  expect(stderr).toContain('--ledger FILE or LEADPUSH_LEDGER');
});
