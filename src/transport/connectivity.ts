// Whether a provider's host can be reached, step by step (DNS, TLS, an HTTP answer), and how far our clock is from its
// clock. It requests the host's front page without credentials; no lead and no signature are sent.
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { clockSkewMs } from '../delivery/clock-skew.ts';
import type { Clock } from '../util/clock.ts';
import { listed } from '../util/counted.ts';
import { codeOf } from '../util/errors.ts';
import { isLoopback, lookupFor } from '../util/loopback.ts';
import { ConnectFault, causeText, isNoTls } from './connect-fault.ts';
import { shakeHands } from './connector.ts';
import { addressesOf, reach, systemLookup } from './happy-eyeballs.ts';
import type { Transport } from './transport.ts';

interface ProbeStep {
  readonly name: 'proxy' | 'dns' | 'tls' | 'reachability';
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do next; null if nothing. */
  readonly next: Advice | null;
}

/** @param setting that the host stands in for this target, `targets.crm.baseUrl`; null: it is the vendor's own */
type Advice = (setting: string | null) => string;

export interface Reach {
  readonly steps: readonly ProbeStep[];
  /** There was an HTTP answer, with any status. */
  readonly reachable: boolean;
  /** Our clock minus the server's, in milliseconds, accurate to about a second; null if the server sent no time. */
  readonly skewMs: number | null;
}

interface ProbeDeps {
  /** The transport that `send` would use, to the same origin. */
  readonly transport: Transport;
  readonly clock: Clock;
  /** `host:port` of the transport's proxy, or null. A proxy resolves names itself, so DNS and TLS are not checked. */
  readonly proxy: string | null;
  /** Resolves names; the system's resolver by default. */
  readonly lookup?: LookupFunction;
  /** For each step. */
  readonly timeoutMs: number;
}

export type Connectivity = (origin: string, deps: ProbeDeps) => Promise<Reach>;

/** Never throws for network errors. @param origin `https://host[:port]` */
export const checkConnectivity: Connectivity = async (origin, deps) => {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const steps: ProbeStep[] = [];
  if (deps.proxy !== null) steps.push(viaProxy(deps.proxy));
  else {
    // localhost is connected to by address, without DNS.
    if (isIP(host) === 0 && !isLoopback(hostname)) steps.push(await resolveName(host, deps));
    if (steps.every((step) => step.status !== 'failed') && protocol === 'https:') {
      const step = await secureStep(host, port === '' ? 443 : Number(port), deps);
      if (step !== null) steps.push(step);
    }
  }
  if (steps.some((step) => step.status === 'failed')) return { steps, reachable: false, skewMs: null };
  const before = deps.clock.now();
  const exchange = await deps.transport.send(
    { method: 'GET', url: `${origin}/`, headers: { accept: '*/*' }, body: null },
    deps.timeoutMs,
    new AbortController().signal,
  );
  if (!exchange.ok) {
    const { kind, message } = exchange.failure;
    const next: Advice = (setting) =>
      kind === 'tls'
        ? tlsAdvice(message, setting)
        : kind === 'local'
          ? 'This is a limit of this machine; the provider was not contacted.'
          : deps.proxy === null
            ? isLoopback(hostname)
              ? `See that the server runs on this machine${setting === null ? '.' : `, and check the port in ${setting}.`}`
              : `Check ${listed(['the network', 'firewall', 'VPN', ...(setting === null ? [] : [setting])], 'and')}. If you need a proxy, set HTTPS_PROXY.`
            : 'Check the proxy in HTTPS_PROXY. To bypass it for some hosts, list them in NO_PROXY.';
    steps.push({ name: 'reachability', status: 'failed', message, next });
    return { steps, reachable: false, skewMs: null };
  }
  const { status, headers } = exchange.answer;
  steps.push(
    status >= 500
      ? {
          name: 'reachability',
          status: 'warning',
          message: `${origin} answers, but with HTTP ${status}.`,
          next: () => 'The provider may have a problem; try again later.',
        }
      : { name: 'reachability', status: 'ok', message: `${origin} answers (HTTP ${status}).`, next: null },
  );
  return { steps, reachable: true, skewMs: clockSkewMs(headers, (before + deps.clock.now()) / 2) };
};

