// `leadpush check` without files against real servers on loopback: right, wrong, late, skewed, distrusted, absent.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/cli/actions/check-config.ts';
import type { Check } from '../../src/config/checks.ts';
import { Screen } from '../../src/output/screen.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { systemClock } from '../../src/util/clock.ts';
import { plain } from '../../src/util/plain.ts';
import { type Folder, makeFolder } from '../config/folder.ts';
import { drained } from '../drained.ts';

let folder: Folder;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = makeFolder();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  folder.remove();
});

/** @returns its port */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  closers.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const SOURCES = JSON.stringify([
  { id: 1, name: 'google', sub_sources: [{ id: 8, name: 'GDN' }] },
  { id: 2, name: 'facebook', sub_sources: [{ id: 11, name: 'facebook_brands' }] },
]);
interface Asked {
  readonly url: string;
  readonly seen: readonly IncomingMessage[];
}
/** A provider that answers; `date` is how far its clock is from ours, in seconds. */
async function provider(
  date: number | null = 0,
  sources = SOURCES,
  status = 404,
  extra: Readonly<Record<string, string>> = {},
  body = 'nothing here',
): Promise<Asked> {
  const seen: IncomingMessage[] = [];
  const answer: RequestListener = (request, response) => {
    seen.push(request);
    response.sendDate = false;
    if (date !== null) response.setHeader('date', new Date(Date.now() + date * 1000).toUTCString());
    for (const [name, value] of Object.entries(extra)) response.setHeader(name, value);
    response.statusCode = request.url === '/api/v0/source-metadata' ? 200 : status;
    response.end(request.url === '/api/v0/source-metadata' ? sources : body);
  };
  return { url: `http://127.0.0.1:${await listen(createServer(answer))}`, seen };
}

const anarock = (url: string, more = ''): string =>
  `{ provider: anarock, channel: c, key: "\${KEY}", baseUrl: "${url}"${more === '' ? '' : `, ${more}`} }`;
const paramantra = (url: string): string =>
  `{ provider: paramantra, apiKey: "\${KEY}", appName: a, baseUrl: "${url}" }`;

interface Ran {
  readonly status: number;
  readonly checks: readonly Check[];
  readonly configuration: string | null;
  /** The text form. */
  readonly text: string;
}

const KEY = 'k3y-that-nobody-may-see';
/** Runs it in both forms. @param targets below `targets:` @param named whether the file is named */
async function check(
  targets: Readonly<Record<string, string>> | string | null,
  options: { env?: Record<string, string>; to?: string; named?: boolean; mode?: number } = {},
): Promise<Ran> {
  const lines =
    typeof targets === 'string'
      ? targets
      : `targets:\n${Object.entries(targets ?? {})
          .map(([name, target]) => `  ${name}: ${target}\n`)
          .join('')}`;
  const file = targets === null ? null : folder.put('project/.leadpushrc', lines, options.mode);
  const run = async (json: boolean) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const env = { HOME: folder.home, KEY, ...options.env };
    const context = {
      env,
      cwd: folder.cwd,
      stdin: new PassThrough(),
      stdout: new Screen(stdout),
      stderr: new Screen(stderr),
      clock: systemClock,
    };
    const config = options.named === true ? file : null;
    const status = await checkConfig({ json, config, ledger: null, target: options.to ?? null }, context);
    const said = `${drained(stdout)}${drained(stderr)}`;
    // The two runs may fall into different seconds.
    return { status, text: said.replace(/\(\d s apart\)/g, '(0 s apart)') };
  };
  const [json, text] = [await run(true), await run(false)];
  expect(json.text + text.text).not.toContain(KEY);
  expect(text.status).toBe(json.status);
  const result: { type: string; checks: Check[]; configuration: string | null; exit: number } = JSON.parse(
    json.text,
  );
  expect(result).toMatchObject({ type: 'check', exit: json.status });
  // The built-in sandbox has another port each time, and a second may have passed.
  const said = (shown: string) =>
    shown.replace(/:\d{4,5}/g, ':PORT').replace(/\d+ s (?=ahead|behind)/g, 'SOME s ');
  // For people a message is one line.
  for (const { message } of result.checks) expect(said(text.text)).toContain(said(plain(message)));
  return { status: json.status, checks: result.checks, configuration: result.configuration, text: text.text };
}
/** `clock warning`. */
const brief = ({ checks }: Ran, target: string | null): readonly string[] =>
  checks.filter((one) => one.target === target).map(({ name, status }) => `${name} ${status}`);
