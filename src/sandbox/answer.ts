// An HTTP answer as data, and putting it on the wire.
import type { ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON body under a status. */
export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) };
}

/** Sends it whole. A client that has left is no error. */
export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, headersOf(answer));
  response.end(answer.body);
}

/** The header that promises the whole body, for answers that break off, too. */
export function headersOf(answer: Answer): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json; charset=utf-8',
    // Text of a caller may stand in it: no browser is to take it for a page.
    'x-content-type-options': 'nosniff',
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
  };
}
