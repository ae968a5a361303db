// The way out to the network, as the engine sees it. undici.ts is the only implementation that leaves the process.
import type { HttpAnswer, HttpRequest } from '../providers/provider.ts';

/**
 * Why no answer came. `connect` and `tls`: nothing of the request was written, so it was surely not taken. `withheld`: it
 * was not to leave any more when there was a connection for it.
 */
export interface TransportFailure {
  readonly kind: 'connect' | 'tls' | 'timeout' | 'reset' | 'aborted' | 'withheld';
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
