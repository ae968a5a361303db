// What the transport tells of everything that a network does, against real sockets: above all, whether anything of the
// request may have arrived.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/transport/transport.ts';
import { createTransport } from '../../src/transport/undici.ts';

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

const JSON_BODY = '{"lead_id":1}';
const LENGTH = `Content-Length: ${JSON_BODY.length}`;

/** An answer as its bytes: status line and headers, then the body. */
const wire = (head: readonly string[], body: string) => `${head.join('\r\n')}\r\n\r\n${body}`;
const ok = (...headers: string[]) => ['HTTP/1.1 200 OK', ...headers];
const chunks = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

const CHUNKED = ok('Transfer-Encoding: chunked');

/** What comes of an answer of these bytes, sent whole and then byte by byte. */
async function answersTo(bytes: string): Promise<readonly (string | undefined)[]> {
  const whole = afterReading((socket) => socket.write(bytes, 'latin1'));
  const slowly = afterReading((socket) => {
    socket.setNoDelay(true);
    const rest = Buffer.from(bytes, 'latin1');
    let at = 0;
    const next = () => {
      if (at < rest.length && socket.writable)
        socket.write(rest.subarray(at, ++at), () => setImmediate(next));
    };
    next();
  });
  const exchanges = await Promise.all(
    [whole, slowly].map(async (server) => post(`http://127.0.0.1:${await listen(server)}`)),
  );
  return exchanges.map((exchange) => (exchange.ok ? exchange.answer.body : exchange.failure.kind));
}

