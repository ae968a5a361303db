// How the sandbox reacts to a request: as data, and as what it does to the connection.
import type { ServerResponse } from 'node:http';
import { type Answer, headersOf, send } from './answer.ts';

export type Reaction =
  | { readonly do: 'send'; readonly answer: Answer; readonly delayMs: number }
  /** The client sees a reset instead of an answer. */
  | { readonly do: 'cut' }
  /** Half an answer, then the end of the connection. */
  | { readonly do: 'half'; readonly answer: Answer }
  /** No answer until the client leaves. */
  | { readonly do: 'hold' };

export function react(response: ServerResponse, reaction: Reaction): void {
  switch (reaction.do) {
    case 'send':
      if (reaction.delayMs <= 0) send(response, reaction.answer);
      // A delayed answer keeps no process alive: the listening server does.
      else setTimeout(() => send(response, reaction.answer), reaction.delayMs).unref();
      break;
    case 'cut':
      if (response.socket === null) response.destroy();
      else response.socket.resetAndDestroy();
      break;
    case 'half':
      sendHalf(response, reaction.answer);
      break;
    case 'hold':
      break;
  }
}

function sendHalf(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, headersOf(answer));
  // Ended, not reset: a reset may discard the half that was sent.
  response.write(answer.body.slice(0, answer.body.length / 2), () => response.socket?.destroySoon());
}
