// A log shows why a run stands still: a provider that asks for a long pause is named, with the time when it goes on.
import { expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, ended, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
eachTest((given, process) => {
  desk = given;
  sandbox = process;
});

const CASES: readonly {
  readonly command: 'send' | 'smoke';
  readonly options: readonly string[];
  readonly said: boolean;
}[] = [
  { command: 'send', options: [], said: true },
  { command: 'send', options: ['--json'], said: true },
  { command: 'send', options: ['--quiet'], said: false },
  { command: 'smoke', options: [], said: true },
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
    const note =
      /^leadpush: waiting: a pauses until \d\d:\d\d:\d\d\. The run goes on by itself; 1 lead waits, for 3\d s so far\.$/;
    expect([status, CASES[i]?.options, lines]).toEqual([
      0,
      CASES[i]?.options,
      CASES[i]?.said === true ? [expect.stringMatching(note)] : [],
    ]);
  }
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
