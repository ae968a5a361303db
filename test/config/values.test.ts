// What is written is what is used: digits, variables, limits; and no message gives a value away.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import type { Config } from '../../src/config/configuration.ts';
import { parseDuration } from '../../src/config/duration.ts';
import { paramantra } from '../../src/providers/paramantra/provider.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { Secret } from '../../src/util/secret.ts';
import { type Folder, makeFolder, problemOf } from './folder.ts';

/** A third provider: the schema knows nothing but its data. */
const third: Provider = {
  ...paramantra,
  name: 'third',
  title: 'Third',
  domains: ['third.example'],
  settings: [
    { name: 'token', kind: 'secret', required: true, variable: 'THIRD_TOKEN', help: 'The token.' },
    { name: 'desk', kind: 'text', required: true, help: 'The desk that takes leads.' },
    { name: 'quiet', kind: 'boolean', required: false, help: 'No mail to the desk.' },
    { name: 'mode', kind: 'choice', required: false, choices: ['slow', 'fast'], help: 'How.' },
    { name: 'names', kind: 'fieldMap', required: false, help: 'Own names of fields.' },
  ],
};

let folder: Folder;
beforeEach(() => {
  folder = makeFolder([third]);
});
afterEach(() => folder.remove());

/** The file that tests write, named: what a found one may not say is tested elsewhere. */
const loadNamed = (env: Record<string, string> = {}) => folder.load(env, join(folder.cwd, '.leadpushrc'));

/** One target with these settings. */
const target = (more: string, env: Record<string, string> = {}): ReturnType<Config['target']> => {
  folder.put('project/.leadpushrc', `targets:\n  t: { provider: third, token: k, desk: d, ${more} }`);
  return folder.load(env).target('t');
};

describe('what is written keeps its characters', () => {
  it.each<[string, string, string]>([
    ['a leading zero', '00123', '00123'],
    ['a number', '123', '123'],
    ['zero', '0', '0'],
    ['many digits', '12345678901234567890', '12345678901234567890'],
    ['a decimal', '1.50', '1.50'],
    ['a sign', '+5', '+5'],
    ['hexadecimal', '0x1F', '0x1F'],
    ['an exponent', '1e5', '1e5'],
    ['infinity', '.inf', '.inf'],
    ['a name of infinity', 'Infinity', 'Infinity'],
    ['a date', '2026-11-24', '2026-11-24'],
    ['yes', 'yes', 'yes'],
    ['a boolean', 'true', 'true'],
    ['a quoted number', '"007"', '007'],
    ['a list', '[2bhk, 3bhk]', '2bhk,3bhk'],
  ])('%s: %s', (_, written, expected) => {
    expect(target(`defaults: { campaignId: ${written} }`).defaults).toEqual({ campaignId: expected });
  });

  it('a key of digits, a phone with its plus', () => {
    folder.put(
      'project/.leadpushrc',
      'targets: { t: { provider: third, token: 0012, desk: 07, testPhone: +919988776655 } }',
    );
    const { settings, testPhone } = folder.load().target('t');
    const { token, desk } = settings;
    expect([token instanceof Secret && token.reveal(), desk, testPhone]).toEqual([
      '0012',
      '07',
      '+919988776655',
    ]);
  });

  it('merged settings are data', () => {
    folder.put(
      'project/.leadpushrc.yaml',
      'targets:\n  a: &a { provider: third, token: k, desk: one }\n  b: { <<: *a, desk: two }',
    );
    const config = folder.load();
    expect([config.target('a').settings['desk'], config.target('b').settings['desk']]).toEqual([
      'one',
      'two',
    ]);
  });

  it('JSON indented by tabs, with a byte order mark', () => {
    folder.put('project/.leadpushrc.json', '\ufeff{\n\t"targets": {\n\t\t"t": {}\n\t}\n}');
    expect(problemOf(() => folder.load())).toMatch(/targets\.t\.provider: expected third/);
  });

  it('sections whose every line is a comment are empty', () => {
    folder.put('project/.leadpushrc', 'columns:\n#  X: phone\ntargets:\n');
    expect(folder.load()).toMatchObject({ columns: {}, targetNames: [] });
  });
});

