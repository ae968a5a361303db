// Where the configuration comes from, what the environment says, and the way out: proxies and certificates.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let home: Desk;
let sandbox: SandboxProcess;
const open: Server[] = [];

beforeAll(async () => {
  home = new Desk();
  sandbox = await startSandbox(home);
});
afterAll(async () => {
  await sandbox.close();
  home.remove();
});
beforeEach(() => {
  desk = new Desk();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  desk.remove();
});

describe('what is wrong with it is told in one go', () => {
  const TEXT = `regoin: IN
timezone: Mars
targets:
  a: { provider: anarock, chanel: c, channel: c, key: "\${A_KEY}", concurrency: many, rate: [] }
  b: { provider: paramantra, apiKey: "\${B_KEY}", appName: "\${B_APP}" }
`;
  const all = ['regoin', 'targets.a.chanel', 'targets.a.rate', 'timezone'];
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'of the target in use',
      ['send', '--phone', '1', '--to', 'a'],
      ['targets.a.key', 'targets.a.concurrency'],
    ],
    [
      'of both',
      ['send', '--phone', '1', '--to', 'b,a'],
      ['targets.b.apiKey', 'targets.b.appName', 'targets.a.key', 'targets.a.concurrency'],
    ],
    ['of none', ['send', '--phone', '1'], []],
    ['sources', ['sources', '--to', 'b'], ['targets.b.apiKey', 'targets.b.appName']],
    ['smoke', ['smoke', '--to', 'b'], ['targets.b.apiKey', 'targets.b.appName']],
  ])('%s', async (_, args, more) => {
    desk.write('c.yaml', TEXT);
    const { status, stderr } = await desk.run([...args, '--config', 'c.yaml']);
    expect([status, [...stderr.matchAll(/c\.yaml: (\S+):/g)].map(([, path]) => path)]).toEqual([
      2,
      [...all, ...more],
    ]);
  });

  it('two targets in use', async () => {
    desk.write(
      'c.yaml',
      TEXT.replace(/^(?:regoin|timezone).*\n/gm, '').replace(/chanel: c, |, conc.*\[\]/g, ''),
    );
    const { status, stderr } = await desk.run(['send', '--phone', '1', '--to', 'a,b', '--config', 'c.yaml']);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/A_KEY is not set\n.*B_KEY is not set\n.*B_APP is not set\nSet them first/),
    ]);
  });
});

let used = 0;
const phone = () => `96${String(used++).padStart(8, '0')}`;
const send = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  desk.run(['send', '--phone', phone(), '--json', ...args], { env });
const first = (stdout: string) => linesOf(stdout)[0];

/** Listens on a free loopback port. */
async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}

describe('which configuration', () => {
  it('LEADPUSH_CONFIG names one, --config beats it', async () => {
    const named = desk.write('elsewhere/named.yaml', `defaultTarget: a\n${sandbox.config}`);
    const other = desk.write('other.yaml', `defaultTarget: p\n${sandbox.config}`);
    expect(first((await send([], { LEADPUSH_CONFIG: named })).stdout)).toMatchObject({ target: 'a' });
    const both = await send(['--config', other], { LEADPUSH_CONFIG: named });
    expect(first(both.stdout)).toMatchObject({ target: 'p', status: 'created' });
  });

  it('a named one that is not there: exit 2, with its name', async () => {
    const { status, stderr } = await send([], { LEADPUSH_CONFIG: 'gone.yaml' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/LEADPUSH_CONFIG: the file gone\.yaml does not exist/);
  });

  it('one further up is found, the user’s own folder comes last', async () => {
    desk.write('../home/.config/leadpush/config.yaml', `defaultTarget: p\n${sandbox.config}`);
    expect(first((await send()).stdout)).toMatchObject({ target: 'p' });
    desk.write('.leadpushrc', `defaultTarget: a\n${sandbox.config}`);
    desk.write('deep/down/x', '');
    const { stdout } = await desk.run(['send', '--phone', phone(), '--json'], {
      cwd: join(desk.folder, 'deep/down'),
    });
    expect(first(stdout)).toMatchObject({ target: 'a', status: 'created' });
  });
});

describe('values', () => {
  it('a key from a file beside the configuration, numbers from variables', async () => {
    desk.write('secret', `${sandbox.anarock.key}\n`);
    desk.write(
      'c.yaml',
      sandbox.config.replace(
        /key: .*A_KEY.*/,
        'keyFile: secret\n    concurrency: ${N}\n    retries: ${R:-0}',
      ),
    );
    const { stdout } = await send(['--to', 'a', '--config', 'c.yaml'], { N: '2' });
    expect(first(stdout)).toMatchObject({ status: 'created' });
    const wrong = await send(['--to', 'a', '--config', 'c.yaml'], { N: 'topsecret' });
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/c\.yaml: targets\.a\.concurrency: expected a whole number/);
    expect(wrong.stderr).not.toContain('topsecret');
  });

  it('a variable of a target that is not used may be missing', async () => {
    desk.write('c.yaml', sandbox.config.replace('${P_KEY:-', '${NO_SUCH_KEY}${P_KEY:-'));
    expect((await send(['--to', 'a', '--config', 'c.yaml'])).status).toBe(0);
    const { status, stderr } = await send(['--to', 'p', '--config', 'c.yaml']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/c\.yaml: targets\.p\.apiKey: the variable NO_SUCH_KEY is not set/);
  });

  it('a literal secret that others can read gets one warning; the secret is not in it', async () => {
    const path = desk.write('c.yaml', sandbox.config);
    chmodSync(path, 0o644);
    const { status, stderr } = await send(['--to', 'a,p', '--config', 'c.yaml']);
    expect(status).toBe(0);
    expect(stderr.match(/others can read it/g)).toHaveLength(1);
    expect(stderr).not.toContain(sandbox.anarock.key);
    chmodSync(path, 0o600);
    expect((await send(['--to', 'a', '--config', 'c.yaml'])).stderr).not.toMatch(/others can read/);
  });
});

