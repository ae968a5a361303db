// What the transport tells of everything that a network does, against real sockets: above all, whether anything of the
// request may have arrived.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/delivery/transport.ts';
import { createTransport } from '../../src/delivery/undici.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port }: AddressInfo = Object(server.address());
  return port;
}

/** A server that does this once it has read something of the request. */
const afterReading = (act: (socket: Socket) => void): Server =>
  createServer((socket) => {
    socket.once('data', () => act(socket));
  });

async function post(origin: string, timeoutMs = 2_000, signal?: AbortSignal): Promise<Exchange> {
  const transport = createTransport({ origin, connections: 1, env: {} });
  open.unshift(() => transport.close());
  const headers = { 'content-type': 'text/plain' };
  const request = { method: 'POST' as const, url: `${origin}/lead?x=1`, headers, body: 'a lead' };
  return transport.send(request, timeoutMs, signal ?? new AbortController().signal);
}

const kindOf = (exchange: Exchange) => (exchange.ok ? exchange.answer.status : exchange.failure.kind);

describe('a failure', () => {
  it.each<[string, Server, string, string]>([
    [
      'a connection that breaks after the request',
      afterReading((socket) => socket.resetAndDestroy()),
      'http',
      'reset',
    ],
    ['one that ends without an answer', afterReading((socket) => socket.end()), 'http', 'reset'],
    [
      'half an answer',
      afterReading((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"lead')),
      'http',
      'reset',
    ],
    ['what is no HTTP', afterReading((socket) => socket.end('220 mail ready\r\n')), 'http', 'reset'],
    [
      'an answer without end',
      afterReading((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.write('x'.repeat(2 * 1024 * 1024));
      }),
      'http',
      'reset',
    ],
    ['no answer in time', afterReading(() => {}), 'http', 'timeout'],
    [
      'an answer whose end does not come in time',
      afterReading((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{')),
      'http',
      'timeout',
    ],
    // Nothing of the request is written before TLS stands.
    [
      'a server that speaks no TLS',
      afterReading((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
      'https',
      'tls',
    ],
    ['TLS that is never answered', afterReading(() => {}), 'https', 'connect'],
    [
      'a connection that breaks before TLS stands',
      afterReading((socket) => socket.resetAndDestroy()),
      'https',
      'connect',
    ],
  ])('%s', async (_, server, scheme, expected) => {
    const port = await listen(server);
    const exchange = await post(`${scheme}://127.0.0.1:${port}`, 500);
    expect(kindOf(exchange)).toBe(expected);
  });

  it('of a port where nobody listens', async () => {
    const server = createServer();
    const port = await listen(server);
    await open.pop()?.();
    expect(kindOf(await post(`http://127.0.0.1:${port}`))).toBe('connect');
  });

  it('of a name that there is not', async () => {
    expect(kindOf(await post('http://no-such-host.invalid', 5_000))).toBe('connect');
  });

  it('tells neither query nor body', async () => {
    const port = await listen(afterReading((socket) => socket.resetAndDestroy()));
    const exchange = await post(`http://127.0.0.1:${port}`);
    expect(exchange.ok ? '' : exchange.failure.message).toMatch(
      /^POST 127\.0\.0\.1:\d+: the connection broke \(.+\)\.$/,
    );
  });
});

it('aborts what is in flight', async () => {
  const abort = new AbortController();
  const port = await listen(afterReading(() => abort.abort()));
  expect(kindOf(await post(`http://127.0.0.1:${port}`, 5_000, abort.signal))).toBe('aborted');
});

it('does not follow a redirect', async () => {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const exchange = await post(`http://127.0.0.1:${await listen(server)}`);
  expect(kindOf(exchange)).toBe(302);
  expect(exchange.ok && exchange.answer.headers['location']).toBe('/elsewhere');
  expect(seen).toEqual(['/lead?x=1']);
});

it('never has two requests unanswered on one connection', async () => {
  let most = 0;
  let now = 0;
  const server = createHttpServer((_, response) => {
    most = Math.max(most, ++now);
    setTimeout(() => {
      now--;
      response.end('ok');
    }, 20);
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  const transport = createTransport({ origin, connections: 2, env: {} });
  open.unshift(() => transport.close());
  const request = { method: 'POST' as const, url: `${origin}/`, headers: {}, body: 'x' };
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 10 }, () => transport.send(request, 5_000, signal)));
  expect(most).toBe(2);
});
