// The engine against a scripted provider, in virtual time: one line a rule.
import { describe, expect, it } from 'vitest';
import { runLeads } from '../../src/delivery/delivery-run.ts';
import type { Result, Summary } from '../../src/delivery/outcome.ts';
import type { Emitted, RunDeps, RunOptions, RunState } from '../../src/delivery/run-options.ts';
import type { LeadInput, Target } from '../../src/delivery/submission.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { HttpAnswer, HttpRequest, ProviderClient, Verdict } from '../../src/providers/provider.ts';
import type { Exchange } from '../../src/transport/transport.ts';
import { emptyDisk, type KeyRow, type ModelDisk, modelLedger } from './sim/model-ledger.ts';
import { World } from './sim/world.ts';

type Step = HttpAnswer | 'connect' | 'tls' | 'local' | 'unsendable' | 'timeout' | 'reset' | 'withheld';

interface Script {
  /** The n-th answer to a lead with this name; the last repeats. */
  readonly [name: string]: readonly Step[];
}

const ok = (id: number): HttpAnswer => ({ status: 200, headers: {}, body: String(id) });
const http = (status: number, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: '',
});

/** A provider of a few words: the body is the lead id; a question is answered from the script under `ask NAME`. */
function endpoint(reconciliation: 'ask' | 'resend'): ProviderClient {
  const request = (method: 'GET' | 'POST', name: string): HttpRequest => ({
    method,
    url: `http://test/${name}`,
    headers: {},
    body: null,
  });
  const read = (answer: HttpAnswer): Verdict => {
    const { status, body } = answer;
    // A provider of its own mind: its verdict is not what the status says.
    if (body === 'slow down') return { kind: 'throttled', message: 'slow down' };
    if (body === 'try again') return { kind: 'retryable', message: 'try again.' };
    if (body === 'ok') return { kind: 'indeterminate', message: 'ok.', mayStillArrive: false };
    if (status === 200 && body.startsWith('dup'))
      return { kind: 'duplicate', leadId: body.slice(3), message: 'duplicate' };
    if (status === 200) return { kind: 'created', leadId: body };
    if (status === 401) return { kind: 'unauthorized', message: 'no such key.' };
    if (status === 302) return { kind: 'redirected', message: 'it redirects.' };
    if (status === 425) return { kind: 'retryable', message: 'too early.' };
    if (status === 429 || status === 503) return { kind: 'throttled', message: 'slow down' };
    if (status === 408 || status >= 500)
      return { kind: 'indeterminate', message: `HTTP ${status}.`, mayStillArrive: status !== 500 };
    return { kind: 'rejected', message: `HTTP ${status}` };
  };
  return {
    identity: 'test',
    origin: 'http://test',
    production: false,
    requires: [],
    dedupe: ['campaignId'],
    payload: (lead) => ({ fields: [['name', lead.name ?? '']], warnings: [] }),
    request: (payload) => request('POST', payload.fields[0]?.[1] ?? ''),
    preview: () => ({ method: 'POST', url: '', headers: {}, fields: {} }),
    read,
    reconciliation:
      reconciliation === 'resend'
        ? { kind: 'resend' }
        : {
            kind: 'ask',
            by: 'phone',
            request: ({ phone }) => request('GET', phone),
            read: ({ status, body }, _, leadIdWatermark) => {
              if (status === 401) return { kind: 'unauthorized', message: 'no such key.' };
              if (status === 429) return { kind: 'throttled', message: 'slow down' };
              if (status !== 200) return { kind: 'unclear', message: `HTTP ${status}.` };
              if (body === 'none' || body === 'ok') return { kind: 'absent' };
              if (body.startsWith('older than ')) {
                const [, , id = ''] = body.split(' ');
                return leadIdWatermark !== null && Number(id) <= Number(leadIdWatermark)
                  ? { kind: 'absent' }
                  : { kind: 'unclear', message: 'another lead.' };
              }
              if (body.startsWith('other')) return { kind: 'unclear', other: true, message: 'another lead.' };
              return { kind: 'found', leadId: body };
            },
          },
    lookup: null,
    sources: null,
  };
}

interface Played {
  readonly results: readonly Result[];
  readonly summary: Summary;
  readonly requests: readonly { readonly name: string; readonly method: string; readonly at: number }[];
  readonly emitError: unknown;
  /** The most leads that waited for each, and those at the end. */
  readonly waits: readonly [most: Waits, end: Waits];
}

/** Looked at every 50 ms. */
type Waits = Pick<RunState['targets'][number], 'asking' | 'retrying' | 'canary'>;
const NO_WAITS: Waits = { asking: 0, retrying: 0, canary: 0 };

interface Play {
  readonly leads: readonly (
    | Partial<{ name: string; phone: string; campaign: string }>
    | 'invalid'
    | 'skipped'
  )[];
  readonly script?: Script;
  readonly asks?: Script;
  readonly reconciliation?: 'ask' | 'resend';
  readonly options?: Partial<RunOptions>;
  readonly target?: Partial<Target>;
  readonly targets?: number;
  readonly disk?: ModelDisk;
  readonly run?: string;
  readonly alive?: (run: string) => boolean | 'silent';
  readonly latencyMs?: number;
  readonly drainAt?: number;
  readonly abortAt?: number;
  readonly goneAfter?: number;
  readonly brokenAfter?: number;
  readonly writesLeft?: number;
  readonly canary?: RunDeps<LeadInput>['canary'];
  readonly onRequest?: (name: string) => void;
  /** What leads wait for is looked at. */
  readonly looks?: boolean;
  /** Its lease runs out then (ms after the start), until it is renewed. */
  readonly lapsesAt?: number;
  /** The time of the lease, in ms; absent: it never runs out. */
  readonly leaseTime?: () => number;
  /** Happens elsewhere, so many ms after the start. */
  readonly meanwhile?: readonly [number, () => void];
}

