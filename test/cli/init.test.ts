// `leadpush init` with real files: what it writes is read by the configuration itself.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InitOptions, initCommand } from '../../src/cli/actions/init.ts';
import { loadConfig } from '../../src/config/config.ts';
import { configText, variableFor } from '../../src/config/template.ts';
import { Screen } from '../../src/output/screen.ts';
import { openSettings, PROVIDERS, providerNames } from '../../src/providers/index.ts';
import { paramantra } from '../../src/providers/paramantra/provider.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { systemClock } from '../../src/util/clock.ts';
import { listed } from '../../src/util/counted.ts';
import { Secret } from '../../src/util/secret.ts';
import { UsageError } from '../../src/util/usage-error.ts';
import { drained } from '../drained.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'leadpush-init-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const NOTHING: InitOptions = {
  provider: null,
  settings: {},
  target: null,
  keyVariable: null,
  keyFile: null,
  defaults: [],
  print: false,
  yes: false,
  json: false,
};

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With Anarock's two settings by their names. */
interface Given extends Partial<InitOptions> {
  readonly environment?: string;
  readonly channel?: string;
}

/** @param typed what a person types on a terminal; null: no terminal */
async function init(
  { environment, channel, ...given }: Given = {},
  typed: string | null = null,
  providers: readonly Provider[] = PROVIDERS,
): Promise<Ran> {
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== null });
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: typed !== null });
  if (typed !== null) stdin.end(typed);
  const env = { ANAROCK_SET: 'x' };
  const status = await initCommand(
    {
      ...NOTHING,
      settings: { ...(environment && { environment }), ...(channel && { channel }) },
      ...given,
    },
    { env, cwd, stdin, stdout: new Screen(stdout), stderr: new Screen(stderr), clock: systemClock },
    providers,
  );
  return { status, stdout: drained(stdout), stderr: drained(stderr) };
}

const rc = () => join(cwd, '.leadpushrc');
const text = () => readFileSync(rc(), 'utf8');
const load = (env: Record<string, string>) =>
  loadConfig(null, { env, cwd, home: cwd, platform: 'linux' }, PROVIDERS);
/** Every variable that such a file names. */
const ANY = Object.fromEntries(
  [
    ...PROVIDERS.flatMap((kind) => kind.settings.map((setting) => variableFor(kind, setting))),
    ...['GREENS_KEY', 'ANAROCK_C'],
  ].map((name) => [name, `value of ${name}`]),
);
const refusal = async (given: Given): Promise<string> => {
  const error: unknown = await init(given).catch((thrown: unknown) => thrown);
  if (!(error instanceof UsageError)) throw new Error('it was not refused');
  return `${error.message}\n${error.hint ?? ''}`;
};

it("--help says of each setting what each provider takes for it, in the provider's own words", () => {
  const helps = new Map(openSettings().map(({ name, help }) => [name, help]));
  for (const { name, help, choices } of PROVIDERS.flatMap(({ settings }) => settings))
    if (choices !== undefined) expect(helps.get(name)).toContain(`${help} ${listed(choices, 'or')}.`);
});