const found = ({ checks }: Ran, name: Check['name']): Check => {
  const check = checks.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no ${name}`);
  return check;
};

describe('the configuration', () => {
  it('there is none', async () => {
    const ran = await check(null);
    expect([ran.status, ran.configuration, brief(ran, null)]).toEqual([2, null, ['configuration failed']]);
    expect(found(ran, 'configuration').next).toContain('leadpush init');
  });

  it('a program in its place is ignored, and said', async () => {
    folder.put('project/leadpush.config.js', '');
    expect(brief(await check(null), null)).toEqual(['configuration warning', 'configuration failed']);
  });

  it('it is wrong: a line each, nothing asked', async () => {
    const ran = await check('tragets: {}\nregoin: IN');
    expect([ran.status, brief(ran, null)]).toEqual([2, ['configuration failed', 'configuration failed']]);
    expect(found(ran, 'configuration').message).toMatch(/\.leadpushrc: tragets: .*did you mean "targets"/);
  });

  it('variables are missing: of all targets, with what to do', async () => {
    const ran = await check({
      a: '{ provider: anarock, channel: "${ANAROCK_CHANNEL}", key: "${A_KEY}" }',
      b: '{ provider: paramantra, apiKey: "${B_KEY}", appName: a }',
    });
    expect(ran.status).toBe(2);
    expect([brief(ran, 'a'), brief(ran, 'b')]).toEqual([
      ['settings failed', 'settings failed'],
      ['settings failed'],
    ]);
    expect(ran.checks.flatMap(({ next }) => next ?? [])).toEqual([
      "export ANAROCK_CHANNEL='…'",
      "export A_KEY='…'",
      "export B_KEY='…'",
    ]);
  });

  it('all of it at once: what is unknown, of a wrong type, out of range or not set, of every target', async () => {
    const ran = await check({
      a: '{ provider: anarock, chanel: c, channel: c, key: "${A_KEY}", rate: [], retries: -1 }',
      b: '{ provider: paramantra, apiKey: "${B_KEY}", appName: a }',
    });
    const told = ran.checks.map(({ message, next }) => [message.replace(/^.*\.leadpushrc: /, ''), next]);
    expect(told).toEqual([
      ['targets.a.chanel: unknown setting, did you mean "channel"?', null],
      ['targets.a.rate: expected a number or a text', null],
      ['targets.a.key: the variable A_KEY is not set', "export A_KEY='…'"],
      ['targets.a.retries: expected a whole number', null],
      ['targets.b.apiKey: the variable B_KEY is not set', "export B_KEY='…'"],
    ]);
  });

  it('no targets', async () => {
    const ran = await check('region: IN');
    expect([ran.status, brief(ran, null)]).toEqual([
      0,
      ['configuration ok', 'configuration warning', 'permissions ok'],
    ]);
  });

  it.each<[string, string, 'warning' | 'ok']>([
    ['its password', 'postgresql://leads:hunter22@127.0.0.1:1/db', 'warning'],
    ['its password as a setting', 'postgresql://127.0.0.1:1/db?schema=a&password=hunter22', 'warning'],
    ["a variable's default", 'postgresql://leads:${PW:-hunter22}@127.0.0.1:1/db', 'warning'],
    ['a variable', 'postgresql://leads:${PW}@127.0.0.1:1/db', 'ok'],
    ['all of it in a variable', '${LEDGER}', 'ok'],
    ['no password', 'postgresql://leads@127.0.0.1:1/db', 'ok'],
    ['a file', 'leads.db', 'ok'],
  ])("a shared ledger's address that others can read: %s", async (_, ledger, expected) => {
    const file = folder.put('shared.yaml', `ledger: "${ledger}"\n`, 0o644);
    const env = { PW: 'hunter22', LEDGER: 'postgresql://leads:hunter22@127.0.0.1:1/db' };
    const warned = folder.load(env, file).warnings.some((one) => one.includes('holds a secret'));
    expect(warned ? 'warning' : 'ok').toBe(expected);
  });

  it.each([
    ['${{ secrets.CRM_KEY }}', false],
    ['$CRM_KEY', false],
    ['$ecret7', true],
    ['abc${{ secrets.CRM_KEY }}', true],
  ])('a key %s is a secret in the file: %s', (key, isSecret) => {
    const file = folder.put(
      'unfilled.yaml',
      `targets:\n  a: { provider: anarock, channel: c, key: "${key}" }\n`,
      0o644,
    );
    expect(folder.load({}, file).warnings.some((one) => one.includes('holds a secret'))).toBe(isSecret);
  });

  it('a secret that others can read', async () => {
    const { url } = await provider();
    const ran = await check(
      { a: `{ provider: anarock, channel: c, key: literal, baseUrl: "${url}" }` },
      { mode: 0o644 },
    );
    expect([ran.status, brief(ran, null)]).toEqual([0, ['configuration ok', 'permissions warning']]);
    expect(ran.text).not.toContain('literal,');
  });

  it('an unknown target, with the near one', async () => {
    const ran = await check({ greens: anarock('http://127.0.0.1:9') }, { to: 'grens' });
    expect([ran.status, found(ran, 'settings').message]).toEqual([
      2,
      expect.stringContaining('did you mean "greens"?'),
    ]);
  });

  it('a default that is no value of its field', async () => {
    const { url } = await provider();
    const ran = await check({ a: anarock(url, 'defaults: { email: nobody }') });
    expect([ran.status, found(ran, 'defaults').status]).toEqual([2, 'failed']);
  });
});

describe('the way to the provider', () => {
  it('all is well, at the sandbox of both', async () => {
    const sandbox = await startSandbox({ strict: true });
    closers.push(() => sandbox.close());
    const ran = await check({
      a: anarock(sandbox.url, 'defaults: { campaignId: p, sourceId: 1, subSourceId: 8 }'),
      b: paramantra(sandbox.url),
    });
    expect([ran.status, ran.configuration]).toEqual([0, join(folder.cwd, '.leadpushrc')]);
    expect(brief(ran, 'a')).toEqual([
      ...['settings ok', 'defaults ok', 'reachability ok', 'clock ok', 'key untested', 'sources ok'],
    ]);
    expect(brief(ran, 'b')).toEqual([
      ...['settings ok', 'defaults warning', 'reachability ok', 'clock ok', 'key untested'],
    ]);
    expect(ran.text).toContain('no default for channelId, subject, repId');
    expect(ran.text).toMatch(/10 ok, 2 not tested, 1 warning, 0 failed; no lead was sent\./);
    expect(sandbox.leads()).toEqual([]);
  });

  it('what is asked carries neither lead nor credential', async () => {
    const { url, seen } = await provider();
    await check({ a: anarock(url, 'defaults: { sourceId: 1 }'), b: paramantra(url) });
    expect(new Set(seen.map(({ method, url: path }) => `${method} ${path}`))).toEqual(
      new Set(['GET /', 'GET /api/v0/source-metadata']),
    );
    for (const { headers } of seen) {
      expect(Object.keys(headers)).not.toContain('authorization');
      expect(Object.keys(headers)).not.toContain('x-api-key');
    }
    // Once for both targets, in each of the two forms.
    expect(seen.filter(({ url: path }) => path === '/')).toHaveLength(2);
  });

  it('the built-in sandbox needs no configuration', async () => {
    const ran = await check(null, { to: 'sandbox-anarock' });
    expect([ran.status, brief(ran, 'sandbox-anarock').at(-1)]).toEqual([0, 'sources ok']);
  });

  it('only the target that is named', async () => {
    const { url } = await provider();
    const ran = await check({ a: anarock(url), b: anarock('http://127.0.0.1:9') }, { to: 'a' });
    expect([ran.status, brief(ran, 'b')]).toEqual([0, []]);
  });

  it('nobody listens: 4; with a configuration to fix beside it: 2', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    server.close();
    const dead = anarock(`http://127.0.0.1:${port}`);
    const ran = await check({ a: dead });
    expect([ran.status, brief(ran, 'a').at(-1)]).toEqual([4, 'reachability failed']);
    expect(found(ran, 'reachability').next).toBe(
      'See that the server runs on this machine, and check the port in targets.a.baseUrl.',
    );
    expect((await check({ a: dead, b: '{ provider: anarock, channel: "${NONE}", key: k }' })).status).toBe(2);
    // Of two targets with one address, each is told its own setting.
    const both = await check({ a: dead, b: paramantra(`http://127.0.0.1:${port}`) });
    const settings = both.checks.flatMap(({ name, next }) => (name === 'reachability' ? [next] : []));
    expect(settings).toEqual(['a', 'b'].map((to) => expect.stringContaining(`targets.${to}.baseUrl`)));
  });

  it('the name cannot be resolved', async () => {
    const ran = await check({ a: anarock('https://leads.nowhere.invalid') }, { named: true });
    expect([ran.status, brief(ran, 'a').at(-1)]).toEqual([4, 'dns failed']);
    expect(found(ran, 'dns').next).not.toBeNull();
  });

  it('no answer comes in time', async () => {
    const port = await listen(createServer(() => {}));
    const ran = await check({ a: anarock(`http://127.0.0.1:${port}`, 'timeout: 100ms') });
    expect([ran.status, found(ran, 'reachability').message]).toEqual([
      4,
      expect.stringContaining('no answer within 0.1 s'),
    ]);
  });

  it('what answers does not speak HTTP', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('220 mail.example.com ESMTP\r\n')));
    expect((await check({ a: anarock(`http://127.0.0.1:${port}`) })).status).toBe(4);
  });

  it('it answers that it is in trouble', async () => {
    const { url } = await provider(0, SOURCES, 503);
    const ran = await check({ a: anarock(url) });
    expect([ran.status, found(ran, 'reachability').status]).toEqual([0, 'warning']);
  });

  it('by way of a proxy nothing is tried directly, and its password is not shown', async () => {
    const hosts: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      hosts.push(request.url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    const port = await listen(proxy);
    const ran = await check(
      { a: anarock('https://leads.nowhere.invalid') },
      { named: true, env: { HTTPS_PROXY: `http://me:pr0xy-password@127.0.0.1:${port}` } },
    );
    expect([ran.status, brief(ran, 'a').slice(2)]).toEqual([4, ['proxy ok', 'reachability failed']]);
    expect(hosts[0]).toBe('leads.nowhere.invalid:443');
    expect(found(ran, 'proxy').message).toContain(`127.0.0.1:${port}`);
    expect(ran.text).not.toContain('pr0xy-password');
  });
});

