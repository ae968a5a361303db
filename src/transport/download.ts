// Downloads one file over https. The address may come from outside (a redirect, DNS), so each hop is judged anew: https
// only, no private address unless the configuration names its host, and headers only to the origin that they are for.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { counted } from '../util/counted.ts';
import { codeOf } from '../util/errors.ts';
import { isLoopback, lookupFor } from '../util/loopback.ts';
import { isPublicAddress } from '../util/public-address.ts';
import { ConnectFault, causeText } from './connect-fault.ts';
import { openSocket } from './connector.ts';
import { AddressRefused, systemLookup } from './happy-eyeballs.ts';
import { proxyFor } from './proxy.ts';

export interface DownloadOptions {
  /** For its own origin only; a redirect to another origin gets none of them. */
  readonly headers: Readonly<Record<string, string>>;
  /** A trusted configuration names this host: it may be private, and plain http if it is loopback. */
  readonly named: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How messages name an address; without its path where that may be a secret, too. */
  readonly shown: (url: URL) => string;
  /** Takes each part of the body, unpacked. */
  readonly write: (part: Buffer) => Promise<void>;
  /** Resolves names; the system's resolver by default. */
  readonly lookup?: LookupFunction;
  readonly limits?: DownloadLimits;
}

export interface DownloadLimits {
  /** Of the body, unpacked. */
  readonly bytes: number;
  /** Without a byte. */
  readonly idleMs: number;
  /** From the first connection to the end. */
  readonly totalMs: number;
}

const LIMITS: DownloadLimits = { bytes: 1024 * 1024 * 1024, idleMs: 60_000, totalMs: 3_600_000 };
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Why there is no file, or not all of it. */
export class DownloadFault extends Error {
  override readonly name = 'DownloadFault';
  /** What to do. */
  readonly hint: string;

