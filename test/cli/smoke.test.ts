// `smoke`, `--canary`, `verify` and `sources` against providers that do not file a lead as it was sent. What they print when
// all is well stands in the golden transcripts.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
/** Passes all on to the sandbox, and changes what last-lead-data says. */
let changing: Server;
let change: (body: string) => { readonly status: number; readonly body: string };
const asIs = (body: string) => ({ status: 200, body });
let asked: string[] = [];

beforeAll(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk);
  changing = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const url = request.url ?? '';
    asked.push(url);
    const answer = await fetch(`${sandbox.url}${url}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
    });
    const text = await answer.text();
    const { status, body } = url.includes('last-lead-data')
      ? change(text)
      : { status: answer.status, body: text };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => changing.listen(0, '127.0.0.1', resolve));
  const address = changing.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  desk.write(
    'c.yaml',
    `targets:
  a:
    provider: anarock
    baseUrl: http://127.0.0.1:${port}
    channel: ${sandbox.anarock.channel}
    key: ${sandbox.anarock.key}
    testPhone: "+919988776655"
    defaults: { campaignId: greens, sourceId: google, subSourceId: GDN }
  empty: { provider: anarock, baseUrl: "http://127.0.0.1:${port}", channel: c, key: k, testPhone: "+919988776655", defaults: { campaignId: "", sourceId: "1", subSourceId: " " } }
  bare: { provider: anarock, baseUrl: "http://127.0.0.1:${port}", channel: c, key: k, testPhone: "+919988776655" }
  refused: { provider: anarock, baseUrl: "http://127.0.0.1:${port}", channel: c, key: k, testPhone: "+919988776655", defaults: { campaignId: x, sourceId: 1, subSourceId: 8 } }
  live: { provider: anarock, environment: production, channel: c, key: k, testPhone: "+919988776655", defaults: { campaignId: x, sourceId: 1, subSourceId: 8 } }
  gone: { provider: anarock, baseUrl: "http://127.0.0.1:1", channel: c, key: k, testPhone: "+919988776655", retries: 0, defaults: { campaignId: x, sourceId: 1, subSourceId: 8 } }
`,
  );
});
afterAll(async () => {
  changing.close();
  await sandbox.close();
  desk.remove();
});

const run = (line: string) => {
  asked = [];
  return desk.run([...line.split(' '), '--config', 'c.yaml']);
};
const otherSource = (body: string) => ({
  status: 200,
  body: body.replace(/"source_id":\s*"?1"?/, '"source_id":2'),
});

describe('smoke', () => {
  it('resolves names of sources, reads back and compares, with a time for each step', async () => {
    change = asIs;
    const { stdout, status } = await run('smoke --to a --json --junit ok.xml');
    const [said] = linesOf(stdout);
    expect(said).toMatchObject({
      type: 'smoke',
      target: 'a',
      status: 'passed',
      leadId: expect.stringMatching(/^\d+$/),
      steps: ['sign and send', 'read back', 'compare'].map((name) => ({
        name,
        status: 'passed',
        durationMs: expect.any(Number),
      })),
    });
    expect(status).toBe(0);
    expect(readFileSync(join(desk.folder, 'ok.xml'), 'utf8')).toMatch(/tests="3" failures="0" skipped="0"/);
  });

  it('fails where a field was filed otherwise, and says which', async () => {
    change = otherSource;
    const { stdout, stderr, status } = await run('smoke --to a --junit bad.xml --phone 9988776611');
    expect(stdout).toMatch(/^failed {3}compare .*source_id: sent 1, held 2$/m);
    expect(stderr).toMatch(/failed at "compare"/);
    expect(readFileSync(join(desk.folder, 'bad.xml'), 'utf8')).toMatch(
      /failures="1".*[\s\S]*<failure message="source_id/,
    );
    expect(status).toBe(1);
  });

  it.each<[string, string, number, () => { status: number; body: string }]>([
    ['an error page', 'HTTP 500', 5, () => ({ status: 500, body: '<html>' })],
    ['an answer that says nothing', 'does not say', 5, () => ({ status: 200, body: '{}' })],
    ['a key that is refused', 'HTTP 401', 3, () => ({ status: 401, body: '{}' })],
    [
      'no lead',
      'no lead of this phone',
      1,
      () => ({ status: 200, body: '{"status":"OK","message":"success","response":null}' }),
    ],
  ])('fails at reading back: %s', async (_, message, expected, answer) => {
    change = answer;
    const { stdout, status } = await run('smoke --to a --json --phone 9988776612');
    const [said] = linesOf(stdout);
    expect(said).toMatchObject({
      status: 'failed',
      steps: [
        { status: 'passed' },
        { name: 'read back', status: 'failed', message: expect.stringContaining(message) },
      ],
    });
    expect(status).toBe(expected);
  });

  it.each([
    [
      'refused',
      1,
      `compare the provider's words with channel, baseUrl and the defaults (campaignId, sourceId, subSourceId) of target "refused"; then the same again: leadpush smoke --to refused --config c.yaml`,
    ],
    ['gone', 4, 'leadpush check --to gone --config c.yaml'],
  ])('says what helps where %s did not take the lead', async (target, expected, next) => {
    change = asIs;
    const { stderr, status } = await run(`smoke --to ${target}`);
    expect({ stderr, status }).toEqual({
      stderr: `Smoke test of ${target} failed at "sign and send".\nNext: ${next}\n`,
      status: expected,
    });
  });

  it.each([
    ['refused', /^\w{8}-0$/],
    // Nothing of it left this machine.
    ['gone', null],
  ])('the id of a request that %s did not take: in JSON, the report and the text', async (target, id) => {
    change = asIs;
    const [said] = linesOf((await run(`smoke --to ${target} --json --junit id.xml`)).stdout);
    const { submissionId } = said ?? {};
    const report = readFileSync(join(desk.folder, 'id.xml'), 'utf8');
    if (id === null) expect(submissionId).toBe(null);
    else expect(submissionId).toMatch(id);
    expect(report.includes('"submissionId"')).toBe(id !== null);
    expect(report.includes(`(sent as ${submissionId})`)).toBe(id !== null);
  });

  it.each([
    ['smoke --to a --phone 12', /--phone: Not a valid phone/],
    // All that is missing at once, and no advice (--set) that smoke does not take.
    [
      'smoke --to bare',
      /campaignId, sourceId, subSourceId: .*requires campaignId, sourceId, subSourceId, and its defaults have none\.\nPut campaignId, sourceId, subSourceId into the defaults of target "bare"\.\n$/,
    ],
    [
      'smoke --to empty',
      /campaignId, subSourceId: .*requires campaignId, subSourceId, and its defaults have none\.\nPut campaignId, subSourceId into the defaults of target "empty"\.\n$/,
    ],
    ['smoke --to live', /production/],
    ['smoke --to a --junit nowhere/x.xml', /--junit: nowhere\/x\.xml cannot be written/],
  ])('%s sends nothing and ends with 2', async (line, message) => {
    change = asIs;
    const { stdout, stderr, status } = await run(line);
    expect(stderr).toMatch(message);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(asked.filter((url) => !url.includes('source-metadata'))).toEqual([]);
  });

  it('ends with 4 where nobody listens, and names the check', async () => {
    const { stderr, status } = await run('smoke --to gone');
    expect(stderr).toMatch(/^Next: leadpush check --to gone --config c\.yaml$/m);
    expect(status).toBe(4);
  });
});