describe('an answer of odd framing', () => {
  it.each<[string, string, string]>([
    ['an ordinary one', wire(ok(LENGTH), JSON_BODY), JSON_BODY],
    [
      '100 Continue that nobody asked for',
      wire(['HTTP/1.1 100 Continue'], wire(ok(LENGTH), JSON_BODY)),
      JSON_BODY,
    ],
    [
      '103 Early Hints, 102 and 100 before it',
      wire(
        ['HTTP/1.1 103 Early Hints', 'Link: </a>; rel=preload'],
        wire(
          ['HTTP/1.1 102 Processing'],
          wire(['HTTP/1.1 100 Continue', 'X: y'], wire(ok(LENGTH), JSON_BODY)),
        ),
      ),
      JSON_BODY,
    ],
    [
      '100 Continue for HTTP/1.0',
      wire(['HTTP/1.0 100 Continue'], wire(['HTTP/1.0 200 OK', LENGTH], JSON_BODY)),
      JSON_BODY,
    ],
    ['one length, twice', wire(ok(LENGTH, 'X: y', LENGTH), JSON_BODY), JSON_BODY],
    ['one length, twice on one line', wire(ok(`${LENGTH}, ${JSON_BODY.length}`), JSON_BODY), JSON_BODY],
    [
      'one length, twice, once with zeros',
      wire(ok(LENGTH, `Content-Length: 0${JSON_BODY.length}`), JSON_BODY),
      JSON_BODY,
    ],
    ['empty lines before it', `\r\n\n${wire(ok(LENGTH), JSON_BODY)}`, JSON_BODY],
    ['two lengths', wire(ok(LENGTH, 'Content-Length: 5'), JSON_BODY), 'reset'],
    ['two lengths on one line', wire(ok(`${LENGTH}, 5`), JSON_BODY), 'reset'],
    ['a length that is none', wire(ok('Content-Length: x', 'Content-Length: x'), JSON_BODY), 'reset'],
    ['a negative length', wire(ok('Content-Length: -5', 'Content-Length: -5'), JSON_BODY), 'reset'],
    ['chunks', wire(ok('Transfer-Encoding: chunked'), chunks(JSON_BODY)), JSON_BODY],
    [
      'chunks with blanks behind their size',
      wire(CHUNKED, chunks(JSON_BODY).replace(/^(\w+)/gm, '$1  ')),
      JSON_BODY,
    ],
    ['chunks with bare line feeds', wire(CHUNKED, chunks(JSON_BODY).replaceAll('\r', '')), JSON_BODY],
    [
      'chunks with extensions and a trailer',
      wire(
        CHUNKED,
        `4;a=b\r\n${JSON_BODY.slice(0, 4)}\r\n9 ; c\r\n${JSON_BODY.slice(4)}\r\n0\r\nX: y\r\n\r\n`,
      ),
      JSON_BODY,
    ],
    ['a chunk that is longer than it says', wire(CHUNKED, `4\r\n${JSON_BODY}\r\n0\r\n\r\n`), 'reset'],
    ['a size that is none', wire(CHUNKED, `0x4\r\n${JSON_BODY}\r\n0\r\n\r\n`), 'reset'],
    ['a negative size', wire(CHUNKED, `-4\r\n${JSON_BODY}\r\n0\r\n\r\n`), 'reset'],
    ['chunks and a length', wire(ok('Transfer-Encoding: chunked', LENGTH), chunks(JSON_BODY)), JSON_BODY],
    [
      'a wrong length and chunks',
      wire(ok('Content-Length: 3', 'Transfer-Encoding: chunked'), chunks(JSON_BODY)),
      JSON_BODY,
    ],
    [
      'chunks, said twice',
      wire(ok('Transfer-Encoding: chunked', 'transfer-encoding: Chunked'), chunks(JSON_BODY)),
      JSON_BODY,
    ],
    ['no coding and a length', wire(ok('Transfer-Encoding: identity', LENGTH), JSON_BODY), JSON_BODY],
    ['lines that end bare', wire(ok(LENGTH), '').replaceAll('\r', '') + JSON_BODY, JSON_BODY],
    ['a folded header', wire(ok('X-Long: one', ' two', LENGTH), JSON_BODY), JSON_BODY],
    ['a blank before the colon', wire(ok(`Content-Length : ${JSON_BODY.length}`), JSON_BODY), JSON_BODY],
    ['a control character in a header', wire(ok('X-Odd: a\u0001b\u007fc', LENGTH), JSON_BODY), JSON_BODY],
    ['one in its length', wire(ok(`${LENGTH}\u0001`), JSON_BODY), 'reset'],
    ['a carriage return in a header', wire(ok('X-Odd: a\rb', LENGTH), JSON_BODY), JSON_BODY],
    [
      'lines that are no headers',
      wire(ok('Powered By: x', 'what is this', ': y', LENGTH), JSON_BODY),
      JSON_BODY,
    ],
    ['one that may have been its length', wire(ok(LENGTH, 'Content Length: 5'), JSON_BODY), 'reset'],
    ['letters beyond ASCII in a header', wire(ok('X-Name: Jos\u00e9 \u0085', LENGTH), JSON_BODY), JSON_BODY],
    ['no reason', wire(['HTTP/1.1 200', LENGTH], JSON_BODY), JSON_BODY],
    ['more than its length', wire(ok(LENGTH, 'Connection: close'), `${JSON_BODY}\r\n`), JSON_BODY],
    ['what cannot be a head', 'HTTP/1.1 two hundred\r\n\r\n', 'reset'],
    [
      'another protocol',
      wire(['HTTP/1.1 101 Switching Protocols', 'Upgrade: x', 'Connection: upgrade'], ''),
      'reset',
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await answersTo(bytes)).toEqual([expected, expected]);
  });

  it('headers of 60 KB', async () => {
    const long = wire(ok(LENGTH, `X: ${'y'.repeat(60_000)}`), JSON_BODY);
    const exchange = await post(
      `http://127.0.0.1:${await listen(afterReading((socket) => socket.write(long)))}`,
    );
    expect(kindOf(exchange)).toBe(200);
  });

  it('a head without end is refused before it fills the memory', async () => {
    const server = afterReading((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      socket.write('x: '.padEnd(200_000, 'y'));
    });
    expect(kindOf(await post(`http://127.0.0.1:${await listen(server)}`))).toBe('reset');
  });

  it('leaves the connection fit for the next, except where chunks stood beside a length', async () => {
    const answers = [
      wire(ok(LENGTH, LENGTH), JSON_BODY),
      `${wire(ok(LENGTH), JSON_BODY)}\r\n`,
      wire(['HTTP/1.1 100 Continue'], wire(ok(LENGTH), JSON_BODY)),
      wire(ok('Transfer-Encoding: chunked', LENGTH), chunks(JSON_BODY)),
      wire(ok(LENGTH), JSON_BODY),
    ];
    const connections: number[] = [];
    let opened = 0;
    const server = createServer((socket) => {
      const connection = ++opened;
      socket.on('data', () => {
        connections.push(connection);
        socket.write(answers.shift() ?? '');
      });
    });
    const origin = `http://127.0.0.1:${await listen(server)}`;
    const transport = createTransport({ origin, connections: 1, env: {} });
    open.unshift(() => transport.close());
    const { signal } = new AbortController();
    const request = { method: 'POST' as const, url: `${origin}/`, headers: {}, body: 'x' };
    for (let i = 0; i < 5; i++) expect(kindOf(await transport.send(request, 2_000, signal))).toBe(200);
    expect(connections).toEqual([1, 1, 1, 1, 2]);
  });
});