describe('variables', () => {
  it.each<[string, Record<string, string>, string]>([
    ['${A}', { A: 'x' }, 'x'],
    ['a-${A}-b', { A: 'x' }, 'a-x-b'],
    ['${A:-y}', {}, 'y'],
    ['${A:-y}', { A: '' }, 'y'],
    ['${A:-}z', {}, 'z'],
    ['$${A}', { A: 'x' }, '${A}'],
    ['$A', { A: 'x' }, '$A'],
    ['${A}', { A: '${B}', B: 'no' }, '${B}'],
  ])('%s with %j is %s', (text, env, expected) => {
    folder.put('project/.leadpushrc', `targets: { t: { provider: third, token: k, desk: '${text}' } }`);
    expect(loadNamed(env).target('t').settings['desk']).toBe(expected);
  });

  it.each(['${my-key}', '${A', '${}', '${A:-${B}}', '${1A}', '${A-x}'])('%s is none', (text) => {
    folder.put('project/.leadpushrc', `targets: { t: { provider: third, token: k, desk: '${text}' } }`);
    expect(problemOf(() => loadNamed({ A: 'a', B: 'b' }).target('t'))).toMatch(
      /targets\.t\.desk: expected \$\{NAME\} or \$\{NAME:-default\}/,
    );
  });

  it('stand in any string: provider, lists, maps, columns, numbers and booleans', () => {
    folder.put(
      'project/.leadpushrc',
      `
columns: { X: "\${FIELD:-phone}" }
targets:
  t:
    provider: \${P}
    token: k
    desk: d
    quiet: \${QUIET}
    mode: \${MODE:-fast}
    names: { city: "\${CITY}" }
    dedupe: ["\${BY}"]
    defaults: { apartmentTypes: ["\${FLAT}", 3bhk] }
    retries: \${R}`,
    );
    const env = { P: 'third', QUIET: 'TRUE', CITY: 'town', BY: 'campaignId', FLAT: '2bhk', R: '0' };
    const config = loadNamed(env);
    expect(config.columns).toEqual({ X: 'phone' });
    expect(config.target('t')).toMatchObject({
      provider: 'third',
      settings: { quiet: true, mode: 'fast', names: { city: 'town' } },
      dedupe: ['campaignId'],
      defaults: { apartmentTypes: '2bhk,3bhk' },
      retries: 0,
    });
    const unset = loadNamed({});
    expect(unset.targetNames).toEqual(['t']);
    expect(problemOf(() => unset.target('t'))).toMatch(/targets\.t\.provider: the variable P is not set/);
  });

  it('all that are missing are told together', () => {
    folder.put(
      'project/.leadpushrc',
      'targets: { t: { provider: third, token: "${T}", desk: "${D}", rate: "${R}" } }',
    );
    expect(problemOf(() => loadNamed().target('t')).split('\n')).toHaveLength(3);
  });
});