describe('without a terminal', () => {
  it('takes the defaults for what is not given, for its owner only', async () => {
    const { status, stdout } = await init();
    expect(status).toBe(0);
    expect(statSync(rc()).mode & 0o777).toBe(0o600);
    const config = load(ANY);
    expect(config).toMatchObject({ defaultTarget: 'anarock-staging', warnings: [] });
    expect(config.target('anarock-staging').settings).toMatchObject({
      environment: 'staging',
      channel: 'value of ANAROCK_CHANNEL',
    });
    expect(stdout).toContain("export ANAROCK_KEY='…'");
    expect(stdout).toMatch(
      /leadpush check\n.*leadpush send --phone '[^']+' --name 'Rahul Kumar' --dry-run --campaign-id /,
    );
  });

  it.each<[string, Given, string, Record<string, unknown>]>([
    [
      'Anarock by flags',
      {
        provider: 'anarock',
        environment: 'production',
        channel: 'greens',
        keyVariable: 'GREENS_KEY',
        yes: true,
      },
      'anarock-production',
      { environment: 'production', channel: 'greens' },
    ],
    [
      'Paramantra',
      { provider: 'paramantra', yes: true },
      'paramantra',
      { appName: 'value of PARAMANTRA_APP' },
    ],
    ['a name of its own', { target: 'greens', channel: 'a: b #c' }, 'greens', { channel: 'a: b #c' }],
    ['a channel like a boolean', { channel: 'true' }, 'anarock-staging', { channel: 'true' }],
    ['a channel like a number', { channel: '007' }, 'anarock-staging', { channel: '007' }],
    ['a channel with quotes', { channel: `a"b'c\\` }, 'anarock-staging', { channel: `a"b'c\\` }],
    [
      'a channel from a variable',
      { channel: '${ANAROCK_C}' },
      'anarock-staging',
      { channel: 'value of ANAROCK_C' },
    ],
  ])('%s', async (_, given, name, settings) => {
    await init(given);
    const config = load(ANY);
    expect(config.defaultTarget).toBe(name);
    expect(config.target(name).settings).toMatchObject(settings);
  });

  it('a key from a file', async () => {
    const { stdout } = await init({ keyFile: 'secrets/anarock key' });
    expect(stdout).toContain('put the key into secrets/anarock key');
    mkdirSync(join(cwd, 'secrets'));
    writeFileSync(join(cwd, 'secrets/anarock key'), 'k\n');
    expect(String(load(ANY).target('anarock-staging').settings['key'])).toBe('***');
  });

  it.each([
    ['anarock', 'put the key into k'],
    ['leadsquared', 'put the accessKey into k'],
    ['paramantra', 'put the key into k'],
  ])('a key from a file that is not there yet, of %s', async (provider, expected) => {
    const { stdout } = await init({ provider, keyFile: 'k' });
    expect(stdout).toContain(expected);
  });

  it('--json', async () => {
    const { stdout } = await init({ json: true, keyVariable: 'ANAROCK_SET', channel: 'c' });
    expect(JSON.parse(stdout)).toEqual({
      type: 'init',
      path: rc(),
      target: 'anarock-staging',
      provider: 'anarock',
      gitignore: null,
      variables: ['ANAROCK_SET'],
      missing: ['campaignId', 'sourceId', 'subSourceId'],
      next: [
        'leadpush check',
        "leadpush send --phone '+91 99889 98899' --name 'Rahul Kumar' --dry-run --campaign-id sandbox-project --source-id 1 --sub-source-id 8",
      ],
    });
  });

  it.each<[string, Given, string]>([
    [
      'an unknown provider',
      { provider: 'anarok' },
      `--provider: expected ${providerNames()}, did you mean "anarock"?`,
    ],
    ['an unknown environment', { environment: 'prod' }, '--environment: expected staging or production'],
    [
      'an environment of none',
      { provider: 'paramantra', environment: 'staging' },
      'Paramantra has no such setting',
    ],
    [
      'a channel of none',
      { provider: 'paramantra', channel: 'x' },
      '--channel: Paramantra has no such setting',
    ],
    ['two keys', { keyFile: 'x', keyVariable: 'Y' }, 'one of the two'],
    ['a variable that is none', { keyVariable: 'my-key' }, '--key-variable: expected the name of a variable'],
    ['the key itself', { keyVariable: 'a94a8fe5ccb19ba61c4c0873d391e987' }, 'looks like the key itself'],
    ['a name of the sandbox', { target: 'sandbox-anarock' }, 'belongs to the built-in sandbox'],
    ['a name with a comma', { target: 'a,b' }, '--target: expected a name'],
    ['a default of no field', { defaults: ['projct=x'] }, '--default: there is no field "projct"'],
    ['a default of a person', { defaults: ['phone=98765'] }, '--default: phone has no default'],
    ['a default that is no value', { defaults: ['budget=lots'] }, '--default budget'],
    [
      'a default from a secret',
      { defaults: ['campaignId=${ANAROCK_KEY}'] },
      '--default campaignId: expected a variable',
    ],
    ['a default without a value', { defaults: ['campaignId'] }, '--default: expected NAME=VALUE'],
    ['two ways to print', { print: true, json: true }, '--print and --json'],
    ['a channel that is no variable', { channel: '${a-b}' }, '--channel: expected ${NAME}'],
  ])('refuses %s', async (_, given, expected) => {
    const message = await refusal(given);
    expect(message).toContain(expected);
    expect(message).not.toContain('a94a8fe5');
    expect(existsSync(rc())).toBe(false);
  });
});

