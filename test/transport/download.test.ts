// Downloads against real servers on loopback: limits of size and time, and names that resolve to other addresses.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { type DownloadOptions, download, withoutSecrets } from '../../src/transport/download.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<URL> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port }: AddressInfo = Object(server.address());
  return new URL(`http://127.0.0.1:${port}/leads.csv?k=s3cret`);
}

async function get(url: URL, given: Partial<DownloadOptions> = {}): Promise<string> {
  const parts: Buffer[] = [];
  await download(url, {
    headers: {},
    named: true,
    env: {},
    shown: withoutSecrets,
    write: async (part) => {
      parts.push(part);
    },
    limits: { bytes: 1000, idleMs: 10_000, totalMs: 10_000 },
    ...given,
  });
  return Buffer.concat(parts).toString();
}

it('a file of exactly the largest size', async () => {
  const url = await serve((_, response) => response.end('x'.repeat(1000)));
  expect(await get(url)).toHaveLength(1000);
});

it.each<[string, RequestListener, Partial<DownloadOptions>, RegExp]>([
  [
    'a byte more, announced',
    (_, response) => response.end('x'.repeat(1001)),
    {},
    /is larger than 1,000 bytes$/,
  ],
  [
    'a byte more, in chunks',
    (_, response) => {
      response.write('x'.repeat(500));
      response.end('x'.repeat(501));
    },
    {},
    /is larger than 1,000 bytes$/,
  ],
  [
    'much more once it is unpacked',
    (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(100_000))),
    {},
    /is larger than 1,000 bytes$/,
  ],
  [
    'no answer',
    () => {},
    { limits: { bytes: 1000, idleMs: 100, totalMs: 10_000 } },
    /nothing came for 0\.1 s/,
  ],
  [
    'an answer that stops',
    (_, response) => response.write('x'),
    { limits: { bytes: 1000, idleMs: 100, totalMs: 10_000 } },
    /broke off after 1 byte \(nothing came for 0\.1 s\)/,
  ],
  [
    'an answer that dribbles',
    (_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    },
    { limits: { bytes: 1000, idleMs: 5_000, totalMs: 300 } },
    /broke off after .* \(it took longer than 0\.3 s\)/,
  ],
])('%s', async (_, answer, options, message) => {
  const url = await serve(answer);
  const failed = get(url, options);
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.not.toThrow(/s3cret/);
});

it.each([['127.0.0.1'], ['169.254.169.254'], ['::ffff:10.0.0.1'], ['fd00::1']])(
  'a public name that resolves to %s is not connected to',
  async (address) => {
    let asked = 0;
    const lookup: LookupFunction = (_name, _options, done) => {
      asked++;
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    };
    const failed = get(new URL('https://leads.example.com/x'), { lookup, named: false });
    await expect(failed).rejects.toThrow(
      `leads.example.com is ${address}, which is not an address on the public internet`,
    );
    expect(asked).toBe(1);
  },
);
