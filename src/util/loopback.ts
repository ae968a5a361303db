// Which hosts are this machine: only for these are plain http, no proxy and no confirmation allowed. They are connected
// to by address, because DNS may return any address for a name.
import type { LookupFunction } from 'node:net';

/** The addresses of `localhost`, whatever a resolver says. */
const LOCALHOST = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
] as const;

/**
 * 127.0.0.0/8, ::1 and `localhost`, but not names below `.localhost`: many resolvers ask DNS for them.
 * @param hostname as URL returns it: an IPv6 address in brackets, an IPv4 address in its usual form
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || isLoopbackAddress(hostname);
}

/** A name for this machine by convention only (`crm.localhost`): its resolved address must be checked. */
export function isLocalName(hostname: string): boolean {
  return hostname.endsWith('.localhost');
}

/** @param address as a resolver returns it, without brackets */
function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

/** Resolves `localhost` without asking a resolver. */
export const lookupLocalhost: LookupFunction = (_hostname, { all }, done) => {
  const [first] = LOCALHOST;
  if (all === true) process.nextTick(done, null, [...LOCALHOST]);
  else process.nextTick(done, null, first.address, first.family);
};

/**
 * The look-up for the host of this origin; null: the usual one. Plain http must reach this machine by its address, not
 * only by its name.
 * @param resolve the system's resolver
 */
export function lookupFor(origin: string, resolve: LookupFunction): LookupFunction | null {
  const { hostname, protocol } = new URL(origin);
  if (hostname === 'localhost') return lookupLocalhost;
  return protocol === 'http:' || isLocalName(hostname) ? onlyLoopback(resolve) : null;
}

function onlyLoopback(resolve: LookupFunction): LookupFunction {
  return (hostname, options, done) =>
    resolve(hostname, options, (error, address, family) => {
      const found = typeof address === 'string' ? [address] : (address ?? []).map((one) => one.address);
      if (error !== null || found.every(isLoopbackAddress)) done(error, address, family);
      else done(new Error(`${hostname} does not resolve to this machine`), '', 0);
    });
}
