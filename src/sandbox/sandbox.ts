// The providers' emulators as one HTTP server on loopback: routes, credentials, start and end. Emulators follow the vendors'
// documents by themselves and share no code with the clients.
import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { loadEmulators } from '../providers/emulators.ts';
import { type Answer, jsonAnswer, send } from './answer.ts';
import { readBody } from './body.ts';
import { CONTROL, handleControl } from './control.ts';
import type { Credentials, Emulated, EmulatedRoute, Emulator } from './emulator.ts';
import { parseFaults } from './faults.ts';
import { Gate } from './gate.ts';
import { seededHex, seededRandom } from './random.ts';
import { handlePost, handleQuestion, reactTo, type SeenRequest, type World } from './requests.ts';
import { Counters, type SandboxStats } from './stats.ts';
import { LeadStore, type SandboxLead } from './store.ts';
import { nameAnswer, pageAnswer } from './visitors.ts';

export interface SandboxOptions {
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number | undefined;
  /** How much later every answer comes; the lead is taken at once. */
  readonly latencyMs?: number | undefined;
  /** A list as `--fault` takes it; see parseFaults. */
  readonly faults?: string | undefined;
  /** The same seed draws the same faults and credentials; random by default. */
  readonly seed?: number | undefined;
  /** Ask for all that the documents call mandatory, and judge what is in it. */
  readonly strict?: boolean | undefined;
  /** By provider; made where one is left out. */
  readonly credentials?: Readonly<Record<string, Credentials>> | undefined;
  /** All that there are by default. */
  readonly emulators?: readonly Emulator[] | undefined;
  /** Unix milliseconds, for signatures and `at`. */
  readonly clock?: (() => number) | undefined;
  /** The largest body in bytes (1 MiB). */
  readonly bodyBytes?: number | undefined;
  /** Is told of each request to a provider, and of those that no provider has. */
  readonly watch?: ((seen: SeenRequest) => void) | undefined;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** By provider, in the order of the emulators. */
  readonly credentials: Readonly<Record<string, Credentials>>;
  readonly seed: number;
  /** All that was taken, in order. */
  readonly leads: () => readonly SandboxLead[];
  readonly requests: () => SandboxStats;
  /** Closes every connection and frees the port. */
  readonly close: () => Promise<void>;
}

/** Longer than a client ever pauses between requests, so that none meets a connection that was closed meanwhile. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts the emulator.
 * @throws FaultSyntaxError for a list of faults that cannot be parsed
 * @throws the system's error where the port cannot be opened (`EADDRINUSE`, `EACCES`)
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = options.seed ?? randomInt(2 ** 31);
  const emulators = options.emulators ?? (await loadEmulators());
  const credentials = Object.fromEntries(
    emulators.map(({ name, credentials: make }) => [
      name,
      options.credentials?.[name] ?? make(makeKey(options.seed, name)),
    ]),
  );
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
    watch: options.watch ?? null,
  };
  const random = seededRandom(seed, 2);
  const running = emulators.map(({ name, firstId, idText, start }) =>
    start({
      credentials: credentials[name] ?? {},
      strict: options.strict ?? false,
      clock,
      leads: store.shelf(name, firstId, idText),
      random,
    }),
  );
  const route = makeRoutes(world, store, running);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const refusal = pageAnswer(request);
    if (refusal !== null) {
      // Its body is read and dropped first: a client that is answered while it sends sees a reset instead.
      readBody(request, 0, () => send(response, refusal));
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
  /** The emulator asks for credentials, so it may be called under any host name. */
  readonly keyed: boolean;
}

type Handler = (request: IncomingMessage, response: ServerResponse, query: string) => void;

function routeOf(world: World, route: EmulatedRoute, { unauthorized }: Emulated): Route {
  switch (route.takes) {
    case 'lead':
      return {
        method: 'POST',
        keyed: true,
        handle: (request, response, query) =>
          handlePost(world, { ...route, unauthorized }, request, response, query),
      };
    case 'question':
      return {
        method: 'GET',
        keyed: true,
        handle: (request, response, query) =>
          handleQuestion(world, { answer: route.answer, unauthorized }, request, response, query),
      };
    case 'visit':
      return {
        method: 'GET',
        keyed: false,
        handle: (request, response) => {
          world.counters.count('other');
          reactTo(world, request, response, { do: 'send', answer: route.answer, delayMs: world.latencyMs });
        },
      };
  }
}

function makeRoutes(world: World, store: LeadStore, emulators: readonly Emulated[]) {
  const routes = new Map(
    emulators.flatMap((emulated) =>
      emulated.routes.map((route) => [route.path, routeOf(world, route, emulated)] as const),
    ),
  );
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
      if (request.method === 'POST') world.counters.count('otherPosts');
      const answer = unserved(path, route?.method ?? null, known, emulators);
      reactTo(world, request, response, { do: 'send', answer, delayMs: 0 });
    }
  };
}

/** The answer to a path or method that no provider has. @param method the path's right one */
function unserved(
  path: string,
  method: string | null,
  known: string,
  emulators: readonly Emulated[],
): Answer {
  if (method !== null) {
    const message = `Method not allowed: this path takes ${method}`;
    const answer = jsonAnswer(405, { status: 'ERROR', message, response: null });
    return { ...answer, headers: { allow: method } };
  }
  const own = emulators.map((emulated) => emulated.unserved(path)).find((answer) => answer !== null);
  // Plain text: a wrong path must not look like a provider's answer.
  return (
    own ?? {
      status: 404,
      body: `There is no such path. This sandbox serves:\n${known}`,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    }
  );
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Random, so that a search for it in any output finds a leak; the same every time only with a seed. */
function makeKey(seed: number | undefined, provider: string): string {
  return (seed === undefined ? randomBytes(32).toString('hex') : seededHex(seed, provider)).slice(0, 32);
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