async function play(p: Play): Promise<Played> {
  const world = new World(1);
  const owner = world.boot(null);
  const clock = world.clock(owner);
  const start = world.now;
  const run = p.run ?? 'RUN1';
  const requests: { name: string; method: string; at: number }[] = [];
  const asked = new Map<string, number>();
  const phones = new Map<string, string>();
  const inputs = p.leads.map((lead, i): LeadInput => {
    const common = { file: 'leads.csv', record: i + 1, line: i + 2 };
    if (lead === 'invalid') {
      const error = { field: 'Phone', code: 'PHONE_MISSING' as const, message: 'phone is empty' };
      return { ...common, result: { kind: 'invalid', errors: [error], warnings: [], phone: null } };
    }
    if (lead === 'skipped') {
      const reason = { field: null, code: 'TEST_LEAD' as const, message: 'test lead' };
      return { ...common, result: { kind: 'skipped', reason, phone: null } };
    }
    const name = lead.name ?? `lead${i + 1}`;
    const phone = lead.phone ?? `+9198000000${String(i + 10)}`;
    phones.set(phone, name);
    return {
      ...common,
      result: { kind: 'lead', lead: { phone, name, campaignId: lead.campaign ?? 'c' }, warnings: [] },
    };
  });
  const drain = new AbortController();
  const abort = new AbortController();
  const nth = (script: Script | undefined, name: string, otherwise: Step): Step => {
    const count = asked.get(name) ?? 0;
    asked.set(name, count + 1);
    const steps = script?.[name.replace('ask ', '')] ?? script?.['*'];
    return steps?.[Math.min(count, steps.length - 1)] ?? otherwise;
  };
  const send = async (request: HttpRequest, timeoutMs: number, signal: AbortSignal): Promise<Exchange> => {
    const word = request.url.split('/').at(-1) ?? '';
    const isAsk = request.method === 'GET';
    const name = isAsk ? (phones.get(word) ?? word) : word;
    requests.push({ name, method: request.method, at: world.now - start });
    p.onRequest?.(name);
    const step = isAsk ? nth(p.asks, `ask ${name}`, ok(1)) : nth(p.script, name, ok(100 + requests.length));
    await clock.sleep(step === 'timeout' ? timeoutMs : (p.latencyMs ?? 10), signal);
    if (signal.aborted) return { ok: false, failure: { kind: 'aborted', message: 'aborted' } };
    if (typeof step === 'string') return { ok: false, failure: { kind: step, message: `${step}.` } };
    return { ok: true, answer: step };
  };
  const target = (name: string): Target => ({
    name,
    provider: 'test',
    endpoint: { ...endpoint(p.reconciliation ?? 'ask'), identity: name },
    transport: { send, close: async () => {} },
    complete: (lead) => ({ lead, errors: [] }),
    own: {},
    dedupe: ['campaignId'],
    concurrency: 4,
    rate: null,
    timeoutMs: 30_000,
    retries: 4,
    settleAfterMs: 5_000,
    knownSince: null,
    keySuffix: '',
    ...p.target,
  });
  const targets = Array.from({ length: p.targets ?? 1 }, (_, i) => target(`t${i + 1}`));
  const disk = p.disk ?? emptyDisk();
  let lapsed = false;
  const model = modelLedger({
    disk,
    isAlive: p.alive ?? (() => false),
    io: () => world.wait(1, owner),
    now: () => new Date(world.now).toISOString(),
    ...(p.leaseTime === undefined ? {} : { ms: p.leaseTime }),
    ...(p.writesLeft === undefined ? {} : { writesLeft: p.writesLeft }),
  });
  const ledger: Ledger = {
    ...model,
    sinceRenewal: (id) => (lapsed ? model.leaseMs : model.sinceRenewal(id)),
    renew: async (id) => {
      await model.renew(id);
      lapsed = false;
    },
  };
  if (p.lapsesAt !== undefined) {
    world.schedule(p.lapsesAt, () => {
      lapsed = true;
    });
  }
  if (p.drainAt !== undefined) world.schedule(p.drainAt, () => drain.abort('SIGINT'));
  if (p.meanwhile !== undefined) world.schedule(...p.meanwhile);
  if (p.abortAt !== undefined) world.schedule(p.abortAt, () => abort.abort('SIGINT'));
  const results: Result[] = [];
  let end: Summary | null = null;
  let ended = () => {};
  let most = NO_WAITS;
  let last = NO_WAITS;
  let emitError: unknown = null;
  let failure: unknown = null;
  await ledgerStart(
    ledger.openRun({ id: run, command: 'send', startedAt: '', files: [], targets: [], parent: null }),
    world,
    owner,
  );
  runLeads(
    (async function* () {
      for (const input of inputs) yield [input];
    })(),
    { run, targets, resend: false, resendUnknown: false, maxFailures: null, ...p.options },
    {
      clock,
      ledger,
      drain: drain.signal,
      abort: abort.signal,
      emit: async (batch: readonly Emitted<LeadInput>[]) => {
        results.push(...batch.map((emitted) => emitted.result));
        if (p.brokenAfter !== undefined && results.length >= p.brokenAfter) throw new Error('no space left');
        return p.goneAfter !== undefined && results.length >= p.goneAfter ? 'gone' : undefined;
      },
      watch: (look) => {
        const note = () => {
          const [{ asking, retrying, canary } = NO_WAITS] = look().targets;
          last = { asking, retrying, canary };
          most = {
            asking: Math.max(asking, most.asking),
            retrying: Math.max(retrying, most.retrying),
            canary: Math.max(canary, most.canary),
          };
          if (end === null && p.looks === true) world.schedule(50, note);
        };
        if (p.looks === true) note();
        ended = note;
      },
      ...(p.canary === undefined ? {} : { canary: p.canary }),
    },
  ).then(
    (value) => {
      end = value.summary;
      ended();
      emitError = value.emitError;
    },
    (error: unknown) => {
      failure = error;
    },
  );
  await world.runUntil(() => end !== null || failure !== null, owner);
  if (failure !== null) throw failure;
  if (end === null) throw new Error('the run hangs');
  return { results, summary: end, requests, emitError, waits: [most, last] };
}

async function ledgerStart(
  opening: Promise<void>,
  world: World,
  owner: ReturnType<World['boot']>,
): Promise<void> {
  let open = false;
  void opening.then(() => {
    open = true;
  });
  await world.runUntil(() => open, owner);
}

/** `status leadId CODE` of each result. */
const brief = (played: Played) =>
  played.results.map(({ status, leadId, errors }) =>
    [status, leadId, errors[0]?.code].filter(Boolean).join(' '),
  );

describe('what this machine cannot send', () => {
  it('a shortage is waited out, uses up no retries and does not count as unreachable', async () => {
    const short: Step[] = Array.from({ length: 12 }, () => 'local');
    const played = await play({
      leads: [{ name: 'a' }, { name: 'b' }],
      script: { a: [...short, ok(7)], b: [ok(8)] },
      target: { retries: 0 },
    });
    expect(brief(played)).toEqual(['created 7', 'created 8']);
    expect(played.summary.stops).toEqual([]);
  });

  it('one that lasts for half a minute without any answer stops the target', async () => {
    const played = await play({ leads: [{ name: 'a' }, {}, {}, {}, {}, {}], script: { '*': ['local'] } });
    expect(new Set(brief(played))).toEqual(new Set(['failed NOT_SENT']));
    expect(played.summary.stops).toMatchObject([{ code: 'NOT_SENT', message: 'local.' }]);
    expect(played.requests.at(-1)?.at).toBeLessThan(60_000);
  });

  it('a question about a lost answer waits as well', async () => {
    const played = await play({
      leads: [{ name: 'a' }],
      script: { a: [http(500)] },
      asks: { a: [...Array.from({ length: 12 }, (): Step => 'local'), ok(7)] },
    });
    expect(brief(played)).toEqual(['created 7']);
  });

  it('a request that HTTP cannot carry is tried once', async () => {
    const played = await play({
      leads: [{ name: 'a' }, { name: 'b' }],
      script: { a: ['unsendable'], b: [ok(8)] },
    });
    expect(brief(played)).toEqual(['failed NOT_SENT', 'created 8']);
    expect(played.requests).toHaveLength(2);
  });
});

describe('what a lead waits for', () => {
  let goOn = (_: null) => {};
  it.each<[string, Partial<Play>, Partial<Waits>]>([
    ['nothing', {}, {}],
    [
      'answers to questions about it',
      { script: { a: [http(500)] }, asks: { a: [{ ...http(200), body: 'other' }, ok(7)] } },
      { asking: 1 },
    ],
    ['its next try', { script: { a: [http(425), http(425), http(425), ok(7)] } }, { retrying: 1 }],
    ['this machine', { script: { a: ['local', 'local', 'local', ok(7)] } }, {}],
    ['a slow provider', { latencyMs: 2_000 }, {}],
    [
      'a look at it, where it goes first',
      {
        canary: () =>
          new Promise((resolve) => {
            goOn = resolve;
          }),
        meanwhile: [500, () => goOn(null)],
      },
      { canary: 1 },
    ],
  ])('%s', async (_, more, expected) => {
    const { waits, summary } = await play({ leads: [{ name: 'a' }], looks: true, ...more });
    expect(waits).toEqual([{ ...NO_WAITS, ...expected }, NO_WAITS]);
    expect(summary.counts.created).toBe(1);
  });
});

