// The way out to the network, as the engine sees it. undici.ts is the only implementation that leaves the process.
import type { HttpAnswer, HttpRequest } from '../providers/provider.ts';

/** Headers of every request, whoever asks: who it is, and which codings an answer may have. */
export const SENT_WITH_EACH: Readonly<Record<string, string>> = {
  'user-agent': `leadpush/${LEADPUSH_VERSION}`,
  // A server that is told nothing may use any coding that there is (RFC 9110, 12.5.3).
  'accept-encoding': 'gzip, deflate, br',
};

/**
 * Why no answer came. Of the first four nothing was written, so the request was surely not taken. `local`: this machine
 * could not (open files, ports, its firewall), which says nothing of the provider. `unsendable`: no HTTP request can be
 * made of it, now or later. `withheld`: it was not to leave any more when there was a connection for it.
 */
export interface TransportFailure {
  readonly kind: 'connect' | 'tls' | 'local' | 'unsendable' | 'timeout' | 'reset' | 'aborted' | 'withheld';
  /** For people: method, host and cause; no query, no secret. */
  readonly message: string;
}

export type Exchange =
  | { readonly ok: true; readonly answer: HttpAnswer }
  | { readonly ok: false; readonly failure: TransportFailure };

/** Connections to one origin. Never throws for what the network does; never follows a redirect. */
export interface Transport {
  /**
   * @param timeoutMs from the call to the end of the body
   * @param signal aborts what is in flight
   * @param mayLeave asked in the turn in which the request is written: connecting may have taken long
   */
  readonly send: (
    request: HttpRequest,
    timeoutMs: number,
    signal: AbortSignal,
    mayLeave?: () => boolean,
  ) => Promise<Exchange>;
  readonly close: () => Promise<void>;
}
