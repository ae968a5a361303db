// Which proxy a request goes by: the variables, what they may hold, and NO_PROXY.
import { describe, expect, it } from 'vitest';
import { goesWithout, proxyFor } from '../../src/transport/proxy.ts';
import { UsageError } from '../../src/util/usage-error.ts';

const HTTPS = 'https://leads.example.com';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('proxyFor', () => {
  it.each<[string, Record<string, string>, string | null]>([
    ['no variable', {}, null],
    ['the usual one', { HTTPS_PROXY: 'http://p:1' }, 'p:1'],
    ['small letters first, as curl', { HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, 'q:2'],
    ['an empty one counts for nothing, as in curl', { HTTPS_PROXY: 'http://p:1', https_proxy: '' }, 'p:1'],
    ['the one for http is not for https', { HTTP_PROXY: 'http://p:1' }, null],
    ['without a scheme', { HTTPS_PROXY: 'p:8080' }, 'p:8080'],
    ['without a port', { HTTPS_PROXY: 'http://p' }, 'p:80'],
    ['TLS without a port', { HTTPS_PROXY: 'HTTPS://p/' }, 'p:443'],
    ['an IPv6 address', { HTTPS_PROXY: 'http://[fd00::1]:3128' }, 'fd00::1:3128'],
    ['user and password', { HTTPS_PROXY: 'http://me:s3cret@p:1' }, `p:1 ${basic('me:s3cret')}`],
    ['a user alone', { HTTPS_PROXY: 'http://me@p:1' }, `p:1 ${basic('me:')}`],
    ['escapes', { HTTPS_PROXY: 'http://m%40e:a%3A%23%25b%E2%82%AC@p:1' }, `p:1 ${basic('m@e:a:#%b€')}`],
    ['a colon in the password', { HTTPS_PROXY: 'me:a:b@p:1' }, `p:1 ${basic('me:a:b')}`],
    ['exempt', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.com' }, null],
    ['exempt in small letters', { HTTPS_PROXY: 'http://p:1', no_proxy: 'example.com', NO_PROXY: 'x' }, null],
    [
      'a variable that is not looked at may hold anything',
      { HTTPS_PROXY: 'socks5://p', NO_PROXY: '*' },
      null,
    ],
  ])('%s', (_, env, expected) => {
    const proxy = proxyFor(HTTPS, env);
    const told = proxy && [`${proxy.hostname}:${proxy.port}`, proxy.authorization ?? []].flat().join(' ');
    expect(told).toBe(expected);
  });

  it.each(['http://127.0.0.1:5', 'https://127.9.9.9', 'https://[::1]:5', 'https://localhost'])(
    'never for %s',
    (origin) => {
      const env = { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1', http_proxy: 'http://p:1' };
      expect(proxyFor(origin, env)).toBeNull();
    },
  );

  it('HTTP_PROXY is what a stranger sent where this is a CGI program', () => {
    const origin = 'http://other.example';
    expect(proxyFor(origin, { HTTP_PROXY: 'http://p:1' })?.port).toBe(1);
    expect(proxyFor(origin, { HTTP_PROXY: 'http://p:1', REQUEST_METHOD: 'GET' })).toBeNull();
    expect(proxyFor(origin, { http_proxy: 'http://p:1', REQUEST_METHOD: 'GET' })?.port).toBe(1);
  });

  it.each([
    ['socks5://u:s3cr3t@p:1', /a socks5 proxy is not supported/],
    ['SOCKS://u:s3cr3t@p:1', /a socks proxy is not supported/],
    ['ftp://u:s3cr3t@p:1', /http:\/\/ or https:\/\//],
    ['file:///s3cr3t', /http:\/\/ or https:\/\//],
    ['http://u:s3cr3t@p:99999', /host or port is not valid/],
    ['http://u:s3cr3t@p:0', /port 0/],
    ['http://u:s3cr3t@p:80a', /host or port is not valid/],
    ['http://u:s3cr3t@p:-1', /host or port is not valid/],
    ['http://u:s3cr3t@:80', /host or port is not valid/],
    ['http://', /host or port is not valid/],
    ['http://u:s3cr3t@[::1', /host or port is not valid/],
    ['http://u:s3cr%t@p:1', /%25/],
    ['http://u:s3cr3t%@p:1', /%25/],
    ['http://u:s3cr3t%ff@p:1', /%25/],
    ['http://u:s3cr#3t@p:1', /%23/],
    ['http://u:s3cr/3t@p:1', /%2F/],
    ['http://u:s3cr?3t@p:1', /%3F/],
    ['http://u:s3cr@3t@p:1', /%40/],
    ['"http://u:s3cr3t@p:1"', /quote/],
    ["'http://u:s3cr3t@p:1", /quote/],
    ['http://u:s3cr3t@p:1”', /quote/],
    [' http://u:s3cr3t@p:1', /spaces/],
    ['http://u:s3cr3t@p:1\n', /spaces/],
    ['http://u:s3cr 3t@p:1', /spaces/],
    ['http://u:s3cr3t@p:1\u200b', /spaces/],
    ['   ', /spaces/],
    ['http://u:s3cr3t@p:1/path', /no path/],
    ['http://u:s3cr3t@p:1?x', /no path/],
    ['http:/u:s3cr3t@p:1', /%2F/],
  ])('%j is refused with the variable, without the value', (value, why) => {
    for (const variable of ['HTTPS_PROXY', 'https_proxy']) {
      let said = '';
      try {
        proxyFor(HTTPS, { [variable]: value });
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        said = `${error.message} ${error.hint}`;
      }
      expect(said).toMatch(why);
      expect(said.startsWith(`${variable}: `)).toBe(true);
      expect(said).not.toMatch(/s3cr/);
    }
  });
});

describe('NO_PROXY', () => {
  const HOST = 'leads.example.com';
  it.each<[string, string, boolean]>([
    ['', HOST, false],
    ['*', HOST, true],
    ['other.org, *', HOST, true],
    ['leads.example.com', HOST, true],
    ['LEADS.Example.COM', HOST, true],
    ['leads.example.com', 'LEADS.example.com', true],
    ['leads.example.com.', HOST, true],
    ['leads.example.com', `${HOST}.`, true],
    ['example.com', HOST, true],
    ['.example.com', HOST, true],
    ['*.example.com', HOST, true],
    ['.example.com', 'example.com', true],
    ['ample.com', HOST, false],
    ['leads.example.com', 'example.com', false],
    ['example.com.evil.org', HOST, false],
    ['example.com:443', HOST, true],
    ['example.com:8443', HOST, false],
    ['a,b  leads.example.com\tc', HOST, true],
    [',,,', HOST, false],
    ['.', HOST, false],
    ['*.', HOST, false],
    ['bücher.example', 'xn--bcher-kva.example', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3:443', '10.1.2.3', true],
    ['10.1.2.3:80', '10.1.2.3', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8:443', '10.1.2.3', true],
    ['10.1.2.99/24', '10.1.2.3', true],
    ['10.1.2.0/30', '10.1.2.4', false],
    ['0.0.0.0/0', '10.1.2.3', true],
    ['10.0.0.0/33', '10.1.2.3', false],
    ['10.0.0.0/', '10.1.2.3', false],
    ['10.0.0.0/8/8', '10.1.2.3', false],
    ['10.0.0.0/8', HOST, false],
    ['2.3', '10.1.2.3', false],
    ['fd00::/8', '[fd12::7]', true],
    ['fd00::/8', '[fe80::7]', false],
    ['FD12:0:0::7', '[fd12::7]', true],
    ['[fd12::7]', '[fd12::7]', true],
    ['[fd12::7]:443', '[fd12::7]', true],
    ['[fd12::7]:80', '[fd12::7]', false],
    ['0.0.0.0/0', '[fd12::7]', false],
  ])('%j, %s: %s', (list, host, expected) => {
    expect(goesWithout(host, 443, list)).toBe(expected);
  });
});
