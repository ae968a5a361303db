// The sandbox's own pages, for a second process: which leads were taken, what was counted, and other faults from now on.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer, send } from './answer.ts';
import { formFields, readBody, typeOf } from './body.ts';
import { FaultSyntaxError, parseFaults, REDIRECT_PATH } from './faults.ts';
import type { World } from './requests.ts';
import type { LeadStore } from './store.ts';

export const CONTROL = '/__sandbox/';
const FAULTS_BYTES = 16 * 1024;
/** The media types with which fetch and curl send a text. */
const FAULTS_TYPES: readonly string[] = ['', 'text/plain', 'application/x-www-form-urlencoded'];
/** Leads written at a time, so that a long list is never built as one text. */
const PART = 1_000;

/** Answers a path below {@link CONTROL}. */
export function handleControl(
  world: World,
  store: LeadStore,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: string,
): void {
  if (path === REDIRECT_PATH) {
    world.counters.count('followed');
    send(response, jsonAnswer(200, { followed: true }));
  } else if (request.method === 'GET' && path === `${CONTROL}leads`) {
    sendLeads(store, response, Number(formFields(query)['from'] ?? 0));
  } else if (request.method === 'POST' && path === `${CONTROL}faults`) {
    readBody(request, FAULTS_BYTES, (bytes) => send(response, changeFaults(world, request, bytes)));
  } else {
    send(response, pageOf(world, `${request.method} ${path.slice(CONTROL.length)}`));
  }
}

function pageOf(world: World, call: string): Answer {
  switch (call) {
    case 'GET stats':
      return page(world.counters.read(world.gate.mostAtOnce));
    case 'GET faults':
      return page({ faults: world.faults.text });
    default:
      return jsonAnswer(404, {
        error: 'there is no such page; there are GET leads?from=N, GET stats, GET faults, POST faults',
      });
  }
}

/** With a line end, for curl. */
function page(content: unknown): Answer {
  const { status, body } = jsonAnswer(200, content);
  return { status, body: `${body}\n` };
}

function sendLeads(store: LeadStore, response: ServerResponse, from: number): void {
  if (!Number.isInteger(from) || from < 0) {
    send(response, jsonAnswer(400, { error: 'from: expected a whole number' }));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.write('[');
  const leads = store.list(from);
  for (let at = 0; at < leads.length; at += PART) {
    const part = leads.slice(at, at + PART).map((lead) => JSON.stringify(lead));
    response.write(`${at === 0 ? '' : ','}${part.join(',')}`);
  }
  response.end(']\n');
}

/** The body is a list as `--fault` takes it; an empty one ends all faults. */
function changeFaults(world: World, request: IncomingMessage, bytes: Buffer | null): Answer {
  if (bytes === null) {
    const answer = jsonAnswer(413, { error: `a list of faults has at most ${FAULTS_BYTES} bytes` });
    return { ...answer, headers: { connection: 'close' } };
  }
  if (!FAULTS_TYPES.includes(typeOf(request.headers['content-type'] ?? ''))) {
    return jsonAnswer(415, { error: 'send the list as text/plain' });
  }
  try {
    world.faults = parseFaults(bytes.toString().trim());
    return page({ faults: world.faults.text });
  } catch (error) {
    if (!(error instanceof FaultSyntaxError)) throw error;
    return jsonAnswer(400, { error: error.message });
  }
}
