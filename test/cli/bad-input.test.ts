// What can be wrong with a call, a file or a configuration: each gives one clear message with where and what next, the
// right exit status, and costs no other record.
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Call, type Desk, type Ended, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;

eachTest((ownDesk, itsSandbox) => {
  desk = ownDesk;
  sandbox = itsSandbox;
});

/** Sends to Anarock's emulator with a named configuration. */
const send = (args: readonly string[], call?: Call) =>
  desk.run(['send', ...args, '--config', 'c.yaml', '--json'], call);
const statuses = (run: Ended) =>
  linesOf(run.stdout)
    .filter((line) => line['type'] === 'result')
    .map((line) => line['status']);
const codesOf = (run: Ended) => [...run.stdout.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code);

const ROWS = 'Name,Phone\nAsha,9876543210\nBinu,9123456780\n';

describe('files that cannot be read', () => {
  it.each<[string, () => void, readonly string[], RegExp]>([
    ['a missing file', () => {}, ['nowhere.csv'], /nowhere\.csv/],
    ['a folder', () => mkdirSync(join(desk.folder, 'leads')), ['leads'], /leads .*(folder|directory)/],
    ['an empty file', () => desk.write('e.csv', ''), ['e.csv'], /e\.csv is empty/],
    ['a file of blank lines', () => desk.write('e.csv', '\n\n  \n'), ['e.csv'], /e\.csv is empty/],
    ['a PDF', () => desk.write('l.csv', '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj'), ['l.csv'], /PDF/],
    [
      'a picture',
      () => desk.write('l.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')),
      ['l.csv'],
      /PNG|picture|image/i,
    ],
    [
      'no column for the phone',
      () => desk.write('l.csv', 'Name,City\nAsha,Pune\n'),
      ['l.csv'],
      /phone[\s\S]*"Name", "City"[\s\S]*--column/,
    ],
    [
      'two columns that say who gets the lead',
      () => desk.write('l.csv', 'Phone,Source ID,source_id\n9876543210,1,2\n'),
      ['l.csv'],
      /Source ID[\s\S]*source_id[\s\S]*--column/,
    ],
    [
      '--column with a header that is not there',
      () => desk.write('l.csv', ROWS),
      ['l.csv', '--column', 'Fone=phone'],
      /Fone[\s\S]*did you mean "Phone"[\s\S]*"Name", "Phone"/i,
    ],
    [
      'one bad file beside a good one',
      () => {
        desk.write('good.csv', ROWS);
        desk.write('bad.csv', 'a,b\n1,2\n');
      },
      ['good.csv', 'bad.csv'],
      /bad\.csv/,
    ],
  ])('%s', async (_, prepare, files, said) => {
    prepare();
    const run = await send([...files, '--to', 'a']);
    expect(run.stderr).toMatch(said);
    expect(run.stderr).not.toMatch(/internal error| at .*\.js/);
    expect(run.stdout).toBe('');
    expect(run.status).toBe(2);
  });
});

describe('rows that cannot be read cost themselves only', () => {
  it('broken quotes', async () => {
    desk.write(
      'l.csv',
      'Name,Phone\n"Asha" K,9876543210\nBinu,9123456780\n"Chand,9123456781\nDev,9123456782\n',
    );
    const run = await send(['l.csv', '--to', 'a']);
    const results = linesOf(run.stdout).filter((line) => line['type'] === 'result');
    expect(results.map(({ line, status }) => [line, status])).toEqual([
      [2, 'invalid'],
      [3, 'created'],
      [4, 'invalid'],
      [5, 'created'],
    ]);
    expect(codesOf(run)).toEqual(['ROW_UNPARSABLE', 'ROW_UNPARSABLE']);
    expect(run.status).toBe(1);
  });

  it('broken JSON at record 5,000 of NDJSON', async () => {
    const lines = Array.from({ length: 5_002 }, (_, i) =>
      i === 4_999
        ? '{"phone": "98765'
        : JSON.stringify({ phone: `+9198${String(i).padStart(8, '0')}`, name: 'A' }),
    );
    desk.write('l.ndjson', lines.join('\n'));
    const run = await send(['l.ndjson', '--to', 'a']);
    const results = linesOf(run.stdout);
    expect(results[4_999]).toMatchObject({ record: 5_000, line: 5_000, status: 'invalid' });
    expect(results.at(-1)).toMatchObject({ records: 5_002, created: 5_001, invalid: 1 });
    expect(run.status).toBe(1);
  });

  it('a JSON array that breaks keeps the records before', async () => {
    desk.write('l.json', '[{"phone":"+919876543210"},{"phone":"+919123456780"},{"phone":"+9198');
    const run = await send(['l.json', '--to', 'a']);
    expect(statuses(run)).toEqual(['created', 'created', 'invalid']);
    expect(codesOf(run)).toContain('ROW_UNPARSABLE');
    expect(run.status).toBe(1);
  });
});

