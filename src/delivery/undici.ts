// The one file that knows undici: keep-alive connections to one origin, no pipelining (several unanswered posts on one
// connection would be several unknowns when it breaks), no redirects, TLS always verified, proxies honoured.
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import Dispatchers from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { isLoopback } from '../loopback.ts';
import type { HttpAnswer } from '../providers/provider.ts';
import type { Exchange, Transport, TransportFailure } from './transport.ts';

// undici's index gives its dispatchers their methods; a proxy's own client opens its tunnels with this one.
Object.assign(Dispatchers.prototype, { connect });

/** An answer longer than this is none of either provider's. */
const MOST_BODY = 1024 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;

export interface TransportOptions {
  /** `https://host[:port]` */
  readonly origin: string;
  /** Connections at once. */
  readonly connections: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Connections to one origin. Close it when done, or the process stays alive. */
export function createTransport(options: TransportOptions): Transport {
  const { origin, connections, env } = options;
  const common = {
    connections,
    pipelining: 1,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // The overall time is ours; these would end a wait before it.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const proxy = proxyFor(origin, env);
  // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
  const tls = { rejectUnauthorized: true };
  const dispatcher: Dispatcher =
    proxy === null
      ? new Pool(origin, { ...common, connect: tls })
      : new ProxyAgent({ ...common, uri: proxy, requestTls: tls, proxyTls: tls });
  const host = new URL(origin).host;
  const underWay = new UnderWay();
  let path = { url: '', text: '' };
  return {
    send: (request, timeoutMs, signal, mayLeave = always) =>
      new Promise((resolve) => {
        // Nearly all requests of a target go to one address.
        if (request.url !== path.url) path = { url: request.url, text: pathOf(request.url) };
        const { method, headers, body } = request;
        const exchange = new PendingExchange(`${method} ${host}`, underWay.of(signal), mayLeave, resolve);
        if (!exchange.begin(timeoutMs, signal)) return;
        dispatcher.dispatch({ origin, path: path.text, method, headers, body }, exchange);
      }),
    close: () => dispatcher.destroy(),
  };
}

function always(): boolean {
  return true;
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/** Hears of each signal once, whatever the number of requests that it may abort. */
class UnderWay {
  readonly #bySignal = new Map<AbortSignal, Set<PendingExchange>>();

  of(signal: AbortSignal): Set<PendingExchange> {
    const known = this.#bySignal.get(signal);
    if (known !== undefined) return known;
    const exchanges = new Set<PendingExchange>();
    this.#bySignal.set(signal, exchanges);
    signal.addEventListener('abort', () => {
      for (const exchange of [...exchanges]) exchange.give('aborted', 'aborted');
    });
    return exchanges;
  }
}

/** One request from its start to the answer, or to why there is none. */
class PendingExchange implements Dispatcher.DispatchHandler {
  /** Method and host, for messages. */
  readonly #what: string;
  /** Those that the same signal aborts. */
  readonly #beside: Set<PendingExchange>;
  readonly #mayLeave: () => boolean;
  readonly #resolve: (exchange: Exchange) => void;
  #timer: NodeJS.Timeout | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #written = false;
  #status = 0;
  #headers: HttpAnswer['headers'] = {};
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #over = false;

  constructor(
    what: string,
    beside: Set<PendingExchange>,
    mayLeave: () => boolean,
    resolve: (exchange: Exchange) => void,
  ) {
    this.#what = what;
    this.#beside = beside;
    this.#mayLeave = mayLeave;
    this.#resolve = resolve;
  }

  /** @returns whether it may be sent: not where the signal has aborted already */
  begin(timeoutMs: number, signal: AbortSignal): boolean {
    if (signal.aborted) {
      this.give('aborted', 'aborted');
      return false;
    }
    this.#beside.add(this);
    this.#timer = setTimeout(() => this.give('timeout', `no answer within ${timeoutMs / 1000} s`), timeoutMs);
    return true;
  }

  /** Ends it from our side. */
  give(kind: 'timeout' | 'aborted', cause: string): void {
    // Before anything was written, no answer in time means that no connection came about.
    this.#fail(kind === 'timeout' && !this.#written ? 'connect' : kind, cause);
    this.#controller?.abort(new Error(cause));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (!this.#over && !this.#mayLeave()) this.#fail('withheld', 'it was not to leave any more');
    else this.#written = true;
    if (this.#over) controller.abort(new Error('over'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = flat(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MOST_BODY) {
      this.#fail('reset', 'the answer is larger than 1 MiB');
      controller.abort(new Error('too large'));
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const whole = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    const body = whole?.toString('utf8') ?? '';
    this.#end({ ok: true, answer: { status: this.#status, headers: this.#headers, body } });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { kind, cause } = failureOf(error, this.#written);
    this.#fail(kind, cause);
  }

  #fail(kind: TransportFailure['kind'], cause: string): void {
    this.#end({ ok: false, failure: { kind, message: `${this.#what}: ${cause}.` } });
  }

  #end(result: Exchange): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#beside.delete(this);
    this.#resolve(result);
  }
}

function flat(fields: IncomingHttpHeaders): HttpAnswer['headers'] {
  const plain: Record<string, string | undefined> = {};
  for (const name in fields) {
    const value = fields[name];
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

function failureOf(
  error: Error,
  written: boolean,
): { readonly kind: TransportFailure['kind']; readonly cause: string } {
  const code = codeOf(error);
  const text = (error.message === '' ? code : error.message).replace(/\.$/, '');
  // Whatever ends a connection after the request was written, be it a broken TLS record or "no route to host": it may
  // have arrived before. What fails while the connection is made wrote nothing of it.
  if (written) return { kind: 'reset', cause: `the connection broke (${text})` };
  if (isTls(code, text)) return { kind: 'tls', cause: `the TLS certificate was not accepted (${text})` };
  return { kind: 'connect', cause: `cannot connect (${text})` };
}

/** The code of the error, or of the first of several (a host with more than one address gives one for each). */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) {
    const inner: unknown = error.errors[0];
    if (inner instanceof Error) return codeOf(inner);
  }
  return '';
}

function isTls(code: string, text: string): boolean {
  return (
    code.startsWith('ERR_TLS') ||
    code.startsWith('ERR_SSL') ||
    code.startsWith('CERT_') ||
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|EPROTO/.test(code) ||
    /certificate/i.test(text)
  );
}

/** The proxy that the environment names for this origin, or null. Never for loopback. */
export function proxyFor(origin: string, env: Readonly<Record<string, string | undefined>>): string | null {
  const { protocol, hostname, port } = new URL(origin);
  if (isLoopback(hostname)) return null;
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[name.toLowerCase()] ?? env[name] ?? '';
  if (proxy === '') return null;
  const exempt = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(/[\s,]+/).filter((rule) => rule !== '');
  const effectivePort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  for (const rule of exempt) {
    if (rule === '*') return null;
    const [, host = '', rulePort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(rule) ?? [];
    const sameHost = hostname === host || hostname.endsWith(`.${host}`);
    if (host !== '' && sameHost && (rulePort === undefined || rulePort === effectivePort)) return null;
  }
  return /^https?:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
