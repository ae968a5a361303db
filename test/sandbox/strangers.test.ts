// Strangers: pages that a browser has open elsewhere, bodies without end, and input that is made to be slow. None of them
// reads a lead, sets a fault, fills the memory or ends the sandbox.
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  anarockUrl,
  ask,
  credentialsOf,
  FULL,
  PARAMANTRA_PATH,
  paramantraHeaders,
  push,
  sandboxFor,
  signed,
  told,
} from './tools.ts';

interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Over node:http, which sends any header. */
function exchange(
  { url }: Sandbox,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const call = request(url + path, { method, headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

const ROUTES: readonly (readonly [string, string, string])[] = [
  ['GET', '/__sandbox/leads', ''],
  ['GET', '/__sandbox/stats', ''],
  ['POST', '/__sandbox/faults', 'lost:1'],
  ['POST', '/api/v0/sandbox/sync-lead', 'phone=1'],
  ['GET', '/api/v0/sandbox/last-lead-data?phone=1', ''],
  ['GET', '/api/v0/source-metadata', ''],
  ['POST', PARAMANTRA_PATH, 'phonefax=1'],
  ['GET', '/', ''],
];

describe.each(ROUTES)('%s %s', (method, path, body) => {
  it.each<[string, (port: string) => Record<string, string>]>([
    ['of a page elsewhere', () => ({ origin: 'https://evil.example' })],
    ['of a page that hides where it is', () => ({ origin: 'null' })],
    ['of a page on another port', () => ({ origin: 'http://localhost:3000' })],
    ['of a page whose name looks like ours', (port) => ({ origin: `http://127.0.0.1.evil.example:${port}` })],
    ['of a page under https', (port) => ({ origin: `https://127.0.0.1:${port}` })],
    ['of a picture elsewhere', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })],
    ['of a page on another port, without an origin', () => ({ 'sec-fetch-site': 'same-site' })],
    ['under a name that was rebound', (port) => ({ host: `evil.example:${port}` })],
    ['under a name that starts like ours', (port) => ({ host: `localhost.evil.example:${port}` })],
    ['under another port', () => ({ host: '127.0.0.1:1' })],
    ['under no port', () => ({ host: 'localhost' })],
  ])('%s is refused, and nothing happens', async (_, headers) => {
    const sandbox = await sandboxFor();
    await push(sandbox);
    const before = sandbox.requests();
    const port = new URL(sandbox.url).port;
    const answer = await exchange(sandbox, method, path, headers(port), body);
    expect(answer.status).toBe(403);
    expect(answer.text).not.toMatch(/evil|9988998899/);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers.connection).toBe('close');
    expect(sandbox.requests()).toMatchObject({ created: before.created, faults: before.faults });
    expect(sandbox.leads()).toHaveLength(1);
    expect((await push(sandbox, { phone: '9988998800' })).status).toBe(200);
  });
});