describe('targets and configuration', () => {
  it.each<[string, string, readonly string[], RegExp]>([
    ['a target that does not exist', '', ['--to', 'b'], /no target "b"[\s\S]*a, p/],
    [
      'a near miss of a name',
      'targets: { greens: { provider: anarock, channel: c, key: k } }',
      ['--to', 'green'],
      /did you mean "greens"/,
    ],
    [
      'a missing variable',
      'targets: { a: { provider: anarock, channel: c, key: "${NO_SUCH_KEY}" } }',
      ['--to', 'a'],
      /c\.yaml: targets\.a\.key: .*NO_SUCH_KEY/,
    ],
    [
      'a wrong type',
      'targets: { a: { provider: anarock, channel: c, key: k, concurrency: many } }',
      ['--to', 'a'],
      /c\.yaml: targets\.a\.concurrency: expected/,
    ],
    [
      'an unknown key',
      'targets: { a: { provider: anarock, channel: c, key: k, concurency: 4 } }',
      ['--to', 'a'],
      /targets\.a\.concurency: .*did you mean "concurrency"/,
    ],
    ['an unknown provider', 'targets: { a: { provider: anarok } }', ['--to', 'a'], /provider.*"?anarock/],
    ['broken YAML', 'targets: [', ['--to', 'a'], /c\.yaml/],
    [
      'plain http to a host',
      'targets: { a: { provider: anarock, channel: c, key: k, baseUrl: "http://lead.anarock.com" } }',
      ['--to', 'a'],
      /targets\.a\.baseUrl: plain http/,
    ],
  ])('%s', async (_, config, args, said) => {
    desk.write('l.csv', ROWS);
    desk.write('c.yaml', config === '' ? sandbox.config : config);
    const run = await desk.run(['send', 'l.csv', '--config', 'c.yaml', ...args]);
    expect(run.stderr).toMatch(said);
    expect(run.stdout).toBe('');
    expect(run.status).toBe(2);
  });

  it('what a target requires and no column gives', async () => {
    desk.write('l.csv', ROWS);
    desk.write(
      'c.yaml',
      `targets: { a: { provider: anarock, channel: c, key: k, baseUrl: "${sandbox.url}" } }`,
    );
    const run = await desk.run(['send', 'l.csv', '--to', 'a', '--config', 'c.yaml']);
    expect(run.stderr).toMatch(/campaignId, sourceId, subSourceId[\s\S]*"Name", "Phone"[\s\S]*--column/);
    expect(run.status).toBe(2);
  });

  it('without any, three lines that offer the sandbox', async () => {
    const run = await desk.run(['send']);
    expect(run.stderr).toMatch(/nothing to send[\s\S]*sandbox-anarock[\s\S]*leadpush init/);
    expect(run.status).toBe(2);
  });
});

describe('delivery that cannot work', () => {
  it('nobody listens: exit 4, every record has its line', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    desk.write('l.csv', ROWS);
    desk.write('c.yaml', sandbox.config.replaceAll(sandbox.url, `http://127.0.0.1:${port}`));
    const run = await desk.run([
      'send',
      'l.csv',
      '--to',
      'a',
      '--config',
      'c.yaml',
      '--json',
      '--retries',
      '1',
    ]);
    expect(statuses(run)).toEqual(['failed', 'failed']);
    expect(codesOf(run)).toContain('UNREACHABLE');
    expect(run.status).toBe(4);
  });

  it('a wrong key stops its target at once: exit 3, the rest NOT_SENT, the other target goes on', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `L${i},91234${String(i).padStart(5, '0')}`);
    desk.write('l.csv', `Name,Phone\n${rows.join('\n')}\n`);
    const run = await send(['l.csv', '--to', 'a,p'], { env: { A_KEY: 'not-the-key' } });
    const results = linesOf(run.stdout).filter((line) => line['type'] === 'result');
    const anarock = results.filter((line) => line['target'] === 'a');
    expect(anarock).toHaveLength(200);
    expect(anarock.every((line) => line['status'] === 'failed')).toBe(true);
    const codes = codesOf({ ...run, stdout: anarock.map((line) => JSON.stringify(line)).join('\n') });
    expect(codes.filter((code) => code === 'CREDENTIALS_REFUSED').length).toBeLessThanOrEqual(16);
    expect(codes).toContain('NOT_SENT');
    expect(results.filter((line) => line['target'] === 'p' && line['status'] === 'created')).toHaveLength(
      200,
    );
    expect(run.stderr).toMatch(/target a was stopped/);
    expect(`${run.stdout}${run.stderr}`).not.toContain('not-the-key');
    expect(run.status).toBe(3);
  });

  it('a redirect is never followed: exit 4', async () => {
    let followed = 0;
    const elsewhere = createServer((_, response) => {
      followed++;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => elsewhere.once('listening', resolve));
    const portOf = (address: string | AddressInfo | null) =>
      address !== null && typeof address === 'object' ? address.port : 0;
    const server = createServer((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${portOf(elsewhere.address())}/taken` }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    desk.write('l.csv', ROWS);
    const url = `http://127.0.0.1:${portOf(server.address())}`;
    desk.write('c.yaml', sandbox.config.replaceAll(sandbox.url, url));
    const run = await desk.run(['send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--json']);
    server.close();
    elsewhere.close();
    expect(statuses(run)).toEqual(['failed', 'failed']);
    expect(codesOf(run)).toContain('REDIRECTED');
    expect(followed).toBe(0);
    expect(run.status).toBe(4);
  });
});

describe('what a stranger planted does nothing but fail', () => {
  const PLANT = "require('node:fs').writeFileSync(process.env.HOME + '/ran', 'x'); module.exports = {};";
  const ran = () => existsSync(join(desk.home, 'ran'));
  const lead = ['--to', 'sandbox-anarock', '--phone', '9876543210', '--json'];

  it.each([
    '.config/config.js',
    '.config/config.cjs',
    '.config/config.ts',
    '.config/config.mjs',
    'leadpush.config.js',
    'leadpush.config.cjs',
    'leadpush.config.mjs',
    'leadpush.config.ts',
    '.leadpushrc.js',
    '.leadpushrc.cjs',
    '.leadpushrc.ts',
    '.config/leadpushrc.js',
    '.config/leadpush/config.js',
  ])('%s is not run', async (name) => {
    desk.write(name, PLANT);
    const run = await desk.run(['send', ...lead]);
    expect(ran()).toBe(false);
    expect(run.status).toBe(0);
  });

  it('a program is no configuration even when it is named', async () => {
    desk.write('c.js', PLANT);
    const run = await desk.run(['send', ...lead, '--config', 'c.js']);
    expect(ran()).toBe(false);
    expect(run.stderr).toMatch(/data \(YAML or JSON\)/);
    expect(run.status).toBe(2);
  });

  it.each<[string, string]>([
    ['.leadpushrc', '$import: ./planted.js\ntargets: {}\n'],
    ['.leadpushrc.json', '{"$import": "./planted.js"}'],
    ['package.json', '{"leadpush": {"$import": "./planted.js"}}'],
    ['.config/config.yaml', 'cosmiconfig: { searchPlaces: [planted.js] }\n'],
    [
      'package.json',
      '{"cosmiconfig": {"searchPlaces": ["planted.js"], "loaders": {"noExt": "./planted.js"}}}',
    ],
  ])('$import and meta-configuration in %s do not run', async (name, text) => {
    desk.write('planted.js', PLANT);
    desk.write(name, text);
    await desk.run(['send', ...lead]);
    expect(ran()).toBe(false);
  });

  it('a found baseUrl on a stranger’s host', async () => {
    desk.write(
      '.leadpushrc',
      'targets: { a: { provider: anarock, channel: c, key: k, baseUrl: "https://evil.example", sourceIds: optional, defaults: { campaignId: x } } }',
    );
    const run = await desk.run(['send', '--to', 'a', '--phone', '9876543210']);
    expect(run.stderr).toMatch(/targets\.a\.baseUrl: .*found, not named/);
    expect(run.status).toBe(2);
  });
});

describe('the text of a JSON record that cannot be read is no column', () => {
  it.each([
    ['a list that breaks off', 'l.json', '[{"name":"Asha","phone":"9876543210"},{"name":'],
    ['a broken line', 'l.ndjson', '{"name":"Asha","phone":"9876543210"}\n{bad\n'],
  ])('%s', async (_, name, text) => {
    desk.write(name, text);
    const checked = await desk.run(['check', name, '--json']);
    expect(checked.status).toBe(1);
    const [
      {
        files: [{ columns, ignored }],
      },
    ] = JSON.parse(`[${checked.stdout}]`);
    expect({ columns, ignored }).toEqual({
      columns: [
        { header: 'name', field: 'name' },
        { header: 'phone', field: 'phone' },
      ],
      ignored: [],
    });
    desk.write('c.yaml', sandbox.config);
    const sent = await send([name, '--to', 'a', '--rejects', `rejects-${name}`]);
    expect(sent.stderr).not.toContain('not sent');
    expect([...statuses(sent)].sort()).toEqual(['created', 'invalid']);
    expect(desk.read(`rejects-${name}`)).toContain('ROW_UNPARSABLE');
  });

  it('a member of that name is one', async () => {
    desk.write('l.ndjson', '{"json":"x","phone":"9876543210"}\n{bad\n');
    const checked = await desk.run(['check', 'l.ndjson', '--json']);
    expect(JSON.parse(checked.stdout).files[0].ignored).toEqual(['json']);
  });
});