describe('what the provider requires of each lead', () => {
  it.each<[string, Given, Record<string, string>, RegExp | null]>([
    [
      'nothing is known',
      {},
      {},
      /^ *# Anarock takes no lead without campaignId, sourceId, subSourceId: ask your contact at Anarock/m,
    ],
    [
      'a part is known',
      { defaults: ['campaignId=greens: "a"', 'source-id=1'] },
      { campaignId: 'greens: "a"', sourceId: '1' },
      /^ *# Anarock takes no lead without subSourceId: ask/m,
    ],
    [
      'all is known, and more',
      { defaults: ['campaignId=g', 'sourceId=1', 'subSourceId=8', 'city=Pune'] },
      { campaignId: 'g', sourceId: '1', subSourceId: '8', city: 'Pune' },
      null,
    ],
    [
      'of another provider',
      { provider: 'paramantra' },
      {},
      /^ *# Paramantra takes no lead without channelId, subject, repId: ask your contact at Paramantra/m,
    ],
  ])('%s', async (_, given, expected, comment) => {
    const { stdout } = await init(given);
    const { defaultTarget } = load(ANY);
    expect(load(ANY).target(defaultTarget ?? '').defaults).toEqual(expected);
    if (comment === null) {
      expect(text()).not.toMatch(/takes no lead without/);
      expect(stdout).not.toMatch(/takes no lead without/);
    } else {
      expect(text()).toMatch(comment);
      expect(stdout).toMatch(/takes no lead without/);
    }
  });
});

it('--print writes nothing, beside an existing configuration too', async () => {
  writeFileSync(rc(), 'region: AE\n');
  const { status, stdout, stderr } = await init({ print: true, defaults: ['campaignId=greens'] });
  expect([status, stderr]).toEqual([0, '']);
  expect(readFileSync(rc(), 'utf8')).toBe('region: AE\n');
  writeFileSync(rc(), stdout, { mode: 0o600 });
  expect(load(ANY).target('anarock-staging').defaults).toEqual({ campaignId: 'greens' });
});

describe('never over an existing configuration', () => {
  it.each([
    ['.leadpushrc', 'region: AE'],
    ['.leadpushrc', ''],
    ['.leadpushrc', '{ broken ['],
    ['leadpush.config.yaml', 'region: AE'],
    ['package.json', '{ "leadpush": { "region": "AE" } }'],
  ])('%s of %j', async (name, content) => {
    writeFileSync(join(cwd, name), content);
    expect(await refusal({})).toContain(`${join(cwd, name)} already exists; nothing was written.`);
    expect(readFileSync(join(cwd, name), 'utf8')).toBe(content);
    expect(existsSync(rc())).toBe(name === '.leadpushrc');
  });

  it('nor through a link', async () => {
    symlinkSync(join(cwd, 'elsewhere'), rc());
    expect(await refusal({})).toContain('already exists');
    expect(existsSync(join(cwd, 'elsewhere'))).toBe(false);
  });

  it('says so where the folder cannot be written', async () => {
    cwd = join(cwd, 'gone');
    expect(await refusal({})).toContain('cannot be written (ENOENT)');
  });
});

describe('a provider with two secrets', () => {
  const twoKeys: Provider = {
    ...paramantra,
    name: 'two-keys',
    title: 'Two Keys',
    settings: [
      { name: 'accessKey', kind: 'secret', required: true, help: 'The first.' },
      { name: 'secretKey', kind: 'secret', required: true, help: 'The second.' },
      { name: 'appName', kind: 'text', required: true, help: 'The app.' },
    ],
    bind: (_, place) => paramantra.bind({ apiKey: new Secret('k'), appName: 'a' }, place),
  };
  const at = async (given: Given, typed: string | null = null) => {
    const ran = await init({ provider: 'two-keys', ...given }, typed, [...PROVIDERS, twoKeys]);
    return {
      ...ran,
      lines: text()
        .split('\n')
        .filter((line) => /^ {4}\w+Key(File)?:/.test(line)),
    };
  };

  it.each<[string, Given, string[]]>([
    [
      'each has a variable of its own',
      {},
      ['    accessKey: ${TWO_KEYS_ACCESS_KEY}', '    secretKey: ${TWO_KEYS_SECRET_KEY}'],
    ],
    [
      'also where the flag names that of the first',
      { keyVariable: 'MINE' },
      ['    accessKey: ${MINE}', '    secretKey: ${TWO_KEYS_SECRET_KEY}'],
    ],
    [
      'or its file',
      { keyFile: './first.key' },
      ['    accessKeyFile: ./first.key', '    secretKey: ${TWO_KEYS_SECRET_KEY}'],
    ],
  ])('%s', async (_, given, expected) => {
    const { lines, stdout } = await at(given);
    expect(lines).toEqual(expected);
    for (const [, name] of lines.join().matchAll(/\$\{(\w+)\}/g)) expect(stdout).toContain(`export ${name}=`);
  });

  it('asks for both, and shows a file of its own for each', async () => {
    const { lines, stderr } = await at({ target: 't' }, 'variable\nONE\nvariable\nTWO\n\n\n\n\n');
    expect(lines).toEqual(['    accessKey: ${ONE}', '    secretKey: ${TWO}']);
    expect(stderr).toMatch(/variable with the accessKey[\s\S]*variable with the secretKey/);
    expect(text()).toMatch(/accessKeyFile: \/run\/secrets\/two-keys-accessKey[\s\S]*two-keys-secretKey/);
  });
});

