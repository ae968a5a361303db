// What happens to a lead post, and to a question about a lead: limits first, then faults, then the emulator's rules.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer } from './answer.ts';
import { type Fields, formFields, type ParsedBody, parseBody, readBody } from './body.ts';
import type { EmulatedRoute, Headers, Judged } from './emulator.ts';
import { type Reaction, react } from './exchange.ts';
import { drawFault, type Fault, type Faults } from './faults.ts';
import type { Gate } from './gate.ts';
import type { Counters } from './stats.ts';
import { nameAnswer } from './visitors.ts';

/** What requests share. `faults` may be replaced while the server runs. */
export interface World {
  faults: Faults;
  readonly gate: Gate;
  readonly counters: Counters;
  /** In [0, 1), for faults. */
  readonly random: () => number;
  readonly latencyMs: number;
  readonly bodyBytes: number;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** Is told of each request and how it is answered; null: nobody wants to know. */
  readonly watch: ((seen: SeenRequest) => void) | null;
}

/** A request as a log shows it. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the body or the query; null where it was answered before that was read, or has none. */
  readonly fields: Fields | null;
  readonly reaction: Reaction;
}

/** Does it to the connection, and tells who watches. */
export function reactTo(
  { watch }: World,
  request: IncomingMessage,
  response: ServerResponse,
  reaction: Reaction,
  fields: Fields | null = null,
): void {
  react(response, reaction);
  if (watch === null) return;
  const { method = '', url = '/' } = request;
  watch({ method, path: url.replace(/\?.*$/s, ''), fields, reaction });
}

const NO_QUERY: Fields = {};

/** What a lead post is answered by. */
interface LeadTaker extends Pick<Extract<EmulatedRoute, { takes: 'lead' }>, 'judge' | 'objectOf'> {
  readonly unauthorized: Answer;
}

/** A lead post to one of the providers. */
export function handlePost(
  world: World,
  provider: LeadTaker,
  request: IncomingMessage,
  response: ServerResponse,
  query: string,
): void {
  const { counters, gate, faults } = world;
  counters.count('posts');
  // Asked for the time only where it counts: that loads all of Node's measuring, a fiftieth of a start.
  const limit = gate.enter(faults, faults.rate === null ? 0 : performance.now());
  response.once('close', () => gate.leave(limit));
  // Drawn at arrival, so that a seed gives the same faults however fast the bodies come in.
  const fault = limit === null ? draw(world, faults.posts) : null;
  readBody(request, world.bodyBytes, (bytes) => {
    const early = limit === null ? beforeJudging(world, provider, fault) : turnAway(world, limit);
    if (early !== null) {
      reactTo(world, request, response, early);
    } else if (bytes === null) {
      counters.count('invalid');
      const message = `The body is larger than ${world.bodyBytes} bytes`;
      const answer = { ...failure(413, message), headers: { connection: 'close' } };
      reactTo(world, request, response, { do: 'send', answer, delayMs: 0 });
    } else {
      const judge = (body: ParsedBody) => {
        const reaction = judgePost(world, provider, fault, request, query, body);
        reactTo(world, request, response, reaction, body.ok ? body.fields : null);
      };
      const body = parseBody(request.headers['content-type'] ?? '', bytes, query, provider.objectOf);
      if (body instanceof Promise) void body.then(judge);
      else judge(body);
    }
  });
}

/** What a question about a lead is answered by. */
interface Answerer {
  readonly answer: (query: Fields, lagMs: number, headers: Headers) => Answer;
  readonly unauthorized: Answer;
}

/** A question about a lead. */
export function handleQuestion(
  world: World,
  provider: Answerer,
  request: IncomingMessage,
  response: ServerResponse,
  query: string,
): void {
  world.counters.count('asks');
  const fault = draw(world, world.faults.asks);
  if (fault !== null) world.counters.fault(fault.name);
  const lagMs = fault?.plan.do === 'absent' ? Number.POSITIVE_INFINITY : world.faults.lagMs;
  const fields = formFields(query);
  const found = provider.answer(fields, lagMs, request.headers);
  // Without the key, a caller learns nothing about leads.
  const answer = (found.status === 401 || found.status === 422 ? nameAnswer(request) : null) ?? found;
  reactTo(world, request, response, withFault(world, provider.unauthorized, fault, answer), fields);
}

function draw(world: World, faults: readonly Fault[]): Fault | null {
  return faults.length === 0 ? null : drawFault(faults, world.random());
}

function turnAway({ counters, faults }: World, limit: 'concurrent' | 'rate'): Reaction {
  if (limit === 'concurrent') {
    counters.count('overConcurrent');
    return { do: 'send', answer: failure(503, 'Too many requests at once'), delayMs: 0 };
  }
  counters.count('overRate');
  const retryAfter = faults.rate?.retryAfter ?? null;
  const headers = retryAfter === null ? {} : { 'retry-after': String(retryAfter) };
  return {
    do: 'send',
    answer: { ...failure(429, 'Too many requests a second'), headers },
    delayMs: 0,
  };
}

/** A fault that keeps the lead from being taken; null where the provider's own rules come first. */
function beforeJudging(world: World, provider: LeadTaker, fault: Fault | null): Reaction | null {
  if (fault === null || !('accepts' in fault.plan) || fault.plan.accepts) return null;
  world.counters.fault(fault.name);
  return withFault(world, provider.unauthorized, fault, provider.unauthorized);
}

function judgePost(
  world: World,
  provider: LeadTaker,
  fault: Fault | null,
  request: IncomingMessage,
  query: string,
  body: ParsedBody,
): Reaction {
  const { counters, latencyMs } = world;
  if (!body.ok) {
    counters.count('invalid');
    return {
      do: 'send',
      answer: nameAnswer(request) ?? failure(body.status, body.message),
      delayMs: latencyMs,
    };
  }
  const judged = provider.judge({
    headers: request.headers,
    query: query === '' ? NO_QUERY : formFields(query),
    fields: body.fields,
    packed: body.packed,
  });
  if (typeof judged !== 'function') {
    counters.count(judged.outcome);
    return { do: 'send', answer: nameAnswer(request) ?? judged.answer, delayMs: latencyMs };
  }
  if (fault !== null) counters.fault(fault.name);
  const take = (): Judged => {
    const taken = judged();
    counters.count(taken.outcome);
    if (taken.outcome === 'duplicate' && taken.asNew === true) counters.count('duplicateAsNew');
    return taken;
  };
  if (fault?.plan.do === 'late') {
    setTimeout(take, fault.plan.ms).unref();
    return { do: 'cut' };
  }
  return withFault(world, provider.unauthorized, fault, take().answer);
}

/** What becomes of an answer under a fault. */
function withFault(world: World, unauthorized: Answer, fault: Fault | null, answer: Answer): Reaction {
  const { latencyMs } = world;
  const plan = fault?.plan ?? null;
  switch (plan?.do) {
    case undefined:
    case 'absent':
      return { do: 'send', answer, delayMs: latencyMs };
    case 'slow':
      return { do: 'send', answer, delayMs: latencyMs + plan.ms };
    case 'answer':
      return { do: 'send', answer: plan.answer(unauthorized, world.clock()), delayMs: latencyMs };
    case 'partial':
      return { do: 'half', answer };
    case 'hold':
      return { do: 'hold' };
    case 'cut':
    case 'late':
      return { do: 'cut' };
  }
}

function failure(status: number, message: string): Answer {
  return jsonAnswer(status, { status: 'ERROR', message, response: null });
}
