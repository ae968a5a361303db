// A log shows why a run stands still: a provider that asks for a long pause is named, with the time when it goes on.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, ended, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
eachTest((given, process) => {
  desk = given;
  sandbox = process;
});

const GOES_ON =
  /^leadpush: waiting: a pauses until \d\d:\d\d:\d\d\. The run goes on by itself; 1 lead waits, for 3\d s so far\.$/;
const GIVES_UP =
  /^leadpush: waiting: a pauses until \d\d:\d\d:\d\d, but this run begins nothing more after \d\d:\d\d:\d\d \(see --max-wait\)\. 1 lead waits, for 3\d s so far\.$/;

const CASES: readonly {
  readonly command: 'send' | 'smoke';
  readonly options: readonly string[];
  readonly status: number;
  readonly said: readonly RegExp[];
}[] = [
  { command: 'send', options: [], status: 0, said: [GOES_ON] },
  { command: 'send', options: ['--json'], status: 0, said: [GOES_ON] },
  { command: 'send', options: ['--quiet'], status: 0, said: [] },
  { command: 'smoke', options: [], status: 0, said: [GOES_ON] },
  // Not over before the line is looked at, nor after the pause.
  { command: 'smoke', options: ['--max-wait', '42'], status: 1, said: [GIVES_UP] },
];

it('a pause of 45 s is said, but for --quiet', async () => {
  const faults = (body: string) => fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body });
  await faults('429:1@45');
  const runs = CASES.map(({ command, options }, i) => {
    const phone = `987650007${i}`;
    // Each with a ledger of its own: together they would share the target's limits.
    const places = ['--config', 'c.yaml', '--ledger', `${i}.db`];
    const child = desk.start([command, '--to', 'a', '--phone', phone, ...options, ...places]);
    child.stdin?.end();
    return ended(child);
  });
  await new Promise((resolve) => setTimeout(resolve, 38_000));
  await faults('');
  for (const [i, { status, stderr }] of (await Promise.all(runs)).entries()) {
    const lines = stderr.split('\n').filter((line) => line.startsWith('leadpush: waiting'));
    expect([status, CASES[i]?.options, lines]).toEqual([
      CASES[i]?.status,
      CASES[i]?.options,
      CASES[i]?.said.map((note) => expect.stringMatching(note)),
    ]);
  }
}, 90_000);

it('a lead that was sent, and that its provider is asked about: that is what is said', async () => {
  // It has a lead of an earlier run, and takes its time to show a new one.
  const earlier = '{"status":"OK","response":{"lead_id":16,"extra_details":{"leadpush_id":"9A843XQB-0"}}}';
  const servers = [500, 200].map((status) =>
    createServer(({ method }, response) => {
      if (method === 'POST') response.statusCode = status;
      response.end(method === 'POST' ? '{"status":"success","response":{"lead_id":17}}' : earlier);
    }).listen(0, '127.0.0.1'),
  );
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [loses, lags] = servers.map((server) => {
    const address = server.address();
    return `baseUrl: "http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}"`;
  });
  const rest = 'provider: anarock, channel: c, key: k, settleAfter: 55';
  const defaults = 'defaults: { campaignId: x, sourceId: 1, subSourceId: 8 }';
  desk.write(
    'l.yaml',
    `targets: { a: { ${rest}, ${loses}, ${defaults} }, b: { ${rest}, ${lags}, ${defaults} } }`,
  );
  const cases: readonly (readonly [args: string, line: RegExp])[] = [
    [
      'send --to a',
      /: waiting: a is asked whether 1 lead arrived\. The run goes on by itself; 1 lead waits, for 3\d s so far\.\n/,
    ],
    [
      'smoke --to a',
      /: waiting: a is asked whether 1 lead arrived, and this run begins nothing more after \d\d:\d\d:\d\d \(see --max-wait\)\. 1 lead waits, for 3\d s so far\.\n/,
    ],
    [
      'smoke --to b',
      /: waiting: b is asked to show the lead, until \d\d:\d\d:\d\d \(twice its settleAfter\); 3\d s so far\.\n/,
    ],
  ];
  await Promise.all(
    cases.map(async ([args, line], i) => {
      const more = ['--phone', `987650009${i}`, '--no-ledger', '--config', 'l.yaml'];
      const child = desk.start([...args.split(' '), ...more]);
      child.stdin?.end();
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await expect.poll(() => said, { timeout: 60_000 }).toMatch(line);
      const end = ended(child);
      child.kill('SIGKILL');
      await end;
    }),
  );
  for (const server of servers) server.close();
}, 90_000);

