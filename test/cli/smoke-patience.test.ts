// `smoke` against a provider that keeps it waiting, and `smoke` that is interrupted: it ends in time, says at which step, and
// leaves a whole report and nothing else behind.
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createListener } from 'node:net';
import { describe, expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import { ended, type Line, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

const { desk } = await deskWithSandbox();
const PHONE = '    testPhone: "+919876500001"\n';

/** A configuration `NAME.yaml` for a sandbox with these faults. */
async function faulty(name: string, fault: string, settleAfter = '0.4'): Promise<SandboxProcess> {
  const sandbox = await startSandbox(desk, ['--fault', fault]);
  desk.write(
    `${name}.yaml`,
    sandbox.config
      .replace('  a:\n', `  a:\n${PHONE}    settleAfter: ${settleAfter}\n`)
      .replace('  p:\n', `  p:\n${PHONE}`),
  );
  return sandbox;
}
const smoke = (name: string, ...more: readonly string[]) => [
  ...['smoke', '--to', 'a', '--config', `${name}.yaml`, '--junit', `${name}.xml`, ...more],
];
/** `slow.yaml` for a provider that takes requests and answers none but those of its root. @param posts it answers to leads */
async function silent(posts = false): Promise<Server> {
  const server = createServer(({ url, method }, response) => {
    if (url === '/') response.end('ok');
    if (posts && method === 'POST')
      response.end('{"status":"success","message":"","response":{"lead_id":17}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  desk.write('slow.yaml', targetAt(server, 'http', 'timeout: 200ms, settleAfter: 0.1, retries: 0'));
  return server;
}
/** A configuration for whatever listens there. */
function targetAt(server: Pick<Server, 'address'>, scheme: 'http' | 'https', more: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `targets:
  a: { provider: anarock, baseUrl: "${scheme}://127.0.0.1:${port}", channel: c, key: k, testPhone: "+919876500001", ${more}, defaults: { campaignId: x, sourceId: 1, subSourceId: 8 } }
`;
}
/** `NAME.yaml` for a provider that creates lead 17863, and then shows this as the newest one. @returns how often it was asked */
async function showing(
  name: string,
  lead: object,
  { answerMs = 0, more = 'settleAfter: 0.2' } = {},
): Promise<{ readonly asks: () => number; readonly close: () => void }> {
  let asks = 0;
  const server = createServer(({ method }, response) => {
    if (method === 'POST') {
      response.end('{"status":"success","message":"","response":{"lead_id":17863}}');
      return;
    }
    asks++;
    const body = JSON.stringify({ status: 'OK', message: 'success', response: lead });
    setTimeout(() => response.end(body), answerMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  desk.write(`${name}.yaml`, targetAt(server, 'http', more));
  return { asks: () => asks, close: () => server.close() };
}
const temporary = () => readdirSync(desk.folder).filter((file) => file.endsWith('.tmp'));

const AGAIN = /the same again: leadpush smoke /;

describe('smoke --max-wait', () => {
  it.each([
    ['503:1', 1, /^failed {3}sign and send .*the time for it was up\. The last try: HTTP 503/, AGAIN],
    ['429:1', 1, /^failed {3}sign and send .*the time for it was up\. The last try: HTTP 429/, AGAIN],
    [
      '429:1@200',
      1,
      /^failed {3}sign and send .*the time for it was up\. The last try: HTTP 429.* The provider asks to wait (?:19\d|200) seconds more\. Sending it again is safe/,
      /after \d\d:\d\d:\d\d the same again: leadpush smoke /,
    ],
    ['lost:1,ask-503:1', 5, /^failed {3}sign and send .*unknown: ANSWER_LOST/, /leadpush verify /],
    [
      'lost:1,ask-503:1@200',
      5,
      /^failed {3}sign and send .*unknown: ANSWER_LOST .* The provider asks to wait (?:19\d|200) seconds more\./,
      /leadpush verify /,
    ],
  ])('%s: it gives up in time, exit %i', async (fault, expected, first, next) => {
    const name = fault.replace(/\W/g, '-');
    const sandbox = await faulty(name, fault);
    const from = Date.now();
    const { stdout, stderr, status } = await desk.run(
      smoke(name, '--max-wait', '1', '--timeout', '1', '--no-ledger'),
    );
    expect(stdout).toMatch(first);
    expect(stderr).toMatch(new RegExp(`^Smoke test of a failed at "sign and send"\\.\nNext: ${next.source}`));
    if (fault.endsWith('@200'))
      expect(desk.read(`${name}.xml`)).toMatch(/asks to wait (?:19\d|200) seconds more/);
    expect(status).toBe(expected);
    expect(Date.now() - from).toBeLessThan(8_000);
    expect(desk.read(`${name}.xml`)).toMatch(
      /failures="1"[\s\S]*<property name="submissionId" value="\w{8}-0"/,
    );
    await sandbox.close();
  });

  it('a provider that answered, and then cannot be reached: the id of what reached it stands', async () => {
    // It goes while nothing is in progress: no answer is lost.
    const sandbox = await faulty('gone', '503:1@2');
    const child = desk.start(smoke('gone', '--max-wait', '5', '--timeout', '2', '--no-ledger', '--json'));
    child.stdin?.end();
    const end = ended(child);
    await until(() => wasAsked(sandbox, 'posts'));
    await sandbox.close();
    const { stdout, status } = await end;
    const [said] = linesOf(stdout);
    expect(said).toMatchObject({
      submissionId: expect.stringMatching(/^\w{8}-0$/),
      steps: [{ message: expect.stringMatching(/UNREACHABLE.* \(sent as \w{8}-0\)$/) }],
    });
    expect(desk.read('gone.xml')).toContain(
      `<property name="submissionId" value="${said?.['submissionId']}"`,
    );
    expect(status).toBe(4);
  });

  it('a lead that arrived and cannot be read back: what asks again is named', async () => {
    const sandbox = await faulty('unread', 'ask-503:1');
    const { stdout, stderr, status } = await desk.run(smoke('unread', '--timeout', '1', '--no-ledger'));
    expect(stdout).toMatch(/^passed {3}sign and send /);
    expect(stderr).toMatch(
      /failed at "read back"\.\nNext: leadpush verify --to a --config unread\.yaml\nWhat the provider stored/,
    );
    expect(status).toBe(5);
    await sandbox.close();
  });

  it.each(['soon', '-1', '0'])('%s is no time to wait', async (given) => {
    const { stderr, status } = await desk.run(['smoke', '--to', 'a', `--max-wait=${given}`]);
    expect(stderr).toMatch(/^leadpush: --max-wait: expected a duration/);
    expect(status).toBe(2);
  });
});

describe('a smoke test that is interrupted', () => {
  const SIGNALS = [
    ['SIGINT', 130, 'Press Ctrl-C again to abort'],
    ['SIGTERM', 143, 'A second SIGTERM aborts'],
    ['SIGHUP', 129, 'A second SIGHUP aborts'],
  ] as const;

  it.each(SIGNALS)('%s while it waits to send: exit %i', async (signal, expected, how) => {
    const name = `wait-${signal}`;
    const sandbox = await faulty(name, '503:1@60');
    const child = desk.start(smoke(name, '--ledger', `${name}.db`));
    child.stdin?.end();
    const end = ended(child);
    await until(() => wasAsked(sandbox, 'posts'));
    child.kill(signal);
    const { stdout, stderr, status } = await end;
    expect(stdout).toMatch(
      new RegExp(`^failed {3}sign and send .*the run was interrupted first \\(${signal}\\)\\.`),
    );
    expect(stderr).toContain(`${signal}: nothing more is sent`);
    expect(stderr).toContain(how);
    expect(stderr).toContain(`Smoke test of a was interrupted (${signal}) at "sign and send".\nNext: after `);
    expect(stderr).toMatch(/Next: after \d\d:\d\d:\d\d the same again: leadpush smoke /);
    expect(status).toBe(expected);
    expect(desk.read(`${name}.xml`)).toMatch(
      /failures="1".*[\s\S]*<failure message="[^"]+"\/>[\s\S]*<\/testsuites>\n$/,
    );
    expect(temporary()).toEqual([]);
    // A smoke test sends a lead of its own each time: nothing goes on with this one.
    for (const command of ['runs', 'show']) {
      const shown = await desk.run([command, '--ledger', `${name}.db`]);
      expect(shown.stdout + shown.stderr).not.toMatch(/Go on|sent twice/);
    }
    await sandbox.close();
  });

  it.each(SIGNALS)(
    '%s while nothing can be connected to: it was stopped, not given up',
    async (signal, expected) => {
      let tries = 0;
      const notTls = createListener((socket) => {
        tries++;
        socket.on('error', () => {}).end('no TLS');
      });
      await new Promise<void>((resolve) => notTls.listen(0, '127.0.0.1', resolve));
      desk.write(`down-${signal}.yaml`, targetAt(notTls, 'https', 'retries: 20'));
      const child = desk.start(smoke(`down-${signal}`, '--no-ledger', '--json'));
      child.stdin?.end();
      const end = ended(child);
      await until(() => Promise.resolve(tries > 1));
      child.kill(signal);
      const { stdout, status } = await end;
      const [said] = linesOf(stdout);
      const words = `UNREACHABLE Not sent again: the run was interrupted first (${signal}). The last try: `;
      expect(said).toMatchObject({
        signal,
        steps: [{ name: 'sign and send', status: 'failed', message: expect.stringContaining(words) }],
      });
      expect(desk.read(`down-${signal}.xml`)).toContain(words);
      expect(stdout + desk.read(`down-${signal}.xml`)).not.toContain('Gave up');
      expect(status).toBe(expected);
      notTls.close();
    },
  );

  it('the second signal aborts what is in progress, and retry --settle tells what became of it', async () => {
    const sandbox = await faulty('twice', 'timeout:1');
    const child = desk.start(smoke('twice', '--ledger', 'twice.db'));
    child.stdin?.end();
    const end = ended(child);
    await until(async () => (await sandbox.leads()).length > 0);
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill('SIGTERM');
    const { stdout, stderr, status } = await end;
    expect(stdout).toMatch(/^failed {3}sign and send .*unknown: ANSWER_LOST .*aborted/);
    expect(stderr).toMatch(/Next: leadpush verify --to a --config twice\.yaml\n$/);
    expect(status).toBe(143);
    expect(desk.read('twice.xml')).toContain('failures="1"');
    expect(temporary()).toEqual([]);
    const shown = await desk.run(['show', '--ledger', 'twice.db', '--config', 'twice.yaml']);
    const [, settle = ''] = /`(leadpush retry \w+ --settle [^`]+)`/.exec(shown.stderr) ?? [];
    expect(settle).not.toBe('');
    expect((await desk.paste(settle)).stdout).toMatch(/created/);
    await sandbox.close();
  });

  it('while it reads back: the lead was sent, and it says that it was not read', async () => {
    const sandbox = await faulty('reading', 'lag:600000', '30');
    const child = desk.start(smoke('reading', '--no-ledger', '--json'));
    child.stdin?.end();
    const end = ended(child);
    await until(() => wasAsked(sandbox, 'asks'));
    child.kill('SIGTERM');
    const { stdout, status } = await end;
    expect(linesOf(stdout)).toMatchObject([
      {
        status: 'failed',
        signal: 'SIGTERM',
        steps: [
          { name: 'sign and send', status: 'passed' },
          { name: 'read back', status: 'failed', message: expect.stringContaining('interrupted (SIGTERM)') },
        ],
      },
    ]);
    expect(status).toBe(143);
    await sandbox.close();
  });
});

describe('a provider that shows a lead only after a while', () => {
  it.each(['lag:700', 'ask-absent:0.3'])('%s: it is asked again', async (fault) => {
    const name = fault.replace(/\W/g, '-');
    const sandbox = await faulty(name, fault, '2');
    const { stdout, status } = await desk.run(smoke(name, '--no-ledger'));
    expect(stdout).toMatch(/^passed {3}read back .*lead \d+/m);
    expect(status).toBe(0);
    await sandbox.close();
  });

  it.each([
    ['lag:600000', 'no lead'],
    ['ask-absent:1', 'no lead'],
  ])('%s: it says for how long it asked, and not that something else was stored', async (fault, what) => {
    const name = `never-${fault.replace(/\W/g, '-')}`;
    const sandbox = await faulty(name, fault);
    const { stdout, stderr, status } = await desk.run(smoke(name, '--no-ledger'));
    expect(stdout).toMatch(
      new RegExp(
        `^failed {3}read back .*created as \\d+, but not found by phone within 0\\.8 s: .*${what}`,
        'm',
      ),
    );
    expect(stderr).not.toContain('stored something else');
    expect(stderr).toMatch(/Next: leadpush verify --to a --config \S+\n.*settleAfter/);
    expect(status).toBe(1);
    const [, next = ''] = /Next: (.*)/.exec(stderr) ?? [];
    expect((await desk.paste(next)).status).toBe(1);
    await sandbox.close();
  });
});

describe('a provider that shows another lead of the number', () => {
  const OVERLAP =
    'Next: run one smoke test of a number at a time, or give each job a number of its own with --phone.\n';
  const SETTLE = 'needs a longer settleAfter (target "a").\n';
  it.each<[string, object, string, string]>([
    [
      'of another run, sent after it',
      { lead_id: 17864, extra_details: { leadpush_id: '9A843XQB-0' } },
      ': its newest lead is 17864, which another run of leadpush sent after this one (as 9A843XQB-0)',
      OVERLAP,
    ],
    [
      'of an earlier run',
      { lead_id: 17862, extra_details: { leadpush_id: '9A843XQB-0' } },
      ': its newest lead is 17862, which another run of leadpush sent (as 9A843XQB-0)',
      SETTLE,
    ],
    ['of somebody else', { lead_id: 17864 }, ': its newest lead is 17864', SETTLE],
  ])('%s', async (what, lead, message, next) => {
    const name = what.replace(/\W/g, '-');
    const provider = await showing(name, lead);
    const words = `created as 17863, but not found by phone within 0.4 s${message}`;
    const shown = await desk.run(smoke(name, '--no-ledger'));
    expect(shown.stdout).toMatch(new RegExp(`^failed {3}read back .* ms {2}${plainly(words)}$`, 'm'));
    expect(shown.stderr.endsWith(next)).toBe(true);
    expect(desk.read(`${name}.xml`)).toContain(`<failure message="${words}"/>`);
    const [said] = linesOf((await desk.run(smoke(name, '--no-ledger', '--json'))).stdout);
    expect(said).toMatchObject({ status: 'failed', leadId: '17863', steps: [{}, { message: words }] });
    expect(shown.status).toBe(1);
    provider.close();
  });

  it.each([
    // At 0, 0.3, 0.5, 1.0 and 2.0 s of the 2 s, but for those that come while an answer is awaited.
    [300, 4, /within 2\.[3-5] s:/],
    [2_500, 1, /within 2\.[5-7] s:/],
  ])('answers of %i ms: no look-up begins after its time', async (answerMs, least, within) => {
    const name = `slow-${answerMs}`;
    const provider = await showing(name, { lead_id: 17862 }, { answerMs, more: 'settleAfter: 1' });
    const { stdout, status } = await desk.run(smoke(name, '--no-ledger'));
    expect(stdout).toMatch(within);
    expect(provider.asks()).toBe(least);
    expect(status).toBe(1);
    provider.close();
  });
});

const plainly = (text: string) => text.replace(/[.()]/g, '\\$&');

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to it');
}

async function wasAsked({ url }: SandboxProcess, what: 'posts' | 'asks'): Promise<boolean> {
  const answer = await fetch(`${url}/__sandbox/stats`);
  const stats: Line = JSON.parse(await answer.text());
  return Number(stats[what]) > 0;
}

describe('a provider that is slower than the timeout', () => {
  it.each<[string, string, number, RegExp]>([
    [
      'smoke',
      '--no-ledger',
      5,
      /\nNext: leadpush smoke --to a --config slow\.yaml --no-ledger --timeout 400ms\n/,
    ],
    ['verify', '', 4, /\nNext: leadpush verify --to a --config slow\.yaml --timeout 400ms\n/],
    ['sources', '', 4, /\nNext: leadpush sources --to a --config slow\.yaml --timeout 400ms\n/],
  ])('%s: the same with more time comes next', async (name, more, expected, next) => {
    const slow = await silent();
    const words = [
      name,
      '--to',
      'a',
      '--config',
      'slow.yaml',
      ...more.split(' ').filter((word) => word !== ''),
    ];
    const { stderr, status } = await desk.run([...words, '--timeout', '200ms']);
    expect(stderr).toMatch(next);
    expect(stderr).toContain('If that helps, put timeout: 400ms into target "a".\n');
    expect(status).toBe(expected);
    slow.closeAllConnections();
    slow.close();
  });

  it('at reading back: the look-up with more time comes next', async () => {
    const slow = await silent(true);
    const { stdout, stderr, status } = await desk.run(
      'smoke --to a --config slow.yaml --no-ledger'.split(' '),
    );
    expect(stdout).toMatch(/^failed {3}read back .*no answer within 0\.2 s/m);
    expect(stderr).toContain('\nNext: leadpush verify --to a --config slow.yaml --timeout 400ms\n');
    expect(status).toBe(4);
    slow.closeAllConnections();
    slow.close();
  });

  it('send and check say so, too', async () => {
    const slow = await silent();
    const sent = await desk.run('send --to a --phone 9876500002 --config slow.yaml --no-ledger'.split(' '));
    expect(sent.stdout).toMatch(
      /ANSWER_LOST .*no answer within 0\.2 s\..* If the provider is slow, add --timeout 400ms\./,
    );
    const checked = await desk.run('check --to a --config slow.yaml'.split(' '));
    expect(checked.stdout).toMatch(
      /key not tested \(no answer within 0\.2 s\): smoke tests it\.\s+→ leadpush smoke --to a --config slow\.yaml tests it, .*; if the provider is slow, add --timeout 400ms/,
    );
    slow.closeAllConnections();
    slow.close();
  });
});