describe('the clock', () => {
  // The server's clock less ours, in seconds.
  it.each<[number | null, string, string]>([
    [0, 'ok', 'ok'],
    // A minute away is one; a busy machine may take some seconds.
    [-30, 'ok', 'ok'],
    [90, 'warning', 'warning'],
    [-90, 'warning', 'warning'],
    [300, 'failed', 'warning'],
    [-300, 'failed', 'warning'],
    [null, 'warning', 'untested'],
  ])('%s s away: %s where time is signed, else %s', async (date, signed, plain) => {
    const { url } = await provider(date);
    const ran = await check({ a: anarock(url), b: paramantra(url) });
    const clocks = ['a', 'b'].map((target) => brief(ran, target).filter((one) => one.startsWith('clock')));
    expect(clocks).toEqual([[`clock ${signed}`], [`clock ${plain}`]]);
    expect(ran.status).toBe(signed === 'failed' ? 2 : 0);
    if (date !== null && Math.abs(date) > 60) {
      const [, seconds, way] = /(\d+) s (behind|ahead of) the provider/.exec(ran.text) ?? [];
      expect(way).toBe(date > 0 ? 'behind' : 'ahead of');
      expect(Math.abs(Number(seconds) - Math.abs(date))).toBeLessThan(20);
      expect(ran.text).toContain('Set the clock');
    }
  });

  it('an answer out of a cache is as old as it says', async () => {
    const { url } = await provider(-1000, SOURCES, 200, { age: '1000' });
    expect(found(await check({ a: anarock(url) }), 'clock').status).toBe('ok');
  });
});