describe('outcomes of one lead', () => {
  it.each<[string, Play, string, number]>([
    ['created', { leads: [{}], script: { lead1: [ok(7)] } }, 'created 7', 1],
    ['rejected', { leads: [{}], script: { lead1: [http(422)] } }, 'rejected PROVIDER_REJECTED', 1],
    ['402', { leads: [{}], script: { lead1: [http(402)] } }, 'rejected PROVIDER_REJECTED', 1],
    ['425, then created', { leads: [{}], script: { lead1: [http(425), ok(7)] } }, 'created 7', 2],
    ['425 for ever', { leads: [{}], script: { lead1: [http(425)] } }, 'failed PROVIDER_ERROR', 5],
    ...[429, 503].map((status): [string, Play, string, number] => [
      `a ${status} uses up no retry`,
      { leads: [{}], target: { retries: 0 }, script: { lead1: [http(status), ok(7)] } },
      'created 7',
      2,
    ]),
    [
      '429 six times uses no retries',
      { leads: [{}], script: { lead1: [...Array(6).fill(http(429)), ok(7)] } },
      'created 7',
      7,
    ],
    [
      '425 that asks to wait is waited for',
      { leads: [{}], script: { lead1: [http(425, { 'retry-after': '90' }), ok(7)] } },
      'created 7',
      2,
    ],
    [
      'a reason to wait longer than five minutes, with 425',
      { leads: [{}], script: { lead1: [http(425, { 'retry-after': '301' })] } },
      'failed NOT_SENT',
      1,
    ],
    ['404', { leads: [{}], script: { lead1: [http(404)] } }, 'rejected PROVIDER_REJECTED', 1],
    ['TLS fails for ever', { leads: [{}], script: { lead1: ['tls'] } }, 'failed UNREACHABLE', 5],
    [
      'lost, asking is refused',
      { leads: [{}], script: { lead1: ['reset'] }, asks: { lead1: [http(401)] } },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, asking is never answered',
      { leads: [{}], script: { lead1: ['reset'] }, asks: { lead1: ['timeout'] } },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, asking is throttled for ever',
      { leads: [{}], script: { lead1: ['reset'] }, asks: { lead1: [http(429)] } },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, absent, then another lead: not sent again',
      {
        leads: [{}],
        script: { lead1: ['reset'] },
        asks: {
          lead1: [
            { ...ok(1), body: 'none' },
            { ...ok(1), body: 'other' },
          ],
        },
      },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, absent, then found: it was on its way',
      { leads: [{}], script: { lead1: ['timeout'] }, asks: { lead1: [{ ...ok(1), body: 'none' }, ok(9)] } },
      'created 9',
      1,
    ],
    [
      'resend: lost, then redirected',
      { leads: [{}], reconciliation: 'resend', script: { lead1: ['timeout', http(302)] } },
      'unknown ANSWER_LOST',
      2,
    ],
    [
      'resend: lost, then nobody listens',
      { leads: [{}], reconciliation: 'resend', script: { lead1: ['reset', 'connect'] } },
      'unknown ANSWER_LOST',
      5,
    ],
    ['connect fails once', { leads: [{}], script: { lead1: ['connect', ok(7)] } }, 'created 7', 2],
    ['connect fails for ever', { leads: [{}], script: { lead1: ['connect'] } }, 'failed UNREACHABLE', 5],
    ['401', { leads: [{}], script: { lead1: [http(401)] } }, 'failed CREDENTIALS_REFUSED', 1],
    ['redirect', { leads: [{}], script: { lead1: [http(302)] } }, 'failed REDIRECTED', 1],
    [
      'lost and found',
      { leads: [{}], script: { lead1: ['reset'] }, asks: { lead1: [ok(9)] } },
      'created 9',
      1,
    ],
    [
      'lost, another lead',
      { leads: [{}], script: { lead1: ['reset'] }, asks: { lead1: [{ ...ok(1), body: 'other' }] } },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, another lead, then ours: it was on its way',
      {
        leads: [{}],
        script: { lead1: ['reset'] },
        asks: { lead1: [{ ...ok(1), body: 'other' }, ok(9)] },
      },
      'created 9',
      1,
    ],
    [
      'lost, another lead twice: not asked a third time',
      {
        leads: [{}],
        script: { lead1: ['reset'] },
        asks: { lead1: [{ ...ok(1), body: 'other' }, { ...ok(1), body: 'other' }, ok(9)] },
      },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, another lead for long: a patient run asks on',
      {
        leads: [{}],
        script: { lead1: ['reset'] },
        asks: { lead1: [...Array.from({ length: 20 }, () => ({ ...ok(1), body: 'other' })), ok(9)] },
        options: { patient: true },
      },
      'created 9',
      1,
    ],
    [
      'lost, another lead for ever: a patient run asks until it is over',
      {
        leads: [{}],
        script: { lead1: ['reset'] },
        asks: { lead1: [{ ...ok(1), body: 'other' }] },
        options: { patient: true },
        drainAt: 20_000,
      },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, asking fails',
      { leads: [{}], script: { lead1: ['timeout'] }, asks: { lead1: [http(500)] } },
      'unknown ANSWER_LOST',
      1,
    ],
    [
      'lost, asking cannot connect at first',
      { leads: [{}], script: { lead1: ['reset'] }, asks: { lead1: ['connect', ok(9)] } },
      'created 9',
      1,
    ],
    [
      'lost, asking is throttled at first',
      { leads: [{}], script: { lead1: ['reset'] }, asks: { lead1: [http(429), ok(9)] } },
      'created 9',
      1,
    ],
    [
      'lost, absent, sent again',
      { leads: [{}], script: { lead1: ['reset', ok(8)] }, asks: { lead1: [{ ...ok(1), body: 'none' }] } },
      'created 8',
      2,
    ],
    [
      'lost and absent for ever',
      { leads: [{}], script: { lead1: [http(500)] }, asks: { lead1: [{ ...ok(1), body: 'none' }] } },
      'failed PROVIDER_ERROR',
      5,
    ],
    [
      'resend: lost, then duplicate',
      { leads: [{}], reconciliation: 'resend', script: { lead1: ['reset', { ...ok(1), body: 'dup5' }] } },
      'duplicate 5',
      2,
    ],
    [
      'resend: lost, then created',
      { leads: [{}], reconciliation: 'resend', script: { lead1: ['reset', ok(5)] } },
      'created 5',
      2,
    ],
    [
      'resend: lost for ever',
      { leads: [{}], reconciliation: 'resend', script: { lead1: ['reset'] } },
      'unknown ANSWER_LOST',
      5,
    ],
    [
      'resend: lost, then rejected',
      { leads: [{}], reconciliation: 'resend', script: { lead1: ['reset', http(422)] } },
      'unknown ANSWER_LOST',
      2,
    ],
    [
      'resend: lost, then 401',
      { leads: [{}], reconciliation: 'resend', script: { lead1: ['reset', http(401)] } },
      'unknown ANSWER_LOST',
      2,
    ],
    [
      'duplicate at once',
      { leads: [{}], reconciliation: 'resend', script: { lead1: [{ ...ok(1), body: 'dup5' }] } },
      'duplicate 5',
      1,
    ],
  ])('%s', async (_, what, expected, attempts) => {
    const played = await play(what);
    expect(brief(played)).toEqual([expected]);
    expect(played.results[0]?.attempts).toBe(attempts);
  });

  it('warns where a duplicate may be its own earlier attempt', async () => {
    const { results } = await play({
      leads: [{}],
      reconciliation: 'resend',
      script: { lead1: ['reset', { ...ok(1), body: 'dup5' }] },
    });
    expect(results[0]?.warnings.map((warning) => warning.code)).toEqual(['EARLIER_ATTEMPT_UNCERTAIN']);
    expect(results[0]?.duplicateOf).toMatchObject({ by: 'provider', leadId: '5' });
  });

  it.each<[string, Step, number]>([
    ['a reset', 'reset', 2],
    ['a timeout', 'timeout', 2],
    ['408', http(408), 2],
    ['502', http(502), 2],
    ['504', http(504), 2],
    ['500', http(500), 1],
  ])('after %s absent counts when asked %i times', async (_, step, times) => {
    const { requests } = await play({
      leads: [{}],
      script: { lead1: [step, ok(8)] },
      asks: { lead1: [{ ...ok(1), body: 'none' }] },
    });
    const asks = requests.filter((request) => request.method === 'GET');
    expect(asks.length).toBe(times);
    const [first, second] = asks;
    if (first !== undefined && second !== undefined)
      expect(second.at - first.at).toBeGreaterThanOrEqual(5000);
  });

  it('holds the target for Retry-After, in seconds', async () => {
    const { requests } = await play({
      leads: [{}, {}],
      target: { concurrency: 1 },
      script: { lead1: [http(429, { 'retry-after': '30' }), ok(1)] },
    });
    expect(requests.map((request) => request.at >= 30_000)).toEqual([false, true, true]);
  });

  it('holds the target for a Retry-After that is a date, by the clock of who says it', async () => {
    const headers = {
      date: 'Sat, 28 Nov 2026 10:00:00 GMT',
      'retry-after': 'Sat, 28 Nov 2026 10:00:40 GMT',
    };
    const { requests } = await play({
      leads: [{}, {}],
      target: { concurrency: 1 },
      script: { lead1: [http(503, headers), ok(1)] },
    });
    expect(requests.map(({ at }) => at >= 40_000 && at < 45_000)).toEqual([false, true, true]);
  });

  it('holds the questions, too', async () => {
    const { requests } = await play({
      leads: [{}],
      script: { lead1: ['reset'] },
      asks: { lead1: [http(429, { 'retry-after': '60' }), ok(9)] },
    });
    expect(requests.map(({ at }) => at >= 60_000)).toEqual([false, false, true]);
  });

  it('signs each try anew', async () => {
    const signed: number[] = [];
    const base = endpoint('ask');
    const request: ProviderClient['request'] = (payload, nowSeconds) => {
      signed.push(nowSeconds);
      return base.request(payload, nowSeconds);
    };
    const script = { lead1: [http(503, { 'retry-after': '10' }), ok(1)] };
    await play({ leads: [{}], target: { endpoint: { ...base, request } }, script });
    expect((signed[1] ?? 0) - (signed[0] ?? 0)).toBeGreaterThanOrEqual(10);
  });
});

