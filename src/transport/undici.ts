// The only file that uses undici: keep-alive connections to one origin, no pipelining (several unanswered posts on one
// connection would be several unknowns when it breaks), no redirects. How connections are made is in connector.ts.
import { setMaxListeners } from 'node:events';
import type { LookupFunction } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import symbols from 'undici/lib/core/symbols.js';
import util from 'undici/lib/core/util.js';
import AnyPool from 'undici/lib/dispatcher/pool.js';
import parts from 'undici/lib/dispatcher/pool-base.js';
import type { HttpAnswer } from '../providers/provider.ts';
import { systemClock } from '../util/clock.ts';
import { lookupFor } from '../util/loopback.ts';
import { noAnswerWithin } from '../util/no-answer.ts';
import { bodyText, MAX_BODY, unreadable } from './answer-body.ts';
import { ConnectFault, causeText } from './connect-fault.ts';
import { connector } from './connector.ts';
import { systemLookup } from './happy-eyeballs.ts';
import { proxyFor } from './proxy.ts';
import { MAX_HEAD } from './response-head.ts';
import type { Exchange, Transport, TransportFailure } from './transport.ts';
import { SENT_WITH_EACH } from './transport.ts';

const { parseHeaders } = util;
const KEEP_ALIVE_MS = 10_000;

export interface TransportOptions {
  /** `https://host[:port]` */
  readonly origin: string;
  /** Connections at once. */
  readonly connections: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves names; the system's resolver by default. */
  readonly lookup?: LookupFunction;
}

/**
 * Connections to one origin. Close it when done, or the process stays alive.
 * @throws UsageError if the environment names an invalid proxy
 */
export function createTransport(options: TransportOptions): Transport {
  const { origin, connections, env, lookup: resolver = systemLookup } = options;
  const lookup = lookupFor(origin, resolver) ?? resolver;
  const closing = new AbortController();
  // Every connection attempt adds a listener.
  setMaxListeners(0, closing.signal);
  const connect = connector({ proxy: proxyFor(origin, env), lookup, signal: closing.signal });
  const dispatcher = new Pool(origin, {
    connections,
    pipelining: 1,
    maxHeaderSize: MAX_HEAD,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // We have our own timeout for the whole request; these would end it earlier.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect,
  });
  const host = new URL(origin).host;
  const inProgress = new AllUnderWay();
  let path = { url: '', text: '' };
  let own: OwnHeaders = { of: {}, sent: SENT_WITH_EACH, wrong: null };
  return {
    send: (request, timeoutMs, signal, mayLeave = always) =>
      new Promise((resolve) => {
        // Nearly all requests of a target go to one URL.
        if (request.url !== path.url) path = { url: request.url, text: pathOf(request.url) };
        const { method, body } = request;
        // A provider may give each request the same object; merging and checking it took 2 % of a run.
        if (request.headers !== own.of) own = ownHeaders(request.headers);
        const { sent: headers, wrong } = own;
        if (wrong !== null) {
          const message = `${method} ${host}: HTTP cannot carry this request (${wrong}).`;
          resolve({ ok: false, failure: { kind: 'unsendable', message } });
          return;
        }
        const beside = inProgress.of(signal, timeoutMs);
        const exchange = new PendingExchange(method, host, beside, mayLeave, resolve);
        if (signal.aborted) {
          exchange.give('aborted', 'aborted');
          return;
        }
        beside.add(exchange);
        dispatcher.dispatch({ origin, path: path.text, method, headers, body }, exchange);
      }),
    close: () => {
      closing.abort();
      return dispatcher.destroy();
    },
  };
}

/**
 * Opens no connection while one of ours is free or about to be: a provider (or firewall) with a limit of connections
 * would cut one off each time, and its answer would be lost.
 */
class Pool extends AnyPool {
  override [parts.kGetDispatcher](): Client | undefined {
    const clients = this[parts.kClients];
    return clients.find(isFree) ?? clients.find(isFreed) ?? super[parts.kGetDispatcher]();
  }
}

type PooledClient = Pool[typeof parts.kClients][number];

function isFree(client: PooledClient): boolean {
  return client[parts.kNeedDrain] !== true && client[symbols.kConnected];
}

/** It got its answer: it writes the next request in the next turn of the event loop, or connects anew where it has to. */
function isFreed(client: PooledClient): boolean {
  return client[parts.kNeedDrain] === true && client[symbols.kSize] === 0;
}

function always(): boolean {
  return true;
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

type Headers = Readonly<Record<string, string>>;

interface OwnHeaders {
  readonly of: Headers;
  readonly sent: Headers;
  readonly wrong: string | null;
}

function ownHeaders(of: Headers): OwnHeaders {
  const sent = { ...SENT_WITH_EACH, ...of };
  return { of, sent, wrong: uncarried(sent) };
}

/**
 * What is wrong with the headers, or null. Checked here because undici, which would refuse them too, would then never
 * use that connection again.
 */
function uncarried(headers: Headers): string | null {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return `"${name}" is not a valid header name`;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      return `the header "${name}" holds a character that is not allowed in headers`;
  }
  return null;
}

/**
 * The requests that one signal aborts and that have equal timeouts, in the order in which they began: so one listener and
 * one timer do for all of them.
 */
class UnderWay {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly #exchanges = new Set<PendingExchange>();
  #timer: NodeJS.Timeout | null = null;

