// Every fault over real HTTP: what the client sees, and whether the provider has the lead.
import { describe, expect, it } from 'vitest';
import { drawFault, FAULT_KINDS, parseFaults } from '../../src/sandbox/faults.ts';
import { Gate } from '../../src/sandbox/gate.ts';
import { seededRandom } from '../../src/sandbox/random.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { anarockUrl, ask, contact, credentialsOf, FULL, push, sandboxFor, signed, told } from './tools.ts';

/** What a client with a time limit sees: a status and the start of the body, or how the connection ended. */
async function seen(answer: Promise<{ status: number; text: string }>, limitMs = 10_000): Promise<string> {
  const limit = new Promise<string>((resolve) => setTimeout(resolve, limitMs, 'nothing').unref());
  const outcome = answer.then(
    ({ status, text }) => `${status} ${text.slice(0, 20)}`.trim(),
    (error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    },
  );
  return Promise.race([outcome, limit]);
}

/** Long where something is to come, so that a busy machine does not turn it into nothing. */
const patience = (client: string) => (client === 'nothing' ? 150 : 10_000);
const STATUS = (status: number) => `${status} {"status":"ERROR","m`;
const CREATED = '200 {"status":"OK","mess';

describe('of lead posts', () => {
  it.each([
    // [fault, what the client sees, leads taken]
    ['reset', 'ECONNRESET', 0],
    ['lost', 'ECONNRESET', 1],
    ['timeout', 'nothing', 1],
    ['stall', 'nothing', 0],
    ['429', STATUS(429), 0],
    ['503', STATUS(503), 0],
    ['500', STATUS(500), 0],
    ['502', STATUS(502), 0],
    ['504', STATUS(504), 0],
    ['408', STATUS(408), 0],
    ['402', STATUS(402), 0],
    ['550', STATUS(550), 0],
    ['500lost', STATUS(500), 1],
    ['504lost', STATUS(504), 1],
    ['401', '401 {"status":"UNAUTHOR', 0],
    ['auth200', '200 {"status":false,"err', 0],
    ['garbage', CREATED, 1],
    ['html', '200 <!DOCTYPE html><html', 1],
    ['empty', '200', 1],
    ['partial', 'UND_ERR_SOCKET', 1],
    ['redirect', '302', 0],
    ['slow', 'nothing', 1],
  ])('%s: %s', async (fault, client, leads) => {
    const sandbox = await sandboxFor({ faults: `${fault}:1` });
    const outcome = await seen(push(sandbox), patience(client));
    // Longer starts of a body than the table gives are fine.
    expect(outcome.slice(0, client.length)).toBe(client);
    await expect.poll(() => sandbox.requests().faults).toEqual({ [fault]: 1 });
    expect(sandbox.leads()).toHaveLength(leads);
    expect(sandbox.requests()).toMatchObject({ posts: 1, created: leads, faults: { [fault]: 1 } });
  });

  it('slow and late take their time from @', async () => {
    const slow = await sandboxFor({ faults: 'slow:1@50' });
    const start = performance.now();
    expect((await push(slow)).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
    const late = await sandboxFor({ faults: 'late:1@50' });
    expect(await seen(push(late))).toBe('ECONNRESET');
    expect(late.leads()).toHaveLength(0);
    await expect.poll(() => late.leads().length, { interval: 5 }).toBe(1);
  });

  it('half an answer is a whole head and half a body', async () => {
    const sandbox = await sandboxFor({ faults: 'partial:1' });
    const body = new URLSearchParams({ ...FULL, ...signed(credentialsOf(sandbox).anarock.key) });
    const response = await fetch(anarockUrl(sandbox), { method: 'POST', body });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '64']);
    await expect(response.text()).rejects.toThrow();
  });

  it('Retry-After is seconds, or a date', async () => {
    const now = Date.parse('2026-10-05T08:33:22.500Z');
    const headers = async (faults: string) =>
      (await push(await sandboxFor({ faults, clock: () => now }))).headers.get('retry-after');
    expect(await headers('429:1')).toBeNull();
    expect(await headers('429:1@3')).toBe('3');
    expect(await headers('503:1@120')).toBe('120');
    expect(await headers('429date:1')).toBe('Mon, 05 Oct 2026 08:33:24 GMT');
    expect(await headers('503date:1@10')).toBe('Mon, 05 Oct 2026 08:33:33 GMT');
  });

  it('a followed redirect is counted', async () => {
    const sandbox = await sandboxFor({ faults: 'redirect:1' });
    const body = new URLSearchParams({ ...FULL, ...signed(credentialsOf(sandbox).anarock.key) });
    await (await fetch(anarockUrl(sandbox), { method: 'POST', body })).text();
    expect(sandbox.requests().followed).toBe(1);
    expect(sandbox.leads()).toHaveLength(0);
  });

  it("are Paramantra's, too, in its words", async () => {
    expect((await contact(await sandboxFor({ faults: '401:1' }))).json).toEqual({
      status: false,
      error: 'Not authorized',
    });
    const sandbox = await sandboxFor({ faults: 'lost:1' });
    expect(await seen(contact(sandbox))).toBe('ECONNRESET');
    expect(await seen(contact(sandbox))).toBe('ECONNRESET');
    expect(sandbox.requests()).toMatchObject({ created: 1, duplicate: 1, faults: { lost: 2 } });
  });

  it('do not hide a refusal: what is not acceptable cannot get lost', async () => {
    const sandbox = await sandboxFor({ faults: 'lost:1' });
    expect((await push(sandbox, { hash: 'wrong' })).status).toBe(401);
    expect((await push(sandbox, { phone: '' })).status).toBe(422);
    expect(sandbox.requests()).toMatchObject({ unauthorized: 1, invalid: 1, faults: {} });
  });

  it('come as often as they should, and the same for a seed', async () => {
    const faults = parseFaults('reset:0.1,lost:0.2,429:0.3@1').posts;
    const draws = (seed: number) => {
      const random = seededRandom(seed, 1);
      return Array.from({ length: 20_000 }, () => drawFault(faults, random())?.name ?? 'none');
    };
    const drawn = draws(1);
    for (const [name, share] of [
      ['reset', 0.1],
      ['lost', 0.2],
      ['429', 0.3],
      ['none', 0.4],
    ] as const) {
      expect(drawn.filter((one) => one === name).length / 20_000).toBeCloseTo(share, 1.6);
    }
    expect(draws(5)).toEqual(draws(5));
    expect(draws(5)).not.toEqual(draws(6));
  });
});

