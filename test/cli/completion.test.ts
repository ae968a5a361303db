// Completion: what the shells ask for and get, and scripts that each shell can read.

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxTargetNames } from '../../src/providers/index.ts';
import { Desk } from './leadpush.ts';

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
  desk.write('.leadpushrc', 'targets:\n  greens: { provider: anarock, channel: c, key: k }\n');
  desk.write('leads.csv', '');
  desk.write('exports/meta.csv', '');
});
afterAll(() => desk.remove());

describe('a word is completed', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['se'], ['send']],
    [['send', '--rej'], ['--rejects']],
    [
      ['send', '--to', ''],
      ['greens', ...sandboxTargetNames()],
    ],
    [['send', '--to', 'greens,sandbox-p'], ['greens,sandbox-paramantra']],
    [['send', 'le'], ['leads.csv']],
    [['send', 'exports/'], ['exports/meta.csv']],
    [['send', '--format', 'nd'], ['ndjson']],
    [['check', '--config', 'lea'], ['leads.csv']],
  ])('%j', async (words, expected) => {
    const { stdout, status } = await desk.run(['complete', '--', ...words]);
    const given = stdout
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(':'))
      .map((line) => line.split('\t')[0]);
    expect(given).toEqual(expected);
    expect(status).toBe(0);
  });
});

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  it('can read its script', async ({ skip }) => {
    const { stdout, status } = await desk.run(['completion', shell]);
    expect(status).toBe(0);
    expect(stdout).toContain('leadpush complete --');
    skip(spawnSync(shell, ['--version']).error !== undefined, `${shell} is not installed`);
    const read = spawnSync(shell, ['-n', desk.write(`script.${shell}`, stdout)], { encoding: 'utf8' });
    expect(read.stderr).toBe('');
    expect(read.status).toBe(0);
  });
});

it('another shell is refused', async () => {
  const { stderr, status } = await desk.run(['completion', 'tcsh']);
  expect(stderr).toMatch(/bash, zsh, fish/);
  expect(status).toBe(2);
});