it.each(PROVIDERS.map((kind) => [kind.name, kind] as const))(
  '%s: no two settings share a variable',
  (_, kind) => {
    const names = kind.settings.map((setting) => variableFor(kind, setting));
    expect(names).toEqual([...new Set(names)]);
  },
);

describe('what it writes is taken when it is found', () => {
  it.each<[string, Given, RegExp]>([
    [
      'a variable of another name',
      { channel: '${MY_CHANNEL}' },
      /--channel: expected a variable named LEADPUSH_… or ANAROCK_/,
    ],
    ['a variable that names a secret', { channel: '${ANAROCK_KEY}' }, /--channel: expected a variable/],
    ['a character that no path carries', { channel: 'a\u2013b' }, /--channel: holds U\+2013/],
    ['a key file elsewhere', { keyFile: '../key' }, /--key-file: .*in its own folder or in \/run\/secrets/],
  ])('%s is refused', async (_, given, expected) => {
    expect(await refusal(given)).toMatch(expected);
    expect(existsSync(rc())).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'a folder that others may write: how it counts all the same',
    async () => {
      chmodSync(cwd, 0o777);
      const { stdout, stderr } = await init();
      expect(stderr).toMatch(/its folder may be written by every user/);
      expect(stdout).toContain('leadpush check --config .leadpushrc');
    },
  );
});

it('settings of any provider are options, and its own limit is the default of the file', async () => {
  const settings = { account: 'greens', host: 'api.leadsquared.com', idField: 'mx_Submission' };
  await init({ provider: 'leadsquared', settings });
  expect(load({ ...ANY }).target('leadsquared').settings).toMatchObject(settings);
  expect(text()).toContain('# Requests a second (default: 4.5, as LeadSquared allows).\n    #rate: 4.5\n');
  expect(text()).toContain('# Requests at once (default: 16).\n    #concurrency: 16\n');
});

it('a provider without a limit of its own says so', async () => {
  await init({ provider: 'anarock' });
  expect(text()).toContain(
    '# Requests a second (default: what the provider allows, else no limit).\n    #rate: 50\n',
  );
});

it.each([
  [{ provider: 'leadsquared', settings: { host: 'api.leadsquare.com' } }, /--host: expected .*did you mean/],
  [{ provider: 'leadsquared', settings: { idField: 'a\u0000b' } }, /--id-field: /],
  [{ provider: 'anarock', settings: { idField: 'x' } }, /--id-field: Anarock has no such setting/],
])('%o is refused', async (given, expected) => {
  expect(await refusal(given)).toMatch(expected);
  expect(existsSync(rc())).toBe(false);
});

describe('on a terminal', () => {
  it('asks for provider, environment, channel, where the key is, and a name', async () => {
    const { status, stderr } = await init(
      {},
      '1\nproduction\ngreens\nvariable\nGREENS_KEY\ng-2026\n1\n8\ngreens\n',
    );
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /Which CRM[\s\S]*environment[\s\S]*channel[\s\S]*Where is the key[\s\S]*campaignId: The provider's project/,
    );
    const config = load({ GREENS_KEY: 'x' });
    expect(config.target('greens').settings).toMatchObject({ environment: 'production', channel: 'greens' });
    expect(config.target('greens').defaults).toEqual({
      campaignId: 'g-2026',
      sourceId: '1',
      subSourceId: '8',
    });
  });

  it('an empty answer is the default', async () => {
    await init({}, '\n'.repeat(9));
    expect(load(ANY).defaultTarget).toBe('anarock-staging');
  });

  it('asks again for what cannot be, and does not ask for what is given', async () => {
    const { stderr } = await init(
      { provider: 'anarock', channel: 'c' },
      '9\n2\nfile\n\nkey.txt\n\n\n\nsandbox-anarock\nx\n',
    );
    expect(stderr).toContain('one of staging, production');
    expect(stderr).toContain('an answer is needed');
    expect(stderr).toContain('belongs to the built-in sandbox');
    expect(stderr).not.toContain('Which CRM');
    expect(text()).toMatch(/^ {2}x:$[\s\S]*^ {4}keyFile: "key\.txt"$/m);
  });

  it('a key that is typed by mistake is neither written nor repeated', async () => {
    const key = 'a94a8fe5ccb19ba61c4c0873d391e987';
    const { stderr } = await init(
      { provider: 'anarock', channel: 'c', target: 't' },
      `1\n1\n${key}\nK\n\n\n\n`,
    );
    expect(stderr).toContain('looks like the key itself');
    expect(text()).not.toContain(key);
  });

  it('the end of the answers writes nothing', async () => {
    const { status, stderr } = await init({}, '1\n');
    expect(status).toBe(2);
    expect(stderr).toContain('nothing was written');
    expect(existsSync(rc())).toBe(false);
  });

  it('Ctrl-C writes nothing', async () => {
    expect((await init({}, '1\n\u0003')).status).toBe(130);
    expect(existsSync(rc())).toBe(false);
  });
});