describe('of last-lead-data', () => {
  it.each([
    ['ask-500', STATUS(500)],
    ['ask-429', STATUS(429)],
    ['ask-401', '401 {"status":"UNAUTHOR'],
    ['ask-html', '200 <!DOCTYPE html><html'],
    ['ask-garbage', CREATED],
    ['ask-empty', '200'],
    ['ask-reset', 'ECONNRESET'],
    ['ask-stall', 'nothing'],
    ['ask-slow', 'nothing'],
    ['ask-partial', 'UND_ERR_SOCKET'],
    ['ask-absent', '404 {"status":"NOT_FOUND'],
  ])('%s: %s', async (fault, client) => {
    const sandbox = await sandboxFor({ faults: `${fault}:1` });
    expect((await push(sandbox)).status).toBe(200);
    const outcome = await seen(ask(sandbox, FULL.phone), patience(client));
    expect(outcome.slice(0, client.length)).toBe(client);
    expect(sandbox.requests()).toMatchObject({ asks: 1, faults: { [fault]: 1 } });
  });

  it('a lag shows the lead before first', async () => {
    let now = 1_790_000_000_000;
    const sandbox = await sandboxFor({ faults: 'lag:500', clock: () => now });
    const asked = async () =>
      (await ask(sandbox, FULL.phone, signed(credentialsOf(sandbox).anarock.key, now))).json;
    const post = () => push(sandbox, signed(credentialsOf(sandbox).anarock.key, now));
    await post();
    expect(await asked()).toMatchObject({ response: null });
    now += 500;
    expect(await asked()).toMatchObject({ response: { lead_id: 17863 } });
    await post();
    expect(await asked()).toMatchObject({ response: { lead_id: 17863 } });
    now += 500;
    expect(await asked()).toMatchObject({ response: { lead_id: 17864 } });
  });
});

