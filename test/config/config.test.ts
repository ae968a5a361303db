// The configuration, with real files in real folders: found, checked, resolved, and never run.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import type { Config } from '../../src/config/configuration.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import { Secret } from '../../src/util/secret.ts';
import { UsageError } from '../../src/util/usage-error.ts';

let home: string;
let cwd: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'leadpush-config-'));
  cwd = join(home, 'project');
  mkdirSync(cwd);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const put = (path: string, content: unknown, mode = 0o600): string => {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return file;
};
const load = (env: Record<string, string> = {}, flag: string | null = null): Config =>
  loadConfig(flag, { env, cwd, home, platform: 'linux' }, PROVIDERS);
const problem = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
};

const GOOD = `
defaultTarget: greens
region: IN
timezone: Asia/Kolkata
columns: { "Mobile No.": phone, "BHK": apartmentTypes, "Ad": extra.ad }
targets:
  greens:
    provider: anarock
    environment: staging
    channel: my-channel
    key: \${ANAROCK_KEY}
    defaults: { campaignId: greens-2026, sourceId: 1, subSourceId: 8 }
    concurrency: \${ANAROCK_N:-8}
    rate: 2.5
    timeout: 10s
    dedupe: [campaignId, listingId]
    dedupeWindow: 90d
  crm:
    provider: paramantra
    apiKey: \${PARAMANTRA_API_KEY}
    appName: \${PARAMANTRA_APP}
    defaults: { channelId: GoogleAdword, subject: "Leads From API", repId: smithparkar }
    fields: { listingName: proje_1 }
    alertRep: true
`;

describe('a configuration that is right', () => {
  it('is read whole, variables only of the target in use', () => {
    put('project/.leadpushrc', GOOD);
    const config = load({ ANAROCK_KEY: 'k3y', ANAROCK_N: '4' });
    expect(config).toMatchObject({
      defaultTarget: 'greens',
      region: 'IN',
      trust: 'found',
      targetNames: ['greens', 'crm'],
    });
    expect(config.columns).toEqual({ 'Mobile No.': 'phone', BHK: 'apartmentTypes', Ad: 'extra.ad' });
    const target = config.target('greens');
    expect(target).toMatchObject({
      provider: 'anarock',
      defaults: { campaignId: 'greens-2026', sourceId: '1', subSourceId: '8' },
      concurrency: 4,
      rate: 2.5,
      timeoutMs: 10_000,
      retries: 4,
      settleAfterMs: 5_000,
      dedupe: ['campaignId', 'listingId'],
      dedupeWindowMs: 90 * 86_400_000,
    });
    const { key } = target.settings;
    expect(key instanceof Secret && key.reveal()).toBe('k3y');
    expect(JSON.stringify(target)).not.toContain('k3y');
    expect(problem(() => config.target('crm'))).toMatch(/PARAMANTRA_API_KEY[\s\S]*PARAMANTRA_APP/);
  });

  it('is nothing where there is none', () => {
    expect(load()).toMatchObject({
      path: null,
      trust: 'none',
      targetNames: [],
      region: 'IN',
      timezone: 'Asia/Kolkata',
    });
  });

  it.each([
    ['project/.leadpushrc', GOOD],
    ['project/.leadpushrc', { targets: { a: { provider: 'anarock', channel: 'c', key: 'k' } } }],
    ['project/.leadpushrc.json', { targets: {} }],
    ['project/.leadpushrc.yaml', 'targets: {}'],
    ['project/.leadpushrc.yml', 'targets: {}'],
    ['project/leadpush.config.json', { targets: {} }],
    ['project/leadpush.config.yaml', 'targets: {}'],
    ['project/package.json', { name: 'x', leadpush: { targets: {} } }],
    ['.leadpushrc', 'targets: {}'],
    ['.config/leadpush/config.yaml', 'targets: {}'],
    ['.config/leadpush/.leadpushrc', 'targets: {}'],
  ])('is found in %s', (path, content) => {
    const file = put(path, content);
    expect(load()).toMatchObject({ path: file, trust: path.startsWith('.config/') ? 'user' : 'found' });
  });

  it('is not looked for above the project', () => {
    put('.leadpushrc', GOOD);
    mkdirSync(join(cwd, '.git'));
    expect(load().path).toBeNull();
  });

  it('a package.json of another tool is passed over', () => {
    put('project/package.json', { name: 'x' });
    put('.leadpushrc', 'targets: {}');
    expect(load().path).toBe(join(home, '.leadpushrc'));
  });

  it('is the one that is named, by flag or variable', () => {
    const file = put('elsewhere/x.yaml', 'region: AE');
    expect(load({}, file)).toMatchObject({ trust: 'named', region: 'AE' });
    expect(load({ LEADPUSH_CONFIG: file })).toMatchObject({ trust: 'named', region: 'AE' });
    expect(problem(() => load({}, 'missing.yaml'))).toMatch(/missing\.yaml/);
  });

  it('takes a key from a file, without its last line break', () => {
    put('project/key', 's3cret\n');
    put('project/.leadpushrc', 'targets: { a: { provider: anarock, channel: c, keyFile: key } }');
    const { key } = load().target('a').settings;
    expect(key instanceof Secret && key.reveal()).toBe('s3cret');
  });

  it('writes ${ as $${', () => {
    put('project/.leadpushrc', 'targets: { a: { provider: anarock, channel: "a$${B}", key: k } }');
    expect(load().target('a').settings['channel']).toBe('a${B}');
  });
});

