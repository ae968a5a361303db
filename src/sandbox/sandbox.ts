// The emulator of both providers as an HTTP server on loopback, with faults on demand.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { UsageError } from '../usage-error.ts';
import { lastLead, type Reply, sourceMetadata, syncLead } from './anarock.ts';
import { type Fields, fieldsOf, readBody } from './body.ts';
import { drawFault, type Fault, type FaultSpec, NO_FAULTS, parseFaults } from './faults.ts';
import { NOT_AUTHORISED, newLead } from './paramantra.ts';
import { type SandboxLead, Store } from './store.ts';

export interface SandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly latencyMs?: number;
  readonly faults?: FaultSpec;
  /** Chance and credentials from this seed, the same every time; absent: new ones. */
  readonly seed?: number;
  /** Ask for all that the documents call mandatory. */
  readonly strict?: boolean;
}

export interface Sandbox {
  readonly url: string;
  readonly credentials: {
    readonly anarock: { readonly channel: string; readonly key: string };
    readonly paramantra: { readonly apiKey: string; readonly appName: string };
  };
  /** Every lead taken, in order. */
  readonly leads: () => readonly SandboxLead[];
  /** Requests by what became of them. */
  readonly stats: () => Readonly<Record<string, number>>;
  readonly close: () => Promise<void>;
}

const PARAMANTRA = /^\/paramantra(?:\/index\.php)?\/api\/data\/new\/format\/json\/?$/;
const SYNC = /^\/api\/v0\/([^/]+)\/sync-lead\/?$/;
const LAST = /^\/api\/v0\/([^/]+)\/last-lead-data\/?$/;
const SLOW_MS = 2_000;

