// No secret in anything that leadpush prints or writes: every command runs, against a provider that takes leads and one
// that throws each request's headers and body back in its errors, and then all streams and files are searched for the
// keys, and for all that was made from them and went over the wire.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';

const GOOGLE_KEY = 'gk-7d41f0c2e9b84a55';
const ECHO_KEY = 'Echo/Key+that=has ünusual&signs?';
const ECHO_API_KEY = 'api:Key/with+base64=signs&more';

let desk: Desk;
let sandbox: SandboxProcess;
let wire: Server;
let echo: Server;
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
    const { authorization, 'x-api-key': apiKey } = request.headers;
    // First what is secret: a message is cut after a while.
    const [, hash] = /\bhash=(\w+)/.exec(String(body)) ?? [];
    const said = [hash, apiKey, authorization, request.url].filter((part) => part !== undefined).join(' ');
    return { status: 422, text: JSON.stringify({ error: `bad request: ${said}`, message: said }) };
  });
});
afterAll(async () => {
  wire.close();
  echo.close();
  await sandbox.close();
  desk.remove();
});

function listening(
  answer: (request: IncomingMessage, body: Buffer) => Promise<{ status: number; text: string }>,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { status, text } = await answer(request, Buffer.concat(chunks));
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Notes what a request carries that only a holder of the key can make. */
function learn({ url = '', headers }: IncomingMessage, body: Buffer): void {
  for (const name of ['authorization', 'x-api-key', 'api-key']) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    secrets.set(`${name} header`, value);
    const [, basic] = /^Basic (.+)$/.exec(value) ?? [];
    if (basic !== undefined) secrets.set('Basic credentials', basic);
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
  return [
    ...new Set([
      secret,
      inside,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString().slice(2),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
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
  const at = (server: Server) => `http://127.0.0.1:${portOf(server)}`;
  // A literal key in a file that others can read, which gets a warning; and one that breaks the schema around it.
  writeFileSync(
    join(given, 'c.yaml'),
    `targets:
  a: { provider: anarock, baseUrl: "${at(wire)}", channel: ${anarock.channel}, keyFile: key, testPhone: "+919988776655", defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  p: { provider: paramantra, baseUrl: "${at(wire)}", apiKey: "${paramantra.apiKey}", appName: ${paramantra.appName}, testPhone: "+919988776656", defaults: { channelId: Sandbox, subject: S, repId: sandbox } }
  wrong: { provider: anarock, baseUrl: "${at(wire)}", channel: ${anarock.channel}, key: "${ECHO_KEY}", defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  ea: { provider: anarock, baseUrl: "${at(echo)}", channel: c, key: "${ECHO_KEY}", testPhone: "+919988776657", defaults: { campaignId: greens, sourceId: 1, subSourceId: 8 } }
  ep: { provider: paramantra, baseUrl: "${at(echo)}", apiKey: "${ECHO_API_KEY}", appName: app, testPhone: "+919988776658", defaults: { channelId: Sandbox, subject: S, repId: sandbox } }
`,
    { mode: 0o644 },
  );
  writeFileSync(
    join(given, 'broken.yaml'),
    `targets: { a: { provider: anarock, channel: c, key: "${ECHO_KEY}", keyy: "${ECHO_API_KEY}", timeout: "${GOOGLE_KEY}" } }\n`,
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
  await run(`send given/leads.csv --to a,p,ep ${config} --dry-run --verbose --show-pii`);
  await run(`send given/leads.csv --to a,p,ep ${config} --dry-run --json`);
  await run(`send --phone 9812345674 --to a ${config} --canary --quiet`);
  await run(`send --phone 9812345674 --to a --config given/broken.yaml --verbose`);
  await run(`check ${config}`);
  await run(`check ${config} --json`);
  await run('check --config given/broken.yaml');
  await run('check given/leads.ndjson --json');
  await run('check given/leads.csv --show-pii');
  for (const target of ['a', 'p', 'wrong', 'ea', 'ep']) {
    await run(`smoke --to ${target} ${config} --junit ${target}.xml --phone 9812345675`);
    await run(`smoke --to ${target} ${config} --json --phone 9812345676`);
    await run(`verify --to ${target} ${config} --phone 9812345670 --json`);
    await run(`verify --to ${target} ${config} --phone 9812345670 --show-pii`);
    await run(`sources --to ${target} ${config} --json`);
  }
  await run('runs --json');
  await run('runs');
  // The runs of `send`, and one of `smoke`.
  for (const { run: id } of linesOf(printed.get('runs --json, stdout') ?? '').slice(-5)) {
    await run(`show ${id} --json`);
    await run(`show ${id} --show-pii`);
    await run(`report ${id} --html ${id}.html --show-pii`);
    await run(`retry ${id} --rejected --failed --unknown ${config} --verbose`);
  }
  await run(`init --key-variable ${anarock.key} --yes`);
  await run('init --provider anarock --key-variable ANAROCK_KEY --yes', { ANAROCK_KEY: anarock.key });

  // The search can find: the wire carried hashes and headers, and the runs left files.
  const learnt = [...secrets.keys()];
  expect(learnt).toEqual(expect.arrayContaining(['authorization header', 'Basic credentials']));
  expect(learnt.some((name) => name.startsWith('hash '))).toBe(true);
  // What the provider threw back came through, with its secrets taken out.
  for (const target of ['ea', 'ep']) {
    const said = printed.get(`smoke --to ${target} ${config} --json --phone 9812345676, stdout`);
    expect(said).toMatch(/bad request: \*\*\*/);
  }
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
  expect(names.filter((name) => name.endsWith('.html')).length).toBe(5);

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
