// A provider is its folder and a line in the registry. Here another gets a line, and everything else, which nobody told of it,
// knows it: schema, init, docs, help, completion, sandbox, and a lead sent to it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Context } from '../../src/app/context.ts';
import { completeCommand } from '../../src/cli/actions/completion.ts';
import { initCommand } from '../../src/cli/actions/init.ts';
import { sandboxCommand } from '../../src/cli/actions/sandbox.ts';
import { loadConfig } from '../../src/config/config.ts';
import { push } from '../../src/index.ts';
import { Screen } from '../../src/output/screen.ts';
import type { BuiltIn } from '../../src/providers/built-in.ts';
import { PROVIDERS, sandboxTargetNames } from '../../src/providers/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { ROOT } from '../cli/leadpush.ts';
import { makeFolder, problemOf } from '../config/folder.ts';
import { exampleTargetsText, providersText, settingsText } from '../docs/generated.ts';
import { DOCS } from '../docs/pages.ts';
import { program } from '../docs/program.ts';
import { drained } from '../drained.ts';

vi.mock(import('../../src/providers/registry.ts'), async (original) => {
  const { brickhouse } = await import('./brickhouse/provider.ts');
  const { brickhouseEmulator } = await import('./brickhouse/emulator.ts');
  const builtIn: BuiltIn = { provider: brickhouse, emulator: async () => brickhouseEmulator };
  return { ...(await original()), brickhouse: builtIn };
});

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'leadpush-third-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function world() {
  const stdout = new PassThrough();
  const context: Context = {
    env: {},
    cwd,
    stdin: Readable.from([]),
    stdout: new Screen(stdout),
    stderr: new Screen(new PassThrough()),
    clock: systemClock,
  };
  return { context, printed: () => drained(stdout) };
}

const LEAD = { phone: '+91 99887 76655', name: 'Asha Verma' };

it('is in the registry, and its sandbox among the targets', () => {
  const names = ['anarock', 'leadsquared', 'paramantra', 'brickhouse'];
  expect(PROVIDERS.map(({ name }) => name)).toEqual(names);
  expect(sandboxTargetNames()).toEqual(names.map((name) => `sandbox-${name}`));
});

it('has a schema', () => {
  const folder = makeFolder(PROVIDERS);
  const target = (lines: string) => {
    folder.put('project/.leadpushrc', `targets:\n  mine:\n    provider: brickhouse\n${lines}`);
    return folder.load({ BRICKHOUSE_TOKEN: 't0ken' }).target('mine');
  };
  const good = '    token: ${BRICKHOUSE_TOKEN}\n    office: Pune\n';
  expect(target(`${good}    priority: urgent\n`).settings).toMatchObject({
    office: 'Pune',
    priority: 'urgent',
  });
  expect(problemOf(() => target(`${good}    ofice: Pune\n`))).toMatch(/ofice: unknown setting.*office/);
  expect(problemOf(() => target('    office: Pune\n'))).toMatch(/token: is missing/);
  expect(problemOf(() => target(`${good}    priority: soon\n`))).toMatch(/expected usual or urgent/);
  expect(problemOf(() => target(`${good}    baseUrl: https://brickhouse.evil\n`))).toMatch(/baseUrl/);
  expect(target(`${good}    baseUrl: https://eu.brickhouse.example\n`).place.baseUrl).toBe(
    'https://eu.brickhouse.example',
  );
  folder.put('project/.leadpushrc', 'targets:\n  sandbox-brickhouse:\n    provider: brickhouse\n');
  expect(problemOf(() => folder.load())).toMatch(/reserved for the built-in sandbox/);
  folder.remove();
});

