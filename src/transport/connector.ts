// Connections for undici: TCP to the host or its proxy at the first address that answers, a tunnel through the proxy,
// TLS that is always verified, and normalised response heads.
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import diagnostics from 'undici/lib/core/diagnostics.js';
import { ConnectFault, secureFault } from './connect-fault.ts';
import { CONNECT_TIMEOUT_MS, reach, refuseKnown } from './happy-eyeballs.ts';
import { type ProxyServer, proxyName } from './proxy.ts';
import { ResponseHeads } from './response-head.ts';

export interface ConnectorOptions {
  readonly proxy: ProxyServer | null;
  readonly lookup: LookupFunction;
  /** Aborts connecting. */
  readonly signal: AbortSignal;
  /** Whether an address of the host may be connected to; absent: any may. */
  readonly permits?: (address: string) => boolean;
}

/** What undici passes to a connector. */
interface Wanted {
  /** Without brackets. */
  readonly hostname: string;
  readonly protocol: string;
  /** Empty for the protocol's default. */
  readonly port: string;
}

type Connected = (...args: [error: null, socket: Socket] | [error: Error, socket: null]) => void;

/** @returns undici's `connect`; its errors are ConnectFaults */
export function connector(options: ConnectorOptions): (wanted: Wanted, callback: Connected) => void {
  // The next connection can resume this TLS session.
  let session: Buffer | undefined;
  const open = async (wanted: Wanted): Promise<Socket> => {
    const socket = await openSocket(wanted, options, session);
    socket.on('session', (next: Buffer) => {
      session = next;
    });
    return socket;
  };
  return (wanted, callback) => {
    open(wanted).then(
      (socket) => callback(null, withPlainHeads(socket)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

/** A connection to the host, with TLS for https. @throws ConnectFault, AddressRefused */
export async function openSocket(
  { hostname, protocol, port }: Wanted,
  options: ConnectorOptions,
  session?: Buffer,
): Promise<Socket> {
  const target = { hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
  const plain =
    options.proxy === null
      ? await reach(hostname, target.port, options)
      : await tunnel(options.proxy, target, options);
  return protocol === 'https:' ? shakeHands(plain, hostname, session) : plain;
}

/**
 * TLS over a connection; always verified, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
 * @throws ConnectFault
 */
export function shakeHands(plain: Socket, hostname: string, session?: Buffer): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // Not loaded for http, the sandbox's.
    const socket = process.getBuiltinModule('node:tls').connect({
      socket: plain,
      host: hostname,
      servername: isIP(hostname) === 0 ? hostname.replace(/\.$/, '') : '',
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      ...(session === undefined ? {} : { session }),
    });
    const late = setTimeout(
      () => socket.destroy(new Error(`no answer to the TLS handshake within ${CONNECT_TIMEOUT_MS / 1000} s`)),
      CONNECT_TIMEOUT_MS,
    );
    socket.on('error', () => {});
    const fail = (error: Error) => {
      clearTimeout(late);
      plain.destroy();
      reject(secureFault(error));
    };
    const closed = () => fail(new Error('the connection ended before the TLS handshake was complete'));
    socket.once('error', fail);
    socket.once('close', closed);
    socket.once('secureConnect', () => {
      clearTimeout(late);
      socket.off('error', fail);
      socket.off('close', closed);
      resolve(socket);
    });
  });
}

/** @throws ConnectFault that names the proxy, never its password */
async function tunnel(
  proxy: ProxyServer,
  target: { readonly hostname: string; readonly port: number },
  options: ConnectorOptions,
): Promise<Socket> {
  const name = proxyName(proxy);
  await refuseKnown(target.hostname, options);
  const socket = await reachProxy(proxy, name, options);
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(late);
      options.signal.removeEventListener('abort', abort);
      socket.destroy();
      reject(new ConnectFault('connect', `cannot connect (${why})`));
    };
    const abort = () => fail('aborted');
    const late = setTimeout(
      () => fail(`the proxy ${name} did not open a tunnel within ${CONNECT_TIMEOUT_MS / 1000} s`),
      CONNECT_TIMEOUT_MS,
    );
    options.signal.addEventListener('abort', abort);
    const host = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname;
    const authority = `${host}:${target.port}`;
    const asking = request({
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }),
      },
      // Without an agent, which would open its own connection.
      createConnection: () => socket,
    });
    asking.on('error', (error) => fail(`the proxy ${name} broke the connection: ${error.message}`));
    asking.once('connect', ({ statusCode = 0 }, _same, rest: Buffer) => {
      if (statusCode < 200 || statusCode > 299) return fail(refusal(proxy, name, statusCode));
      clearTimeout(late);
      options.signal.removeEventListener('abort', abort);
      if (rest.length > 0) socket.unshift(rest);
      resolve(socket);
    });
    asking.end();
  });
}

async function reachProxy(proxy: ProxyServer, name: string, options: ConnectorOptions): Promise<Socket> {
  try {
    const { lookup, signal } = options;
    const plain = await reach(proxy.hostname, proxy.port, { lookup, signal });
    return proxy.secure ? await shakeHands(plain, proxy.hostname) : plain;
  } catch (error) {
    if (!(error instanceof ConnectFault)) throw error;
    throw new ConnectFault(error.kind, `the proxy ${name} of ${proxy.variable}: ${error.message}`);
  }
}

function refusal({ variable, authorization }: ProxyServer, name: string, status: number): string {
  if (status !== 407) return `the proxy ${name} did not open a tunnel: HTTP ${status}`;
  return authorization === null
    ? `the proxy ${name} asks for a user and password, HTTP 407: set ${variable}=http://USER:PASSWORD@HOST:PORT`
    : `the proxy ${name} did not accept the user and password in ${variable}, HTTP 407`;
}

const HEADS = new WeakMap<object, ResponseHeads>();

// undici's documented channel, called right before the first byte of a request is written to its connection. Imported
// from undici, because the build renames it: under its public name, the whole process could listen.
diagnostics.channels.sendHeaders.subscribe((message) => {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return;
  const { socket } = message;
  if (typeof socket === 'object' && socket !== null) HEADS.get(socket)?.expect();
});

/** undici reads a connection only with `read`. */
function withPlainHeads(socket: Socket): Socket {
  const heads = new ResponseHeads();
  HEADS.set(socket, heads);
  const read = socket.read.bind(socket);
  const writer: ByteWriter = socket;
  // undici writes a head and its body together, as two chunks. As one they cost less to write, and are one record of TLS.
  socket._writev = (chunks, done) => writer._write(Buffer.concat(chunks.map(bytesOf)), 'buffer', done);
  socket.read = (size?: number): unknown => {
    for (;;) {
      const chunk: unknown = read(size);
      if (!Buffer.isBuffer(chunk)) return chunk;
      const plain = heads.pass(chunk);
      if (plain.length > 0) return plain;
    }
  };
  return socket;
}

/** Bytes come with the encoding "buffer", says node's documentation; its types do not know that. */
interface ByteWriter {
  _write(bytes: Buffer, encoding: string, done: (error?: Error | null) => void): void;
}

/** A chunk as a stream gets it: text with its encoding, or bytes. */
function bytesOf({
  chunk,
  encoding,
}: {
  readonly chunk: unknown;
  readonly encoding: BufferEncoding;
}): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (typeof chunk !== 'string') throw new TypeError('only texts and buffers are written');
  return Buffer.from(chunk, encoding);
}
