// `leadpush sandbox`: what it prints, how it ends, what it says of a wrong call.

import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Context } from '../../src/app/context.ts';
import { type SandboxCommandOptions, sandboxAction, sandboxCommand } from '../../src/cli/actions/sandbox.ts';
import { Screen } from '../../src/output/screen.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import { systemClock } from '../../src/util/clock.ts';
import { drained } from '../drained.ts';
import { credentialsOf, sandboxFor } from './tools.ts';

function world() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const context: Context = {
    env: {},
    cwd: '/',
    stdin: Readable.from([]),
    stdout: new Screen(stdout),
    stderr: new Screen(stderr),
    clock: systemClock,
  };
  return { context, stdout, stderr };
}

/** Starts the command; `printed` is what it has written to stdout once it listens. */
async function started(options: SandboxCommandOptions) {
  const { context, stdout, stderr } = world();
  const stop = new AbortController();
  const first = new Promise<string>((resolve) => {
    stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
  const ended = sandboxCommand(options, context, stop.signal);
  const printed = await Promise.race([first, ended.then(() => '')]);
  return { printed, ended, stop, stderr: () => drained(stderr) };
}

it('prints one line of JSON when it listens, and ends with its signal', async () => {
  const { printed, ended, stop, stderr } = await started({ json: true });
  expect(printed).toMatch(
    /^\{"url":"http:\/\/127\.0\.0\.1:\d+","anarock":\{"channel":"sandbox","key":"[0-9a-f]{32}"\},.*"paramantra":\{"apiKey":"[0-9a-f]{32}","appName":"sandbox-app"\}\}\n$/,
  );
  const { url, ...credentials } = JSON.parse(printed);
  expect(Object.keys(credentials)).toEqual(PROVIDERS.map(({ name }) => name));
  expect((await fetch(`${url}/api/v0/source-metadata`)).status).toBe(200);
  stop.abort('SIGTERM');
  expect(await ended).toBe(143);
  await expect(fetch(url)).rejects.toThrow();
  expect(stderr()).toBe('');
});

it.each([
  ['SIGINT', 130],
  ['SIGHUP', 129],
  [undefined, 0],
])('ends with %s: %i', async (reason, status) => {
  const { ended, stop, stderr } = await started({});
  stop.abort(reason);
  expect(await ended).toBe(status);
  expect(stderr()).toBe('Stopped after 0 posts: 0 leads created, 0 duplicates.\n');
});

it('counts every post by how it was answered', async () => {
  const { printed, ended, stop, stderr } = await started({ quiet: true });
  const url = /http:\/\/[\d.:]+/.exec(printed)?.[0] ?? '';
  const faults = (body: string) => fetch(`${url}/__sandbox/faults`, { method: 'POST', body });
  const post = (fields: Readonly<Record<string, string>>) =>
    fetch(`${url}/api/v0/sandbox/sync-lead`, { method: 'POST', body: new URLSearchParams(fields) }).catch(
      () => {},
    );
  const signed = { current_time: String(Math.floor(Date.now() / 1000)), hash: '0'.repeat(64) };
  await post({ phone: '9988998899', campaign_id: 'c', ...signed });
  await faults('rate:1');
  await post({ phone: '9988998899' });
  await post({ phone: '9988998899' });
  for (const fault of ['503:1', 'reset:1']) {
    await faults(fault);
    await post({ phone: '9988998899' });
  }
  for (const path of ['/nowhere', '/api/v0/other-channel/sync-lead', '/api/v0/source-metadata'])
    await fetch(`${url}${path}`, { method: 'POST', body: 'phone=9988998899' });
  stop.abort();
  await ended;
  expect(stderr()).toBe(
    'Stopped after 8 posts: 0 leads created, 0 duplicates, 1 with wrong credentials, 1 with wrong parameters, 1 above a limit, 3 to a path that takes no lead, 2 ended by a fault.\n',
  );
});

it('says that it forgets, and its keys with it unless they are drawn from a seed', async () => {
  for (const options of [{}, { seed: 7 }]) {
    const { printed, ended, stop } = await started(options);
    stop.abort();
    await ended;
    expect(printed.includes('keys (--seed N keeps them)')).toBe(!('seed' in options));
    expect(printed).toMatch(/\nWhen it stops it forgets its leads.*send with --resend\.\n$/);
  }
});

it('prints what to paste, with the credentials of the seed', async () => {
  const { printed, ended, stop } = await started({ seed: 7 });
  stop.abort();
  await ended;
  const credentials = credentialsOf(await sandboxFor({ seed: 7 }));
  expect(printed).toContain(`export ANAROCK_KEY='${credentials.anarock.key}'`);
  expect(printed).toContain(`export PARAMANTRA_API_KEY='${credentials.paramantra.apiKey}'`);
  expect(printed).not.toMatch(/\{ *\}/);
  // The configuration holds variables only.
  expect(printed.slice(printed.indexOf('targets:'))).not.toContain(credentials.anarock.key);
});

it.each<[SandboxCommandOptions, string]>([
  [{}, '. Ctrl-C'],
  [{ latency: 0, fault: '', strict: false }, '. Ctrl-C'],
  [{ latency: 100 }, '. It answers after 100 ms. Ctrl-C'],
  [
    { latency: 20, fault: 'lost:0.05', strict: true, seed: 7 },
    '. It answers after 20 ms, plays the faults lost:0.05, requires everything that is documented as mandatory and draws from seed 7. Ctrl-C',
  ],
])('%o: says so', async (options, expected) => {
  const { printed, ended, stop } = await started(options);
  stop.abort();
  await ended;
  expect(printed.split('\n')[0]).toContain(expected);
});

it.each(['100', '1e3ms', 'soon', '-5ms'])('--latency %s is refused', async (latency) => {
  const message = `--latency: expected a duration with its unit, such as 20ms, found "${latency}".`;
  await expect(sandboxAction({ latency }, world().context)).rejects.toMatchObject({ message });
});

it('plays faults, latency and strictness as told', async () => {
  const { printed, ended, stop } = await started({ json: true, fault: '503:1@4', latency: 30, strict: true });
  const { url } = JSON.parse(printed);
  const start = performance.now();
  const answer = await fetch(`${url}/api/v0/sandbox/sync-lead`, { method: 'POST' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '4']);
  expect(performance.now() - start).toBeGreaterThanOrEqual(29);
  stop.abort();
  await ended;
});

it('says what is wrong with a call', async () => {
  const { url } = await sandboxFor();
  const port = Number(new URL(url).port);
  const { context } = world();
  const run = (options: SandboxCommandOptions) =>
    sandboxCommand(options, context, AbortSignal.timeout(1_000));
  await expect(run({ port })).rejects.toMatchObject({
    name: 'UsageError',
    message: `--port: port ${port} on 127.0.0.1 is in use.`,
  });
  await expect(run({ port: 70_000 })).rejects.toMatchObject({ name: 'UsageError' });
  await expect(run({ fault: 'rest:0.1' })).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining('--fault: "rest:0.1": there is no fault "rest"'),
  });
});
