// No secret in anything that leadpush prints or writes: every command runs, against a provider that takes leads and ones
// that throw each request's secrets back, in every spelling, wherever an answer has room: in errors, as a lead's id, in
// what they hold, in lists and redirects. Then all streams and files are searched for the keys, and for all that was made
// from them and went over the wire. What the search relies on is itself proven: that each secret was in use, and came back.
import { createHmac } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';

/** The newest ones that are looked back at: those of `send`, and one of `smoke`. */
const RUNS = 9;
const GOOGLE_KEY = 'gk-7d41f0c2e9b84a55';
// Every character that some encoding changes, and some that others leave.
const ECHO_KEY = `Echo!K'e(y)*~+/=&%"\\<o> ünusual#?;k`;
const ECHO_API_KEY = `api!K'e(y)*~+/=&%"\\<o> with:more#?;k`;

let desk: Desk;
let sandbox: SandboxProcess;
let wire: Server;
let echo: Server;
/** What the echo has sent back, by the way of the request. */
const echoed = new Map<string, number>();
/** What must not be found, by what it is. */
const secrets = new Map<string, string>();
/** What was printed, by the call that printed it. */
const printed = new Map<string, string>();

beforeAll(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk);
  wire = await listening(async (request, body) => {
    learn(request, body);
    const answer = await fetch(`${sandbox.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) =>
          typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name)
            ? [[name, value]]
            : [],
        ),
      ),
      ...(request.method === 'POST' ? { body } : {}),
    });
    return { status: answer.status, text: await answer.text() };
  });
  echo = await listening(async (request, body) => {
    learn(request, body);
    return echoOf(request, String(body));
  });
});
afterAll(async () => {
  wire.close();
  echo.close();
  await sandbox.close();
  desk.remove();
});

function listening(
  answer: (
    request: IncomingMessage,
    body: Buffer,
  ) => Promise<{ status: number; text: string; location?: string }>,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { status, text, location } = await answer(request, Buffer.concat(chunks));
    const where = location === undefined ? {} : { location };
    response.writeHead(status, { 'content-type': 'application/json', ...where }).end(text);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** An answer with the request's own secrets in each of its members: ea and ep say no, the others take the lead, or redirect. */
function echoOf({ url = '', headers }: IncomingMessage, body: string) {
  const ways = ['last-lead-data', 'source-metadata', 'taking', 'moving'];
  const way = ways.find((name) => url.includes(name)) ?? 'error';
  echoed.set(way, (echoed.get(way) ?? 0) + 1);
  const { authorization = '', 'x-api-key': apiKey } = headers;
  const [, hash = ''] = /\bhash=(\w+)/.exec(`${url} ${body}`) ?? [];
  const own = [hash, hash.toUpperCase(), authorization, typeof apiKey === 'string' ? apiKey : ECHO_KEY];
  const all = own.filter((text) => text !== '').flatMap(forms);
  const said = all.join(' ');
  const json = (value: unknown) => ({ status: 200, text: JSON.stringify(value) });
  switch (way) {
    case 'last-lead-data': {
      const [, phone = ''] = /phone=(\d+)/.exec(url) ?? [];
      const details = { leadpush_id: hash, all };
      const lead = {
        lead_id: phone,
        project_name: said,
        [own[0] ?? '']: 1,
        extra_details: JSON.stringify(details),
      };
      return json({ status: 'OK', response: lead });
    }
    case 'source-metadata':
      return json({
        status: 'OK',
        response: [{ id: 1, name: said, sub_sources: [{ id: 8, name: ECHO_KEY }] }],
      });
    case 'taking':
      return apiKey === undefined
        ? json({ status: 'OK', response: { lead_id: hash } })
        : json([{ status: 'success', unique_id: `${apiKey} ${authorization}` }]);
    case 'moving':
      return {
        status: 302,
        text: said,
        location: `https://${hash || 'k'}.example/${encodeURIComponent(own[3] ?? '')}`,
      };
    default:
      // First what is secret: a message is cut after a while.
      return {
        status: 422,
        text: JSON.stringify({ error: `bad request: ${own.join(' ')} ${said}`, message: said }),
      };
  }
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** The secrets that were really used, each proven by what only its holder could send. */
const used = new Set<string>();

/** Notes what a request carries that only a holder of the key can make. */
function learn({ url = '', headers }: IncomingMessage, body: Buffer): void {
  for (const name of ['authorization', 'x-api-key', 'api-key']) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    secrets.set(`${name} header`, value);
    const [, basic] = /^Basic (.+)$/.exec(value) ?? [];
    if (basic !== undefined) secrets.set('Basic credentials', basic);
  }
  const keys: Readonly<Record<string, string>> = {
    ECHO_KEY,
    ECHO_API_KEY,
    'anarock.key': sandbox.anarock.key,
    'paramantra.apiKey': sandbox.paramantra.apiKey,
  };
  const text = `${url} ${body}`;
  const [, time] = /current_time=(\d+)/.exec(text) ?? [];
  for (const [name, key] of Object.entries(keys)) {
    const basic = `Basic ${Buffer.from(`${key}:${key}`).toString('base64')}`;
    if (headers['x-api-key'] === key && headers.authorization === basic) used.add(name);
    if (time !== undefined && text.includes(createHmac('sha256', key).update(time).digest('hex')))
      used.add(name);
  }
  const texts = [decodeURIComponent(url), String(body)];
  for (const text of texts) {
    for (const [, hash] of text.matchAll(/\bhash["']?\s*[=:]\s*["']?([0-9a-f]{64})/g)) {
      if (hash !== undefined) secrets.set(`hash ${hash.slice(0, 6)}`, hash);
    }
  }
}

async function run(line: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const args = line.split(' ');
  const { stdout, stderr } = await desk.run(args, { env: { LEADPUSH_LEDGER: 'ledger.db', ...env } });
  const name = `${line} ${Object.keys(env).join(' ')}`.trim();
  printed.set(`${name}, stdout`, stdout);
  printed.set(`${name}, stderr`, stderr);
}

/** A secret as it may be hidden. */
function forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const inside = JSON.stringify(secret).slice(1, -1);
  const lower = (text: string) => text.replace(/%../g, (found) => found.toLowerCase());
  const percent = encodeURIComponent(secret);
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const units = Array.from({ length: secret.length }, (_, i) => secret.charCodeAt(i));
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return [
    ...new Set([
      secret,
      inside,
      inside.replaceAll('/', '\\/'),
      JSON.stringify(inside).slice(1, -1),
      units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join(''),
      percent,
      lower(percent),
      encodeURIComponent(percent),
      form,
      lower(form),
      secret.replace(/[&<>"']/g, (found) => named[found] ?? found),
      bytes.toString('base64'),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      Buffer.from(`${secret}:${secret}`).toString('base64'),
      Buffer.from(`${secret}:`).toString('base64'),
    ]),
  ];
}

it('is found in no stream and no file', async () => {
  const { anarock, paramantra } = sandbox;
  for (const [name, value] of Object.entries({
    'Anarock key': anarock.key,
    'Paramantra key': paramantra.apiKey,
    'echo key': ECHO_KEY,
    'echo API key': ECHO_API_KEY,
    google_key: GOOGLE_KEY,
  }))
    secrets.set(name, value);
  const given = join(desk.folder, 'given');
  mkdirSync(given);
  writeFileSync(join(given, 'key'), `${anarock.key}\n`, { mode: 0o600 });
  // YAML reads JSON's texts.
  const quoted = (text: string) => JSON.stringify(text);
  const at = (server: Server) => `http://127.0.0.1:${portOf(server)}`;
  // A literal key in a file that others can read, which gets a warning; and one that breaks the schema around it.
  writeFileSync(
    join(given, 'c.yaml'),
    `targets:
  a: { provider: anarock, baseUrl: "${at(wire)}", channel: ${anarock.channel}, keyFile: key, testPhone: "+919988776655", defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  p: { provider: paramantra, baseUrl: "${at(wire)}", apiKey: "${paramantra.apiKey}", appName: ${paramantra.appName}, testPhone: "+919988776656", defaults: { channelId: Sandbox, subject: S, repId: sandbox } }
  wrong: { provider: anarock, baseUrl: "${at(wire)}", channel: ${anarock.channel}, key: ${quoted(ECHO_KEY)}, defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  ea: { provider: anarock, baseUrl: "${at(echo)}", channel: c, key: ${quoted(ECHO_KEY)}, testPhone: "+919988776657", defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  ep: { provider: paramantra, baseUrl: "${at(echo)}", apiKey: ${quoted(ECHO_API_KEY)}, appName: app, testPhone: "+919988776658", defaults: { channelId: Sandbox, subject: S, repId: sandbox } }
  ta: { provider: anarock, baseUrl: "${at(echo)}", channel: c, path: /taking/push, key: ${quoted(ECHO_KEY)}, testPhone: "+919988776659", defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  tp: { provider: paramantra, baseUrl: "${at(echo)}", path: /taking, apiKey: ${quoted(ECHO_API_KEY)}, appName: app, testPhone: "+919988776660", defaults: { channelId: Sandbox, subject: S, repId: sandbox } }
  ma: { provider: anarock, baseUrl: "${at(echo)}", channel: c, path: /moving/push, key: ${quoted(ECHO_KEY)}, testPhone: "+919988776661", defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  mp: { provider: paramantra, baseUrl: "${at(echo)}", path: /moving, apiKey: ${quoted(ECHO_API_KEY)}, appName: app, testPhone: "+919988776662", defaults: { channelId: Sandbox, subject: S, repId: sandbox } }
`,
    { mode: 0o644 },
  );
  writeFileSync(
    join(given, 'broken.yaml'),
    `targets: { a: { provider: anarock, channel: c, key: ${quoted(ECHO_KEY)}, keyy: ${quoted(ECHO_API_KEY)}, timeout: "${GOOGLE_KEY}" } }\n`,
  );
  const lead = (phone: string) =>
    JSON.stringify({ phone, name: 'Asha', google_key: GOOGLE_KEY, user_column_data: [] });
  writeFileSync(
    join(given, 'leads.ndjson'),
    `${lead('9812345670')}\n${lead('9812345671')}\n${lead('12')}\n${lead('9812345672').slice(0, -2)}\n`,
  );
  writeFileSync(
    join(given, 'leads.csv'),
    `Name,Phone,google_key\nAsha,9812345673,${GOOGLE_KEY}\nBinu,12,${GOOGLE_KEY}\n`,
  );
  const config = '--config given/c.yaml';
  await run(
    `send given/leads.ndjson --to a,p,ea,ep ${config} --verbose --show-pii --output all.ndjson --rejects r.ndjson`,
  );
  await run(
    `send given/leads.csv --to a,p,wrong,ea,ep ${config} --json --yes --resend --output all.csv --rejects r.csv`,
  );
  await run(`send given/leads.csv --to ea,ep ${config} --output all.json --no-ledger --verbose`);
  await run(`send given/leads.csv --to ta,tp,ma,mp ${config} --verbose --show-pii --rejects taken.csv`);
  for (const [i, debug] of ['*', 'undici', 'fetch', 'http,net,tls,stream'].entries()) {
    await run(`send --phone 981234568${i} --to ta,tp ${config} --json`, { NODE_DEBUG: debug });
    await run(`verify --phone 981234568${i} --to ta ${config} --show-pii`, { NODE_DEBUG: debug });
  }
  await run(`send --phone 9812345689 --to ta ${config} --canary`);
  await run(`send given/leads.csv --to a,p,ep ${config} --dry-run --verbose --show-pii`);
  await run(`send given/leads.csv --to a,p,ep ${config} --dry-run --json`);
  await run(`send --phone 9812345674 --to a ${config} --canary --quiet`);
  await run(`send --phone 9812345674 --to a --config given/broken.yaml --verbose`);
  await run(`check ${config}`);
  await run(`check ${config} --json`);
  await run('check --config given/broken.yaml');
  await run('check given/leads.ndjson --json');
  await run('check given/leads.csv --show-pii');
  for (const target of ['a', 'p', 'wrong', 'ea', 'ep', 'ta', 'tp', 'ma', 'mp']) {
    await run(`smoke --to ${target} ${config} --junit ${target}.xml --phone 9812345675`);
    await run(`smoke --to ${target} ${config} --json --phone 9812345676`);
    await run(`verify --to ${target} ${config} --phone 9812345670 --json`);
    await run(`verify --to ${target} ${config} --phone 9812345670 --show-pii`);
    await run(`sources --to ${target} ${config} --json`);
  }
  await run('runs --json');
  await run('runs');
  for (const { run: id } of linesOf(printed.get('runs --json, stdout') ?? '').slice(-RUNS)) {
    await run(`show ${id} --json`);
    await run(`show ${id} --show-pii`);
    await run(`report ${id} --html ${id}.html --show-pii`);
    await run(`retry ${id} --rejected --failed --unknown ${config} --verbose`);
  }
  await run(`init --key-variable ${anarock.key} --yes`);
  await run('init --provider anarock --key-variable ANAROCK_KEY --yes', { ANAROCK_KEY: anarock.key });

  // The search can find: each secret was in use, so that there was something to keep.
  const learnt = [...secrets.keys()];
  expect(learnt).toEqual(expect.arrayContaining(['authorization header', 'Basic credentials']));
  expect([...used].sort()).toEqual(['ECHO_API_KEY', 'ECHO_KEY', 'anarock.key', 'paramantra.apiKey']);
  // All of it was sent back, in every place of an answer.
  for (const way of ['error', 'taking', 'moving', 'last-lead-data', 'source-metadata'])
    expect(echoed.get(way) ?? 0, way).toBeGreaterThan(0);
  // What the provider threw back came through, with its secrets taken out.
  const shown = (line: string) => printed.get(`${line}, stdout`) ?? '';
  for (const target of ['ea', 'ep'])
    expect(shown(`smoke --to ${target} ${config} --json --phone 9812345676`)).toMatch(
      /bad request: [^"]*\*\*\*/,
    );
  expect(shown(`verify --to ta ${config} --phone 9812345670 --json`)).toMatch(/"project_name":"\*\*\*/);
  expect(shown(`sources --to ta ${config} --json`)).toMatch(/"name":"\*\*\*/);
  const taken = linesOf(shown(`send --phone 9812345680 --to ta,tp ${config} --json NODE_DEBUG`));
  expect(taken).toMatchObject([
    { status: 'created', leadId: '***' },
    { status: 'created', leadId: '***' },
    { created: 2 },
  ]);
  const files = readdirSync(join(desk.folder, '..'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(given));
  const names = files.map((path) => path.slice(path.lastIndexOf('/') + 1));
  expect(names).toEqual(
    expect.arrayContaining([
      'all.ndjson',
      'r.ndjson',
      'all.csv',
      'r.csv',
      'all.json',
      'ledger.db',
      'a.xml',
      '.leadpushrc',
    ]),
  );
  expect(names.filter((name) => name.endsWith('.html')).length).toBe(RUNS);

  const places = new Map([...printed].map(([name, text]) => [name, Buffer.from(text)]));
  for (const path of files) places.set(path, readFileSync(path));
  const found: string[] = [];
  for (const [place, bytes] of places) {
    for (const [name, secret] of secrets) {
      const form = forms(secret).find((text) => bytes.includes(text));
      if (form === undefined) continue;
      const from = bytes.indexOf(form);
      found.push(`${name} in ${place}: …${bytes.subarray(Math.max(0, from - 80), from + 20)}…`);
    }
  }
  expect(found).toEqual([]);
}, 180_000);
