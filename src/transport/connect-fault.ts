// Why a connection failed, and whose fault it is: the provider's, the certificate's, or this machine's.
import { codeOf } from '../util/errors.ts';

/** Nothing was sent. `message` is for people. */
export class ConnectFault extends Error {
  override readonly name = 'ConnectFault';
  readonly kind: 'connect' | 'tls' | 'local';

  constructor(kind: ConnectFault['kind'], message: string, cause?: Error) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** What this machine is missing, by error code, and what to do. */
const LOCAL: Readonly<Record<string, string>> = {
  EMFILE:
    'this process has reached its limit of open files; raise the limit (ulimit -n) or lower the concurrency',
  ENFILE:
    'this machine has reached its limit of open files; close other programs or raise the limit (fs.file-max)',
  ENOBUFS: 'this machine has no more memory for connections; lower the concurrency',
  ENOMEM: 'this machine has no more memory for connections; lower the concurrency',
  EADDRNOTAVAIL: 'this machine has no free port for another connection; lower the concurrency',
  EACCES: 'this machine does not allow the connection; check its firewall or sandbox',
  EPERM: 'this machine does not allow the connection; check its firewall or sandbox',
};

/** Codes that mean "no IPv6 here" for an IPv6 address. */
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'ENETUNREACH', 'EAFNOSUPPORT', 'EINVAL']);

/**
 * @param failures one for each address that was tried, in this order
 * @returns this machine's fault only if no address failed because of the provider
 */
export function connectFault(failures: readonly Error[]): ConnectFault {
  const told = [...new Set(failures.map(causeText))].join('; ');
  const codes = failures.map((failure) => ({ code: codeOf(failure), ipv6: isIpv6(failure) }));
  const here = codes.filter(({ code, ipv6 }) => !(ipv6 && NO_IPV6.has(code)));
  const [first] = here;
  const advice = first === undefined ? undefined : LOCAL[first.code];
  if (advice !== undefined && here.every(({ code }) => code in LOCAL)) {
    return new ConnectFault('local', `cannot connect: ${advice} (${told})`);
  }
  return new ConnectFault('connect', `cannot connect (${told})`);
}

/** OpenSSL's words for an answer that is no TLS, such as plain HTTP. */
const NO_TLS = /wrong version number|packet length too long|http request|unknown protocol/i;

export function isNoTls(text: string): boolean {
  return NO_TLS.test(text);
}

/** An error during the TLS handshake. */
export function secureFault(error: Error): ConnectFault {
  const text = causeText(error);
  if (isNoTls(text)) return new ConnectFault('tls', 'the server does not speak TLS on this port', error);
  return isTls(codeOf(error), text)
    ? new ConnectFault('tls', `the TLS certificate was not accepted (${text})`, error)
    : new ConnectFault('connect', `cannot connect (${text})`, error);
}

/** The error's message without a final full stop; its code if it has no message. */
export function causeText(error: Error): string {
  // Node adds the local address, which is empty here.
  return (error.message === '' ? codeOf(error) : error.message).replace(/\.$| - Local \(.*\)$/, '');
}

function isIpv6(error: Error): boolean {
  return 'address' in error && typeof error.address === 'string' && error.address.includes(':');
}

function isTls(code: string, text: string): boolean {
  return (
    code.startsWith('ERR_TLS') ||
    code.startsWith('ERR_SSL') ||
    code.startsWith('CERT_') ||
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|EPROTO/.test(code) ||
    /certificate/i.test(text)
  );
}
