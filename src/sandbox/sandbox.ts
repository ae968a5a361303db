// The emulator of both providers as an HTTP server on loopback: routes, credentials, start and end. It follows the
// vendors' documents by itself and shares no code with src/providers.
import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { emulateAnarock, SOURCE_METADATA } from '../providers/anarock/emulator.ts';
import { emulateParamantra } from '../providers/paramantra/emulator.ts';
import type { SandboxCredentials } from '../providers/provider.ts';
import { type Answer, jsonAnswer, send } from './answer.ts';
import { readBody } from './body.ts';
import { CONTROL, handleControl } from './control.ts';
import { react } from './exchange.ts';
import { parseFaults } from './faults.ts';
import { Gate } from './gate.ts';
import { seededHex, seededRandom } from './random.ts';
import { handleAsk, handlePost, type World } from './requests.ts';
import { Counters, type SandboxStats } from './stats.ts';
import { LeadStore, type SandboxLead } from './store.ts';
import { nameAnswer, pageAnswer } from './visitors.ts';

export interface SandboxOptions {
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** Every answer comes this much later; the lead is taken at once. */
  readonly latencyMs?: number | undefined;
  /** A list as `--fault` takes it, see parseFaults. */
  readonly faults?: string | undefined;
  /** Draws faults and credentials the same way every time; random by default. */
  readonly seed?: number | undefined;
  /** Ask for all that the documents call mandatory, and judge what is in it. */
  readonly strict?: boolean | undefined;
  readonly credentials?: SandboxCredentials | undefined;
  /** Unix milliseconds, for signatures and `at`. */
  readonly clock?: (() => number) | undefined;
  /** The largest body in bytes (1 MiB). */
  readonly bodyBytes?: number | undefined;
  /** How last-lead-data gives back extra_details (object). */
  readonly extraDetails?: 'object' | 'text' | undefined;
  /** The HTTP status of "no lead of this phone" (404). */
  readonly absentStatus?: 200 | 404 | undefined;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly credentials: SandboxCredentials;
  readonly seed: number;
  /** All that was taken, in order. */
  readonly leads: () => readonly SandboxLead[];
  readonly requests: () => SandboxStats;
  /** Breaks what is open and frees the port. */
  readonly close: () => Promise<void>;
}

/** Idle connections stay open longer than clients and settling pause, so that they meet no surprise reset. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts the emulator.
 * @throws FaultSyntaxError for a fault list that cannot be understood
 * @throws the system's error where the port cannot be had (`EADDRINUSE`, `EACCES`)
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = options.seed ?? randomInt(2 ** 31);
  const credentials = options.credentials ?? makeCredentials(options.seed);
  const clock = options.clock ?? Date.now;
  const store = new LeadStore();
  const world: World = {
    faults: parseFaults(options.faults ?? ''),
    gate: new Gate(),
    counters: new Counters(),
    random: seededRandom(seed, 1),
    latencyMs: options.latencyMs ?? 0,
    bodyBytes: options.bodyBytes ?? 1_048_576,
    clock,
  };
  const route = makeRoutes(world, store, credentials, options, seededRandom(seed, 2));
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const stranger = pageAnswer(request);
    if (stranger !== null) {
      // What it sends is dropped first: a client that is told while it sends sees a reset instead.
      readBody(request, 0, () => send(response, stranger));
      return;
    }
    const url = request.url ?? '/';
    const at = url.indexOf('?');
    route(request, response, at === -1 ? url : url.slice(0, at), at === -1 ? '' : url.slice(at + 1));
  });
  const url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  let closed: Promise<void> | null = null;
  return {
    url,
    credentials,
    seed,
    leads: () => store.list(),
    requests: () => world.counters.read(world.gate.mostAtOnce),
    close: () => {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly handle: Handler;
  /** It asks for the provider's key itself. */
  readonly keyed: boolean;
}

type Handler = (request: IncomingMessage, response: ServerResponse, query: string) => void;

function makeRoutes(
  world: World,
  store: LeadStore,
  credentials: SandboxCredentials,
  options: SandboxOptions,
  random: () => number,
) {
  const { clock } = world;
  const strict = options.strict ?? false;
  const anarock = emulateAnarock({
    key: credentials.anarock.key,
    strict,
    clock,
    store,
    extraDetails: options.extraDetails ?? 'object',
    absentStatus: options.absentStatus ?? 404,
  });
  const paramantra = emulateParamantra({ ...credentials.paramantra, strict, clock, store, random });
  const pushToParamantra: Handler = (request, response, query) =>
    handlePost(world, paramantra, request, response, query);
  const channel = `/api/v0/${credentials.anarock.channel}`;
  const routes = new Map<string, Route>([
    [
      `${channel}/sync-lead`,
      {
        method: 'POST',
        keyed: true,
        handle: (request, response, query) => handlePost(world, anarock, request, response, query),
      },
    ],
    [
      `${channel}/last-lead-data`,
      {
        method: 'GET',
        keyed: true,
        handle: (request, response, query) => handleAsk(world, anarock, request, response, query),
      },
    ],
    [
      '/api/v0/source-metadata',
      {
        method: 'GET',
        keyed: false,
        handle: (_, response) => {
          world.counters.count('other');
          react(response, { do: 'send', answer: SOURCE_METADATA, delayMs: world.latencyMs });
        },
      },
    ],
    // Both are in use.
    ['/paramantra/api/data/new/format/json', { method: 'POST', keyed: true, handle: pushToParamantra }],
    [
      '/paramantra/index.php/api/data/new/format/json',
      { method: 'POST', keyed: true, handle: pushToParamantra },
    ],
  ]);

  const known = [...routes].map(([path, { method }]) => `${method} ${path}\n`).join('');

  return (request: IncomingMessage, response: ServerResponse, path: string, query: string): void => {
    const route = routes.get(path) ?? routes.get(decoded(path));
    const misnamed = route?.keyed === true && route.method === request.method ? null : nameAnswer(request);
    if (misnamed !== null) {
      readBody(request, 0, () => send(response, misnamed));
    } else if (route?.method === request.method) {
      route?.handle(request, response, query);
    } else if (path.startsWith(CONTROL)) {
      handleControl(world, store, request, response, path, query);
    } else {
      world.counters.count('other');
      send(response, unserved(path, route?.method ?? null, known));
    }
  };
}

/** The answer to a path or method that neither provider has. @param method the path's right one */
function unserved(path: string, method: string | null, known: string): Answer {
  if (method !== null) {
    const message = `Method not allowed: this path takes ${method}`;
    const answer = jsonAnswer(405, { status: 'ERROR', message, response: null });
    return { ...answer, headers: { allow: method } };
  }
  if (/^\/api\/v0\/[^/]+\/(sync-lead|last-lead-data)$/.test(path)) {
    return jsonAnswer(404, { status: 'ERROR', message: 'There is no such channel', response: null });
  }
  // Plain text: a wrong path must not look like a provider's answer.
  return {
    status: 404,
    body: `There is no such path. This sandbox serves:\n${known}`,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Random, so that a search for them in any output finds a leak; the same every time only with a seed. */
function makeCredentials(seed: number | undefined): SandboxCredentials {
  const make = (what: string) =>
    (seed === undefined ? randomBytes(32).toString('hex') : seededHex(seed, what)).slice(0, 32);
  return {
    anarock: { channel: 'sandbox', key: make('anarock') },
    paramantra: { apiKey: make('paramantra'), appName: 'sandbox-app' },
  };
}

/** Listens on loopback only. @returns the port */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