describe('overload', () => {
  const many = (sandbox: Sandbox, count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await push(sandbox)).status));

  it('503 beyond so many at once', async () => {
    const sandbox = await sandboxFor({ faults: 'concurrent:3', latencyMs: 250 });
    expect((await many(sandbox, 8)).sort()).toEqual([200, 200, 200, 503, 503, 503, 503, 503]);
    expect(await many(sandbox, 3)).toEqual([200, 200, 200]);
    expect(sandbox.requests()).toMatchObject({ posts: 11, overConcurrent: 5 });
    expect(sandbox.requests().mostAtOnce).toBeGreaterThanOrEqual(3);
    expect(sandbox.leads()).toHaveLength(6);
  });

  it('429 beyond so many a second', async () => {
    const sandbox = await sandboxFor({ faults: 'rate:5@2' });
    const answers = await Promise.all(Array.from({ length: 9 }, () => push(sandbox)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['2', '2', '2', '2']);
    expect(sandbox.requests()).toMatchObject({ overRate: 4, created: 1, duplicate: 4 });
  });

  it('counts a window that slides', () => {
    const gate = new Gate();
    const limits = parseFaults('rate:2');
    const at = [0, 900, 950, 1_000, 1_001, 1_899, 1_900, 2_000, 2_001];
    expect(at.map((ms) => gate.enter(limits, ms) ?? 'in')).toEqual([
      'in',
      'in',
      'rate',
      'in',
      'rate',
      'rate',
      'in',
      'in',
      'rate',
    ]);
    for (let ms = 10_000; ms < 30_000; ms += 500) expect(gate.enter(limits, ms)).toBeNull();
  });
});

describe('a list', () => {
  it.each([
    ['', 0, 0],
    [' reset:0.05 , lost:.05,', 2, 0],
    ['429:0.1@1,429date:0.1@2,503:0.1', 3, 0],
    ['ask-500:1,ask-absent:0,reset:1', 1, 2],
  ])('"%s" is understood', (text, posts, asks) => {
    const faults = parseFaults(text);
    expect([faults.posts.length, faults.asks.length]).toEqual([posts, asks]);
  });

  it.each([
    ['reset', 'expected KIND:RATE'],
    ['reset=0.1', 'expected KIND:RATE'],
    ['reset:ten', 'expected KIND:RATE'],
    ['reset:1.5', 'a rate from 0 to 1'],
    ['reset:0.6,lost:0.6', 'add up to more than 1'],
    ['rest:0.1', 'there is no fault "rest"; there are reset, lost'],
    ['200:0.1', 'there is no fault "200"'],
    ['absent:0.1', 'absent is a fault of look-ups only; write ask-absent'],
    ['ask-late:0.1', 'late is no fault of look-ups; write late'],
    ['reset:0.1@5', 'reset takes nothing after @'],
    ['concurrent:0', 'a whole number above 0'],
    ['concurrent:8@2', 'a whole number above 0'],
    ['rate:1.5', 'a whole number above 0'],
    ['lag:0.5', 'a whole number above 0'],
  ])('"%s" is not', (text, message) => {
    expect(() => parseFaults(text)).toThrow(message);
  });

  it('has each word explained once', () => {
    const names = FAULT_KINDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, what } of FAULT_KINDS) {
      expect(what.length).toBeGreaterThan(10);
      const word = name.replace('STATUS', '429');
      expect(() => parseFaults(`${word === 'absent' ? 'ask-absent' : word}:1`)).not.toThrow();
    }
  });
});

describe('the control pages', () => {
  it('tell leads and counts, and change the faults', async () => {
    const sandbox = await sandboxFor();
    const page = async (path: string, init: RequestInit = {}) =>
      told(await fetch(`${sandbox.url}/__sandbox/${path}`, init));
    await push(sandbox);
    await contact(sandbox);
    const { json } = await page('leads');
    expect(json).toEqual(JSON.parse(JSON.stringify(sandbox.leads())));
    expect((await page('leads?from=1')).json).toHaveLength(1);
    expect((await page('leads?from=x')).status).toBe(400);
    expect((await page('stats')).json).toEqual(sandbox.requests());

    const changed = await page('faults', { method: 'POST', body: '503:1@1\n' });
    expect(changed.json).toEqual({ faults: '503:1@1' });
    expect((await push(sandbox)).status).toBe(503);
    const wrong = await page('faults', { method: 'POST', body: '503' });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('expected KIND:RATE')]);
    expect((await page('faults')).json).toEqual({ faults: '503:1@1' });
    await page('faults', { method: 'POST' });
    expect((await push(sandbox)).status).toBe(200);
    expect((await page('nothing')).status).toBe(404);
  });

  it('write long lists in parts', async () => {
    const sandbox = await sandboxFor();
    const sign = signed(credentialsOf(sandbox).anarock.key);
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let n = 0; n < 101; n++) await push(sandbox, sign);
      }),
    );
    const { json } = await told(await fetch(`${sandbox.url}/__sandbox/leads`));
    expect(json).toHaveLength(1_010);
  });

  it("are not for a browser's page under another name", async () => {
    const sandbox = await sandboxFor();
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const headers = { host: 'evil.example.com' };
      request(`${sandbox.url}/__sandbox/leads`, { headers }, (answer) => resolve(answer.statusCode)).end();
    });
    expect(status).toBe(403);
  });
});
