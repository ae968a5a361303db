// A log shows why a run stands still: a provider that asks for a long pause is named, with the time when it goes on.
import { expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, ended, type SandboxProcess } from './leadpush.ts';

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
