// Who may ask the sandbox: programs of this machine. A page that a browser has open reaches loopback, too, directly or
// under a name of its own (DNS rebinding); it can neither read leads nor set faults.
import type { IncomingMessage } from 'node:http';
import { type Answer, jsonAnswer } from './answer.ts';

/** 127.0.0.0/8, ::1 and localhost, with the port that follows. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::(\d{1,5}))?$/i;
const HTTP_PORT = '80';

/** @returns what a page that is not ours is told, or null: this one may go on */
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
  // And this with all else: pictures, scripts, frames.
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    return refusal('a page of another origin may not use this sandbox');
  }
  return null;
}

/**
 * What is told under a name that is not this machine's, or null. A provider's path may be asked so by who has its key: a
 * TLS front or a tunnel keeps the name that the client knows.
 */
export function nameAnswer({ headers, socket }: IncomingMessage): Answer | null {
  const port = String(socket.localPort ?? '');
  if (isOurs(headers.host ?? '', port)) return null;
  return refusal(`this sandbox is asked under http://127.0.0.1:${port} or http://localhost:${port} only`);
}

function isOurs(host: string, port: string): boolean {
  const match = LOOPBACK.exec(host);
  return match !== null && (match[1] ?? HTTP_PORT) === port;
}

/** What was sent is not repeated: it may be meant for the eye of whoever reads the answer. */
function refusal(error: string): Answer {
  return { ...jsonAnswer(403, { error }), headers: { connection: 'close' } };
}