it('says who asks and which codings it reads, in every request', async () => {
  let seen: unknown;
  const server = createHttpServer((request, response) => {
    seen = request.headers;
    response.end();
  });
  await post(`http://127.0.0.1:${await listen(server)}`);
  expect(seen).toMatchObject({
    'user-agent': expect.stringMatching(/^leadpush\/\d/),
    'accept-encoding': 'gzip, deflate, br',
  });
});

it('a header that HTTP cannot carry is no fault of the network', async () => {
  const origin = 'http://127.0.0.1:9';
  const transport = createTransport({ origin, connections: 1, env: {} });
  open.unshift(() => transport.close());
  for (const headers of [{ 'x-key': 'a\nb' }, { 'x-key': 'Zero\u200bwidth' }, { 'na me': 'x' }]) {
    const request = { method: 'POST' as const, url: `${origin}/`, headers, body: 'x' };
    expect(kindOf(await transport.send(request, 2_000, new AbortController().signal))).toBe('unsendable');
  }
});

it('an answer without end is cut, and its status still counts', async () => {
  const server = afterReading((socket) => {
    socket.write('HTTP/1.1 403 Forbidden\r\n\r\n');
    socket.write('x'.repeat(2 * 1024 * 1024));
  });
  const exchange = await post(`http://127.0.0.1:${await listen(server)}`);
  expect(exchange).toMatchObject({
    ok: true,
    answer: { status: 403, body: '(unreadable: it is larger than 1 MiB)' },
  });
});

it('interim answers without end are cut by the time', async () => {
  const server = afterReading((socket) => {
    const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 5);
    socket.on('close', () => clearInterval(timer));
  });
  expect(kindOf(await post(`http://127.0.0.1:${await listen(server)}`, 300))).toBe('timeout');
});

it('a body that dribbles without end is cut by the time', async () => {
  const server = afterReading((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const timer = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(timer));
  });
  expect(kindOf(await post(`http://127.0.0.1:${await listen(server)}`, 300))).toBe('timeout');
});

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

it('aborts what is in progress', async () => {
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

it.each([
  ['kept open', {}],
  ['closed by each answer', { connection: 'close' }],
])('has no more connections at once than requests, %s', async (_, headers) => {
  let most = 0;
  let now = 0;
  let answered = 0;
  const server = createHttpServer((_request, response) => {
    response.writeHead(200, headers).end('ok');
  });
  server.on('connection', (socket) => {
    most = Math.max(most, ++now);
    socket.on('close', () => {
      now--;
    });
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  const transport = createTransport({ origin, connections: 8, env: {} });
  open.unshift(() => transport.close());
  const request = { method: 'POST' as const, url: `${origin}/`, headers: {}, body: 'x' };
  const { signal } = new AbortController();
  // Each sends its next as soon as it has an answer.
  const sender = async () => {
    for (let i = 0; i < 40; i++) if ((await transport.send(request, 5_000, signal)).ok) answered++;
  };
  await Promise.all([sender(), sender()]);
  expect(answered).toBe(80);
  // One that the server closes may be seen by it a moment after the next was opened.
  expect(most).toBeLessThanOrEqual('connection' in headers ? 4 : 2);
});