describe('in a repository', () => {
  beforeEach(() => {
    mkdirSync(join(cwd, '.git'));
  });
  const ignore = () => readFileSync(join(cwd, '.gitignore'), 'utf8');

  it.each<[string, string | null, string]>([
    ['makes a .gitignore', null, '.leadpushrc\n'],
    ['adds a line', 'node_modules\n', 'node_modules\n.leadpushrc\n'],
    ['ends the last line first', 'node_modules', 'node_modules\n.leadpushrc\n'],
    ['keeps the line ends', 'a\r\n', 'a\r\n.leadpushrc\r\n'],
    ['once is enough', 'a\n/.leadpushrc\n', 'a\n/.leadpushrc\n'],
    ['a comment is no rule', '# .leadpushrc\n', '# .leadpushrc\n.leadpushrc\n'],
  ])('%s', async (_, before, after) => {
    if (before !== null) writeFileSync(join(cwd, '.gitignore'), before);
    await init();
    expect(ignore()).toBe(after);
  });

  it('below its root, the nearest .gitignore', async () => {
    const root = cwd;
    writeFileSync(join(root, '.gitignore'), 'a\n');
    cwd = join(root, 'b');
    mkdirSync(cwd);
    await init();
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('a\n.leadpushrc\n');
    expect(existsSync(join(cwd, '.gitignore'))).toBe(false);
  });

  it('a .gitignore that is a link is left alone, and said', async () => {
    writeFileSync(join(cwd, 'other'), 'x\n');
    symlinkSync(join(cwd, 'other'), join(cwd, '.gitignore'));
    const { status, stderr } = await init();
    expect([status, readFileSync(join(cwd, 'other'), 'utf8')]).toEqual([0, 'x\n']);
    expect(stderr).toContain('keep .leadpushrc out of the repository yourself');
  });
});

it('elsewhere there is no .gitignore', async () => {
  await init();
  expect(existsSync(join(cwd, '.gitignore'))).toBe(false);
});

describe('the written file', () => {
  it.each(PROVIDERS.map((kind) => [kind.name, kind] as const))(
    '%s: every example is valid when it is switched on',
    (name, kind) => {
      const others = PROVIDERS.filter((other) => other !== kind);
      const written = configText({ name: 'mine', kind, values: {}, defaults: {} }, others);
      const switchedOn = written
        .split('\n')
        // The secret stands in the variable already; a host of one's own is for a file that is named.
        .filter((line) => !/^\s*#(?:\w+File|baseUrl):/.test(line))
        .map((line) => line.replace(/^(\s*)#(?=[\w"]| {2}\w)(?! {3})/, '$1'))
        .join('\n');
      writeFileSync(rc(), switchedOn, { mode: 0o600 });
      const config = load(ANY);
      for (const target of config.targetNames) config.target(target);
      expect(config.targetNames).toEqual(['mine', ...others.map((other) => other.name)]);
      for (const { name: setting, help } of kind.settings) {
        expect(written).toContain(`${setting}:`);
        expect(written).toContain(help);
      }
      expect(name).toBe(kind.name);
    },
  );
});