/** The sandbox behind TLS, with a certificate of its own for localhost and leads.invalid. */
async function tlsFront(): Promise<{ readonly port: number; readonly authority: string }> {
  const [key, cert] = [join(desk.folder, 'key.pem'), join(desk.folder, 'cert.pem')];
  const subject = '-subj /CN=localhost -addext subjectAltName=DNS:localhost,DNS:leads.invalid';
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 ${subject} -keyout ${key} -out ${cert}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    tunnel(socket, Number(new URL(sandbox.url).port));
  });
  server.on('tlsClientError', () => {});
  return { port: await listen(server), authority: cert };
}

function tunnel(socket: Duplex, port: number): void {
  const inner = connect(port, '127.0.0.1');
  socket.on('error', () => inner.destroy());
  inner.on('error', () => socket.destroy());
  socket.pipe(inner).pipe(socket);
}

/** A proxy that notes what it is asked for. @param to the port of what it opens a tunnel to; null: it refuses */
async function proxy(to: number | null): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    if (to === null) socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    else {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      tunnel(socket, to);
    }
  });
  return { url: `http://user:passw0rd@127.0.0.1:${await listen(server)}`, asked };
}

describe('proxies', () => {
  const args = ['--to', 'a', '--config', 'c.yaml', '--retries', '0'];
  const configure = () =>
    desk.write('c.yaml', sandbox.config.replaceAll(sandbox.url, 'https://leads.invalid'));

  it.each(['HTTPS_PROXY', 'https_proxy'])('a lead arrives by way of %s', async (name) => {
    const { port, authority } = await tlsFront();
    const { url, asked } = await proxy(port);
    configure();
    const { status, stdout } = await send(args, { [name]: url, NODE_EXTRA_CA_CERTS: authority });
    expect(first(stdout)).toMatchObject({ status: 'created', attempts: 1 });
    expect([status, asked]).toEqual([0, ['leads.invalid:443']]);
  });

  it('a lead arrives by way of a proxy that itself speaks TLS, which is verified', async () => {
    const { port, authority } = await tlsFront();
    const asked: string[] = [];
    const [key, cert] = [desk.read('key.pem'), desk.read('cert.pem')];
    const server = createHttpsServer({ key, cert }).on('connect', (request, socket) => {
      asked.push(request.headers['proxy-authorization'] ?? '');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      tunnel(socket, port);
    });
    const url = `https://me:pass%23word@localhost:${await listen(server)}`;
    configure();
    const refused = await send(args, { HTTPS_PROXY: url });
    expect(first(refused.stdout)).toMatchObject({
      errors: [
        { message: expect.stringMatching(/the proxy localhost:\d+ of HTTPS_PROXY: the TLS certificate/) },
      ],
    });
    const { status } = await send(args, { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: authority });
    expect([status, asked]).toEqual([0, [`Basic ${Buffer.from('me:pass#word').toString('base64')}`]]);
  });

  it('one that refuses is exit 4; its password is never shown', async () => {
    const { url, asked } = await proxy(null);
    configure();
    const run = await send(args, { HTTPS_PROXY: url });
    expect(asked).toEqual(['leads.invalid:443']);
    expect(run.status).toBe(4);
    expect(first(run.stdout)).toMatchObject({ status: 'failed', errors: [{ code: 'UNREACHABLE' }] });
    expect(run.stdout + run.stderr).not.toContain('passw0rd');
  });

  it('not for a host in NO_PROXY', async () => {
    const { url, asked } = await proxy(null);
    configure();
    const run = await send(args, { HTTPS_PROXY: url, NO_PROXY: 'other.example,leads.invalid' });
    expect([run.status, asked]).toEqual([4, []]);
  });

  it('never for loopback', async () => {
    const { url, asked } = await proxy(null);
    desk.write('c.yaml', sandbox.config);
    const env = { HTTPS_PROXY: url, HTTP_PROXY: url, http_proxy: url, https_proxy: url };
    expect((await send(['--to', 'a', '--config', 'c.yaml'], env)).status).toBe(0);
    expect(asked).toEqual([]);
  });
});

it('TLS is verified whatever the environment says; NODE_EXTRA_CA_CERTS adds an authority', async () => {
  const { port, authority } = await tlsFront();
  desk.write('c.yaml', sandbox.config.replaceAll(sandbox.url, `https://localhost:${port}`));
  const args = ['--to', 'a', '--config', 'c.yaml', '--retries', '0'];
  const refused = await send(args, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  expect(refused.status).toBe(4);
  expect(first(refused.stdout)).toMatchObject({
    status: 'failed',
    errors: [{ code: 'UNREACHABLE', message: expect.stringMatching(/certificate/) }],
  });
  expect(first((await send(args, { NODE_EXTRA_CA_CERTS: authority })).stdout)).toMatchObject({
    status: 'created',
  });
});