function viaProxy(proxy: string): ProbeStep {
  return {
    name: 'proxy',
    status: 'ok',
    message: `The proxy ${proxy} resolves the name; DNS and TLS are not checked directly.`,
    next: null,
  };
}

async function resolveName(host: string, { lookup, timeoutMs }: ProbeDeps): Promise<ProbeStep> {
  try {
    const found = await within(addressesOf(host, lookup ?? systemLookup), timeoutMs, 'no answer');
    const addresses = found.map(({ address }) => address).join(', ');
    return { name: 'dns', status: 'ok', message: `${host} is ${addresses}.`, next: null };
  } catch (error) {
    const code = error instanceof Error ? codeOf(error) : 'unknown';
    return {
      name: 'dns',
      status: 'failed',
      message: `the name ${host} cannot be resolved (${code}).`,
      next: (setting) =>
        code === 'ENOTFOUND'
          ? `Check ${setting === null ? '' : `the spelling of ${setting}, and `}that this network resolves public names.${setting === null ? " It is the vendor's own address: to send elsewhere, such as to leadpush sandbox, set baseUrl in the target." : ''}`
          : 'Check the network and its DNS server, then try again.',
    };
  }
}

/** @returns null if not even a connection was made: the next step reports it better */
async function secureStep(host: string, port: number, deps: ProbeDeps): Promise<ProbeStep | null> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), deps.timeoutMs);
  let plain: Socket | null = null;
  try {
    const resolver = deps.lookup ?? systemLookup;
    const lookup = lookupFor(`https://${isIP(host) === 6 ? `[${host}]` : host}`, resolver) ?? resolver;
    plain = await reach(host, port, { lookup, signal: ending.signal });
    const socket = await within(shakeHands(plain, host), deps.timeoutMs, 'no answer to the TLS handshake');
    const until = Date.parse(socket.getPeerCertificate().valid_to);
    const day = Number.isNaN(until)
      ? ''
      : `, certificate valid until ${new Date(until).toISOString().slice(0, 10)}`;
    const message = `${socket.getProtocol() ?? 'TLS'}${day}.`;
    socket.destroy();
    return { name: 'tls', status: 'ok', message, next: null };
  } catch (error) {
    if (plain === null) return null;
    plain.destroy();
    const cause = causeOf(error);
    // OpenSSL's own words for it are of no use.
    const why = isNoTls(cause) ? 'the answer is not TLS' : cause;
    return {
      name: 'tls',
      status: 'failed',
      message: `no secure connection to ${host}: ${why}.`,
      next: (setting) => tlsAdvice(cause, setting),
    };
  } finally {
    clearTimeout(timer);
  }
}

function tlsAdvice(cause: string, setting: string | null): string {
  if (/expired|not yet valid|NOT_YET_VALID/i.test(cause)) return "Check this machine's date first.";
  if (/altname/i.test(cause))
    return `Another server answers under this name. Check DNS${setting === null ? '' : ` and ${setting}`}.`;
  if (/self.signed|issuer|verify/i.test(cause)) {
    return 'If your network inspects TLS, set its certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem. Otherwise another server is answering.';
  }
  return `The server does not speak TLS on this port.${setting === null ? '' : ` Check ${setting} and its port.`}`;
}

function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(what), { code: 'ETIMEOUT' })), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** OpenSSL's message, with its code. */
function causeOf(error: unknown): string {
  const cause = error instanceof ConnectFault ? error.cause : error;
  if (!(cause instanceof Error)) return error instanceof Error ? causeText(error) : String(error);
  const code = codeOf(cause);
  return code === '' || code === 'ETIMEOUT' ? causeText(cause) : `${causeText(cause)} (${code})`;
}