/** Starts it. @throws UsageError where the port is taken */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const emulator = new Emulator(options);
  const server = createServer((request, response) => {
    emulator.handle(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    credentials: emulator.credentials,
    leads: () => emulator.store.leads,
    stats: () => ({ ...emulator.stats }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new UsageError(
              `--port: something else listens on port ${port}.`,
              'Name another, or leave --port out.',
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

class Emulator {
  readonly store = new Store();
  readonly credentials: Sandbox['credentials'];
  readonly stats: Record<string, number> = {};
  readonly #latencyMs: number;
  readonly #strict: boolean;
  readonly #random: () => number;
  #faults: FaultSpec;
  #atOnce = 0;
  #recent: number[] = [];

  constructor(options: SandboxOptions) {
    this.#latencyMs = options.latencyMs ?? 0;
    this.#strict = options.strict ?? false;
    this.#faults = options.faults ?? NO_FAULTS;
    this.#random = options.seed === undefined ? Math.random : seeded(options.seed);
    const secret = () =>
      options.seed === undefined
        ? randomBytes(16).toString('hex')
        : Array.from({ length: 32 }, () => Math.floor(this.#random() * 16).toString(16)).join('');
    this.credentials = {
      anarock: { channel: 'sandbox', key: secret() },
      paramantra: { apiKey: secret(), appName: 'sandbox' },
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith('/__sandbox/')) {
      await this.#control(url.pathname.slice(11), request, response);
      return;
    }
    const asking = LAST.test(url.pathname);
    const posting = SYNC.test(url.pathname) || PARAMANTRA.test(url.pathname);
    this.#atOnce++;
    try {
      const refused = posting ? this.#overload() : null;
      const body = await readBody(request);
      if (refused !== null) {
        send(response, refused, '{"status":"error","message":"overloaded"}');
        this.#count(`overload ${refused}`);
        return;
      }
      const fault = posting || asking ? drawFault(this.#faults, asking, this.#random()) : null;
      if (this.#latencyMs > 0) await sleep(this.#latencyMs);
      const fields =
        body !== null && posting ? await fieldsOf(body, request.headers['content-type'] ?? '') : null;
      // From here to the taking of the lead nothing waits, so that two requests never get one id.
      const reply = body === null ? json(413, 'the body is too large') : this.#reply(url, request, fields);
      if (fault === null || (posting && reply.status >= 400)) {
        reply.take?.();
        this.#count(reply.take === undefined ? `answered ${reply.status}` : 'taken');
        send(response, reply.status, reply.body);
      } else {
        this.#count(`fault ${fault.kind}`);
        await this.#play(fault, reply, request, response);
      }
    } finally {
      this.#atOnce--;
    }
  }

  #reply(url: URL, request: IncomingMessage, fields: Fields | null): Reply {
    const { pathname } = url;
    const now = Date.now();
    if (pathname === '/api/v0/source-metadata')
      return request.method === 'GET' ? sourceMetadata() : json(405, 'use GET');
    const channel = (SYNC.exec(pathname) ?? LAST.exec(pathname))?.[1];
    if (channel !== undefined) {
      if (decodeURIComponent(channel) !== this.credentials.anarock.channel)
        return json(404, 'no such channel');
      if (LAST.test(pathname)) {
        if (request.method !== 'GET') return json(405, 'use GET');
        return lastLead(url.searchParams, this.credentials.anarock.key, now, this.store);
      }
      if (request.method !== 'POST') return json(405, 'use POST');
      if (fields === null) return json(422, 'the body cannot be read');
      return syncLead(fields, this.credentials.anarock.key, now, this.#strict, this.store);
    }
    if (PARAMANTRA.test(pathname)) {
      if (request.method !== 'POST') return json(405, 'use POST');
      if (fields === null) return json(400, 'the body cannot be read');
      const turned = this.#random() < 0.5;
      return newLead(
        fields,
        request.headers,
        this.credentials.paramantra,
        now,
        this.#strict,
        turned,
        this.store,
      );
    }
    return json(404, 'no such path');
  }

  /** The refusal of one request too many, or null. */
  #overload(): 429 | 503 | null {
    const { concurrent, rate } = this.#faults;
    if (concurrent !== null && this.#atOnce > concurrent) return 503;
    if (rate === null) return null;
    const now = performance.now();
    this.#recent = this.#recent.filter((at) => at > now - 1000);
    if (this.#recent.length >= rate) return 429;
    this.#recent.push(now);
    return null;
  }

  async #play(fault: Fault, reply: Reply, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { kind, detail } = fault;
    switch (kind) {
      case 'lost':
      case 'partial':
      case 'timeout':
      case 'slow':
      case 'garbage':
      case 'html':
      case 'empty':
      case '500lost':
      case '502lost':
        reply.take?.();
        break;
      default:
        break;
    }
    switch (kind) {
      case 'reset':
      case 'lost':
      case 'ask-reset':
        request.socket.destroy();
        return;
      case 'partial':
        response.writeHead(reply.status, {
          'content-type': 'application/json',
          'content-length': reply.body.length,
        });
        response.write(reply.body.slice(0, reply.body.length / 2), () => request.socket.destroy());
        return;
      case 'timeout':
      case 'stall':
        // Until the client gives up.
        await new Promise<void>((resolve) => request.socket.once('close', () => resolve()));
        return;
      case 'slow':
        await sleep(detail === null ? SLOW_MS : Number(detail));
        send(response, reply.status, reply.body);
        return;
      case '408':
      case '425':
      case '500':
      case '502':
      case '504':
        send(response, Number(kind), '<html>trouble</html>');
        return;
      case '500lost':
      case '502lost':
        send(response, Number(kind.slice(0, 3)), '<html>trouble</html>');
        return;
      case '429':
      case '503':
        if (detail !== null) {
          const wait = detail === 'date' ? new Date(Date.now() + 3_000).toUTCString() : detail;
          response.setHeader('retry-after', wait);
        }
        send(response, Number(kind), '{"status":"error","message":"slow down"}');
        return;
      case '401':
        send(response, 401, '{"status":"error","message":"wrong key"}');
        return;
      case 'auth200':
        send(response, 200, NOT_AUTHORISED);
        return;
      case 'redirect':
        response.setHeader('location', 'http://127.0.0.1:9/elsewhere');
        send(response, 302, '');
        return;
      case 'garbage':
        send(response, 200, 'OK lead {');
        return;
      case 'html':
      case 'ask-html':
        send(response, 200, '<!doctype html><html><body>It works</body></html>');
        return;
      case 'empty':
        send(response, 200, '');
        return;
      case 'ask-500':
        send(response, 500, 'trouble');
        return;
      case 'ask-429':
        send(response, 429, 'slow down');
        return;
    }
  }

  /** For tests in another process: what was taken, and what happened. */
  async #control(what: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (what === 'leads' && request.method === 'GET') send(response, 200, JSON.stringify(this.store.leads));
    else if (what === 'stats' && request.method === 'GET') send(response, 200, JSON.stringify(this.stats));
    else if (what === 'faults' && request.method === 'POST') {
      try {
        this.#faults = parseFaults(body?.toString('utf8') ?? '');
        send(response, 200, '{}');
      } catch (error) {
        send(
          response,
          400,
          JSON.stringify({ error: error instanceof Error ? error.message : String(error) }),
        );
      }
    } else send(response, 404, '{}');
  }

  #count(what: string): void {
    this.stats[what] = (this.stats[what] ?? 0) + 1;
  }
}

function json(status: number, message: string): Reply {
  return { status, body: JSON.stringify({ status: 'error', message }) };
}

function send(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  const type = body.startsWith('<') ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A small seeded generator (mulberry32), in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