describe('send --canary', () => {
  let used = 0;
  const leads = (count: number) =>
    `Name,Phone\n${Array.from({ length: count }, () => `Asha,96${String(used++).padStart(8, '0')}\n`).join('')}`;

  it('goes on where the first lead was filed as the target says, and shows how', async () => {
    change = asIs;
    desk.write('l.csv', `Name,Phone\nBinu,12\n${leads(6).split('\n').slice(1).join('\n')}`);
    const { stderr, stdout, status } = await run('send l.csv --to a --canary --concurrency 8');
    expect(stderr).toMatch(/^Canary: lead \d+ was filed at a with .*project_name = greens.*source_id = 1/m);
    expect(stdout.match(/created/g)).toHaveLength(6);
    expect(status).toBe(1);
    // One lead, then the question about it, then the others.
    const posts = asked.filter((url) => !url.includes('source-metadata'));
    expect(posts.findIndex((url) => url.includes('last-lead-data'))).toBe(1);
  });

  it('stops after one where it was filed otherwise and nobody can be asked', async () => {
    change = otherSource;
    desk.write('l.csv', leads(5));
    const before = (await sandbox.leads()).length;
    const { stdout, stderr, status } = await run('send l.csv --to a --canary --json');
    expect((await sandbox.leads()).length).toBe(before + 1);
    const [summary] = linesOf(stdout).slice(-1);
    expect(summary).toMatchObject({ created: 1, failed: 4, stopped: [{ code: 'CANARY_REFUSED' }] });
    expect(stderr).toMatch(/source_id is 2 instead of 1/);
    expect(status).toBe(1);
    // Once fixed, the others are sent by the next command.
    change = asIs;
    const again = await run(`retry ${summary?.['run']} --json`);
    expect(linesOf(again.stdout).at(-1)).toMatchObject({ created: 4 });
  });

  it('reads names of fields in whatever case they come', async () => {
    change = (body) => ({
      status: 200,
      body: body
        .replace('"project_name"', '"Project_Name"')
        .replace('"source_id"', '"SOURCE_ID"')
        .replace('"sub_source_id"', '"subSourceId"')
        .replace('"name"', '"Name"'),
    });
    desk.write('l.csv', leads(2));
    const { stderr, status } = await run('send l.csv --to a --canary');
    expect(stderr).toMatch(/^Canary: .*Project_Name = greens.*SOURCE_ID = 1/m);
    expect(status).toBe(0);
  });

  it('stops after one where what was filed cannot be read', async () => {
    change = () => ({ status: 200, body: '{}' });
    desk.write('l.csv', leads(3));
    const { stdout, stderr } = await run('send l.csv --to a --canary --json');
    expect(linesOf(stdout).at(-1)).toMatchObject({ created: 1, failed: 2 });
    expect(stderr).toMatch(/could not be read back: it answered HTTP 200/);
    expect(stderr).not.toMatch(/no lead of this phone/);
  });

  it('says nothing with --quiet where all is well', async () => {
    change = asIs;
    desk.write('l.csv', leads(2));
    expect(await run('send l.csv --to a --canary --quiet')).toMatchObject({
      stdout: '',
      stderr: '',
      status: 0,
    });
  });
});

