// Leads from https addresses and feeds, through the built program: what is read, what is refused before a byte is asked
// for, and that a part of a file is never taken for all of it.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, createServer as createRawServer, type Server } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workbook } from '../input/xlsx/make-xlsx.ts';
import { Desk, type Ended, linesOf } from './leadpush.ts';

const CSV = 'Name,Phone\nAsha,98765 43210\nRavi,98765 43211\n';

let made: Desk;
let tls: { readonly key: Buffer; readonly cert: Buffer };
let authority: string;
beforeAll(() => {
  made = new Desk();
  authority = join(made.home, 'cert.pem');
  const key = join(made.home, 'key.pem');
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost -addext subjectAltName=DNS:localhost,DNS:leads.invalid,DNS:other.invalid,IP:127.0.0.1 -keyout ${key} -out ${authority}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  tls = { key: readFileSync(key), cert: readFileSync(authority) };
});
afterAll(() => made.remove());

let desk: Desk;
const open: Server[] = [];
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => {
  for (const server of open.splice(0)) server.close();
  desk.remove();
});

/** Requests that a server got. */
type Asked = { readonly url: string; readonly headers: IncomingMessage['headers'] }[];

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  const { port }: AddressInfo = Object(server.address());
  return port;
}

async function secure(answer: RequestListener): Promise<{ readonly origin: string; readonly asked: Asked }> {
  const asked: Asked = [];
  const port = await listen(
    createServer(tls, (request, response) => {
      asked.push({ url: request.url ?? '', headers: request.headers });
      response.setHeader('connection', 'close');
      answer(request, response);
    }),
  );
  return { origin: `https://localhost:${port}`, asked };
}

const serve =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(200, headers).end(body);

const feeds = (url: string, more = '') =>
  desk.write('c.yaml', `feeds:\n  portal:\n    url: "${url}"\n${more}`);

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  desk.run(args, { env: { NODE_EXTRA_CA_CERTS: authority, LEADPUSH_CONFIG: 'c.yaml', ...env } });
const send = (input: string, ...more: readonly string[]) =>
  run(['send', input, '--to', 'sandbox-anarock', '--json', ...more]);
const statuses = ({ stdout }: Ended) =>
  linesOf(stdout).flatMap(({ type, status }) => (type === 'result' ? [status] : []));