const wrap = (target: string) => `targets:\n  t: { provider: anarock, channel: c, key: k, ${target} }`;

describe('what is wrong, in a line each', () => {
  it.each<[string, string, RegExp]>([
    ['an unknown key', 'tragets: {}', /tragets: unknown setting, did you mean "targets"\?/],
    [
      'an unknown key of a target',
      wrap('concurency: 8'),
      /targets\.t\.concurency: .*did you mean "concurrency"\?/,
    ],
    ['a wrong type', wrap('defaults: 5'), /targets\.t\.defaults: expected settings/],
    [
      'a number that is none',
      wrap('concurrency: many'),
      /targets\.t\.concurrency: expected a whole number of at least 1/,
    ],
    ['a rate of nothing', wrap('rate: 0'), /targets\.t\.rate: expected a number above 0/],
    ['a duration that is none', wrap('timeout: soon'), /targets\.t\.timeout: expected a duration/],
    [
      'an unknown provider',
      'targets: { t: { provider: anarok } }',
      /targets\.t\.provider: expected anarock, .* or paramantra, did you mean "anarock"\?/,
    ],
    ['a missing setting', 'targets: { t: { provider: anarock, key: k } }', /targets\.t\.channel: is missing/],
    [
      'a missing secret',
      'targets: { t: { provider: anarock, channel: c } }',
      /targets\.t\.key: is missing; expected key: \$\{VARIABLE\}, or keyFile/,
    ],
    ['a key twice', wrap('keyFile: x'), /targets\.t\.key: is set together with keyFile/],
    [
      'an unknown environment',
      wrap('environment: stagin'),
      /targets\.t\.environment: expected staging or production, did you mean "staging"\?/,
    ],
    [
      'a default of no field',
      wrap('defaults: { campaignID: x }'),
      /targets\.t\.defaults\.campaignID: "campaignID" is not a field, did you mean "campaignId"\?/,
    ],
    ['a dedupe of no field', wrap('dedupe: [campaing]'), /targets\.t\.dedupe: "campaing" is not a field/],
    [
      'a column to no field',
      'columns: { X: fone }',
      /columns\.X: "fone" is not a field, did you mean "phone"\?/,
    ],
    [
      'a default target that is none',
      'defaultTarget: x\ntargets: {}',
      /defaultTarget: there is no target "x"/,
    ],
    ['a wrong zone', 'timezone: Asia/Nowhere', /timezone: expected a time zone/],
    ['a wrong region', 'region: India', /region: expected a country code/],
    [
      'a missing variable',
      wrap('testPhone: "${ANAROCK_PHON}"'),
      /targets\.t\.testPhone: the variable ANAROCK_PHON is not set, did you mean "ANAROCK_PHONE"\?/,
    ],
    [
      'a missing variable where only that of another setting is set',
      wrap('testPhone: "${ANAROCK_PRICE}"'),
      /the variable ANAROCK_PRICE is not set$/m,
    ],
    [
      'a name of the sandbox',
      'targets: { sandbox-anarock: { provider: anarock } }',
      /sandbox-anarock: this name is reserved for the built-in sandbox/,
    ],
    ...['\u200b', '\u202e', '\u00ad', '\u00a0', '\u2060', '\u{e0041}', '\u3164', '\n', 'x\u200d'].map(
      (unseen): [string, string, RegExp] => [
        `a name with what nobody sees, ${JSON.stringify(unseen)}`,
        `targets: { ${JSON.stringify(`greens${unseen}x`)}: { provider: anarock } }`,
        /expected a name without line breaks and invisible characters/,
      ],
    ),
    ['broken YAML', 'targets: {\n  a: [', /\.leadpushrc: line \d+/],
    [
      'a setting twice',
      'targets:\n  a: 1\nregion: IN\ntargets:\n  b: 2\n',
      /: line 4: this setting stands twice\./,
    ],
    ...[
      ['in the middle', 'timezone: UTC\nregion:IN\ndefaultTarget: a\n', 2],
      ['in the last line', 'timezone: UTC\nregion:IN\n', 2],
      ['in the first line', 'region:IN\ntimezone: UTC\n', 1],
      ['before blank lines and notes', 'region:IN\n\n# of India\ntimezone: UTC\n', 1],
      ['deep inside', 'targets:\n  a:\n    provider:anarock\n    key: x\n', 3],
      ['in the last line of a target', 'targets:\n  a:\n    provider: anarock\n    key:x\n', 4],
      ['in a list', 'a:\n  - b:1\n    c: 2\n', 2],
    ].map(([where, text, line]): [string, string, RegExp] => [
      `no blank after a colon ${where}`,
      String(text),
      new RegExp(`: line ${line}: a blank is missing after the colon\\.`),
    ]),
    ['an address that is no setting', 'a:\n  - https://x.test\n b: 2\n', /line 3: (?!a blank)/],
    ...[
      ['a variable', 'targets:\n  a: { provider: anarock, key: ${K} }\n'],
      ['one with a default', 'targets:\n  a: { key: ${K:-x}, channel: "${C}" }\n'],
      ['one in a list', 'targets:\n  dedupe: [name, ${K}]\n'],
      ['one in a text', 'targets: {\n  a: x-${K}-y\n}\n'],
    ].map(([what, text]): [string, string, RegExp] => [
      `${what} without quotes between braces`,
      String(text),
      /: line 2: a variable between \{ \} or \[ \] needs quotes\./,
    ]),
    ['a variable outside of braces', 'targets:\n  a: ${K}\n   b: 1\n', /line [23]: (?!a var)/],
    ['a variable in quotes beside what is wrong', 'targets:\n  a: { b: "${K}" c }', /line 2: (?!a var)/],
    ['JSON without a comma', '{\n"region":"IN"\n"timezone":"UTC"}', /line 3: (?!a blank)/],
    ['a list', '- 1', /expected settings/],
  ])('%s', (_, content, expected) => {
    put('project/.leadpushrc', content);
    const text = problem(() => load({ ANAROCK_PHONE: 'x' }).target('t'));
    expect(text).toMatch(expected);
    expect(text).toContain(join(cwd, '.leadpushrc'));
  });

  it('all of them together', () => {
    put('project/.leadpushrc', 'tragets: {}\nregoin: IN');
    expect(problem(() => load()).split('\n').length).toBe(2);
  });

  it('never with the value of a secret', () => {
    put('project/.leadpushrc', 'targets: { t: { provider: anarock, channel: c, key: { a: hunter2 } } }');
    expect(problem(() => load())).not.toContain('hunter2');
  });

  it('an unknown target, with the near one', () => {
    put('project/.leadpushrc', GOOD);
    expect(problem(() => load().target('grens'))).toMatch(/did you mean "greens"\?/);
  });

  it('a key file that is missing or empty', () => {
    put('project/.leadpushrc', 'targets: { t: { provider: anarock, channel: c, keyFile: nothing } }');
    expect(problem(() => load().target('t'))).toMatch(/keyFile: the file cannot be read \(ENOENT\)/);
    put('project/nothing', '');
    expect(problem(() => load().target('t'))).toMatch(/keyFile: the file is empty/);
  });
});