describe('the verdict decides the pacer, not the status', () => {
  const slow = (status: number, headers = {}): HttpAnswer => ({ status, headers, body: 'slow down' });
  it.each([200, 400, 403, 429, 500, 503])('"slow down" under %i costs no hot loop', async (status) => {
    const played = await play({ leads: [{}, {}], script: { '*': [slow(status)] }, latencyMs: 1 });
    expect(played.summary.stops.map(({ code }) => code)).toEqual(['PROVIDER_ERROR']);
    expect(played.summary.durationMs).toBeGreaterThanOrEqual(600_000);
    expect(played.requests.filter(({ at }) => at < 5_000).length).toBeLessThan(60);
    expect(played.requests.length).toBeLessThan(300);
  });

  it('one lead that is always turned away does not make the others slow, nor loops', async () => {
    const leads = Array.from({ length: 400 }, () => ({}));
    const played = await play({ leads, script: { lead1: [slow(503)] }, latencyMs: 20 });
    expect(played.summary.counts.created).toBe(399);
    const own = played.requests.filter(({ name, at }) => name === 'lead1' && at < 5_000);
    expect(own.length).toBeLessThan(30);
  });

  it('"slow down" with Retry-After under 200 is waited for', async () => {
    const played = await play({
      leads: [{}],
      script: { lead1: [slow(200, { 'retry-after': '40' }), ok(7)] },
    });
    expect(brief(played)).toEqual(['created 7']);
    expect(played.requests.map(({ at }) => at >= 40_000)).toEqual([false, true]);
  });

  it('"try again" under 429 uses retries, each after a wait', async () => {
    const again: HttpAnswer = { status: 429, headers: {}, body: 'try again' };
    const played = await play({ leads: [{}], script: { lead1: [again] } });
    expect(brief(played)).toEqual(['failed PROVIDER_ERROR']);
    expect(played.requests.length).toBe(5);
  });
});

describe('what asking about a lost answer tells', () => {
  const body = (text: string): HttpAnswer => ({ status: 200, headers: {}, body: text });

  it('nothing, where the question is answered as the lead was', async () => {
    const played = await play({
      leads: [{}, {}],
      script: { '*': [body('ok')] },
      asks: { '*': [body('ok')] },
    });
    expect(brief(played)).toEqual(['unknown ANSWER_LOST', 'unknown ANSWER_LOST']);
    expect(played.requests.filter(({ method }) => method === 'POST').length).toBe(2);
    expect(JSON.stringify(played.results)).not.toMatch(/again is safe/);
  });

  it.each<[string, number[], string]>([
    ['ids that grow: an older lead is older', [100, 200], 'created 300'],
    ['ids that once fell back: an older lead tells nothing', [200, 100], 'unknown ANSWER_LOST'],
    ['an id that came twice: it tells nothing', [100, 100], 'unknown ANSWER_LOST'],
  ])('%s', async (_, [first = 0, second = 0], expected) => {
    const played = await play({
      leads: [{}, {}, {}],
      target: { concurrency: 1 },
      script: { lead1: [ok(first)], lead2: [ok(second)], lead3: [http(500), ok(300)] },
      asks: { lead3: [body('older than 50')] },
    });
    expect(brief(played)[2]).toBe(expected);
  });

  it('ids that come in another order than their requests left are no fall', async () => {
    // The first four leave at once, and are answered in any order; all ids are new.
    const played = await play({
      leads: [{}, {}, {}, {}, {}],
      script: {
        lead1: [ok(104)],
        lead2: [ok(103)],
        lead3: [ok(102)],
        lead4: [ok(101)],
        lead5: [http(500), ok(300)],
      },
      asks: { lead5: [body('older than 50')] },
    });
    expect(brief(played)[4]).toBe('created 300');
  });
});

describe('a target that restarts', () => {
  const gone = Array<Step>(3).fill('connect');
  it('is waited for, and costs no retries', async () => {
    const played = await play({
      leads: [{}, {}, {}, {}, {}, {}],
      target: { retries: 1 },
      script: { lead1: [ok(1)], '*': [...gone, ok(7)] },
    });
    expect(played.summary.counts).toMatchObject({ created: 6, failed: 0 });
    expect(played.summary.stops).toEqual([]);
  });

  it('is waited for with what is to be asked, too', async () => {
    const played = await play({
      leads: [{}, {}],
      target: { retries: 1, concurrency: 1 },
      script: { lead1: [ok(1)], lead2: ['reset'] },
      asks: { lead2: [...gone, ok(9)] },
    });
    expect(brief(played)).toEqual(['created 1', 'created 9']);
  });

  it('that does not come back leaves what was lost unknown, soon', async () => {
    const played = await play({
      leads: [{}, {}],
      target: { concurrency: 1 },
      script: { lead1: [ok(1)], lead2: ['reset'] },
      asks: { lead2: ['connect'] },
    });
    expect(brief(played)).toEqual(['created 1', 'unknown ANSWER_LOST']);
    expect(played.summary.stops.map(({ code }) => code)).toEqual(['UNREACHABLE']);
    expect(played.summary.durationMs).toBeLessThan(40_000);
  });

  it('ends at once when the run is to end', async () => {
    const script = { lead1: [ok(1)], '*': ['connect' as const] };
    const played = await play({ leads: [{}, {}, {}], script, drainAt: 5_000 });
    expect(played.summary.durationMs).toBeLessThan(5_200);
    expect(played.summary.counts).toMatchObject({ created: 1, failed: 2 });
  });
});

