// What plain http may go to, by name and by the address that the name turns out to be.
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isLoopback, lookupFor } from '../../src/util/loopback.ts';

describe('a host of a URL', () => {
  it.each<[string, boolean]>([
    ['http://127.0.0.1', true],
    ['http://127.255.255.254', true],
    ['http://127.1', true],
    ['http://0x7f.1', true],
    ['http://2130706433', true],
    ['http://[::1]', true],
    ['http://[0:0:0:0:0:0:0:1]', true],
    ['http://localhost', true],
    ['http://LocalHost', true],
    ['http://localhost.', false],
    ['http://crm.localhost', false],
    ['http://localhost.example', false],
    ['http://127.0.0.1.example', false],
    ['http://0.0.0.0', false],
    ['http://[::]', false],
    ['http://[::ffff:127.0.0.1]', false],
    ['http://128.0.0.1', false],
  ])('%s is this machine: %s', (url, expected) => {
    expect(isLoopback(new URL(url).hostname)).toBe(expected);
  });
});

describe('the lookup', () => {
  const to =
    (...addresses: readonly string[]): LookupFunction =>
    (_host, _options, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const look = (origin: string, resolve: LookupFunction) =>
    new Promise<string>((settle) => {
      const lookup = lookupFor(origin, resolve);
      if (lookup === null) settle('as usual');
      else {
        lookup(new URL(origin).hostname, { all: true }, (error, found) =>
          settle(error?.message ?? JSON.stringify(found)),
        );
      }
    });

  it.each<[string, string[], string | RegExp]>([
    ['https://lead.anarock.com', ['192.0.2.1'], 'as usual'],
    // Whatever the resolver would say.
    ['http://localhost:1', ['192.0.2.1'], /127\.0\.0\.1.*::1/],
    ['https://localhost:1', ['192.0.2.1'], /127\.0\.0\.1.*::1/],
    ['http://crm.localhost:1', ['127.0.0.2', '::1'], /127\.0\.0\.2.*::1/],
    ['http://crm.localhost:1', ['192.0.2.1'], /does not resolve to this machine/],
    ['http://crm.localhost:1', ['127.0.0.1', '192.0.2.1'], /does not resolve to this machine/],
    ['https://crm.localhost:1', ['192.0.2.1'], /does not resolve to this machine/],
  ])('of %s, which is %j', async (origin, addresses, expected) => {
    expect(await look(origin, to(...addresses))).toMatch(expected);
  });
});
