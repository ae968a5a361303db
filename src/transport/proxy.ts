// The proxy for a request, from HTTPS_PROXY, HTTP_PROXY and NO_PROXY: pure rules. A variable may contain a password, so
// messages only show its scheme and, if it is valid, its host.
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { isLocalName, isLoopback } from '../util/loopback.ts';
import { UsageError } from '../util/usage-error.ts';

export interface ProxyServer {
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** TLS to the proxy itself. */
  readonly secure: boolean;
  /** The value of Proxy-Authorization; a secret. */
  readonly authorization: string | null;
  /** The variable it comes from, `HTTPS_PROXY`. */
  readonly variable: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for this origin from the environment, or null. Never for loopback.
 * @throws UsageError if the variable is not valid; the message names the variable, never its value
 */
export function proxyFor(origin: string, env: Environment): ProxyServer | null {
  const { protocol, hostname, port } = new URL(origin);
  if (isLoopback(hostname) || isLocalName(hostname)) return null;
  const secure = protocol === 'https:';
  const found = firstOf(env, secure ? ['https_proxy', 'HTTPS_PROXY'] : httpVariables(env));
  if (found === null) return null;
  const exempt = firstOf(env, ['no_proxy', 'NO_PROXY'])?.value ?? '';
  const effective = port === '' ? (secure ? 443 : 80) : Number(port);
  if (goesWithout(hostname, effective, exempt)) return null;
  return readProxy(found.variable, found.value);
}

/** `host:port`, for people. */
export function proxyName({ hostname, port }: ProxyServer): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

/** As in curl: the lower-case name first; an empty value is ignored. */
function firstOf(env: Environment, variables: readonly string[]) {
  for (const variable of variables) {
    const value = env[variable] ?? '';
    if (value !== '') return { variable, value };
  }
  return null;
}

/** In a CGI program, HTTP_PROXY is the request header `Proxy`, which anybody can send. */
function httpVariables(env: Environment): readonly string[] {
  return env['REQUEST_METHOD'] === undefined ? ['http_proxy', 'HTTP_PROXY'] : ['http_proxy'];
}

function readProxy(variable: string, value: string): ProxyServer {
  const wrong = (what: string): never => {
    throw new UsageError(
      `${variable}: ${what}.`,
      `Set it as ${variable}=http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, or unset it. Nothing was sent.`,
    );
  };
  if (/^\s*["'`‘’“”]|["'`‘’“”]\s*$/.test(value))
    wrong('the value begins or ends with a quote; remove the quotes');
  if (/[\s\p{Cc}\p{Cf}]/u.test(value)) wrong('the value holds spaces or invisible characters; remove them');
  const [, scheme = 'http', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(value) ?? [];
  if (/^socks/i.test(scheme)) wrong(`a ${scheme.toLowerCase()} proxy is not supported; use an HTTP proxy`);
  if (!/^https?$/i.test(scheme)) wrong('the proxy must start with http:// or https://');
  const at = rest.lastIndexOf('@');
  const credentials = at === -1 ? '' : rest.slice(0, at);
  if (/[/?#\\]/.test(credentials)) {
    wrong('a #, /, ? or \\ in the user or password must be written as %23, %2F, %3F or %5C');
  }
  if (credentials.includes('@')) wrong('an @ in the user or password must be written as %40');
  const url = urlOf(`${scheme}://${rest.slice(at + 1)}`);
  if (url === null) return wrong('the host or port is not valid');
  if (url.port === '0') wrong('port 0 is not valid');
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    wrong('there is text after host and port; a proxy has no path');
  }
  const secure = url.protocol === 'https:';
  return {
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
    authorization: credentials === '' ? null : basic(credentials, wrong),
    variable,
  };
}

function basic(credentials: string, wrong: (what: string) => never): string {
  const colon = credentials.indexOf(':');
  const user = colon === -1 ? credentials : credentials.slice(0, colon);
  const password = colon === -1 ? '' : credentials.slice(colon + 1);
  try {
    const plain = `${decodeURIComponent(user)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(plain).toString('base64')}`;
  } catch {
    return wrong('a % in the user or password must be written as %25');
  }
}

function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/**
 * Whether NO_PROXY lists a host: names with their subdomains, addresses, networks (`10.0.0.0/8`), each also with a
 * port; `*`.
 * @param hostname as URL returns it @param list separated by commas or spaces
 */
export function goesWithout(hostname: string, port: number, list: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    // `host`, `host:port`, `[address]`, `[address]:port`; an address with two colons has no port.
    const [, bracketed, plain, given] = /^(?:\[([^\]]*)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
    const name = bracketed ?? (isIPv6Like(entry) ? entry : plain) ?? '';
    const withPort = isIPv6Like(entry) ? undefined : given;
    if (withPort !== undefined && Number(withPort) !== port) return false;
    return isIP(host) === 0 ? isBelow(host, name) : isWithin(host, name);
  });
}

function isIPv6Like(entry: string): boolean {
  return !entry.startsWith('[') && entry.indexOf(':') !== entry.lastIndexOf(':');
}

function isBelow(host: string, name: string): boolean {
  const plain = name
    .replace(/^\*?\./, '')
    .replace(/^\*/, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const domain = domainToASCII(plain) || plain;
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

function isWithin(address: string, entry: string): boolean {
  const [network = '', bits, ...more] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || more.length > 0) return false;
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(prefix <= most)) return false;
  const block = new BlockList();
  block.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return block.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
