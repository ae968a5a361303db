// Connects to the first of a host's addresses that answers (RFC 8305): the next is tried after 250 ms, or as soon as one
// fails, while the earlier ones continue. (Node's own version drops an attempt after 250 ms, however slow the network.)
import dns from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { ConnectFault, connectFault } from './connect-fault.ts';
import { outOfFiles } from './files-left.ts';

/** For each address and for the look-up. */
export const CONNECT_TIMEOUT_MS = 10_000;
const NEXT_AFTER_MS = 250;

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** The system's resolver. */
export const systemLookup: LookupFunction = (name, options, done) => dns.lookup(name, options, done);

/** All addresses of a name, in the resolver's order; rejects if there are none. */
export function addressesOf(name: string, lookup: LookupFunction): Promise<readonly Address[]> {
  return new Promise((resolve, reject) => {
    lookup(name, { all: true }, (error, found, family = 0) => {
      if (error) reject(error);
      else resolve(typeof found === 'string' ? [{ address: found, family }] : found);
    });
  });
}

export interface ReachOptions {
  /** Resolves a name. */
  readonly lookup: LookupFunction;
  /** Aborts all attempts. */
  readonly signal: AbortSignal;
  /** Whether this address may be connected to; absent: any may. */
  readonly permits?: (address: string) => boolean;
}

/** The host has addresses, but none that may be connected to. */
export class AddressRefused extends Error {
  /** @param address one of them */
  constructor(host: string, address: string) {
    super(
      host === address
        ? `${host} is not an address on the public internet`
        : `${host} is ${address}, which is not an address on the public internet`,
    );
  }
}

/**
 * A TCP connection to a host.
 * @param host a name, or an address without brackets
 * @throws ConnectFault, AddressRefused
 */
export async function reach(
  host: string,
  port: number,
  { lookup, signal, permits }: ReachOptions,
): Promise<Socket> {
  const family = isIP(host);
  // What was resolved once is what is connected to: a second look-up could have another answer.
  if (family !== 0) return race(permitted(host, [{ address: host, family }], permits), port, signal);
  let found: readonly Address[];
  try {
    found = await resolved(host, lookup);
  } catch (error) {
    throw connectFault([outOfFiles() ?? (error instanceof Error ? error : new Error(String(error)))]);
  }
  if (found.length === 0) throw new ConnectFault('connect', `cannot connect (${host} has no address)`);
  return race(interleaved(permitted(host, found, permits)), port, signal);
}

/**
 * For a host that a proxy will connect to: refuses it as far as this machine can tell. A name that only the proxy can
 * resolve is left to the proxy.
 * @throws AddressRefused
 */
export async function refuseKnown(
  host: string,
  { lookup, permits }: Omit<ReachOptions, 'signal'>,
): Promise<void> {
  if (permits === undefined) return;
  const family = isIP(host);
  const found = family === 0 ? await resolved(host, lookup).catch(() => []) : [{ address: host, family }];
  if (found.length > 0) permitted(host, found, permits);
}

function resolved(host: string, lookup: LookupFunction): Promise<readonly Address[]> {
  return inTime(addressesOf(host, lookup), `no answer to the look-up of ${host}`);
}

/** @throws AddressRefused where none is left */
function permitted(
  host: string,
  addresses: readonly Address[],
  permits: ReachOptions['permits'],
): readonly Address[] {
  if (permits === undefined) return addresses;
  const left = addresses.filter(({ address }) => permits(address));
  if (left.length === 0) throw new AddressRefused(host, addresses[0]?.address ?? host);
  return left;
}

/** Alternates the address families, starting with the resolver's first. */
export function interleaved(addresses: readonly Address[]): readonly Address[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  return Array.from({ length: Math.max(first.length, second.length) }, (_, i) => [first[i], second[i]])
    .flat()
    .filter((address) => address !== undefined);
}

function race(addresses: readonly Address[], port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const underWay = new Set<Socket>();
    const failures: Error[] = [];
    const waiting = [...addresses];
    let next: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(next);
      signal.removeEventListener('abort', abort);
      for (const socket of underWay) socket.destroy();
    };
    const abort = () => {
      end();
      reject(new ConnectFault('connect', 'cannot connect (aborted)'));
    };
    const start = () => {
      clearTimeout(next);
      const address = waiting.shift();
      if (address === undefined) return;
      const socket = connect({
        host: address.address,
        port,
        autoSelectFamily: false,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: 60_000,
      });
      // The next owner listens too; in between, an error without a listener would crash the process.
      socket.on('error', () => {});
      underWay.add(socket);
      const late = setTimeout(() => socket.destroy(timedOut(address.address, port)), CONNECT_TIMEOUT_MS);
      socket.once('close', () => clearTimeout(late));
      const fail = (error: Error) => {
        underWay.delete(socket);
        failures.push(error);
        if (waiting.length > 0) start();
        else if (underWay.size === 0) {
          end();
          reject(connectFault(failures));
        }
      };
      socket.once('error', fail);
      socket.once('connect', () => {
        clearTimeout(late);
        underWay.delete(socket);
        socket.off('error', fail);
        end();
        resolve(socket);
      });
      if (waiting.length > 0) next = setTimeout(start, NEXT_AFTER_MS);
    };
    if (signal.aborted) abort();
    else {
      signal.addEventListener('abort', abort);
      start();
    }
  });
}

function timedOut(address: string, port: number): Error {
  const text = `connect ETIMEDOUT ${address}:${port}`;
  return Object.assign(new Error(text), { code: 'ETIMEDOUT', address });
}

/** @throws the promise's error, or a timeout */
async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error(what), { code: 'ETIMEOUT' })),
      CONNECT_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
