// An HTTP answer as data, and how it is sent.
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

/** Sends it whole; nothing happens where the client has left. */
export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, headersOf(answer));
  response.end(answer.body);
}

/** The headers of the whole answer, also for one that breaks off. */
export function headersOf(answer: Answer): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json; charset=utf-8',
    // It may repeat a caller's text: no browser is to take it for a page.
    'x-content-type-options': 'nosniff',
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
  };
}
