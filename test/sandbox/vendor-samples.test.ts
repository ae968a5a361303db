// The samples in the vendors' style run as they are against the sandbox, with only address and credentials set.
// PHP and Ruby run where they are installed; the bodies that PHP's curl makes are posted raw in any case.
import { execFile, spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { CLOCK } from '../cli/leadpush.ts';
import { credentialsOf, PARAMANTRA_PATH, sandboxFor, signed } from './tools.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../../fixtures/vendor-samples/', import.meta.url));
const installed = (program: string) => spawnSync(program, ['--version']).error === undefined;

/** What the sample prints, line by line. */
async function sample(program: string, file: string, sandbox: Sandbox): Promise<readonly unknown[]> {
  const { url } = sandbox;
  const { anarock, paramantra } = credentialsOf(sandbox);
  const env = {
    ...CLOCK,
    PATH: process.env['PATH'] ?? '',
    NO_PROXY: '*',
    ANAROCK_URL: url,
    ANAROCK_CHANNEL: anarock.channel,
    ANAROCK_KEY: anarock.key,
    PARAMANTRA_URL: url,
    PARAMANTRA_API_KEY: paramantra.apiKey,
    PARAMANTRA_APP: paramantra.appName,
  };
  const { stdout } = await run(program, [folder + file], { env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const STRICT: SandboxOptions = { strict: true };
const ACCEPTED = { status: 'OK', message: 'success', response: { lead_id: 17863 } };
const ADDED = expect.arrayContaining([expect.objectContaining({ unique_id: 2882, status: 'success' })]);

describe('anarock', () => {
  it.for<readonly [string, string, SandboxOptions]>([
    ['bash', 'anarock.sh', {}],
    ['php', 'anarock.php', {}],
    ['node', 'anarock.mjs', {}],
    ['ruby', 'anarock.rb', STRICT],
  ])('%s %s', async ([program, file, options], { skip }) => {
    skip(!installed(program), `${program} is not installed`);
    const sandbox = await sandboxFor(options);
    const [answer, last] = await sample(program, file, sandbox);
    expect(answer).toEqual(ACCEPTED);
    expect(sandbox.leads()[0]?.fields['name']).toBe('Rahul Kumar');
    if (last !== undefined) {
      expect(last).toMatchObject({
        response: { phone: '+919988998899', extra_details: { keyword: '2 bhk & more' } },
      });
    }
  });
});

describe('paramantra', () => {
  it.for<readonly [string, string]>([
    ['bash', 'paramantra.sh'],
    ['php', 'paramantra.php'],
    ['node', 'paramantra.mjs'],
    ['ruby', 'paramantra.rb'],
  ])('%s %s', async ([program, file], { skip }) => {
    skip(!installed(program), `${program} is not installed`);
    const sandbox = await sandboxFor(STRICT);
    expect(await sample(program, file, sandbox)).toEqual([ADDED]);
    expect(await sample(program, file, sandbox)).toEqual([
      [expect.objectContaining({ message: 'duplicate_entry', unique_id: '2882' })],
    ]);
  });
});

describe("what PHP's curl sends", () => {
  it('anarock: a form joined by hand, blanks and all', async () => {
    const sandbox = await sandboxFor();
    const { current_time, hash } = signed(credentialsOf(sandbox).anarock.key);
    const body = `&name=Rahul Kumar&email=rahul.kumar@example.com&source=google&purpose=buy&current_time=${current_time}&phone=9988998899&country_code=IN&hash=${hash}&campaign_id=UniqueString`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await raw(`${sandbox.url}/api/v0/sandbox/sync-lead`, headers, body)).toEqual(ACCEPTED);
    expect(sandbox.leads()[0]?.fields['name']).toBe('Rahul Kumar');
  });

  it('paramantra: multipart, Basic without a password, a blank after the key', async () => {
    const sandbox = await sandboxFor(STRICT);
    const { apiKey, appName } = credentialsOf(sandbox).paramantra;
    const boundary = '------------------------d74496d66958873e';
    const fields = {
      rep_id: 'smithparkar',
      channel_id: 'GoogleAdword',
      subject: 'Leads From API- Google Adword',
      phonefax: '9978521205',
      notes: 'Interested in a site visit',
      alert_client: '0',
    };
    const parts = Object.entries(fields).map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const headers = {
      authorization: `Basic ${btoa(`${apiKey}:`)}`,
      'x-api-key': `${apiKey} `,
      'action-on': appName,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    };
    const body = `${parts.join('')}--${boundary}--\r\n`;
    expect(await raw(sandbox.url + PARAMANTRA_PATH, headers, body)).toEqual(ADDED);
    expect({ ...sandbox.leads()[0]?.fields }).toEqual(fields);
  });
});

function raw(url: string, headers: Record<string, string>, body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end(body);
  });
}