it.each([
  [
    '429:1',
    ['--max-wait', '2s'],
    'the provider answered nothing but "slow down" (HTTP 429) for ',
    'NOT_SENT',
  ],
  [
    '503:1',
    ['--max-wait', '2s'],
    'the provider answered nothing but "slow down" (HTTP 503) for ',
    'NOT_SENT',
  ],
  ['503:1@20', ['--max-wait', '9'], 'the provider asks to wait 20 seconds (HTTP 503)', 'NOT_SENT'],
] as const)(
  '%s with %j is waited for no longer, by send and by retry',
  async (fault, options, why, code) => {
    const faults = (body: string) => fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body });
    desk.write('l.csv', 'Name,Phone\nAsha,9876500081\nBinu,9876500082\n');
    await faults(fault);
    const places = ['--config', 'c.yaml', '--json', ...options];
    for (const args of [['send', 'l.csv', '--to', 'a'], ['retry']]) {
      const began = performance.now();
      const { status, stdout } = await desk.run([...args, ...places]);
      expect([status, performance.now() - began < 5_000]).toEqual([1, true]);
      for (const line of linesOf(stdout).filter(({ type }) => type === 'result'))
        expect(line['errors']).toMatchObject([{ code, message: expect.stringContaining(why) }]);
    }
    await faults('');
    expect((await desk.run(['retry', '--config', 'c.yaml'])).status).toBe(0);
  },
  60_000,
);

it('a wait that the provider asked for and that was not waited for: the next step says when it is over', async () => {
  const faults = (body: string) => fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body });
  await faults('503:1@20');
  const lead = ['send', '--to', 'a', '--phone', '9876500084', '--max-wait', '9', '--config', 'c.yaml'];
  const kept = await desk.run(lead);
  expect(kept.stderr).toMatch(/^Next: after \d\d:\d\d:\d\d:\n {2}leadpush retry \w{8} /m);
  const [, retry = ''] = /^ {2}(leadpush retry .*)$/m.exec(kept.stderr) ?? [];
  expect((await desk.paste(`${retry} --max-wait 9`)).stderr).toMatch(
    /^Next: after \d\d:\d\d:\d\d:\n {2}leadpush retry/m,
  );
  expect((await desk.run([...lead, '--no-ledger'])).stderr).toMatch(
    /^Next: after \d\d:\d\d:\d\d the same command again;/m,
  );
  // Later, the time of that day is not one to wait for.
  expect((await desk.run(['show', '--config', 'c.yaml'])).stderr).toMatch(/^Next: leadpush retry/m);
  // It pauses for two seconds of the three for which it is waited for at first.
  await faults('429:1@2');
  const { stdout } = await desk.run([...lead.map((word) => (word === '9' ? '3' : word)), '--no-ledger']);
  expect(stdout).toMatch(/\(HTTP 429\) for 3 seconds\. The provider asks to wait [12] seconds? more\./);
  await faults('');
}, 60_000);

it('a wait that is none is told', async () => {
  for (const given of ['soon', '0', '2d']) {
    const { status, stderr } = await desk.run([
      'send',
      '--to',
      'a',
      '--phone',
      '9876500083',
      '--max-wait',
      given,
    ]);
    expect([status, stderr]).toEqual([
      2,
      `leadpush: --max-wait: expected a duration such as 30s or 10m, at most a day, found "${given}".\n`,
    ]);
  }
});
