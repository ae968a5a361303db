// A key that is refused: the next step names the setting that holds it, and the command that really tests it.
import { beforeEach, expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
eachTest((given, process) => {
  desk = given;
  sandbox = process;
});

const PHONE = '+919988776655';
const WRONG = 'not-the-key-of-this-account';

beforeEach(() => {
  desk.write('wrong.key', `${WRONG}\n`);
  desk.write('leads.csv', 'Name,Phone\nAsha,9876543210\n');
});

const withPhone = (config: string) => config.replaceAll(/^ {4}baseUrl:/gm, `    testPhone: '${PHONE}'\n$&`);

/** The command at the end of the line that says to test the key. */
const tested = (text: string) =>
  /(?:test it|test the key with one test lead): (leadpush .*)$/m.exec(text)?.[1];

interface Case {
  readonly target: 'a' | 'p';
  readonly config: (config: string) => string;
  readonly place: RegExp;
  readonly command: string;
}

const CASES: readonly (readonly [string, Case])[] = [
  [
    'a variable, of a provider that cannot be asked',
    {
      target: 'p',
      config: withPhone,
      place: /\(targets\.p\.apiKey, from \$P_KEY\)/,
      command: 'leadpush smoke --to p --config c.yaml',
    },
  ],
  [
    'a variable, of one that can',
    {
      target: 'a',
      config: withPhone,
      place: /\(targets\.a\.key, from \$A_KEY\)/,
      command: 'leadpush check --to a --config c.yaml',
    },
  ],
  [
    'the configuration itself',
    {
      target: 'p',
      config: (config) => withPhone(config).replace(/apiKey: .*/, `apiKey: ${WRONG}`),
      place: /\(targets\.p\.apiKey, in .*c\.yaml\)/,
      command: 'leadpush smoke --to p --config c.yaml',
    },
  ],
  [
    'a file',
    {
      target: 'a',
      config: (config) => withPhone(config).replace(/ key: .*/, ' keyFile: wrong.key'),
      place: /\(targets\.a\.keyFile\)/,
      command: 'leadpush check --to a --config c.yaml',
    },
  ],
];

it.each(CASES)('in %s', async (_, { target, config, place, command }) => {
  desk.write('c.yaml', config(sandbox.config));
  const env = { A_KEY: WRONG, P_KEY: WRONG };
  const sent = await desk.run(['send', 'leads.csv', '--to', target, '--config', 'c.yaml'], { env });
  expect(sent.status).toBe(3);
  const shown = await desk.run(['show', '--config', 'c.yaml'], { env });
  for (const { stdout, stderr } of [sent, shown]) {
    expect(stderr).toMatch(place);
    expect(stdout).toMatch(place);
    expect(tested(stderr)).toBe(command);
    expect(`${stdout}${stderr}`).not.toContain(WRONG);
  }
  expect(await desk.paste(command, env)).toMatchObject({ status: 3 });
  // Corrected, in whatever place it is.
  desk.write('c.yaml', withPhone(sandbox.config));
  expect(await desk.paste(command)).toMatchObject({ status: 0 });
});

it.each<[string, string, string]>([
  ['a', '', 'channel and baseUrl'],
  ['p', '', 'appName and baseUrl'],
  ['p', 'basicPassword: empty', 'appName, basicPassword and baseUrl'],
  ['l', '', 'baseUrl'],
])('%s %s: the settings that go with the key are named, and no other', async (target, more, settings) => {
  const lodged = `  l:\n    baseUrl: ${sandbox.url}\n    provider: leadsquared\n    account: own\n    accessKey: ${WRONG}\n    secretKey: ${WRONG}\n`;
  const config = withPhone(`${sandbox.config.trimEnd()}\n${lodged}`);
  desk.write('c.yaml', more === '' ? config : config.replace(/^ {4}apiKey:/m, `    ${more}\n$&`));
  const env = { A_KEY: WRONG, P_KEY: WRONG };
  const places = ['--to', target, '--config', 'c.yaml'];
  const either = settings.replace(' and ', ' or ');
  const before = settings === 'baseUrl' ? [' and ', ' or '] : [', ', ', '];
  const smoke = await desk.run(['smoke', ...places, '--junit', 'r.xml'], { env });
  const sent = await desk.run(['send', 'leads.csv', ...places], { env });
  expect([smoke.status, sent.status]).toEqual([3, 3]);
  for (const text of [smoke.stdout, sent.stdout, desk.read('r.xml')])
    expect(text).toContain(`)${before[0]}${settings} of target `);
  expect(smoke.stderr).toContain(`)${before[1]}${either}; then the same again`);
  expect(sent.stderr).toContain(`)${before[1]}${either} (a sandbox`);
});

it('without a test phone it says that one is needed', async () => {
  const env = { P_KEY: WRONG };
  const { stderr } = await desk.run(['send', 'leads.csv', '--to', 'p', '--config', 'c.yaml'], { env });
  expect(stderr).toContain(
    'then set its testPhone, and test the key with one test lead: leadpush smoke --to p --config c.yaml\n',
  );
});

it('after a smoke test the next step is the same one again, and nothing goes round in a circle', async () => {
  desk.write('c.yaml', withPhone(sandbox.config));
  const words = ['smoke', '--to', 'p', '--config', 'c.yaml', '--no-ledger'];
  const { status, stderr } = await desk.run(words, { env: { P_KEY: WRONG } });
  expect([status, stderr.split('\n').at(-2)]).toEqual([
    3,
    'Next: correct the key (targets.p.apiKey, from $P_KEY), appName or baseUrl; then the same again: leadpush smoke --to p --config c.yaml --no-ledger',
  ]);
});

it('check says which command tests a key that it cannot test', async () => {
  desk.write('c.yaml', withPhone(sandbox.config));
  const { status, stdout } = await desk.run(['check', '--to', 'p', '--config', 'c.yaml', '--json'], {
    env: { P_KEY: WRONG },
  });
  const checks: readonly { name: string; message: string; next: string | null }[] = JSON.parse(
    JSON.stringify(linesOf(stdout)[0]?.['checks']),
  );
  expect([status, checks.find(({ name }) => name === 'key')]).toMatchObject([
    0,
    {
      message: 'key not tested: smoke tests it.',
      next: 'leadpush smoke --to p --config c.yaml tests it, with one test lead',
    },
  ]);
});