describe('the key', () => {
  const withPhone = (url: string) => anarock(url, 'testPhone: "+91 98765 43210"');

  it.each<[number, number, string | null]>([
    [200, 0, 'key not tested (HTTP 200 does not prove it): smoke tests it.'],
    [404, 0, 'key not tested: nothing is at the address of this target (HTTP 404).'],
    [500, 0, 'key not tested (HTTP 500 does not prove it): smoke tests it.'],
    [401, 3, 'the provider refuses the key (HTTP 401).'],
  ])('HTTP %s: exit %s, and nothing of the body', async (status, exit, message) => {
    const { url, seen } = await provider(0, SOURCES, status);
    const ran = await check({ a: withPhone(url) });
    expect([ran.status, found(ran, 'key').message]).toEqual([exit, message]);
    expect(seen.filter(({ url: path = '' }) => path.includes('last-lead-data'))).toHaveLength(2);
    expect(seen.every(({ method }) => method === 'GET')).toBe(true);
    expect(ran.text + JSON.stringify(ran.checks)).not.toContain('nothing here');
  });

  it.each<[string, string, string, string, string]>([
    ['an address of a gateway', '{"path":"/x","error":"Not Found"}', '', 'warning', 'channel and baseUrl'],
    ['with its own path', '<html>', 'path: /v9/leads', 'warning', 'channel, baseUrl and path'],
    [
      'in the words for a lead that is not there',
      '{"status":"NOT_FOUND","message":"no such channel"}',
      '',
      'untested',
      'channel and baseUrl',
    ],
  ])('a 404: %s', async (_, body, more, status, settings) => {
    const { url } = await provider(0, SOURCES, 404, {}, body);
    const ran = await check({
      a: withPhone(url).replace('testPhone', more === '' ? 'testPhone' : `${more}, testPhone`),
    });
    const key = found(ran, 'key');
    expect([ran.status, key.status]).toEqual([0, status]);
    if (status === 'untested')
      expect(key.message).toBe(
        `key not tested (HTTP 404: no lead of testPhone, or a mistake in ${settings.replace('and', 'or')}): smoke tests it.`,
      );
    else
      expect(key.next).toMatch(new RegExp(`^Check ${settings} of the target; then leadpush smoke --to a `));
  });

  it.each([
    [0, /^Check the key \(targets\.a\.key, from \$KEY\), channel and baseUrl of target "a"\.$/],
    [-3600, /clock is 60 minutes ahead of the provider's, .*set the clock of this machine first/],
  ])('refused by a provider whose clock is %s s away: what to do', async (date, next) => {
    const { url } = await provider(date, SOURCES, 401);
    const ran = await check({ a: withPhone(url) });
    expect([ran.status, found(ran, 'key').next]).toEqual([3, expect.stringMatching(next)]);
  });

  it('the emulator refuses a wrong one', async () => {
    const sandbox = await startSandbox({ strict: true });
    closers.push(() => sandbox.close());
    const own = withPhone(sandbox.url).replace(
      'channel: c',
      `channel: ${sandbox.credentials['anarock']?.['channel']}`,
    );
    const ran = await check({ a: own });
    expect([ran.status, found(ran, 'key').status]).toEqual([3, 'failed']);
  });

  it('is not tested without a testPhone, nor where the provider cannot be asked', async () => {
    const { url, seen } = await provider(0, SOURCES, 401);
    const ran = await check({ a: anarock(url), b: paramantra(url) });
    const keys = ran.checks.filter(({ name }) => name === 'key');
    expect(keys.map(({ status, message, next }) => [status, message, next])).toEqual(
      ['a', 'b'].map((target) => [
        'untested',
        'key not tested: smoke tests it.',
        expect.stringContaining(`leadpush smoke --to ${target}`),
      ]),
    );
    // It looks like what it is, and is counted as that.
    expect(ran.text).toMatch(/^ {2}untested {2}key {12}key not tested: smoke tests it\.$/m);
    expect(ran.text).not.toMatch(/ok .*not tested/);
    expect(ran.text).toMatch(/^\d+ ok, 2 not tested, \d warnings?, 0 failed; no lead was sent\.$/m);
    expect(ran.status).toBe(0);
    expect(seen.map(({ url: path }) => path)).toEqual(['/', '/']);
  });

  it('a testPhone that is no number is told', async () => {
    const { url } = await provider();
    const ran = await check({ a: anarock(url, 'testPhone: "0000000000"') });
    expect([ran.status, found(ran, 'key').status]).toEqual([0, 'warning']);
  });

  it.skipIf(process.platform === 'win32')('a key file that others can read', async () => {
    const { url } = await provider();
    folder.put('project/key.txt', `${KEY}\n`, 0o644);
    const target = anarock(url).replace(/key: "[^"]*"/, 'keyFile: key.txt');
    const ran = await check({ a: target });
    expect(found(ran, 'permissions')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/key\.txt holds a key, and others can read it/),
      next: expect.stringMatching(/^chmod 600 .*key\.txt$/),
    });
    folder.put('project/key.txt', `${KEY}\n`, 0o600);
    expect(found(await check({ a: target }), 'permissions').status).toBe('ok');
  });
});

