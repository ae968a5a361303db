// Whether a provider's host can be reached, step by step, and how far our clock is from its: name, TLS, an HTTP answer.
// It asks for the host's front page without credentials; no lead and no signature leave.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Clock } from './clock.ts';
import { clockSkewMs } from './clock-skew.ts';
import type { Transport } from './transport.ts';

interface ProbeStep {
  readonly name: 'proxy' | 'dns' | 'tls' | 'reachability';
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do; null where nothing is to be done. */
  readonly next: string | null;
}

export interface Reach {
  readonly steps: readonly ProbeStep[];
  /** An HTTP answer came, whatever it says. */
  readonly reachable: boolean;
  /** Our clock less the server's, in milliseconds, right to about a second; null where the server did not say. */
  readonly skewMs: number | null;
}

interface ProbeDeps {
  /** To the same origin; what `send` would use. */
  readonly transport: Transport;
  readonly clock: Clock;
  /** The proxy that the transport goes by, or null. It then looks up names and makes TLS, so neither is tried here. */
  readonly proxy: string | null;
  /** For each step. */
  readonly timeoutMs: number;
}

export type Probe = (origin: string, deps: ProbeDeps) => Promise<Reach>;

/** Never throws for what the network does. @param origin `https://host[:port]` */
export const probe: Probe = async (origin, deps) => {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const steps: ProbeStep[] = [];
  if (deps.proxy !== null) steps.push(viaProxy(deps.proxy));
  else {
    if (isIP(host) === 0) steps.push(await resolveName(host, deps.timeoutMs));
    if (steps.every((step) => step.status !== 'failed') && protocol === 'https:') {
      const step = await shakeHands(host, port === '' ? 443 : Number(port), deps.timeoutMs);
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
    const next =
      kind === 'tls'
        ? tlsAdvice(message)
        : deps.proxy === null
          ? 'Look at the network, a firewall or VPN, and at baseUrl; HTTPS_PROXY names a proxy.'
          : 'Look at the proxy that HTTPS_PROXY names; NO_PROXY lists hosts that go without it.';
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
          next: 'The provider may be in trouble; try again later.',
        }
      : { name: 'reachability', status: 'ok', message: `${origin} answers (HTTP ${status}).`, next: null },
  );
  return { steps, reachable: true, skewMs: clockSkewMs(headers, (before + deps.clock.now()) / 2) };
};

function viaProxy(proxy: string): ProbeStep {
  // Its address may hold a password.
  const { host } = new URL(proxy);
  return {
    name: 'proxy',
    status: 'ok',
    message: `By way of the proxy ${host}, which looks up the name; DNS and TLS are not tried directly.`,
    next: null,
  };
}

async function resolveName(host: string, timeoutMs: number): Promise<ProbeStep> {
  try {
    const found = await within(lookup(host, { all: true }), timeoutMs);
    const addresses = found.map(({ address }) => address).join(', ');
    return { name: 'dns', status: 'ok', message: `${host} is ${addresses}.`, next: null };
  } catch (error) {
    const code = codeOf(error);
    return {
      name: 'dns',
      status: 'failed',
      message: `the name ${host} cannot be resolved (${code}).`,
      next:
        code === 'ENOTFOUND'
          ? 'Look at the spelling of baseUrl, and whether this network resolves names of the internet.'
          : 'Look at the network and its DNS server, then try again.',
    };
  }
}

/** @returns null where not even a connection came about: the next step tells that better */
function shakeHands(host: string, port: number, timeoutMs: number): Promise<ProbeStep | null> {
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect({
      host,
      port,
      rejectUnauthorized: true,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const end = (step: ProbeStep | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(step);
    };
    const fail = (cause: string) =>
      end(
        connected
          ? {
              name: 'tls',
              status: 'failed',
              message: `no secure connection to ${host}: ${cause}.`,
              next: tlsAdvice(cause),
            }
          : null,
      );
    const timer = setTimeout(() => fail('no answer to the TLS handshake'), timeoutMs);
    socket.once('connect', () => {
      connected = true;
    });
    socket.once('error', (error) => fail(`${error.message.replace(/\.$/, '')} (${codeOf(error)})`));
    socket.once('secureConnect', () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to);
      const day = Number.isNaN(until)
        ? ''
        : `, certificate valid until ${new Date(until).toISOString().slice(0, 10)}`;
      end({ name: 'tls', status: 'ok', message: `${socket.getProtocol() ?? 'TLS'}${day}.`, next: null });
    });
  });
}

function tlsAdvice(cause: string): string {
  if (/expired|not yet valid|NOT_YET_VALID/i.test(cause)) return "Look at this machine's date first.";
  if (/altname/i.test(cause)) return 'Another server answers under this name: look at DNS and at baseUrl.';
  if (/self.signed|issuer|verify/i.test(cause)) {
    return 'If your network looks into TLS, name its certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem. Otherwise somebody else answers.';
  }
  return 'The server does not speak TLS there: look at baseUrl and its port.';
}

function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: 'ETIMEOUT' })), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
