// The server around the two providers: paths, methods, headers, latency, limits of a start and an end.
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import {
  anarockUrl,
  contact,
  credentialsOf,
  FULL,
  PARAMANTRA_PATH,
  push,
  sandboxFor,
  signed,
  told,
} from './tools.ts';

it.each([
  ['GET', '/', 404, 'There is no such path'],
  ['GET', '/favicon.ico', 404, 'GET /api/v0/source-metadata'],
  ['GET', '/api/v0/%zz', 404, 'There is no such path'],
  ['POST', '/api/v0/another/sync-lead', 404, 'There is no such channel'],
  ['GET', '/api/v0/another/last-lead-data', 404, 'There is no such channel'],
  ['POST', '/api/v1/sandbox/sync-lead', 404, 'There is no such path'],
  ['GET', '/api/v0/sandbox/sync-lead', 405, 'this path takes POST'],
  ['PUT', '/api/v0/sandbox/sync-lead', 405, 'this path takes POST'],
  ['POST', '/api/v0/sandbox/last-lead-data', 405, 'this path takes GET'],
  ['DELETE', '/api/v0/source-metadata', 405, 'this path takes GET'],
  ['GET', PARAMANTRA_PATH, 405, 'this path takes POST'],
  ['POST', '/paramantra/api/data/new', 404, 'There is no such path'],
])('%s %s: %i', async (method, path, status, message) => {
  const { url, requests } = await sandboxFor();
  const answer = await told(await fetch(url + path, { method }));
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(message)]);
  expect(answer.headers.get('allow')).toBe(status === 405 ? message.slice(-4).trim() : null);
  expect(requests()).toMatchObject({ posts: 0, other: 1 });
});

it('sends a Date and keeps connections alive', async () => {
  const sandbox = await sandboxFor();
  const before = Date.now();
  const { headers } = await push(sandbox);
  const told = Date.parse(headers.get('date') ?? '');
  // A Date has whole seconds.
  expect(told).toBeGreaterThan(before - 1_001);
  expect(told).toBeLessThanOrEqual(Date.now());
  expect(headers.get('connection')).toBe('keep-alive');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
});

it('takes a channel with a blank in it', async () => {
  const sandbox = await sandboxFor({
    credentials: {
      anarock: { channel: 'my channel', key: 'KEY' },
      paramantra: { apiKey: 'k', appName: 'a' },
    },
  });
  expect(anarockUrl(sandbox)).toContain('my channel');
  expect((await push(sandbox)).status).toBe(200);
  expect((await contact(sandbox)).status).toBe(200);
});

it('answers after the latency, having taken the lead at once', async () => {
  const sandbox = await sandboxFor({ latencyMs: 200 });
  const start = performance.now();
  let answered = false;
  const pending = push(sandbox).finally(() => {
    answered = true;
  });
  await expect.poll(() => sandbox.leads().length, { interval: 5 }).toBe(1);
  expect(answered).toBe(false);
  await pending;
  expect(performance.now() - start).toBeGreaterThanOrEqual(199);
});

it('listens on loopback only, and says when the port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => other.close(resolve));
  const sandbox = await sandboxFor({ port });
  expect(sandbox.url).toBe(`http://127.0.0.1:${port}`);
});

it('ends at once, twice, with requests open and connections idle', async () => {
  const sandbox = await startSandbox({ latencyMs: 60_000 });
  const open = push(sandbox).catch((error: unknown) => error);
  const idle = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
  const ended = new Promise((resolve) => idle.once('close', resolve));
  idle.on('error', () => {});
  await expect.poll(() => sandbox.leads().length).toBe(1);
  await sandbox.close();
  await sandbox.close();
  expect(await open).toBeInstanceOf(TypeError);
  await ended;
  expect(sandbox.leads()).toHaveLength(1);
});

it('has random credentials at each start, and the same for a seed', async () => {
  const [a, b, c, d] = [
    credentialsOf(await sandboxFor({ seed: undefined })),
    credentialsOf(await sandboxFor({ seed: undefined })),
    credentialsOf(await sandboxFor({ seed: 3 })),
    credentialsOf(await sandboxFor({ seed: 3 })),
  ];
  expect(a.anarock.key).not.toBe(b.anarock.key);
  expect(a.paramantra.apiKey).not.toBe(b.paramantra.apiKey);
  expect(c).toEqual(d);
  expect(c.anarock.key).not.toBe(c.paramantra.apiKey);
});

it('keeps leads small', async () => {
  const sandbox = await sandboxFor();
  const at = anarockUrl(sandbox);
  const sign = signed(credentialsOf(sandbox).anarock.key);
  for (let n = 0; n < 20; n++) {
    const body = new URLSearchParams({ ...FULL, ...sign, phone: String(9_000_000_000 + n) });
    await (await fetch(at, { method: 'POST', body })).text();
  }
  const first = sandbox.leads();
  expect(first).toHaveLength(20);
  // Parsed when asked for, so nothing that a caller does to a lead changes what was taken.
  expect(sandbox.leads()[0]).toEqual(first[0]);
  expect(sandbox.leads()[0]).not.toBe(first[0]);
});
