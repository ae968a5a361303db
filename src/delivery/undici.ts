// The one file that knows undici: keep-alive connections to one origin, no pipelining (several unanswered posts on one
// connection would be several unknowns when it breaks), no redirects, TLS always verified, proxies honoured.
import { setFlagsFromString } from 'node:v8';
import type { Dispatcher } from 'undici';
import connect from 'undici/lib/api/api-connect.js';
import Dispatchers from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { isLoopback } from '../loopback.ts';
import type { HttpRequest } from '../providers/provider.ts';
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
  // undici's parser is WebAssembly. For a request or two its quick compilation is enough; the thorough one goes on in
  // the background and holds up the end of the process by 150 ms.
  if (connections === 1) setFlagsFromString('--liftoff-only');
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
  return {
    send: (request, timeoutMs, signal) => exchange(dispatcher, origin, host, request, timeoutMs, signal),
    close: () => dispatcher.destroy(),
  };
}

function exchange(
  dispatcher: Dispatcher,
  origin: string,
  host: string,
  request: HttpRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Exchange> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let written = false;
    let status = 0;
    let headers: Readonly<Record<string, string | undefined>> = {};
    const chunks: Buffer[] = [];
    let size = 0;
    let over = false;
    const end = (result: Exchange) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const fail = (kind: TransportFailure['kind'], cause: string) =>
      end({ ok: false, failure: { kind, message: `${request.method} ${host}: ${cause}.` } });
    const give = (kind: 'timeout' | 'aborted', cause: string) => {
      // Before anything was written, no answer in time means that no connection came about.
      fail(kind === 'timeout' && !written ? 'connect' : kind, cause);
      controller?.abort(new Error(cause));
    };
    const onAbort = () => give('aborted', 'aborted');
    const timer = setTimeout(() => give('timeout', `no answer within ${timeoutMs / 1000} s`), timeoutMs);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    const { pathname, search } = new URL(request.url);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (started) => {
        controller = started;
        written = true;
        if (over) started.abort(new Error('over'));
      },
      onResponseStart: (_, code, fields) => {
        status = code;
        headers = flat(fields);
      },
      onResponseData: (flowing, chunk) => {
        size += chunk.length;
        if (size > MOST_BODY) {
          fail('reset', 'the answer is larger than 1 MiB');
          flowing.abort(new Error('too large'));
          return;
        }
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        const [first] = chunks;
        const body =
          first === undefined ? '' : (chunks.length === 1 ? first : Buffer.concat(chunks)).toString('utf8');
        end({ ok: true, answer: { status, headers, body } });
      },
      onResponseError: (_, error) => {
        const { kind, cause } = failureOf(error, written);
        fail(kind, cause);
      },
    };
    dispatcher.dispatch(
      {
        origin,
        path: `${pathname}${search}`,
        method: request.method,
        headers: { ...request.headers },
        body: request.body,
      },
      handler,
    );
  });
}

function flat(
  fields: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string | undefined>> {
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
