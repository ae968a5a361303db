// Which hosts are this very machine: plain http, no proxy and no confirmation are for these only.

/** @param hostname as URL gives it: an IPv6 address in brackets, an IPv4 address in its usual form */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
