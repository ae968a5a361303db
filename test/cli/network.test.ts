// The way out to the network, through the built program: what its requests say of themselves, answers of every coding and
// framing, proxies that cannot be, and a machine that is short of open files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createRawServer,
  type Server as RawServer,
  type Socket,
} from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Desk, ended, type Line, linesOf } from './leadpush.ts';

let desk: Desk;
const close: (() => void)[] = [];
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => {
  for (const end of close.splice(0)) end();
  desk.remove();
});

async function listen(server: Server | RawServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('close', () => sockets.delete(socket));
  });
  close.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port }: AddressInfo = Object(server.address());
  return `http://127.0.0.1:${port}`;
}

function configure(url: string): void {
  desk.write(
    'c.yaml',
    `targets:
  a: { provider: anarock, environment: staging, channel: acme, key: network-key-1, baseUrl: "${url}", testPhone: "+919988776655", settleAfter: 10ms,
       defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  p: { provider: paramantra, apiKey: network-key-1, appName: app, baseUrl: "${url}", settleAfter: 10ms,
       defaults: { channelId: c, subject: s, repId: r } }
`,
  );
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  desk.run(args, { env: { LEADPUSH_CONFIG: 'c.yaml', ...env } });
const send = (target: string, ...more: readonly string[]) =>
  run(['send', '--to', target, '--phone', '98765 43210', '--json', '--yes', ...more]);
const first = (stdout: string): Line => linesOf(stdout)[0] ?? {};

/** What a provider answers that takes every lead, and holds none when it is asked. */
function answerTo({ url = '', method }: IncomingMessage): readonly [number, unknown] {
  if (url.includes('last-lead-data')) return [200, { status: 'OK', message: 'success', response: [] }];
  if (url.includes('source-metadata')) {
    return [
      200,
      { status: 'OK', response: [{ id: 1, name: 'Google', sub_sources: [{ id: 8, name: 'Search' }] }] },
    ];
  }
  if (method !== 'POST') return [200, {}];
  return url.includes('sync-lead')
    ? [200, { status: 'OK', message: 'success', response: { lead_id: 17863 } }]
    : [200, [{ status: 'success', unique_id: 17863 }]];
}

it('every request says who asks and which codings it reads, and a dry run shows it', async () => {
  const requests: IncomingMessage[] = [];
  const url = await listen(
    createServer((request, response) => {
      requests.push(request);
      const [status, body] = answerTo(request);
      // The first lead's answer is lost, so that it is asked about.
      const lost = request.method === 'POST' && requests.length === 1;
      request.resume().on('end', () => response.writeHead(lost ? 502 : status).end(JSON.stringify(body)));
    }),
  );
  configure(url);
  for (const args of [
    ['send', '--to', 'a,p', '--phone', '98765 43210', '--yes'],
    ['check'],
    ['sources', '--to', 'a'],
    ['verify', '--to', 'a', '--phone', '98765 43210'],
    ['smoke', '--to', 'a'],
  ]) {
    requests.splice(0);
    await run(args);
    expect([args[0], requests.length > 0]).toEqual([args[0], true]);
    for (const { headers } of requests) {
      expect(headers).toMatchObject({
        'user-agent': expect.stringMatching(/^leadpush\/\d+\.\d+\.\d+/),
        'accept-encoding': 'gzip, deflate, br',
      });
    }
    if (args[0] === 'send') expect(requests.some(({ method }) => method === 'GET')).toBe(true);
  }
  const version = (await desk.run(['--version'])).stdout.trim();
  expect(first((await send('p', '--dry-run', '--resend')).stdout)).toMatchObject({
    headers: { 'user-agent': `leadpush/${version}`, 'accept-encoding': 'gzip, deflate, br' },
  });
});

describe.each(['a', 'p'])('an answer to target %s', (target) => {
  it.each<[string, (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['gzip, br', (text) => brotliCompressSync(gzipSync(text))],
  ])('in %s is read', async (coding, squeeze) => {
    let posts = 0;
    const url = await listen(
      createServer((request, response) => {
        posts++;
        response.setHeader('content-encoding', coding);
        request.resume().on('end', () => response.end(squeeze(JSON.stringify(answerTo(request)[1]))));
      }),
    );
    configure(url);
    const ran = await send(target);
    expect([ran.status, first(ran.stdout)['status'], posts]).toEqual([0, 'created', 1]);
  });

  it.each<[string, string, Buffer]>([
    ['its encoding "zstd" was not requested', 'zstd', Buffer.from('(/zstd')],
    ['it is larger than 1 MiB', 'gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))],
    ['it is larger than 1 MiB', 'identity', Buffer.alloc(4 * 1024 * 1024, ' ')],
  ])('that cannot be read (%s, %s) does not tell', async (why, coding, body) => {
    const url = await listen(
      createServer((request, response) => {
        response.setHeader('content-encoding', coding);
        request.resume().on('end', () => response.end(body));
      }),
    );
    configure(url);
    const ran = await send(target, '--retries', '0');
    expect([ran.status, first(ran.stdout)['status']]).toEqual([5, 'unknown']);
    expect(ran.stdout).toContain(JSON.stringify(why).slice(1, -1));
  });

  it('nested 200,000 levels deep does not tell, and breaks nothing', async () => {
    const deep = (from: string, to: string) => `${from.repeat(200_000)}1${to.repeat(200_000)}`;
    for (const body of [deep('[', ']'), deep('{"a":', '}'), `{"response":${deep('[', ']')}}`]) {
      const url = await listen(
        createServer((request, response) => request.resume().on('end', () => response.end(body))),
      );
      configure(url);
      const ran = await send(target, '--retries', '0', '--resend');
      expect([ran.status, first(ran.stdout)['status']]).toEqual([5, 'unknown']);
      expect(ran.stdout + ran.stderr).not.toMatch(/internal error/i);
    }
  });

  it.each<[string, string, (body: string) => string]>([
    [
      'after 100 and 103',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: #\r\n\r\n',
      (body) => body,
    ],
    [
      'with its length twice',
      'HTTP/1.1 200 OK\r\nContent-Length: #\r\nContent-Length: #\r\n\r\n',
      (body) => body,
    ],
    [
      'in chunks, with a length',
      'HTTP/1.1 200 OK\r\nContent-Length: #\r\nTransfer-Encoding: chunked\r\n\r\n',
      (body) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ],
  ])('%s is read', async (_, head, framed) => {
    let posts = 0;
    const url = await listen(
      createRawServer((socket) => {
        socket.on('data', (chunk) => {
          if (!String(chunk).startsWith('POST')) return;
          posts++;
          const path = /^POST (\S+)/.exec(String(chunk))?.[1] ?? '';
          const body = JSON.stringify(
            path.includes('sync-lead')
              ? { status: 'OK', response: { lead_id: 17863 } }
              : [{ status: 'success', unique_id: 17863 }],
          );
          socket.write(head.replaceAll('#', String(body.length)) + framed(body));
        });
      }),
    );
    configure(url);
    const ran = await send(target);
    expect([ran.status, first(ran.stdout)['status'], posts]).toEqual([0, 'created', 1]);
  });
});

describe('a proxy that cannot be one', () => {
  const commands = (): readonly (readonly string[])[] => [
    ['send', '--to', 'a', '--phone', '98765 43210', '--yes'],
    ['check', '--to', 'a'],
    ['verify', '--to', 'a', '--phone', '98765 43210'],
    ['sources', '--to', 'a'],
    ['smoke', '--to', 'a'],
  ];
  it.each([
    ['HTTPS_PROXY', 'socks5://user:s3cretpw@127.0.0.1:9'],
    ['https_proxy', 'http://user:s3cr%tpw@127.0.0.1:9'],
    ['HTTPS_PROXY', '"http://user:s3cretpw@127.0.0.1:9"'],
    ['HTTPS_PROXY', 'http://user:s3cretpw@127.0.0.1:99999'],
  ])(
    '%s=%s is exit 2 for every command, with the variable and without the password',
    async (variable, value) => {
      configure('https://leads.invalid');
      for (const args of commands()) {
        const { status, stdout, stderr } = await run(args, { [variable]: value });
        const said = stdout + stderr;
        expect([args[0], status]).toEqual([args[0], 2]);
        expect(said).toContain(`${variable}: `);
        expect(said).not.toMatch(/s3cr|internal error/);
      }
      // Nothing was begun that would have to be reconciled.
      expect(linesOf((await run(['runs', '--json'])).stdout)).toEqual([]);
    },
  );

  it('is exit 2 for retry', async () => {
    configure('https://leads.invalid');
    const sent = await run([
      'send',
      '--to',
      'p',
      '--phone',
      '98765 43210',
      '--yes',
      '--retries',
      '0',
      '--json',
    ]);
    expect(sent.status).toBe(4);
    const { run: id } = first(sent.stdout);
    const { status, stdout, stderr } = await run(['retry', String(id), '--yes'], {
      HTTPS_PROXY: 'socks5://user:s3cretpw@127.0.0.1:9',
    });
    expect([status, stderr.includes('HTTPS_PROXY: ')]).toEqual([2, true]);
    expect(stdout + stderr).not.toContain('s3cr');
  });

  it.each([
    ['http://', /asks for a user and password, HTTP 407: set HTTPS_PROXY=/],
    ['http://user:s3cretpw@', /did not accept the user and password in HTTPS_PROXY, HTTP 407/],
  ])('%s: 407 is told as the proxy’s, not the provider’s', async (scheme, message) => {
    const proxy = createServer().on('connect', (_request, socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
    });
    const { host } = new URL(await listen(proxy));
    configure('https://leads.invalid');
    const ran = await run(
      ['send', '--to', 'p', '--phone', '98765 43210', '--yes', '--json', '--retries', '0'],
      { HTTPS_PROXY: `${scheme}${host}` },
    );
    expect(first(ran.stdout)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'UNREACHABLE', message: expect.stringMatching(message) }],
    });
    expect(ran.status).toBe(4);
    expect(ran.stdout + ran.stderr).not.toContain('s3cr');
  });
});

it('a process that may not open more files waits for a free one; the provider is not called unreachable', async () => {
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => setTimeout(() => response.end(JSON.stringify(answerTo(request)[1])), 20));
  });
  server.on('connection', (socket) => {
    most = Math.max(most, ++open);
    socket.on('close', () => open--);
  });
  configure(await listen(server));
  const rows = Array.from({ length: 120 }, (_, i) => `A,+9198765${String(10_000 + i)}`);
  desk.write('leads.csv', `Name,Phone\n${rows.join('\n')}\n`);
  const child = spawn(
    'sh',
    [
      '-c',
      'ulimit -n 64; exec "$@"',
      'sh',
      process.execPath,
      BIN,
      ...'send leads.csv --to p --yes --json --concurrency 100'.split(' '),
    ],
    { cwd: desk.folder, env: desk.env({ LEADPUSH_CONFIG: 'c.yaml' }), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const { status, stdout, stderr } = await ended(child);
  expect(linesOf(stdout).at(-1)).toMatchObject({ created: 120, failed: 0 });
  expect([status, stderr]).toEqual([0, '']);
  expect(most).toBeLessThan(64);
});