describe('refused credentials', () => {
  const refused = (date: number, signed = true) => {
    const base = endpoint('ask');
    const headers = { date: new Date(date).toUTCString() };
    const request: ProviderClient['request'] = (payload, nowSeconds) => ({
      ...base.request(payload, nowSeconds),
      body: signed ? String(nowSeconds) : null,
    });
    return play({
      leads: [{}],
      target: { endpoint: { ...base, request } },
      script: { lead1: [http(401, headers)] },
    });
  };
  const start = new World(1).now;

  it('with a clock that is off, under a signature of the time: says the clock, not the key', async () => {
    const { results, summary } = await refused(start + 15 * 60_000);
    const message = results[0]?.errors[0]?.message ?? '';
    expect(message).toMatch(/clock is 15 minutes behind the provider's/);
    expect(message).not.toMatch(/Check the key/);
    expect(summary.stops).toMatchObject([{ message: expect.stringMatching(/clock/), clockIsOff: true }]);
  });

  it.each<[string, number, boolean, RegExp]>([
    ['a clock that is right', 0, true, /Check the key of target "t1"\.$/],
    ['a clock within a minute', 50_000, true, /Check the key of target "t1"\.$/],
    ['no time under the signature', -3_600_000, false, /Check the key.*clock is 60 minutes ahead/],
  ])('with %s', async (_, off, signed, expected) => {
    const { results } = await refused(start + off, signed);
    expect(results[0]?.errors[0]?.message).toMatch(expected);
  });
});

describe('a defect of ours', () => {
  const many = Array.from({ length: 20 }, () => ({}));
  const broken = () => {
    throw new TypeError('cannot read x');
  };
  it.each<[string, Partial<ProviderClient>, string]>([
    ['before a request leaves: it was not sent', { request: broken }, 'failed NOT_SENT'],
    ['in the payload: it was not sent', { payload: broken }, 'failed NOT_SENT'],
    ['while the answer is read: it may have arrived', { read: broken }, 'unknown ANSWER_LOST'],
  ])('%s, and the run goes on to its end', async (_, part, expected) => {
    const played = await play({ leads: many, target: { endpoint: { ...endpoint('ask'), ...part } } });
    expect(new Set(brief(played))).toEqual(new Set([expected]));
    expect(played.results[0]?.errors[0]?.message).toMatch(/Internal error: cannot read x/);
  });
});

describe('a target stops', () => {
  const many = Array.from({ length: 30 }, () => ({}));
  it.each<[string, Play, string, string]>([
    [
      'on refused credentials',
      { leads: many, target: { concurrency: 1 }, script: { '*': [http(401)] } },
      'CREDENTIALS_REFUSED',
      'failed CREDENTIALS_REFUSED',
    ],
    [
      'on a redirect',
      { leads: many, target: { concurrency: 1 }, script: { '*': [http(302)] } },
      'REDIRECTED',
      'failed REDIRECTED',
    ],
    [
      'when nobody listens',
      { leads: many, target: { concurrency: 1 }, script: { '*': ['connect'] } },
      'UNREACHABLE',
      'failed UNREACHABLE',
    ],
    [
      'on a Retry-After of an hour',
      { leads: many, target: { concurrency: 1 }, script: { '*': [http(503, { 'retry-after': '3600' })] } },
      'PROVIDER_ERROR',
      'failed NOT_SENT',
    ],
    [
      'on ten minutes of 429',
      { leads: many, target: { concurrency: 1 }, script: { '*': [http(429)] } },
      'PROVIDER_ERROR',
      'failed NOT_SENT',
    ],
  ])('%s', async (_, what, code, first) => {
    const played = await play(what);
    expect(played.summary.stops.map((stop) => stop.code)).toEqual([code]);
    expect(brief(played)[0]).toBe(first);
    expect(new Set(brief(played).slice(code === 'UNREACHABLE' ? 10 : 1))).toEqual(
      new Set(['failed NOT_SENT']),
    );
    expect(played.summary.counts.failed).toBe(30);
  });

  it.each([
    ['in the middle of a pause', [http(429, { 'retry-after': '15' })], 20_000, 'PROVIDER_ERROR'],
    ['in one of our own', [http(503)], 20_000, 'PROVIDER_ERROR'],
    ['not while it answers', [http(429), http(429), ok(7)], null, null],
  ])('when the time that a person gave is over, %s', async (_, answers, ms, code) => {
    const played = await play({ leads: [{}], target: { maxWaitMs: 20_000 }, script: { lead1: answers } });
    expect(played.summary.stops.map((stop) => stop.code)).toEqual(code === null ? [] : [code]);
    if (ms !== null) expect(Math.abs(played.summary.durationMs - ms)).toBeLessThan(500);
    else expect(played.summary.durationMs).toBeLessThan(10_000);
  });

  it('while one is to be sent again, whose answer was lost: it says what came since', async () => {
    const script = { lead1: ['reset' as const, http(429)] };
    const played = await play({
      leads: [{}],
      target: { maxWaitMs: 20_000 },
      reconciliation: 'resend',
      script,
    });
    expect(brief(played)).toEqual(['unknown ANSWER_LOST']);
    expect(played.results[0]?.errors[0]?.message).toContain(
      'it was not sent again: the provider answered nothing but "slow down" (HTTP 429) for 20 seconds.',
    );
  });

  it('after ten connection failures in a row, if it never answered', async () => {
    const played = await play({ leads: many, target: { retries: 50 }, script: { '*': ['connect'] } });
    expect(played.summary.stops.map((stop) => stop.code)).toEqual(['UNREACHABLE']);
    expect(played.requests.length).toBeLessThan(20);
    expect(played.summary.durationMs).toBeLessThan(20_000);
  });

  it('when it has answered and cannot be connected to for half a minute', async () => {
    const script = { lead1: [ok(1)], '*': ['connect' as const] };
    const played = await play({ leads: many, script });
    expect(played.summary.stops.map((stop) => stop.code)).toEqual(['UNREACHABLE']);
    expect(played.summary.counts).toMatchObject({ created: 1, failed: 29, unknown: 0 });
    expect(played.summary.durationMs).toBeGreaterThanOrEqual(30_000);
    expect(played.summary.durationMs).toBeLessThan(35_000);
    // It knocks, and no more.
    expect(played.requests.length).toBeLessThan(90);
    expect(new Set(brief(played).slice(1))).toEqual(new Set(['failed UNREACHABLE', 'failed NOT_SENT']));
  });

  it('on a Retry-After of ten days, also while a lost answer waits to be asked about', async () => {
    const long = http(429, { 'retry-after': '864000' });
    const script = { lead1: [ok(1)], lead2: [http(500)], '*': [long] };
    const played = await play({ leads: many, script, asks: { lead2: [long] } });
    expect(played.summary.stops).toMatchObject([
      { code: 'PROVIDER_ERROR', message: expect.stringMatching(/wait 10 days/) },
    ]);
    expect(played.summary.durationMs).toBeLessThan(10_000);
    const other = await play({
      leads: [{}, {}],
      script: { lead1: ['reset'], lead2: [long] },
      target: { concurrency: 2 },
    });
    expect(brief(other)).toEqual(['unknown ANSWER_LOST', 'failed NOT_SENT']);
    expect(other.results[0]?.errors[0]?.message).toMatch(/stopped before the provider could tell: .*10 days/);
    expect(other.summary.durationMs).toBeLessThan(10_000);
  });

  it('at --max-failures, invalid ones included', async () => {
    const played = await play({
      leads: ['invalid', {}, {}, ...many],
      target: { concurrency: 1 },
      script: { lead2: [http(422)] },
      options: { maxFailures: 2 },
    });
    expect(played.summary.maxFailuresReached).toBe(true);
    expect(brief(played).slice(0, 2)).toEqual(['invalid PHONE_MISSING', 'rejected PROVIDER_REJECTED']);
    // The one beside it may have left already.
    expect(played.summary.counts.failed).toBeGreaterThanOrEqual(30);
  });

  it('while another goes on', async () => {
    const played = await play({ leads: [{}, {}, {}], targets: 2, target: { concurrency: 1 } });
    expect(played.results.map((result) => result.target)).toEqual(['t1', 't2', 't1', 't2', 't1', 't2']);
    expect(played.summary.counts.created).toBe(6);
  });
});

describe('more records than are read ahead', () => {
  it.each([1, 2])('all go, to %i targets', async (targets) => {
    const played = await play({ leads: Array.from({ length: 2_000 }, () => ({})), targets });
    expect(played.summary.counts.created).toBe(2_000 * targets);
  });
});

describe('duplicates', () => {
  const duplicate = { phone: '+919800000001', name: 'duplicate' };
  it.each<[string, Script, Script | undefined, string[]]>([
    ['created', { duplicate: [ok(5)] }, undefined, ['created 5', 'duplicate 5', 'duplicate 5']],
    [
      'failed',
      { duplicate: [http(425)] },
      undefined,
      ['failed PROVIDER_ERROR', 'failed NOT_SENT', 'failed NOT_SENT'],
    ],
    [
      'unknown',
      { duplicate: ['reset'] },
      { duplicate: [http(500)] },
      ['unknown ANSWER_LOST', 'unknown ANSWER_LOST', 'unknown ANSWER_LOST'],
    ],
    [
      'rejected, then the second goes',
      { duplicate: [http(422), ok(6)] },
      undefined,
      ['rejected PROVIDER_REJECTED', 'created 6', 'duplicate 6'],
    ],
  ])('of one that is %s', async (_, script, asks, expected) => {
    const played = await play({
      leads: [duplicate, duplicate, duplicate],
      script,
      ...(asks === undefined ? {} : { asks }),
    });
    expect(brief(played)).toEqual(expected);
  });

  it('are found when the first is long done', async () => {
    const disk = emptyDisk();
    const leads = [duplicate, ...Array.from({ length: 40 }, () => ({})), duplicate];
    const played = await play({ leads, disk, target: { concurrency: 1 }, script: { duplicate: [ok(5)] } });
    expect(played.results.at(-1)).toMatchObject({
      status: 'duplicate',
      leadId: '5',
      duplicateOf: { by: 'input', record: 1, file: 'leads.csv' },
    });
  });

  it('two campaigns of one phone are two leads, never in progress at once', async () => {
    const leads = ['a', 'b', 'c'].map((campaign) => ({ phone: '+919800000001', name: campaign, campaign }));
    const played = await play({ leads, latencyMs: 50 });
    expect(played.summary.counts.created).toBe(3);
    const at = played.requests.map((request) => request.at);
    for (let i = 1; i < at.length; i++) expect((at[i] ?? 0) - (at[i - 1] ?? 0)).toBeGreaterThanOrEqual(50);
  });
});

describe('memory across runs', () => {
  it('sends only what is new', async () => {
    const disk = emptyDisk();
    await play({ leads: [{}, {}], disk, run: 'RUN1' });
    const second = await play({ leads: [{}, {}, {}], disk, run: 'RUN2' });
    expect(brief(second).map((line) => line.split(' ')[0])).toEqual(['duplicate', 'duplicate', 'created']);
    expect(second.results[0]?.duplicateOf).toMatchObject({ by: 'ledger', run: 'RUN1', record: 1 });
    expect(second.requests.length).toBe(1);
  });

  it('sends it all again with --resend, but no duplicate twice', async () => {
    const disk = emptyDisk();
    const duplicate = { phone: '+919800000001' };
    await play({ leads: [duplicate], disk, run: 'RUN1' });
    const second = await play({
      leads: [duplicate, duplicate],
      disk,
      run: 'RUN2',
      options: { resend: true },
    });
    expect(brief(second).map((line) => line.split(' ')[0])).toEqual(['created', 'duplicate']);
  });

  it('many known ones are looked up together', async () => {
    const disk = emptyDisk();
    const leads = Array.from({ length: 80 }, () => ({}));
    await play({ leads, disk, run: 'RUN1' });
    const second = await play({ leads: [...leads, {}, {}], disk, run: 'RUN2' });
    expect(second.summary.counts).toMatchObject({ duplicate: 80, created: 2 });
  });

  it('sends again what failed or was rejected', async () => {
    const disk = emptyDisk();
    await play({ leads: [{}, {}], disk, run: 'RUN1', script: { lead1: [http(422)], lead2: [http(425)] } });
    const second = await play({ leads: [{}, {}], disk, run: 'RUN2' });
    expect(second.summary.counts.created).toBe(2);
  });

  it.each<[string, Step, string, number]>([
    ['found', ok(44), 'created 44', 0],
    ['absent', { ...ok(1), body: 'none' }, 'created', 1],
    ['unclear', http(500), 'unknown ANSWER_LOST', 0],
  ])('what a dead run left in progress is asked about first: %s', async (_, answer, expected, posts) => {
    const disk = emptyDisk();
    await play({ leads: [{}], disk, run: 'RUN1', script: { lead1: ['timeout'] }, abortAt: 500 });
    const row = [...disk.keys.values()][0];
    if (row === undefined) throw new Error('nothing was claimed');
    row.state = 'sending';
    const second = await play({ leads: [{}], disk, run: 'RUN2', asks: { lead1: [answer] } });
    expect(brief(second)[0]).toContain(expected);
    expect(second.requests.filter((request) => request.method === 'POST').length).toBe(posts);
    expect(second.requests[0]?.method).toBe('GET');
  });

  it('an unknown one is never sent silently, but on request', async () => {
    const disk = emptyDisk();
    const lost = { script: { lead1: ['reset' as const] }, asks: { lead1: [http(500)] } };
    await play({ leads: [{}], disk, run: 'RUN1', ...lost });
    const second = await play({ leads: [{}], disk, run: 'RUN2', asks: { lead1: [http(500)] } });
    expect(brief(second)).toEqual(['unknown ANSWER_LOST']);
    expect(second.requests.every((request) => request.method === 'GET')).toBe(true);
    const third = await play({
      leads: [{}],
      disk,
      run: 'RUN3',
      asks: { lead1: [http(500)] },
      options: { resendUnknown: true },
    });
    expect(third.summary.counts.created).toBe(1);
    // Asked first, as often as before.
    expect(third.requests.map(({ method }) => method)).toEqual([
      ...second.requests.map(({ method }) => method),
      'POST',
    ]);
    expect(third.results[0]?.warnings).toMatchObject([
      { code: 'EARLIER_ATTEMPT_UNCERTAIN', message: expect.stringContaining('may be there twice') },
    ]);
  });

  it.each<[string, Partial<Play>]>([
    ['the provider has no such lead', { asks: { lead1: [{ ...ok(1), body: 'none' }] } }],
    ['sending it again is what tells', { reconciliation: 'resend' }],
  ])('one that is wanted again is surely there once: %s', async (_, how) => {
    const disk = emptyDisk();
    await play({ leads: [{}], disk, run: 'RUN1', script: { lead1: ['timeout'] }, abortAt: 500 });
    const again = { leads: [{}], disk, run: 'RUN2', options: { resendUnknown: true } };
    const { results } = await play({ ...again, ...how });
    expect(results).toMatchObject([{ status: 'created', warnings: [] }]);
  });

  it('an unknown one that is wanted again stays unknown until an answer tells', async () => {
    const disk = emptyDisk();
    const lost = { script: { lead1: ['reset' as const] }, asks: { lead1: [http(500)] } };
    await play({ leads: [{}], disk, run: 'RUN1', ...lost });
    const again = { leads: [{}], disk, asks: { lead1: [http(500)] }, options: { resendUnknown: true } };
    // Stopped before it was sent; refused; out of reach: none of these tells what became of the first.
    const interrupted = await play({ ...again, run: 'RUN2', latencyMs: 100, drainAt: 50 });
    expect(interrupted.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(brief(interrupted)).toEqual(['unknown ANSWER_LOST']);
    const refused = await play({ ...again, run: 'RUN3', script: { lead1: [http(422)] } });
    expect(brief(refused)).toEqual(['unknown ANSWER_LOST']);
    const unreachable = await play({ ...again, run: 'RUN4', script: { lead1: ['connect'] } });
    expect(brief(unreachable)).toEqual(['unknown ANSWER_LOST']);
    const sent = await play({ ...again, run: 'RUN5', script: { lead1: [ok(7)] } });
    expect(brief(sent)).toEqual(['created 7']);
  });

  it.each<[string, Partial<Play>]>([
    ['a run that is interrupted', { drainAt: 30 }],
    ['a run whose key is refused', { asks: { '*': [http(401)] } }],
  ])('%s does not ask about all that earlier runs left', async (_, how) => {
    const disk = emptyDisk();
    const leads = Array.from({ length: 200 }, () => ({}));
    await play({ leads, disk, run: 'RUN1', script: { '*': ['reset'] }, asks: { '*': [http(500)] } });
    const second = await play({ leads, disk, run: 'RUN2', ...how });
    expect(second.requests.length).toBeLessThan(20);
    // What was not asked about is still not known; none of it may be called safe to send again and lose that.
    const third = await play({ leads, disk, run: 'RUN3', asks: { '*': [ok(3)] } });
    expect(third.requests.every(({ method }) => method === 'GET')).toBe(true);
    expect(third.summary.counts.created + third.summary.counts.duplicate).toBe(200);
  });

  it('waits for a key that another living run is sending', async () => {
    const disk = emptyDisk();
    await play({ leads: [{}], disk, run: 'OTHER', script: { lead1: [ok(3)] } });
    const row = [...disk.keys.values()][0];
    if (row === undefined) throw new Error('nothing was claimed');
    row.state = 'sending';
    let asked = 0;
    const second = await play({
      leads: [{}],
      disk,
      run: 'RUN2',
      alive: (run) => {
        if (run === 'OTHER' && ++asked === 3) row.state = 'created';
        return run === 'OTHER';
      },
    });
    expect(second.results[0]).toMatchObject({
      status: 'duplicate',
      leadId: '3',
      duplicateOf: { by: 'ledger', run: 'OTHER' },
    });
    expect(second.requests).toEqual([]);
  });
});

describe('a claim that was taken over by lease', () => {
  /** OTHER claimed the lead, and has not renewed its lease for long. */
  async function left(): Promise<{ disk: ModelDisk; row: KeyRow }> {
    const disk = emptyDisk();
    await play({ leads: [{}], disk, run: 'OTHER', script: { lead1: [ok(3)] } });
    const [row] = disk.keys.values();
    const other = disk.runs.get('OTHER');
    if (row === undefined || other === undefined) throw new Error('nothing was claimed');
    row.state = 'sending';
    disk.runs.set('OTHER', { ...other, renewedAt: -200_000 });
    return { disk, row };
  }
  const absent = { ...ok(0), body: 'none' };
  const again = { leads: [{}], asks: { '*': [absent] }, run: 'RUN2', alive: () => 'silent' as const };

  it('is looked at when there is a permit: the paused run may have woken while one was waited for', async () => {
    for (let wakesAt = 21_000; wakesAt < 40_000; wakesAt += 2_000) {
      const { disk, row } = await left();
      const wakes = () => {
        disk.keys.set(row.claim.key, { ...row, state: 'created', run: 'OTHER' });
      };
      const played = await play({
        ...again,
        leads: Array.from({ length: 10 }, () => ({})),
        disk,
        target: { concurrency: 1 },
        latencyMs: 4_000,
        meanwhile: [wakesAt, wakes],
      });
      const sent = played.requests.filter(({ name, method }) => name === 'lead1' && method === 'POST');
      expect(sent.filter(({ at }) => at > wakesAt)).toEqual([]);
      expect(brief(played)[0]).toMatch(sent.length === 0 ? 'duplicate 3' : 'created');
    }
  });

  it('does not wait for ever for what this machine lacks', async () => {
    const { disk } = await left();
    const played = await play({ ...again, disk, script: { '*': ['local'] } });
    expect(brief(played)).toEqual(['failed NOT_SENT']);
    expect(played.summary.stops).toMatchObject([{ code: 'NOT_SENT' }]);
  });
});

describe('a run that was paused while its request was in progress', () => {
  /** Its claim is still its own: nobody took it over. */
  async function paused(p: Omit<Play, 'leads'>): Promise<Played> {
    let now = 0;
    const onRequest = () => {
      now = 50_000;
    };
    return play({ ...p, leads: [{}], leaseTime: () => now, onRequest });
  }
  const methods = ({ requests }: Played) => requests.map(({ method }) => method).join(' ');
  const absent = { ...ok(0), body: 'none' };
  const lost: readonly (readonly [string, Step])[] = [
    ['no answer', 'timeout'],
    ['a reset', 'reset'],
    ['HTTP 500', http(500)],
    ['HTTP 502', http(502)],
    ['an answer that does not tell', { ...ok(0), body: 'ok' }],
  ];

  it.each(lost)('asks what became of it before it sends again: %s', async (_, step) => {
    const arrived = await paused({ script: { lead1: [step, ok(9)] }, asks: { lead1: [ok(5)] } });
    expect(brief(arrived)).toEqual(['created 5']);
    expect(methods(arrived)).toBe('POST GET');
    const gone = await paused({ script: { lead1: [step, ok(9)] }, asks: { lead1: [absent] } });
    expect(brief(gone)).toEqual(['created 9']);
    expect(methods(gone)).toBe('POST GET GET POST');
    const unclear = await paused({ script: { lead1: [step, ok(9)] }, asks: { lead1: [http(418)] } });
    expect(brief(unclear)).toEqual(['unknown ANSWER_LOST']);
    expect(unclear.results[0]?.errors[0]?.message).toContain(
      'this run was paused before it could tell. Asked',
    );
    expect(methods(unclear)).toBe('POST GET');
  });

  it.each(lost)('keeps the doubt where only sending again can tell: %s', async (_, step) => {
    const resend = (answer: HttpAnswer) =>
      paused({ reconciliation: 'resend', script: { lead1: [step, answer] } });
    expect((await resend({ ...ok(0), body: 'dup7' })).results[0]?.warnings[0]?.code).toBe(
      'EARLIER_ATTEMPT_UNCERTAIN',
    );
    expect(brief(await resend(http(400)))).toEqual(['unknown ANSWER_LOST']);
    expect(brief(await resend(http(401)))).toEqual(['unknown ANSWER_LOST']);
  });

  it('trusts an answer that tells', async () => {
    const played = await paused({ script: { lead1: [ok(9)] } });
    expect(brief(played)).toEqual(['created 9']);
    expect(methods(played)).toBe('POST');
  });
});

it('a request that was withheld keeps the doubt about the one before', async () => {
  const played = await play({
    leads: [{}],
    reconciliation: 'resend',
    script: { lead1: ['reset', 'withheld', http(400)] },
  });
  expect(brief(played)).toEqual(['unknown ANSWER_LOST']);
});

it('a request that was withheld gives no retries back', async () => {
  const tooEarly = http(425);
  const played = await play({
    leads: [{}],
    script: { lead1: [tooEarly, 'withheld', tooEarly, ok(4)] },
    target: { retries: 1 },
  });
  expect(brief(played)).toEqual(['failed PROVIDER_ERROR']);
  expect(played.requests).toHaveLength(3);
});

describe('a lease that ran out while an answer was lost', () => {
  it('asks what became of it, once the claim is known to be ours, before it sends again', async () => {
    const played = await play({
      leads: [{}],
      script: { lead1: ['timeout', ok(8)] },
      asks: { lead1: [ok(9)] },
      lapsesAt: 29_999,
    });
    expect(brief(played)).toEqual(['created 9']);
    expect(played.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it.each<[Step, string]>([
    [http(422), 'unknown ANSWER_LOST'],
    [{ ...ok(1), body: 'dup5' }, 'duplicate 5'],
  ])('forgets no doubt where only sending again tells', async (answer, expected) => {
    const played = await play({
      leads: [{}],
      reconciliation: 'resend',
      script: { lead1: ['reset', 'withheld', answer] },
    });
    expect(brief(played)).toEqual([expected]);
    if (expected.startsWith('duplicate')) {
      expect(played.results[0]?.warnings).toMatchObject([{ code: 'EARLIER_ATTEMPT_UNCERTAIN' }]);
    }
  });
});

describe('the end', () => {
  const many = Array.from({ length: 50 }, () => ({}));
  it('drains at the first signal: what is in progress finishes, nothing more is sent', async () => {
    const played = await play({ leads: many, latencyMs: 100, drainAt: 150 });
    expect(played.summary.interrupted).toBe('SIGINT');
    const total = Object.values(played.summary.counts).reduce((sum, n) => sum + n, 0);
    expect(total).toBe(played.summary.records);
    expect(played.summary.counts.created).toBe(played.requests.length);
    expect(played.summary.counts.unknown).toBe(0);
  });

  it('aborts at the second: what is in progress is unknown', async () => {
    const played = await play({ leads: many, latencyMs: 10_000, drainAt: 150, abortAt: 300 });
    expect(played.summary.counts.unknown).toBe(4);
    expect(played.summary.durationMs).toBeLessThan(1000);
  });

  it.each<[string, Step]>([
    ['to connect', 'connect'],
    ['to be taken', http(425)],
  ])('does not wait for the next try of what failed %s', async (_, step) => {
    const script = { '*': [ok(1), step] };
    const played = await play({ leads: many, target: { retries: 50 }, script, drainAt: 3_000 });
    const slow = await play({
      leads: [{}],
      target: { retries: 50 },
      script: { '*': [step] },
      drainAt: 60_000,
    });
    expect(played.summary.durationMs).toBeLessThan(3_100);
    expect(slow.summary.durationMs).toBeLessThan(60_100);
    expect(slow.results[0]?.status).toBe('failed');
  });

  it('asks about what is in progress while it drains', async () => {
    const played = await play({
      leads: [{}],
      latencyMs: 200,
      drainAt: 100,
      script: { lead1: ['reset'] },
      asks: { lead1: [ok(9)] },
    });
    expect(brief(played)).toEqual(['created 9']);
  });

  it('sends nothing again while it drains', async () => {
    const common = { leads: [{}], latencyMs: 200, drainAt: 100, script: { lead1: ['reset' as const] } };
    const asked = await play({ ...common, asks: { lead1: [{ ...ok(1), body: 'none' }] } });
    expect(brief(asked)).toEqual(['failed NOT_SENT']);
    const resent = await play({ ...common, reconciliation: 'resend' });
    expect(brief(resent)).toEqual(['unknown ANSWER_LOST']);
    for (const { requests } of [asked, resent]) {
      expect(requests.filter(({ method }) => method === 'POST').length).toBe(1);
    }
  });

  it('ends quietly when nobody reads any more', async () => {
    const played = await play({ leads: many, goneAfter: 3 });
    expect(played.summary.interrupted).toBe('EPIPE');
    expect(played.requests.length).toBeLessThan(30);
  });

  it('sends no more when results cannot be written, and finishes what is in progress', async () => {
    const disk = emptyDisk();
    const played = await play({ leads: many, brokenAfter: 3, disk });
    expect(played.emitError).toEqual(new Error('no space left'));
    expect(played.summary.interrupted).toBeNull();
    expect(played.requests.length).toBeLessThan(30);
    expect(played.summary.counts.created).toBe(played.requests.length);
    const again = await play({ leads: many, disk, run: 'RUN2' });
    expect(again.requests.length).toBe(50 - played.requests.length);
  });

  it('stops before the next request when the ledger cannot be written', async () => {
    const played = await play({ leads: many, writesLeft: 4 });
    expect(played.summary.ledgerFailure).toMatch(/full/);
    expect(played.results.length).toBe(50);
    expect(played.summary.counts.created).toBe(played.requests.length);
    expect(played.summary.counts.failed).toBe(50 - played.requests.length);
  });

  it('accounts for every record, in order', async () => {
    const leads = many.map((lead, i) =>
      i % 7 === 0 ? ('invalid' as const) : i % 11 === 0 ? ('skipped' as const) : lead,
    );
    const played = await play({ leads, targets: 2 });
    expect(played.results.map((result) => result.seq)).toEqual(leads.flatMap((_, i) => [i * 2, i * 2 + 1]));
    const total = Object.values(played.summary.counts).reduce((sum, n) => sum + n, 0);
    expect(total).toBe(100);
  });

  it('a canary goes alone, and stops the rest when it is filed wrongly', async () => {
    const looked: string[] = [];
    const played = await play({
      leads: many,
      script: { lead1: [http(422)] },
      canary: async (_, submission) => {
        looked.push(submission.lead.name ?? '');
        return 'it was filed under another project.';
      },
    });
    expect(looked).toEqual(['lead2']);
    expect(played.requests.map((request) => request.name)).toEqual(['lead1', 'lead2']);
    expect(played.summary.stops.map((stop) => stop.code)).toEqual(['CANARY_REFUSED']);
  });

  it('a canary that cannot be looked at stops the rest', async () => {
    const played = await play({
      leads: many,
      canary: () => Promise.reject(new Error('no way to look')),
    });
    expect(played.summary.counts).toMatchObject({ created: 1, failed: 49 });
    expect(played.summary.stops).toMatchObject([
      { code: 'CANARY_REFUSED', message: expect.stringMatching(/no way to look/) },
    ]);
  });
});
