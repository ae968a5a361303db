// Which hosts are this very machine: plain http, no proxy and no confirmation are for these only. They are connected to
// by address: a name that DNS is asked for may lead anywhere.
import type { LookupFunction } from 'node:net';

/** What `localhost` is, whatever a resolver says. */
const LOCALHOST = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
] as const;

/**
 * 127.0.0.0/8, ::1 and `localhost`. Names below `.localhost` are none: many resolvers ask DNS for them.
 * @param hostname as URL gives it: an IPv6 address in brackets, an IPv4 address in its usual form
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || isLoopbackAddress(hostname);
}

/** A name for this machine by convention only (`crm.localhost`): what a resolver makes of it has to be looked at. */
export function isLocalName(hostname: string): boolean {
  return hostname.endsWith('.localhost');
}

/** @param address as a resolver gives it, without brackets */
function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

/** Gives `localhost` its addresses and asks nobody. */
export const lookupLocalhost: LookupFunction = (_hostname, { all }, done) => {
  const [first] = LOCALHOST;
  if (all === true) process.nextTick(done, null, [...LOCALHOST]);
  else process.nextTick(done, null, first.address, first.family);
};

/**
 * How to look up the host of this origin; null: as usual. What plain http goes to is this machine by its address, not
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
