// What a terminal is sent: colour and a live line, and neither more than the environment allows.
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Desk } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Runs `leadpush …` on a terminal of 80 columns. @returns all that came to it, with its sequences */
function onTerminal(args: readonly string[], env: Readonly<Record<string, string>>): string {
  const command = ['stty cols 80 rows 24;', quoted(process.execPath), quoted(BIN), ...args.map(quoted)].join(
    ' ',
  );
  return spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd: desk.folder,
    env: { ...desk.env(env), TERM: env['TERM'] ?? 'xterm-256color' },
    input: '',
    encoding: 'utf8',
  }).stdout;
}

const hasScript = spawnSync('script', ['--version']).error === undefined;

describe.skipIf(!hasScript || process.platform !== 'linux')('a terminal', () => {
  it.each<[string, Readonly<Record<string, string>>, boolean, boolean]>([
    ['as it is', {}, true, true],
    ['NO_COLOR', { NO_COLOR: '1' }, false, true],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true, true],
    ['CI', { CI: 'true' }, false, false],
    ['a dumb one', { TERM: 'dumb' }, false, false],
  ])('%s', (_, env, colour, live) => {
    const rows = Array.from({ length: 120 }, (_, i) => `Lead ${i},98${String(10_000_000 + i)}`);
    desk.write('l.csv', `Name,Phone\n${rows.join('\n')}\nBad,12\n`);
    const text = onTerminal(['send', 'l.csv', '--to', 'sandbox-anarock', '--no-ledger'], env);
    expect(text).toContain('121 records');
    expect(/\u001b\[[0-9;]+m/.test(text)).toBe(colour);
    expect(/[█░]/.test(text)).toBe(live);
  });
});