describe('what is read', () => {
  it.each<[string, () => RequestListener]>([
    ['CSV', () => serve(CSV)],
    ['CSV, gzip as its content', () => serve(gzipSync(CSV))],
    ['CSV, gzip as its coding', () => serve(gzipSync(CSV), { 'content-encoding': 'gzip' })],
    [
      'CSV, gzip as both',
      () => serve(gzipSync(gzipSync(CSV)), { 'content-encoding': 'gzip', 'content-type': 'text/csv' }),
    ],
    ['JSON', () => serve('{"data":[{"phone":"98765 43210"},{"phone":"98765 43211"}]}')],
    [
      'xlsx',
      () =>
        serve(
          workbook([
            ['Name', 'Phone'],
            ['Asha', '98765 43210'],
            ['Ravi', '98765 43211'],
          ]),
        ),
    ],
    [
      'in chunks, slowly',
      () => (_, response) => {
        response.write(CSV.slice(0, 20));
        setTimeout(() => response.end(CSV.slice(20)), 300);
      },
    ],
    [
      'after five redirects',
      () =>
        ({ url = '' }, response) => {
          const hop = Number(/hop(\d)/.exec(url)?.[1] ?? 0);
          if (hop === 5) response.end(CSV);
          else response.writeHead(302, { location: `/hop${hop + 1}?x=1` }).end();
        },
    ],
  ])('%s', async (_, answer) => {
    const { origin } = await secure(answer());
    feeds(`${origin}/leads?token=s3cret`);
    const ran = await send('feed:portal');
    expect([ran.status, statuses(ran)]).toEqual([0, ['created', 'created']]);
    expect(linesOf(ran.stdout)[0]).toMatchObject({ file: 'feed:portal', record: 1 });
    expect(ran.stdout + ran.stderr).not.toContain('s3cret');
  });

  it('an address whose host a feed names is read too, and its query is in no output and in no history', async () => {
    const { origin, asked } = await secure(serve(CSV));
    feeds(`${origin}/other`);
    const address = `${origin.replace('//', '//asha:s3cretpw@')}/d/leads.csv?key=s3cret#gid=0`;
    const ran = await send(address, '--ledger', 'l.db');
    expect([ran.status, statuses(ran)]).toEqual([0, ['created', 'created']]);
    expect(linesOf(ran.stdout)[0]).toMatchObject({ file: `${origin}/d/leads.csv` });
    expect(asked[0]?.url).toBe('/d/leads.csv?key=s3cret');
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('asha:s3cretpw').toString('base64')}`);
    const checked = await run(['check', address]);
    expect(checked.status).toBe(0);
    const runs = await run(['runs', '--json', '--ledger', 'l.db', '--all']);
    const proposed = await run(['presets', address]);
    const history = [ran, checked, runs, proposed].map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(history).not.toMatch(/s3cret|asha:/);
    expect(readFileSync(join(desk.folder, 'l.db')).includes('s3cret')).toBe(false);
  });

  it('the order of days is found by a second look at the same download', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `Lead ${i},98765${String(10_000 + i)},03/04/2026`);
    const { origin, asked } = await secure(
      serve(`Name,Phone,Date\n${rows.join('\n')}\nLast,9876509999,03/25/2026\n`),
    );
    feeds(`${origin}/leads.csv`);
    const ran = await run(['check', 'feed:portal', '--json']);
    expect(ran.status).toBe(0);
    expect(ran.stdout).not.toContain('DATE_INVALID');
    expect(asked).toHaveLength(1);
  });

  it('a feed gets its headers; their values are shown nowhere', async () => {
    const { origin, asked } = await secure(serve(CSV));
    feeds(`${origin}/leads.csv`, '    headers: { Authorization: "Bearer ${PORTAL_TOKEN}", X-Account: 42 }\n');
    const ran = await run(['send', 'feed:portal', '--to', 'sandbox-anarock', '--dry-run', '-v'], {
      PORTAL_TOKEN: 's3cret',
    });
    expect(ran.status).toBe(0);
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret', 'x-account': '42' });
    expect(ran.stdout + ran.stderr).not.toContain('s3cret');
  });

  /** A proxy that opens each tunnel to the same port. */
  async function proxyTo(port: number): Promise<{ readonly url: string; readonly connected: string[] }> {
    const connected: string[] = [];
    const proxy = createPlainServer().on('connect', (request, socket) => {
      connected.push(request.url ?? '');
      const inner = connect(port, '127.0.0.1');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(inner).pipe(socket);
      socket.on('error', () => inner.destroy());
      inner.on('error', () => socket.destroy());
    });
    return { url: `http://127.0.0.1:${await listen(proxy)}`, connected };
  }

  it('by way of a proxy, which resolves the name', async () => {
    const { origin } = await secure(serve(CSV));
    const proxy = await proxyTo(Number(new URL(origin).port));
    desk.write('c.yaml', '');
    const ran = await run(['send', 'https://leads.invalid/x.csv', '--to', 'sandbox-anarock', '--json'], {
      HTTPS_PROXY: proxy.url,
    });
    expect([ran.status, statuses(ran)]).toEqual([0, ['created', 'created']]);
    expect(proxy.connected).toEqual(['leads.invalid:443']);
  });

  it('after a redirect to another origin, which gets no headers and no password', async () => {
    const { origin, asked } = await secure(({ headers }, response) =>
      headers.host === 'leads.invalid'
        ? response.writeHead(302, { location: 'https://user:pw@other.invalid/x.csv' }).end()
        : response.end(CSV),
    );
    const proxy = await proxyTo(Number(new URL(origin).port));
    feeds('https://me:s3cret@leads.invalid/leads.csv', '    headers: { X-Key: s3cret }\n');
    const ran = await run(['check', 'feed:portal'], { HTTPS_PROXY: proxy.url });
    expect(ran.status).toBe(0);
    expect(asked.map(({ headers }) => [headers.host, headers['x-key'], headers.authorization])).toEqual([
      ['leads.invalid', 's3cret', 'Basic bWU6czNjcmV0'],
      ['other.invalid', undefined, undefined],
    ]);
  });

  it('plain http from loopback, where a feed names it', async () => {
    const port = await listen(createPlainServer(serve(CSV)));
    feeds(`http://127.0.0.1:${port}/leads.csv`);
    expect((await send('feed:portal')).status).toBe(0);
  });
});