it.each<[string, (port: string) => Record<string, string>]>([
  ['a program', () => ({})],
  ['localhost', (port) => ({ host: `LOCALHOST:${port}` })],
  ['IPv6', (port) => ({ host: `[::1]:${port}` })],
  ['another address of loopback', (port) => ({ host: `127.9.9.9:${port}` })],
  ['a page of its own', (port) => ({ origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' })],
  ['an address that was typed', () => ({ 'sec-fetch-site': 'none' })],
])('%s is answered', async (_, headers) => {
  const sandbox = await sandboxFor();
  const answer = await exchange(sandbox, 'GET', '/__sandbox/stats', headers(new URL(sandbox.url).port));
  expect(answer.status).toBe(200);
});

it('what a page elsewhere sends is dropped', async () => {
  const sandbox = await sandboxFor();
  const body = 'x'.repeat(20_000_000);
  const headers = { origin: 'https://evil.example', 'content-type': 'text/plain' };
  const answer = await exchange(sandbox, 'POST', '/__sandbox/faults', headers, body);
  expect(answer.status).toBe(403);
});

it('who says no name is refused', async () => {
  const sandbox = await sandboxFor();
  const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
  socket.end('GET /__sandbox/leads HTTP/1.0\r\n\r\n');
  let told = '';
  for await (const chunk of socket) told += String(chunk);
  expect(told).toMatch(/^HTTP\/1\.1 403 /);
});

it('a preflight gets no leave', async () => {
  const sandbox = await sandboxFor();
  const answer = await exchange(sandbox, 'OPTIONS', '/__sandbox/faults', {
    origin: 'https://evil.example',
    'access-control-request-method': 'POST',
    'access-control-request-private-network': 'true',
  });
  expect(answer.status).toBe(403);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

describe('faults from outside', () => {
  const set = (sandbox: Sandbox, body: string, type = 'text/plain') =>
    exchange(sandbox, 'POST', '/__sandbox/faults', { 'content-type': type }, body);

  it('are a short text, and what is none changes nothing', async () => {
    const sandbox = await sandboxFor();
    expect((await set(sandbox, '503:1')).status).toBe(200);
    for (const type of ['multipart/form-data; boundary=x', 'application/json', 'text/html']) {
      expect((await set(sandbox, '', type)).status).toBe(415);
    }
    const long = await set(sandbox, `lost:0${' '.repeat(20_000)}`);
    expect([long.status, long.headers.connection]).toEqual([413, 'close']);
    expect((await set(sandbox, 'lost:0,'.repeat(1_000))).status).toBe(400);
    expect((await push(sandbox)).status).toBe(503);
  });
});

describe('bodies', () => {
  it.each([
    ['announced', { 'content-length': '20000000' }],
    ['chunked', { 'transfer-encoding': 'chunked' }],
  ])('above the limit, %s: 413, and the connection ends', async (_, headers) => {
    const sandbox = await sandboxFor({ bodyBytes: 100_000 });
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/api/v0/sandbox/sync-lead', PARAMANTRA_PATH]) {
      const answer = await exchange(sandbox, 'POST', path, { ...headers, ...type }, 'x'.repeat(20_000_000));
      expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    }
    expect((await push(sandbox)).status).toBe(200);
  });

  it('that never end are cut off', async () => {
    const sandbox = await sandboxFor({ bodyBytes: 100_000 });
    const { port } = new URL(sandbox.url);
    const socket = connect(Number(port), '127.0.0.1');
    let sent = 0;
    let told = '';
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    socket.write(
      `POST /api/v0/sandbox/sync-lead HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const pump = () => {
      while (!socket.destroyed && sent < 200_000_000) {
        sent += piece.length;
        if (!socket.write(piece)) {
          socket.once('drain', pump);
          return;
        }
      }
    };
    pump();
    await ended;
    expect(told === '' || told.startsWith('HTTP/1.1 413')).toBe(true);
    expect(sent).toBeLessThan(100_000_000);
  });

  it.each<[string, string, (size: number) => string]>([
    ['application/json', 'deep', (size) => `{"a":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`],
    ['application/json', 'broken', (size) => '{"a":['.repeat(size / 6)],
    [
      'application/json',
      'wide',
      (size) => `{${Array.from({ length: size / 12 }, (_, i) => `"k${i}":1`).join(',')}}`,
    ],
    ['application/x-www-form-urlencoded', 'and', (size) => '&'.repeat(size)],
    ['application/x-www-form-urlencoded', 'the same name', (size) => 'a=1&'.repeat(size / 4)],
    [
      'application/x-www-form-urlencoded',
      'names',
      (size) => Array.from({ length: size / 8 }, (_, i) => `k${i}`).join('&'),
    ],
    ['application/x-www-form-urlencoded', 'percent', (size) => `a=${'%'.repeat(size)}`],
    ['application/x-www-form-urlencoded', 'equals', (size) => '='.repeat(size)],
    ['multipart/form-data; boundary=x', 'boundaries', (size) => '--x\r\n'.repeat(size / 5)],
    ['multipart/form-data; boundary=x', 'dashes', (size) => '-'.repeat(size)],
    [
      'multipart/form-data; boundary=x',
      'parts',
      (size) => '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(size / 54),
    ],
    [
      'multipart/form-data; boundary=x',
      'near',
      (size) =>
        `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${'\r\n--'.repeat(size / 4)}\r\n--x--\r\n`,
    ],
    [
      'multipart/form-data; boundary=x',
      'headers',
      (size) => `--x\r\n${'A: b\r\n'.repeat(size / 6)}\r\n1\r\n--x--\r\n`,
    ],
    [
      'multipart/form-data; boundary=x',
      'blanks',
      (size) => `--x\r\nContent-Disposition: form-data;${' '.repeat(size)}name="a"\r\n\r\n1\r\n--x--\r\n`,
    ],
  ])('%s, %s: refused in linear time', async (type, _, make) => {
    const sandbox = await sandboxFor({ bodyBytes: 4_000_000 });
    const costOf = async (size: number) => {
      const body = make(size);
      const from = process.cpuUsage();
      for (let i = 0; i < 3; i++) {
        const headers = { 'content-type': type };
        const answer = await told(await fetch(anarockUrl(sandbox), { method: 'POST', headers, body }));
        expect(answer.status).toBe(422);
      }
      const { user, system } = process.cpuUsage(from);
      return user + system;
    };
    await costOf(10_000);
    const small = await costOf(100_000);
    // Squares would take a hundred times as long.
    expect((await costOf(1_000_000)) / Math.max(small, 20_000)).toBeLessThan(30);
    expect((await push(sandbox)).status).toBe(200);
  });

  it.each([
    [511, 'object'],
    [512, 'text'],
    [50_000, 'text'],
  ])('an extra_details with %i more levels comes back as %s', async (levels, expected) => {
    const sandbox = await sandboxFor();
    const deep = `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const fields = { ...FULL, ...signed(credentialsOf(sandbox).anarock.key), extra_details: deep };
    const body = new URLSearchParams(fields);
    expect((await fetch(anarockUrl(sandbox), { method: 'POST', body })).status).toBe(200);
    const { status, json } = await ask(sandbox, FULL.phone);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      response: { extra_details: expected === 'text' ? deep : JSON.parse(deep) },
    });
  });

  it.each([
    [511, 200],
    [512, 422],
    [50_000, 422],
  ])('a JSON body whose field has %i levels: %i', async (levels, status) => {
    const sandbox = await sandboxFor();
    const deep = '['.repeat(levels) + ']'.repeat(levels);
    const fields = { ...FULL, ...signed(credentialsOf(sandbox).anarock.key) };
    const body = JSON.stringify({ ...fields, more: 0 }).replace('"more":0', `"more":${deep}`);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(anarockUrl(sandbox), { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
  });
});

it('nothing of a stranger’s path, header or field is repeated in what is no JSON', async () => {
  const sandbox = await sandboxFor();
  const script = '<script>alert(1)</script>';
  for (const path of [`/${script}`, `/api/v0/${script}/sync-lead`, `/__sandbox/${script}`]) {
    const answer = await exchange(sandbox, 'GET', encodeURI(path), { 'x-name': script });
    expect(answer.text).not.toMatch(/script/i);
  }
  const answer = await exchange(
    sandbox,
    'POST',
    PARAMANTRA_PATH,
    { ...paramantraHeaders(sandbox), 'content-type': script },
    'x=1',
  );
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
});