describe('the ids of sources', () => {
  it.each<[string, string, string | null]>([
    ['sourceId: 1, subSourceId: 8', 'ok', null],
    ['sourceId: google, subSourceId: gdn', 'ok', null],
    ['sourceId: 1', 'ok', null],
    ['subSourceId: 11', 'ok', null],
    ['sourceId: 99', 'failed', 'no source 99'],
    ['sourceId: 1, subSourceId: 11', 'failed', 'no sub-source 11 of source 1'],
    ['sourceId: gogle', 'failed', 'no source "gogle"'],
    ['sourceId: google, subSourceId: x', 'failed', 'no sub-source "x"'],
  ])('%s: %s', async (defaults, status, message) => {
    const { url } = await provider();
    const ran = await check({ a: anarock(url, `defaults: { campaignId: p, ${defaults} }`) });
    expect([ran.status, found(ran, 'sources').status]).toEqual([status === 'ok' ? 0 : 2, status]);
    if (message !== null) expect(found(ran, 'sources').message).toContain(message);
  });

  it('a list that is not understood is no failure', async () => {
    const { url } = await provider(0, '<html>hello</html>');
    const target = { a: anarock(url, 'defaults: { sourceId: 1 }') };
    const ran = await check(target);
    expect([ran.status, found(ran, 'sources').status]).toEqual([0, 'warning']);
    expect(found(ran, 'sources').next).toBe('leadpush sources --to a');
    const named = found(await check(target, { named: true }), 'sources').next;
    expect(named).toMatch(/^leadpush sources --to a --config \S+\.leadpushrc$/);
  });

  it.each([200, 403, 404, 500])('no body of an answer is shown (HTTP %i)', async (status) => {
    const server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{"message":"Asha, Pune","response":{"lead_id":"Asha-17"}}');
    });
    const url = `http://127.0.0.1:${await listen(server)}`;
    const ran = await check({ a: anarock(url, 'testPhone: "+919988776655", defaults: { sourceId: 1 }') });
    const key = status === 404 ? 'warning' : 'untested';
    expect([found(ran, 'key').status, found(ran, 'sources').status]).toEqual([key, 'warning']);
    expect(ran.text + JSON.stringify(ran.checks)).not.toContain('Asha');
  });
});