  constructor(signal: AbortSignal, timeoutMs: number) {
    this.signal = signal;
    this.timeoutMs = timeoutMs;
    signal.addEventListener('abort', () => {
      for (const exchange of [...this.#exchanges]) exchange.give('aborted', 'aborted');
    });
  }

  add(exchange: PendingExchange): void {
    this.#exchanges.add(exchange);
    this.#timer ??= setTimeout(() => this.#endOverdue(), this.timeoutMs);
    // It may have waited for nothing since the last one ended.
    if (this.#exchanges.size === 1) this.#timer.ref();
  }

  delete(exchange: PendingExchange): void {
    // A timer that waits for nothing must not keep the process alive; started anew for each request it would cost more.
    if (this.#exchanges.delete(exchange) && this.#exchanges.size === 0) this.#timer?.unref();
  }

  #endOverdue(): void {
    const now = systemClock.monotonic();
    this.#timer = null;
    for (const exchange of this.#exchanges) {
      // Timers count whole milliseconds, and begin up to one early.
      const left = exchange.began + this.timeoutMs - now;
      if (left >= 1) {
        this.#timer = setTimeout(() => this.#endOverdue(), left);
        return;
      }
      exchange.give('timeout', noAnswerWithin(this.timeoutMs));
    }
  }
}

/** Few: a run has one signal, and a target one timeout. */
class AllUnderWay {
  readonly #all: UnderWay[] = [];

  of(signal: AbortSignal, timeoutMs: number): UnderWay {
    for (const one of this.#all) if (one.signal === signal && one.timeoutMs === timeoutMs) return one;
    const added = new UnderWay(signal, timeoutMs);
    this.#all.push(added);
    return added;
  }
}

/** An answer; its headers, of which few are ever asked for, are read when they are. */
class RawAnswer implements HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly #raw: readonly Buffer[];
  #headers: HttpAnswer['headers'] | null = null;

  constructor(status: number, raw: readonly Buffer[], body: string) {
    this.status = status;
    this.body = body;
    this.#raw = raw;
  }

  get headers(): HttpAnswer['headers'] {
    this.#headers ??= headersOf(this.#raw);
    return this.#headers;
  }
}

/**
 * One request from its start to its answer or failure. It is a handler of undici's lower kind: the other one costs three
 * objects more for each request, and reads all headers of all answers.
 */
class PendingExchange implements Dispatcher.DispatchHandler {
  /** Monotonic ms. */
  readonly began = systemClock.monotonic();
  readonly #method: string;
  readonly #host: string;
  readonly #beside: UnderWay;
  readonly #mayLeave: () => boolean;
  readonly #resolve: (exchange: Exchange) => void;
  #abort: ((error: Error) => void) | null = null;
  #written = false;
  #status = 0;
  #headers: readonly Buffer[] = [];
  /** Nearly every body comes in one piece. */
  #body: Buffer | null = null;
  #more: Buffer[] | null = null;
  #size = 0;
  #over = false;

  constructor(
    method: string,
    host: string,
    beside: UnderWay,
    mayLeave: () => boolean,
    resolve: (exchange: Exchange) => void,
  ) {
    this.#method = method;
    this.#host = host;
    this.#beside = beside;
    this.#mayLeave = mayLeave;
    this.#resolve = resolve;
  }

  /** Ends it from our side. */
  give(kind: 'timeout' | 'aborted', cause: string): void {
    // A timeout before anything was written means that there was no connection.
    if (kind === 'timeout' && !this.#written) this.#fail('connect', cause.replace('answer', 'connection'));
    else this.#fail(kind, cause);
    this.#abort?.(new Error(cause));
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (!this.#over && !this.#mayLeave()) this.#fail('withheld', 'it was withdrawn before it was sent');
    else this.#written = true;
    if (this.#over) abort(new Error('over'));
  }

  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    this.#status = status;
    this.#headers = headers;
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#size += chunk.length;
    if (this.#size > MAX_BODY) {
      this.#answer(unreadable('it is larger than 1 MiB'));
      this.#abort?.(new Error('too large'));
      return true;
    }
    if (this.#body === null) this.#body = chunk;
    else if (this.#more === null) this.#more = [this.#body, chunk];
    else this.#more.push(chunk);
    return true;
  }

  onComplete(): void {
    const body = this.#more === null ? this.#body : Buffer.concat(this.#more);
    this.#answer(body === null ? '' : bodyText(body, codingOf(this.#headers)));
  }

  onError(error: Error): void {
    const { kind, cause } = failureOf(error, this.#written);
    this.#fail(kind, cause);
  }

  #answer(body: string): void {
    this.#end({ ok: true, answer: new RawAnswer(this.#status, this.#headers, body) });
  }

  #fail(kind: TransportFailure['kind'], cause: string): void {
    this.#end({ ok: false, failure: { kind, message: `${this.#method} ${this.#host}: ${cause}.` } });
  }

  #end(result: Exchange): void {
    if (this.#over) return;
    this.#over = true;
    this.#beside.delete(this);
    this.#resolve(result);
  }
}

const CODING = 'content-encoding';

/** The Content-Encoding header, if there is one. */
function codingOf(raw: readonly Buffer[]): string | undefined {
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i];
    if (name?.length === CODING.length && name.toString('latin1').toLowerCase() === CODING)
      return headersOf(raw)[CODING];
  }
  return undefined;
}

/** @param raw names and values in turn */
function headersOf(raw: readonly Buffer[]): HttpAnswer['headers'] {
  const fields = parseHeaders(raw);
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
  // After the request was written, any error (a broken TLS record, "no route to host") may have come after the provider
  // got it. An error while connecting means that nothing was written.
  if (written) return { kind: 'reset', cause: `the connection broke (${causeText(error)})` };
  if (error instanceof ConnectFault) return { kind: error.kind, cause: error.message };
  return { kind: 'connect', cause: `cannot connect (${causeText(error)})` };
}