  /** @param message without the address's query, and without a full stop */
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** An address without what may be a secret: user, password, query. */
export function withoutSecrets({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/**
 * Downloads the whole file, or throws: a part of it is never taken for all of it.
 * @throws DownloadFault, or UsageError if the environment names an invalid proxy
 */
export async function download(start: URL, options: DownloadOptions): Promise<void> {
  const limits = options.limits ?? LIMITS;
  const closing = new AbortController();
  const late = setTimeout(
    () => closing.abort(new Error(`it took longer than ${spanOf(limits.totalMs)}`)),
    limits.totalMs,
  );
  try {
    let url = start;
    for (let redirects = 0; ; redirects++) {
      const response = await ask(url, start, options, limits, closing);
      if (!REDIRECTS.has(response.statusCode ?? 0)) {
        await take(response, url, options, limits, closing.signal);
        return;
      }
      response.destroy();
      if (redirects === MAX_REDIRECTS) {
        throw new DownloadFault(
          `${options.shown(start)} redirects more than ${MAX_REDIRECTS} times`,
          'Open it in a browser, and use the address at which the file is in the end.',
        );
      }
      url = nextHop(url, start, response.headers.location, options);
    }
  } finally {
    clearTimeout(late);
    // Connections that are still there, after an error.
    closing.abort(new Error('over'));
  }
}

function nextHop(
  from: URL,
  start: URL,
  location: string | undefined,
  { shown }: Pick<DownloadOptions, 'shown'>,
): URL {
  const what = `${shown(from)} redirects`;
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new DownloadFault(
      `${what} without a valid address`,
      'Ask whoever offers the file for its address.',
    );
  }
  const next = new URL(location, from);
  if (next.protocol !== 'https:' && next.origin !== start.origin) {
    throw new DownloadFault(
      `${what} to ${next.protocol}//, which is not encrypted`,
      'Use an address that stays within https://.',
    );
  }
  // A password that a redirect brings is not the user's.
  next.username = '';
  next.password = '';
  return next;
}

/** One request, up to the head of its answer. */
async function ask(
  url: URL,
  start: URL,
  { headers, named, env, shown, lookup: resolver = systemLookup }: DownloadOptions,
  limits: DownloadLimits,
  closing: AbortController,
): Promise<IncomingMessage> {
  const { signal } = closing;
  const own = url.origin === start.origin;
  const { origin, protocol, port, pathname, search } = url;
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (protocol !== 'https:' && !(named && own && isLoopback(url.hostname))) {
    throw new DownloadFault(`${shown(url)} is not encrypted`, 'Use an address that starts with https://.');
  }
  const lookup = lookupFor(origin, resolver) ?? resolver;
  const proxy = proxyFor(origin, env);
  const allowed = named && own ? {} : { permits: isPublicAddress };
  try {
    const socket = await openSocket({ hostname, protocol, port }, { proxy, lookup, signal, ...allowed });
    return await new Promise((resolve, reject) => {
      const request: ClientRequest = httpRequest({
        method: 'GET',
        path: `${pathname}${search}`,
        headers: {
          host: url.host,
          'user-agent': `leadpush/${LEADPUSH_VERSION}`,
          accept: '*/*',
          'accept-encoding': 'gzip',
          ...(own ? headers : {}),
        },
        signal,
        // Without an agent, which would open its own connection.
        createConnection: () => socket,
      });
      request.setTimeout(limits.idleMs, () =>
        closing.abort(new Error(`nothing came for ${spanOf(limits.idleMs)}`)),
      );
      request.on('response', resolve);
      request.on('error', reject);
      request.end();
    });
  } catch (error) {
    throw faultOf(error, shown(url), signal);
  }
}

function faultOf(error: unknown, at: string, signal: AbortSignal): unknown {
  if (error instanceof AddressRefused) {
    return new DownloadFault(
      `${at}: ${error.message}`,
      'To read from a private network, give the address a name under feeds: in a configuration of your own.',
    );
  }
  if (error instanceof ConnectFault) {
    return new DownloadFault(
      `${at}: ${error.message}`,
      error.kind === 'tls'
        ? 'If an authority of your own signed it, name the file with its certificate in NODE_EXTRA_CA_CERTS; otherwise ask whoever offers the file.'
        : 'Check the address and the network, then try again.',
    );
  }
  if (!(error instanceof Error) || error.name === 'UsageError') return error;
  return new DownloadFault(`${at}: no answer (${causeOf(error, signal)})`, 'Try again later.');
}

/** Hints for the statuses that people meet. */
const STATUS_HINTS: ReadonlyMap<number, string> = new Map([
  [
    401,
    'It needs a login: give it a name under feeds: in the configuration, with the headers that it asks for.',
  ],
  [403, 'It does not let this address be read: publish the sheet, or check the headers of the feed.'],
  [404, 'Check the address: there is nothing there.'],
  [410, 'Check the address: the file was taken away.'],
  [429, 'It was asked too often: try again later.'],
]);

/** What a 401 asks of an address that has a name already. */
const NAMED_LOGIN = {
  none: 'It needs a login: give the feed the headers that it asks for, under feeds: in the configuration.',
  refused:
    'The headers of the feed were refused: check them in the configuration, and the variables that they take.',
} as const;

function hintFor(status: number, { named, headers }: DownloadOptions): string {
  if (status === 401 && named) return NAMED_LOGIN[Object.keys(headers).length === 0 ? 'none' : 'refused'];
  return STATUS_HINTS.get(status) ?? (status >= 500 ? 'Try again later.' : 'Check the address.');
}

/** The body, to its end. */
async function take(
  response: IncomingMessage,
  url: URL,
  options: DownloadOptions,
  limits: DownloadLimits,
  signal: AbortSignal,
): Promise<void> {
  const at = options.shown(url);
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200) {
    response.destroy();
    throw new DownloadFault(`${at} answers with HTTP ${statusCode}`, hintFor(statusCode, options));
  }
  const tooLarge = new DownloadFault(
    `${at} is larger than ${sizeOf(limits.bytes)}`,
    'Download it yourself, and send it in parts.',
  );
  const length = /^\d+$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : null;
  if (length !== null && length > limits.bytes) {
    response.destroy();
    throw tooLarge;
  }
  let packed = 0;
  let unpacked = 0;
  const passed = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const part of parts) {
      packed += part.length;
      yield part;
    }
  };
  try {
    const decoder = decoderOf(headers['content-encoding'], at);
    const store = async (parts: AsyncIterable<unknown>) => {
      for await (const part of parts) {
        if (!(part instanceof Buffer)) continue;
        unpacked += part.length;
        if (unpacked > limits.bytes) throw tooLarge;
        await options.write(part);
      }
    };
    await pipeline(response, passed, decoder, store, { signal });
  } catch (error) {
    if (error instanceof DownloadFault) throw error;
    const code = codeOf(error);
    const why = /^Z_|ERR_.*BROTLI|^ERR__ERROR/.test(code)
      ? 'its compressed data is damaged'
      : causeOf(error, signal);
    const of = length === null ? '' : ` of ${sizeOf(length)}`;
    throw new DownloadFault(
      `the download of ${at} broke off after ${sizeOf(packed)}${of} (${why})`,
      'Run the same command again.',
    );
  }
}

/** What unpacks a body. Only gzip is asked for; the others are common where a server does not look. */
function decoderOf(given: string | undefined, at: string): Duplex {
  const coding = (given ?? '').trim().toLowerCase();
  switch (coding) {
    case '':
    case 'identity':
      return new PassThrough();
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new DownloadFault(
        `${at} has an encoding that was not asked for ("${coding.slice(0, 20)}")`,
        'Download it yourself, and send the file.',
      );
  }
}

/** Why it broke; where we ended it ourselves, our reason. */
function causeOf(error: unknown, signal: AbortSignal): string {
  const reason: unknown = signal.aborted ? signal.reason : error;
  if (!(reason instanceof Error)) return 'unknown';
  return codeOf(reason) === 'ECONNRESET' ? 'the connection ended' : causeText(reason);
}

/** `10 minutes`, `30 s`. */
function spanOf(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${ms / 1000} s`;
}

/** `1 byte`, `512 bytes`, `1.2 MiB`. */
function sizeOf(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte');
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KiB`;
  if (bytes < 1024 * 1024 * 1024) return `${Math.round(bytes / 1024 / 102.4) / 10} MiB`;
  return `${Math.round(bytes / 1024 / 1024 / 102.4) / 10} GiB`;
}