describe('limits', () => {
  it.each<[string, string]>([
    ['timeout: 0', 'timeout: expected a duration'],
    ['timeout: 90d', 'timeout: expected a duration'],
    ['concurrency: 0', 'concurrency: expected a whole number of at least 1'],
    ['concurrency: 2.5', 'concurrency: expected a whole number of at least 1'],
    ['concurrency: true', 'concurrency: expected a number or a text'],
    ['concurrency:', 'concurrency: is empty; expected a number or a text'],
    ['timeout: ~', 'timeout: is empty; expected a number or a text'],
    ['baseUrl:', 'baseUrl: is empty; expected a text'],
    ['dedupe:', 'dedupe: is empty; expected a list'],
    ['defaults: { city: }', 'defaults.city: is empty; expected a text'],
    ['retries: -1', 'retries: expected a whole number'],
    ['rate: .inf', 'rate: expected a number above 0'],
    ['dedupeWindow: 90', 'dedupeWindow: expected a duration with its unit, such as 90d'],
    ['dedupeWindow: 999999d', 'dedupeWindow: expected a duration'],
    ['testPhone: my mobile', 'testPhone: expected a phone'],
    ['dedupe: [budget]', 'dedupe: expected budgetMin or budgetMax'],
    ['names: { budget: x }', 'names.budget: expected budgetMin or budgetMax'],
    ['defaults: { phone: "1" }', 'defaults.phone: a phone has no default'],
    ['quiet: perhaps', 'quiet: expected true or false'],
    ['desk2: x', 'desk2: unknown setting, did you mean "desk"?'],
    ['wholly: x', 'wholly: unknown setting; expected one of provider, baseUrl'],
    ['names: [x]', 'names: expected settings, one a line'],
    ['defaults: [x]', 'defaults: expected settings, one a line'],
    ['defaults: { city: { a: b } }', 'defaults.city: expected a text'],
  ])('%s', (written, expected) => {
    expect(problemOf(() => target(written))).toContain(`targets.t.${expected}`);
  });

  it('what is missing is told with what it is', () => {
    folder.put('project/.leadpushrc', 'targets: { t: { provider: third } }');
    expect(problemOf(() => folder.load()).split('\n')).toEqual([
      expect.stringMatching(/targets\.t\.token: is missing; expected token: \$\{VARIABLE\}, or tokenFile/),
      expect.stringMatching(/targets\.t\.desk: is missing; expected a text: The desk that takes leads$/),
    ]);
  });

  it.each(['targets: [x]', 'targets: { t: [x] }', 'targets: { t: }', 'columns: [x]', 'targets: x'])(
    '%s',
    (written) => {
      folder.put('project/.leadpushrc', written);
      expect(problemOf(() => folder.load())).toContain('expected settings, one a line');
    },
  );

  it.each<[string, string | null]>([
    ['region: ae', null],
    ['region: UK', 'region: expected a country code of two letters such as IN, did you mean "GB"?'],
    ['region: India', 'did you mean "IN"?'],
    ['region: XX', 'region: expected a country code'],
  ])('%s', (written, expected) => {
    folder.put('project/.leadpushrc', written);
    if (expected === null) expect(folder.load().region).toBe('AE');
    else expect(problemOf(() => folder.load())).toContain(expected);
  });

  it.each<[string, number | null]>([
    ['500ms', 500],
    ['30s', 30_000],
    ['30', 30_000],
    ['1.5m', 90_000],
    ['5 min', 300_000],
    ['2h', 7_200_000],
    ['90d', 7_776_000_000],
    ['1w', 604_800_000],
    [' 5S ', 5_000],
    ['0', 0],
    ['', null],
    ['s', null],
    ['-5s', null],
    ['5y', null],
    ['1e3s', null],
    ['1h30m', null],
    ['9'.repeat(400), null],
  ])('the duration %s is %s ms', (text, expected) => {
    expect(parseDuration(text, 's')).toBe(expected);
    const alone = /^\d+$/.test(text) && Number(text) > 0;
    expect(parseDuration(text, null)).toBe(alone ? null : expected);
  });
});

describe('no message gives a value away', () => {
  const S = 'hunter2-in-a-variable';
  it.each<[string, string]>([
    ['a default target', 'defaultTarget: "${S}"'],
    ['a region', 'region: "${S}"'],
    ['a time zone', 'timezone: "${S}"'],
    ['a column', 'columns: { X: "${S}" }'],
    ['a provider', 'targets: { t: { provider: "${S}" } }'],
    ['a choice', 'targets: { t: { provider: third, token: k, desk: d, mode: "${S}" } }'],
    ['a limit', 'targets: { t: { provider: third, token: k, desk: d, timeout: "${S}" } }'],
    ['a base', 'targets: { t: { provider: third, token: k, desk: d, baseUrl: "${S}" } }'],
    ['a path', 'targets: { t: { provider: third, token: k, desk: d, path: "${S}" } }'],
    ['a list', 'targets: { t: { provider: third, token: k, desk: d, dedupe: ["${S}"] } }'],
    ['a key in the place of its file', 'targets: { t: { provider: third, tokenFile: "${S}", desk: d } }'],
    ['a key of two lines', 'targets: { t: { provider: third, token: "${S}\\nx", desk: d } }'],
    ['a key that is a list', `targets: { t: { provider: third, token: [${S}], desk: d } }`],
    ['broken YAML', `targets: { t: { provider: third, token: ${S}, desk: d\n  x: [`],
  ])('%s', (_, content) => {
    folder.put('project/.leadpushrc', content);
    const text = problemOf(() => loadNamed({ S }).target('t'));
    expect(text).not.toContain(S);
    expect(text).toContain('.leadpushrc');
  });

  it('a key file of more than one line, or of blanks', () => {
    for (const [content, expected] of [
      [`${S}\nsecond`, /more than one line/],
      ['  \n', /is empty/],
    ] as const) {
      folder.put('project/key', content);
      folder.put('project/.leadpushrc', 'targets: { t: { provider: third, tokenFile: key, desk: d } }');
      const text = problemOf(() => folder.load().target('t'));
      expect(text).toMatch(expected);
      expect(text).not.toContain(S);
    }
  });

  it('a key file as other systems write it', () => {
    folder.put('project/key', '\ufeffs3cret\r\n');
    folder.put('project/.leadpushrc', 'targets: { t: { provider: third, tokenFile: key, desk: d } }');
    const { token } = folder.load().target('t').settings;
    expect(token instanceof Secret && token.reveal()).toBe('s3cret');
  });

  it('a secret as the default of a variable is a literal one', () => {
    const warnings = (token: string) => {
      folder.put(
        'project/.leadpushrc',
        `targets: { t: { provider: third, token: '${token}', desk: d } }`,
        0o644,
      );
      return folder.load({ K: 'x' }).warnings.length;
    };
    expect(['${K:-s3cret}', '$${K}', '${K}', '${K:-}'].map(warnings)).toEqual([1, 1, 0, 0]);
  });
});

