// Who may use the sandbox: programs of this machine. A web page that is open in a browser reaches loopback too, directly or
// under a name of its own (DNS rebinding); it may neither read leads nor set faults.
import type { IncomingMessage } from 'node:http';
import { type Answer, jsonAnswer } from './answer.ts';

/** 127.0.0.0/8, ::1 and localhost, with the port that follows. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::(\d{1,5}))?$/i;
const HTTP_PORT = '80';

/** @returns the refusal for a web page of another origin; null: the request may go on */
export function pageAnswer({ headers, socket }: IncomingMessage): Answer | null {
  const port = String(socket.localPort ?? '');
  const { origin } = headers;
  // Browsers send it with every post, and with what a script asks for.
  if (
    origin !== undefined &&
    !(origin.startsWith('http://') && isOurs(origin.slice('http://'.length), port))
  ) {
    return refusal('a page of another origin may not use this sandbox');
  }
  // And this with everything else: pictures, scripts, frames.
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    return refusal('a page of another origin may not use this sandbox');
  }
  return null;
}

/**
 * The refusal under a host name that is not this machine's, or null. With a provider's key its paths may be called so: a TLS
 * proxy or a tunnel keeps the name that the client knows.
 */
export function nameAnswer({ headers, socket }: IncomingMessage): Answer | null {
  const port = String(socket.localPort ?? '');
  if (isOurs(headers.host ?? '', port)) return null;
  return refusal(`call this sandbox as http://127.0.0.1:${port} or http://localhost:${port}`);
}

function isOurs(host: string, port: string): boolean {
  const match = LOOPBACK.exec(host);
  return match !== null && (match[1] ?? HTTP_PORT) === port;
}

/** Nothing that was sent is repeated: the answer must not show text from outside. */
function refusal(error: string): Answer {
  return { ...jsonAnswer(403, { error }), headers: { connection: 'close' } };
}
