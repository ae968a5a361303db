// The log of `leadpush sandbox`: one line for each request, with phones and secrets masked.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

/** A sandbox as a person starts it, and what it has printed. */
async function started(...args: readonly string[]) {
  const child = desk.start(['sandbox', ...args]);
  const printed = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (printed.stdout += String(chunk)));
  child.stderr?.on('data', (chunk: Buffer) => (printed.stderr += String(chunk)));
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout });
  await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => {
      throw new Error(printed.stderr);
    }),
  ]);
  const stop = async () => {
    const gone = once(child, 'close');
    child.kill('SIGTERM');
    await gone;
    return printed.stderr.trim().split('\n');
  };
  const until = async (what: RegExp) => {
    for (let left = 400; left > 0 && !what.test(printed.stdout); left--)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return what.exec(printed.stdout)?.[1] ?? '';
  };
  return { printed, stop, until };
}

const CONFIG = (url: string, key: string, appKey: string) => `targets:
  a: { provider: anarock, baseUrl: "${url}", channel: sandbox, key: ${key}, defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  p: { provider: paramantra, baseUrl: "${url}", apiKey: ${appKey}, appName: sandbox-app, defaults: { channelId: c, subject: s, repId: r } }
`;

it('one line for each request: what came, what was answered', async () => {
  const { stop, until } = await started();
  const url = await until(/export ANAROCK_URL='([^']+)'/);
  const key = await until(/export ANAROCK_KEY='([^']+)'/);
  const appKey = await until(/export PARAMANTRA_API_KEY='([^']+)'/);
  desk.write('.leadpushrc', CONFIG(url, key, appKey));
  const lead = ['--phone', '+91 99889 98899', '--name', 'Rahul Kumar'];
  await desk.run(['send', '--to', 'a,p', ...lead]);
  await desk.run(['send', '--to', 'a', ...lead, '--resend']);
  await desk.run(['verify', '--to', 'a', '--phone', '9988998899']);
  await desk.run(['verify', '--to', 'a', '--phone', '9876543210']);
  await fetch(`${url}/nowhere\u001b[2J`);
  await fetch(`${url}/__sandbox/leads`);
  const lines = await stop();
  // The two posts of one lead are in the order of their random ids.
  expect(lines.sort()).toEqual([
    expect.stringMatching(/^GET \/api\/v0\/sandbox\/last-lead-data {2}phone=98\*+210 .*-> 404 \{/),
    expect.stringMatching(
      /^GET \/api\/v0\/sandbox\/last-lead-data {2}phone=99\*+899 .*-> 200 \{.*"lead_id":17864/,
    ),
    expect.stringMatching(/^GET \/nowhere\S* {2}-> 404 There is no such path/),
    expect.stringMatching(
      /^POST \/api\/v0\/sandbox\/sync-lead {2}.*name=Rahul Kumar.*hash=\*\*\*.*-> 200 \{.*"lead_id":1786[34]/,
    ),
    expect.stringMatching(/^POST \/api\/v0\/sandbox\/sync-lead {2}.*-> 200 \{/),
    expect.stringMatching(/^POST \/paramantra\/\S+ {2}.*-> 200 \[/),
    'Stopped after 3 posts: 3 leads created, 0 duplicates; 2 questions about leads.',
  ]);
  const all = lines.join('\n');
  for (const hidden of [key, appKey, '9988998899', '99889 98899', '9876543210', '\u001b'])
    expect(all).not.toContain(hidden);
  expect(all).not.toMatch(/hash=[0-9a-f]/);
});

it('a fault is a line too', async () => {
  const { stop, until } = await started('--fault', '503:1');
  const url = await until(/export ANAROCK_URL='([^']+)'/);
  await fetch(`${url}/api/v0/sandbox/sync-lead`, { method: 'POST', body: 'phone=9988998899' });
  expect((await stop())[0]).toMatch(/^POST \/api\/v0\/sandbox\/sync-lead {2}-> 503 \{/);
});

describe('no log', () => {
  it.each([[['--quiet']], [['--json']], [['--json', '--quiet']]])('with %j', async (args) => {
    const { stop, until, printed } = await started(...args);
    const url = await until(/(http:\/\/127\.0\.0\.1:\d+)/);
    await fetch(`${url}/api/v0/sandbox/sync-lead`, { method: 'POST', body: 'phone=9988998899' });
    const lines = await stop();
    expect(lines).toEqual([args.includes('--json') ? '' : expect.stringMatching(/^Stopped after 1 post/)]);
    if (args.includes('--json')) expect(Object.keys(JSON.parse(printed.stdout))).toContain('url');
  });
});