describe("a stranger's file", () => {
  it('never runs', () => {
    const marker = join(home, 'ran');
    const js = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'x'); module.exports = { searchPlaces: ['evil.js'], targets: {} };`;
    const esm = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, 'x'); export default {};`;
    for (const name of [
      '.config/config.js',
      '.config/config.cjs',
      'leadpush.config.js',
      'leadpush.config.cjs',
      '.leadpushrc.js',
      '.leadpushrc.cjs',
      'evil.js',
    ]) {
      put(`project/${name}`, js);
    }
    for (const name of [
      '.config/config.mjs',
      '.config/config.ts',
      'leadpush.config.mjs',
      'leadpush.config.ts',
      '.leadpushrc.ts',
    ]) {
      put(`project/${name}`, esm);
    }
    put('project/.config/config.json', { cosmiconfig: { searchPlaces: ['evil.js'] } });
    put('project/package.json', { name: 'x', cosmiconfig: { searchPlaces: ['evil.js'], loaders: {} } });
    const config = load();
    expect(config.path).toBeNull();
    expect(config.warnings.join()).toMatch(/leadpush\.config\.js is ignored/);
    expect(existsSync(marker)).toBe(false);
  });

  it.each([
    ['at the top', { $import: './evil.js' }],
    ['of a data file', { $import: './other.json' }],
    ['inside a target', { targets: { t: { $import: ['./evil.js'] } } }],
  ])('may not import: %s', (_, content) => {
    const marker = join(home, 'ran');
    put(
      'project/evil.js',
      `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'x'); module.exports = {};`,
    );
    put('project/other.json', { region: 'AE' });
    put('project/.leadpushrc.json', content);
    expect(problem(() => load())).toMatch(/\$import: a configuration may not import/);
    expect(existsSync(marker)).toBe(false);
  });

  const HOSTS: readonly [string, boolean, boolean][] = [
    // baseUrl, allowed where found, allowed where named
    ['https://lead.anarock.com', true, true],
    ['https://lead-webhook.staging.anarock.com', true, true],
    ['https://lead.anarock.com.', true, true],
    ['http://127.0.0.1:8080', true, true],
    ['http://localhost:8080', true, true],
    ['http://[::1]:8080', true, true],
    ['http://127.1:8080', true, true],
    ['http://0x7f.1:8080', true, true],
    ['http://LOCALHOST:8080', true, true],
    ['http://localhost.:8080', false, false],
    // By name only: a trusted file may, and the connection then looks at the address.
    ['http://crm.localhost:8080', false, true],
    ['http://crm.localhost.:8080', false, false],
    ['http://0.0.0.0:8080', false, false],
    ['http://[::]:8080', false, false],
    ['http://[::ffff:127.0.0.1]:8080', false, false],
    ['http://128.0.0.1:8080', false, false],
    ['https://crm.localhost', false, true],
    ['https://lead\u2013x.anarock.com', false, false],
    ['https://crm.example.org', false, true],
    ['https://lead.anarock.com.evil.example', false, true],
    ['https://evilanarock.com', false, true],
    ['https://lead.anarock.com@evil.example', false, false],
    ['http://lead.anarock.com', false, false],
    ['http://127.0.0.1.evil.example', false, false],
    ['https://lead.anarock.com/path', false, false],
    ['https://lead.anarock.com?x=1', false, false],
    ['ftp://lead.anarock.com', false, false],
    ['javascript:alert(1)', false, false],
    ['lead.anarock.com', false, false],
  ];
  it.each(HOSTS)('baseUrl %s: found %s, named %s', (url, found, named) => {
    const file = put('project/.leadpushrc', wrap(`baseUrl: "${url}"`));
    const attempt = (flag: string | null) => {
      try {
        load({}, flag).target('t');
        return true;
      } catch {
        return false;
      }
    };
    expect([attempt(null), attempt(file)]).toEqual([found, named]);
  });

  it('may not take a host from a variable either', () => {
    put('project/.leadpushrc', wrap('baseUrl: "${ANAROCK_HOST}"'));
    expect(problem(() => load({ ANAROCK_HOST: 'https://evil.example' }).target('t'))).toMatch(
      /may not decide where credentials go/,
    );
  });

  it.each(['//evil.example/x', '/x?y', 'x', '/\\\\evil.example'])('path %s is refused', (path) => {
    put('project/.leadpushrc', wrap(`path: '${path}'`));
    expect(problem(() => load().target('t'))).toMatch(/targets\.t\.path: expected a path/);
  });
});

describe('a secret that others can read', () => {
  it.each<[string, number, number]>([
    ['key: literal', 0o644, 1],
    ['key: literal', 0o600, 0],
    ['key: "${K}"', 0o644, 0],
    ['keyFile: k', 0o644, 0],
  ])('%s with mode %o: %i warning', (key, mode, count) => {
    put('project/.leadpushrc', `targets: { t: { provider: anarock, channel: c, ${key} } }`, mode);
    expect(load({ K: 'x' }).warnings.length).toBe(count);
  });
});