describe('what is refused, before anything is sent', () => {
  const refused = (ran: Ended, message: RegExp) => {
    expect([ran.status, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).not.toMatch(/internal error|s3cret/);
  };

  it.each([
    ['http://leads.example.com/x.csv?k=s3cret', /http:\/\/leads\.example\.com\/x\.csv is not encrypted/],
    ['https://127.0.0.1:1/x.csv', /127\.0\.0\.1 is not an address on the public internet/],
    ['https://localhost:1/x.csv', /localhost is 127\.0\.0\.1, which is not/],
    ['https://[::1]:1/x.csv', /::1 is not an address/],
    ['https://[::ffff:169.254.169.254]/latest', /is not an address on the public internet/],
    ['https://10.0.0.1/x.csv', /10\.0\.0\.1 is not an address/],
    ['https://2130706433/x.csv', /127\.0\.0\.1 is not an address/],
    ['https://100.64.0.1/x.csv', /not an address on the public internet/],
    ['https://asha:s3cret@/x?s3cret', /is not a valid address/],
    ['feed:portl', /There is no feed "portl", did you mean "portal"\?/],
  ])('%s', async (input, message) => {
    feeds('https://portal.example.com/leads.csv');
    refused(await send(input), message);
    refused(await run(['check', input]), message);
  });

  it('a private address by way of a proxy, too', async () => {
    const connected: string[] = [];
    const proxy = createPlainServer().on('connect', ({ url = '' }, socket) => {
      connected.push(url);
      socket.end();
    });
    desk.write('c.yaml', '');
    const ran = await run(['send', 'https://10.0.0.1/x.csv', '--to', 'sandbox-anarock'], {
      HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
    });
    refused(ran, /10\.0\.0\.1 is not an address/);
    expect(connected).toEqual([]);
  });

  it.each<[string, (other: string) => string, RegExp]>([
    [
      'to a private address of another port',
      (other) => `${other}/x`,
      /is not an address on the public internet/,
    ],
    [
      'to plain http',
      () => 'http://portal.example.com/x?s3cret',
      /redirects to http:\/\/, which is not encrypted/,
    ],
    ['to a file', () => 'file:///etc/passwd', /redirects to file:\/\//],
    ['to nowhere', () => 'https://', /redirects without a valid address/],
    ['to itself for ever', () => '/again', /redirects more than 5 times/],
  ])('a redirect %s', async (_, to, message) => {
    const other = await secure(serve(CSV));
    const { origin, asked } = await secure((_request, response) =>
      response.writeHead(302, { location: to(other.origin) }).end(),
    );
    feeds(`${origin}/s3cret/leads.csv?s3cret`, '    headers: { X-Key: s3cret }\n');
    refused(await send('feed:portal'), message);
    expect(other.asked).toEqual([]);
    expect(asked.length).toBe(/itself/.test(_) ? 6 : 1);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['401', (_, response) => response.writeHead(401).end('s3cret'), /HTTP 401\.\n.*headers/s],
    ['404', (_, response) => response.writeHead(404).end(), /HTTP 404\.\n.*Check the address/s],
    ['500', (_, response) => response.writeHead(500).end(), /HTTP 500\.\n.*later/s],
    ['an empty file', serve(''), /feed:portal is empty/],
    ['a login page', serve('<!DOCTYPE html><html>'), /feed:portal is an HTML page/],
    [
      'fewer bytes than announced',
      (_, response) => {
        response.writeHead(200, { 'content-length': '5000' });
        response.write(CSV, () => response.destroy());
      },
      /broke off after \d+ bytes of 5 KiB/,
    ],
    [
      'chunks without the last',
      (_, response) => {
        response.write(CSV);
        setTimeout(() => response.destroy(), 50);
      },
      /broke off after \d+ bytes \(/,
    ],
    [
      'a coding that ends too early',
      serve(gzipSync(CSV).subarray(0, 40), { 'content-encoding': 'gzip' }),
      /broke off .*compressed data is damaged/,
    ],
    ['an unknown coding', serve(CSV, { 'content-encoding': 'zstd' }), /an encoding that was not asked for/],
    ['too much', serve('', { 'content-length': '2000000000000' }), /is larger than 1 GiB/],
  ])('%s', async (_, answer, message) => {
    const { origin } = await secure((request, response) => {
      if (_ === 'too much') response.writeHead(200, { 'content-length': '2000000000000' }).flushHeaders();
      else answer(request, response);
    });
    feeds(`${origin}/s3cret/leads.csv?s3cret`);
    refused(await send('feed:portal'), message);
  });

  it('a login: what is missing from the feed, and what of it was refused', async () => {
    const { origin } = await secure((_, response) => response.writeHead(401).end());
    feeds(`${origin}/leads.csv`);
    refused(await send('feed:portal'), /HTTP 401\.\nIt needs a login: give the feed the headers/);
    feeds(`${origin}/leads.csv`, '    headers: { X-Key: s3cret }\n');
    refused(await send('feed:portal'), /HTTP 401\.\nThe headers of the feed were refused: check them/);
  });

  it('a certificate that nobody vouches for', async () => {
    const { origin, asked } = await secure(serve(CSV));
    feeds(`${origin}/leads.csv`);
    const ran = await run(['send', 'feed:portal', '--to', 'sandbox-anarock'], { NODE_EXTRA_CA_CERTS: '' });
    refused(ran, /the TLS certificate was not accepted \(.*\)\.\n.* name the file .* in NODE_EXTRA_CA_CERTS/);
    expect(asked).toEqual([]);
  });

  it('what is no HTTP', async () => {
    const port = await listen(createRawServer((socket) => socket.end('220 smtp ready\r\n')));
    feeds(`http://127.0.0.1:${port}/`);
    refused(await send('feed:portal'), /no answer \(/);
  });

  it('feeds of a found configuration', async () => {
    desk.write('.leadpushrc', 'feeds: { portal: { url: "https://portal.example.com/x" } }\n');
    const ran = await run(['send', 'feed:portal', '--to', 'sandbox-anarock'], { LEADPUSH_CONFIG: '' });
    refused(ran, /feeds: is not allowed in a file that was found/);
  });

  it.each([
    ['feeds: [x]', /feeds: expected names of feeds/],
    ['feeds: { portal: x }', /feeds\.portal: expected settings/],
    ['feeds: { "a b": { url: "https://x.example" } }', /expected a name of letters/],
    ['feeds: { portal: {} }', /feeds\.portal\.url: is missing; expected an address/],
    [
      'feeds: { portal: { url: "https://x.example", header: {} } }',
      /header: unknown setting, did you mean "headers"/,
    ],
    ['feeds: { portal: { url: "http://x.example/s3cret" } }', /plain http is only for loopback/],
    [
      'feeds: { portal: { url: "ftp://x.example/s3cret" } }',
      /feeds\.portal\.url: expected an address that starts/,
    ],
    ['feeds: { portal: { url: "s3cret" } }', /feeds\.portal\.url: expected an address, such as/],
    ['feeds: { portal: { url: "https://x.example/${NO_SUCH}" } }', /the variable NO_SUCH is not set/],
    [
      'feeds: { portal: { url: "https://x.example", headers: { Host: s3cret } } }',
      /leadpush sets this header itself/,
    ],
    [
      'feeds: { portal: { url: "https://x.example", headers: { "a b": s3cret } } }',
      /not a valid name of a header/,
    ],
    ['feeds: { portal: { url: "https://x.example", headers: { k: "s3cret\\u2013" } } }', /holds U\+2013/],
  ])('the configuration %s', async (text, message) => {
    desk.write('c.yaml', `${text}\n`);
    refused(await send('feed:portal'), message);
  });
});

it('nothing of a download stays in the temporary folder', async () => {
  const { origin } = await secure(serve(CSV));
  feeds(`${origin}/leads.csv`);
  desk.write('tmp/keep', '');
  const ran = await run(['send', 'feed:portal', '--to', 'sandbox-anarock'], {
    TMPDIR: join(desk.folder, 'tmp'),
  });
  expect([ran.status, readdirSync(join(desk.folder, 'tmp'))]).toEqual([0, ['keep']]);
});

it('a configuration that others can read gets a warning for a header that stands in it', async () => {
  const { origin } = await secure(serve(CSV));
  const path = feeds(`${origin}/leads.csv`, '    headers: { X-Key: s3cret }\n');
  execFileSync('chmod', ['644', path]);
  const ran = await send('feed:portal');
  expect(ran.stderr).toMatch(/holds a secret, and others can read it/);
});