it('has a page that init writes, as its own or below another', async () => {
  const asked = {
    settings: {},
    keyVariable: null,
    keyFile: null,
    defaults: [],
    print: false,
    yes: true,
    json: false,
  };
  const { context } = world();
  expect(await initCommand({ ...asked, provider: 'brickhouse', target: null }, context)).toBe(0);
  const text = readFileSync(join(cwd, '.leadpushrc'), 'utf8');
  expect(text).toContain('    token: ${BRICKHOUSE_TOKEN}\n');
  expect(text).toMatch(/^ {4}#defaults: \{ city: "" \}$/m);
  expect(text).toContain('# Another target: Anarock.');
  const env = { BRICKHOUSE_TOKEN: 't', BRICKHOUSE_OFFICE: 'o' };
  const config = loadConfig(null, { env, cwd, home: cwd, platform: 'linux' }, PROVIDERS);
  expect(config.target('brickhouse').settings['office']).toBe('o');
});

it('has its part in the docs', () => {
  expect(settingsText()).toContain('`paramantra` or `brickhouse`');
  expect(settingsText()).toContain('`city`, `listingId` for Brickhouse');
  expect(providersText()).toContain('| Brickhouse (`brickhouse`) | `phone`, `city` | sent again |');
  expect(exampleTargetsText()).toContain('#    provider: brickhouse');
  expect(settingsText()).toMatch(/Brickhouse\b.*\n\n.*\n.*\n\| `token` or `tokenFile` \| yes \| The token/);
});

it('stands in help and completion', async () => {
  const init = program.commands.find((command) => command.name() === 'init');
  expect(init?.helpInformation()).toMatch(/paramantra\s+or\s+brickhouse/);
  const { context, printed } = world();
  await completeCommand(program, ['send', '--to', 'sandbox-b'], context);
  expect(printed()).toBe('sandbox-brickhouse\n');
});

it('is played by the sandbox, with what to paste', async () => {
  const stop = new AbortController();
  stop.abort();
  const json = world();
  await sandboxCommand({ seed: 7, json: true }, json.context, stop.signal);
  const { brickhouse } = JSON.parse(json.printed());
  expect(brickhouse).toEqual({ token: expect.stringMatching(/^[0-9a-f]{32}$/), office: 'sandbox' });
  const text = world();
  await sandboxCommand({ seed: 7 }, text.context, stop.signal);
  const printed = text.printed();
  expect(printed).toContain('plays Anarock, LeadSquared, Paramantra and Brickhouse.');
  expect(printed).toContain(`export BRICKHOUSE_TOKEN='${brickhouse.token}'`);
  expect(printed).toContain(
    '    office: ${BRICKHOUSE_OFFICE}\n    testPhone: "+91 99887 76655"\n    defaults: { city: Pune }',
  );
});

it("takes a lead at its built-in target, beside another provider's", async () => {
  const to = ['sandbox-anarock', 'sandbox-brickhouse'];
  const { results, exitStatus } = await push(LEAD, { to, ledger: false, cwd, env: { HOME: cwd } });
  expect(results.map(({ target, status, leadId }) => [target, status, leadId])).toEqual([
    ['sandbox-anarock', 'created', '17863'],
    ['sandbox-brickhouse', 'created', '1'],
  ]);
  expect(exitStatus).toBe(0);
});

it('a built-in provider touches its own folder and one line of the registry, and nothing else', () => {
  const newest = /leadsquared/i;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('providers/leadsquared/'))
    .map((name) => join('src', name));
  const pages = [
    ...DOCS,
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'package.json',
    '.leadpushrc.example',
  ];
  const lines = [...sources, ...pages].flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8')
      .replace(/<!-- generated: [\w-]+ -->[\s\S]*?<!-- end -->/g, '')
      .replace(/# generated: [\w-]+\n[\s\S]*?# end\n/g, '');
    return text.split('\n').flatMap((line) => (newest.test(line) ? [`${file}: ${line}`] : []));
  });
  // One page shows how it would be declared, the other names every emulator's test.
  expect(lines.filter((line) => !/^docs\/(providers|promises)\.md: /.test(line))).toEqual([
    "src/providers/registry.ts: export { builtIn as leadsquared } from './leadsquared/index.ts';",
  ]);
});
