// The next steps that `leadpush init` prints, run as they are printed, in the order in which they are printed. The target
// is pointed at the sandbox first, which plays the vendor.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Desk, ended, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
beforeEach(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--strict']);
  const bin = join(desk.home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'leadpush'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(bin, 'leadpush'), 0o755);
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

/** What stands for the number that only the user knows. */
const NUMBER = 'YOUR OWN NUMBER';

/** What each variable that may be asked for holds. */
const values = (): Readonly<Record<string, string>> => ({
  ANAROCK_CHANNEL: sandbox.anarock.channel,
  ANAROCK_KEY: sandbox.anarock.key,
  PARAMANTRA_API_KEY: sandbox.paramantra.apiKey,
  PARAMANTRA_APP: sandbox.paramantra.appName,
});

function shell(script: string) {
  const path = `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}`;
  const child = spawn('sh', ['-c', script], {
    cwd: desk.folder,
    env: desk.env({ PATH: path }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ended(child);
}

describe('each of the steps works', () => {
  it.each<[string, readonly string[], readonly RegExp[]]>([
    [
      'Anarock, with all that it requires',
      [
        '--provider',
        'anarock',
        '--default',
        'campaignId=greens',
        '--default',
        'sourceId=1',
        '--default',
        'subSourceId=8',
      ],
      [
        /^export ANAROCK_CHANNEL=/,
        /^export ANAROCK_KEY=/,
        /^leadpush check$/,
        /--name 'Rahul Kumar' --dry-run$/,
        /^leadpush smoke --phone 'YOUR OWN NUMBER'$/,
      ],
    ],
    [
      'Anarock, with nothing known',
      ['--provider', 'anarock'],
      [/^export ANAROCK_CHANNEL=/, /^export ANAROCK_KEY=/, /^leadpush check$/, /--dry-run --campaign-id /],
    ],
    [
      'Paramantra, with nothing known',
      ['--provider', 'paramantra'],
      [
        /^export PARAMANTRA_API_KEY=/,
        /^export PARAMANTRA_APP=/,
        /^leadpush check$/,
        /--dry-run --channel-id /,
      ],
    ],
  ])('%s', async (_, args, expected) => {
    const init = await desk.run(['init', '--yes', ...args]);
    expect(init).toMatchObject({ status: 0, stderr: '' });
    const steps = [...init.stdout.matchAll(/^ {2}\d+\. (.+)$/gm)].map(([, step = '']) => step);
    expect(steps).toHaveLength(expected.length);
    for (const [at, pattern] of expected.entries()) expect(steps[at]).toMatch(pattern);
    desk.write(
      '.leadpushrc',
      desk.read('.leadpushrc').replace(/^( *)#baseUrl: .*$/m, `$1baseUrl: ${sandbox.url}`),
    );
    const set: string[] = [];
    for (const step of steps) {
      if (step.includes(NUMBER)) {
        // Pasted as it stands, it sends nothing.
        const asked = await shell([...set, step].join('\n'));
        expect(asked).toMatchObject({ status: 2, stdout: '' });
        expect(asked.stderr).toMatch(/^leadpush: --phone: Not a valid phone number/);
        expect(await sandbox.leads()).toEqual([]);
      }
      const variable = /^export (\w+)='…'$/.exec(step)?.[1];
      if (variable !== undefined) set.push(step.replace('…', values()[variable] ?? ''));
      else
        expect(await shell([...set, step.replace(NUMBER, '+91 98200 12345')].join('\n'))).toMatchObject({
          status: 0,
          stdout: expect.not.stringMatching(/MISSING/),
          stderr: expect.not.stringMatching(/MISSING/),
        });
    }
  });
});
