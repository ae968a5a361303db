// NODE_DEBUG would print signed addresses and bytes of what is read and sent; nothing of it reaches stderr.
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk } from './leadpush.ts';

const KEY = 'Key-0123456789-abcdef';
const BASIC = Buffer.from(`${KEY}:${KEY}`).toString('base64');
let desk: Desk;
let server: Server;
let sent: string[] = [];

beforeAll(async () => {
  desk = new Desk();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization = '' } = request.headers;
      const text = `${request.url} ${Buffer.concat(chunks)}`;
      sent.push(...[...text.matchAll(/hash=(\w{64})/g)].map(([, hash = '']) => hash));
      if (authorization !== '') sent.push(authorization.replace('Basic ', ''));
      const anarock = request.url?.startsWith('/api/v0/c/') === true;
      const answer = anarock
        ? { status: 'OK', response: { lead_id: 5 } }
        : [{ status: 'success', unique_id: 7 }];
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  desk.write(
    'c.yaml',
    `targets:
  a: { provider: anarock, baseUrl: "${url}", channel: c, key: ${KEY}, defaults: { campaignId: g, sourceId: 1, subSourceId: 8 } }
  p: { provider: paramantra, baseUrl: "${url}", apiKey: ${KEY}, appName: c, defaults: { channelId: g, subject: s, repId: r } }
`,
  );
});
afterAll(() => {
  server.close();
  desk.remove();
});

it.each(['*', 'undici', 'fetch', 'http,net,tls', 'stream,fs', 'UNDICI*'])('%s', async (debug) => {
  sent = [];
  const env = { NODE_DEBUG: debug };
  const runs = [
    await desk.run(['send', '--phone', '9104321765', '--to', 'a,p', '--config', 'c.yaml', '--resend'], {
      env,
    }),
    await desk.run(['verify', '--phone', '9104321765', '--to', 'a', '--config', 'c.yaml'], { env }),
  ];
  expect(runs.map(({ status }) => status)).toEqual([0, 0]);
  const text = runs.map(({ stdout, stderr }) => stdout + stderr).join('');
  // A hash for each of two requests, and the Basic value: there was something to show.
  expect(sent).toEqual(expect.arrayContaining([expect.stringMatching(/^\w{64}$/), BASIC]));
  for (const secret of [KEY, ...sent]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/HTTP\/1\.1|<Buffer 7b|9104321765/);
  expect(text).toContain('NODE_DEBUG is ignored');
});

it('without it nothing is said of it', async () => {
  const { stderr } = await desk.run(['presets']);
  expect(stderr).toBe('');
});