describe('TLS', () => {
  let options: { key: Buffer; cert: Buffer };
  let certificate: string;
  beforeAll(() => {
    const made = makeFolder();
    certificate = join(made.home, 'cert.pem');
    const key = join(made.home, 'key.pem');
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '3650',
        ],
        ...[
          '-subj',
          '/CN=localhost',
          '-addext',
          'subjectAltName=DNS:localhost',
          '-keyout',
          key,
          '-out',
          certificate,
        ],
      ],
      { stdio: 'pipe' },
    );
    options = { key: readFileSync(key), cert: readFileSync(certificate) };
    return () => made.remove();
  });
  const secure = async () => listen(createSecureServer(options, (_, response) => response.end('ok')));

  it('a certificate that nobody vouches for', async () => {
    const ran = await check({ a: anarock(`https://localhost:${await secure()}`) });
    expect([ran.status, brief(ran, 'a').slice(2)]).toEqual([4, ['tls failed']]);
    expect(found(ran, 'tls')).toMatchObject({
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      next: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('nor does NODE_TLS_REJECT_UNAUTHORIZED=0 help', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const port = await secure();
      const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      expect((await check({ a: anarock(`https://localhost:${port}`) }, { env })).status).toBe(4);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('a server that does not speak it', async () => {
    const { url } = await provider();
    const ran = await check({ a: anarock(url.replace('http://127.0.0.1', 'https://localhost')) });
    expect([ran.status, brief(ran, 'a').at(-1)]).toEqual([4, 'tls failed']);
    expect(found(ran, 'tls').next).toContain('does not speak TLS');
    expect(found(ran, 'tls').message).toBe('no secure connection to localhost: the answer is not TLS.');
  });

  it('with NODE_EXTRA_CA_CERTS the same certificate is right, and not for another name', async () => {
    const port = await secure();
    const { build } = await import('esbuild');
    const source = new URL('../../src/', import.meta.url).pathname;
    const script = join(folder.home, 'probe.mjs');
    await build({
      stdin: {
        contents: `
          import { checkConnectivity as probe } from './transport/connectivity.ts';
          import { createTransport } from './transport/undici.ts';
          import { systemClock as clock } from './util/clock.ts';
          const all = [];
          for (const origin of process.argv.slice(2)) {
            const transport = createTransport({ origin, connections: 1, env: {} });
            const { steps } = await probe(origin, { transport, clock, proxy: null, timeoutMs: 5000 });
            await transport.close();
            const { name, status, next } = steps.at(-1);
            all.push({ name, status, next: next?.(null) ?? null });
          }
          console.log(JSON.stringify(all));`,
        resolveDir: source,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      define: { LEADPUSH_VERSION: '"0.0.0-test"' },
      outfile: script,
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const stdout = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        [script, `https://localhost:${port}`, `https://127.0.0.1:${port}`],
        { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate } },
        (error, out) => (error === null ? resolve(out) : reject(error)),
      );
    });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'reachability', status: 'ok' },
      { name: 'tls', status: 'failed', next: expect.stringContaining('Another server answers') },
    ]);
  });
});
