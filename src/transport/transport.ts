// The network, as the engine sees it. undici.ts is the only implementation that sends real requests.
import type { HttpAnswer, HttpRequest } from '../providers/provider.ts';

/** Headers of every request: the user agent, and the compressions that an answer may use. */
export const SENT_WITH_EACH: Readonly<Record<string, string>> = {
  'user-agent': `leadpush/${LEADPUSH_VERSION}`,
  // Without this header a server may use any coding (RFC 9110, 12.5.3).
  'accept-encoding': 'gzip, deflate, br',
};

/**
 * Why there is no answer. With the first four nothing was written, so the request was not accepted. `local`: this
 * machine could not connect (open files, ports, its firewall), which says nothing about the provider. `unsendable`: it
 * can never be sent as an HTTP request. `withheld`: it was withdrawn before there was a connection for it.
 */
export interface TransportFailure {
  readonly kind: 'connect' | 'tls' | 'local' | 'unsendable' | 'timeout' | 'reset' | 'aborted' | 'withheld';
  /** For people: method, host and cause; no query, no secret. */
  readonly message: string;
}

export type Exchange =
  | { readonly ok: true; readonly answer: HttpAnswer }
  | { readonly ok: false; readonly failure: TransportFailure };

/** Connections to one origin. Never throws for network errors; never follows a redirect. */
export interface Transport {
  /**
   * @param timeoutMs from the call to the end of the body
   * @param signal aborts the request
   * @param mayLeave called right before the request is written: connecting may have taken long
   */
  readonly send: (
    request: HttpRequest,
    timeoutMs: number,
    signal: AbortSignal,
    mayLeave?: () => boolean,
  ) => Promise<Exchange>;
  readonly close: () => Promise<void>;
}