describe('verify and sources', () => {
  it.each<[string, number, () => { status: number; body: string }]>([
    ['refused', 3, () => ({ status: 401, body: '{"error":"Not authorized"}' })],
    ['unclear', 5, () => ({ status: 200, body: '<html>login</html>' })],
    ['unclear', 5, () => ({ status: 200, body: '{}' })],
    ['unclear', 5, () => ({ status: 200, body: 'null' })],
    ['unclear', 5, () => ({ status: 404, body: '{"message":"no lead"}' })],
    ['unclear', 5, () => ({ status: 500, body: '' })],
    ['absent', 1, () => ({ status: 404, body: '{"status":"error","message":"no lead"}' })],
    ['absent', 1, () => ({ status: 200, body: '{"status":"OK","response":null}' })],
  ])('verify: %s ends with %i', async (found, expected, answer) => {
    change = answer;
    const { stdout, status } = await run('verify --to a --phone 9988776655 --json');
    expect(linesOf(stdout)).toMatchObject([{ type: 'verify', found, lead: null }]);
    expect(status).toBe(expected);
  });

  it('what sources fetched is kept: a dry run resolves names without a connection', async () => {
    expect((await run('sources --to a')).status).toBe(0);
    expect(asked.some((url) => url.includes('source-metadata'))).toBe(true);
    const { stdout } = await run('send --phone 9988776655 --to a --dry-run --json');
    expect(linesOf(stdout)[0]).toMatchObject({ fields: { source_id: '1', sub_source_id: '8' } });
    expect(asked).toEqual([]);
  });

  it('the command that sends again repeats the fields of the target’s own', async () => {
    const { stderr } = await run('send --phone 9988776699 --to gone --field my_field=7 --name A');
    const [, next] = /^Next: leadpush (retry .*)$/m.exec(stderr) ?? [];
    expect(next).toMatch(/^retry \w{8} --field my_field=7 --config c\.yaml$/);
  });
});