describe('files', () => {
  it('a ring of anchors ends', () => {
    folder.put('project/.leadpushrc', 'targets: &x\n  t: *x');
    expect(problemOf(() => folder.load())).toMatch(/targets\.t\.provider/);
  });

  it.each(['constructor', '__proto__', 'toString'])('%s is no target', (name) => {
    folder.put('project/.leadpushrc', 'targets: {}');
    expect(problemOf(() => folder.load().target(name))).toContain('There is no target');
  });

  it('only our part of a package.json is read', () => {
    folder.put('project/other.json', '{ "leadpush": { "region": "AE" } }');
    folder.put('project/package.json', '{ "$import": "./other.json", "x": { "$import": "./x.js" } }');
    expect(folder.load().path).toBeNull();
    folder.put('project/package.json', '{ "$import": "./other.json", "leadpush": { "region": "SG" } }');
    expect(folder.load().region).toBe('SG');
    folder.put('project/package.json', '{ "leadpush": { "$import": "./other.json" } }');
    expect(problemOf(() => folder.load())).toContain('leadpush.$import');
  });

  it.each(['null', '[]', '"x"', '{"leadpush": null}'])('a package.json of %s is passed over', (content) => {
    folder.put('project/package.json', content);
    folder.put('.leadpushrc', 'region: AE');
    expect(folder.load().region).toBe('AE');
  });

  it('a named package.json must have our part, a named program is not read', () => {
    const none = folder.put('project/package.json', '{}');
    expect(problemOf(() => folder.load({}, none))).toContain('"leadpush" is missing');
    const program = folder.put('project/leadpush.config.mjs', 'export default {}');
    expect(problemOf(() => folder.load({}, program))).toContain('never a program');
    expect(problemOf(() => folder.load({}, folder.cwd))).toContain('not a regular file');
  });

  it("in the user's own folder it is the user's, also from within", () => {
    const file = folder.put('.config/leadpush/.leadpushrc', 'region: AE');
    const own = join(folder.home, '.config/leadpush');
    const where = { env: {}, cwd: own, home: folder.home, platform: 'linux' } as const;
    expect(loadConfig(null, where, [third])).toMatchObject({ path: file, trust: 'user' });
    const moved = folder.put('xdg/leadpush/config.yml', 'region: SG');
    expect(folder.load({ XDG_CONFIG_HOME: join(folder.home, 'xdg') })).toMatchObject({
      path: moved,
      trust: 'user',
    });
  });

  it('the home ends the search, also where it is a link', () => {
    folder.put('.leadpushrc', 'region: AE');
    const inner = join(folder.home, 'real');
    mkdirSync(join(inner, 'work'), { recursive: true });
    symlinkSync(inner, join(folder.home, 'link'));
    const where = { env: {}, cwd: join(inner, 'work'), home: join(folder.home, 'link'), platform: 'linux' };
    expect(loadConfig(null, { ...where, platform: 'linux' }, [third]).path).toBeNull();
  });
});
