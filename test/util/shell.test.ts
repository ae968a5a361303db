// Words for a shell: what is proposed comes out of real shells as it went in, and runs nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPlain } from '../../src/util/plain.ts';
import { inQuotes, pathArgument, shellQuoted, typedWord } from '../../src/util/shell.ts';

const WORDS: readonly string[] = [
  'leads.csv',
  '',
  'a b  c.csv',
  '$(touch pwned)',
  '`touch pwned`',
  'a;touch pwned;',
  'a&touch pwned&',
  'a|touch pwned',
  'a>pwned',
  "it's",
  "';touch pwned;'",
  '"$(touch pwned)"',
  'a\\b\\\\',
  '$HOME',
  '${HOME}',
  '~',
  '~root/x',
  '=ls',
  '*',
  'a?[b]{c,d}',
  '!!',
  'a!b',
  '#x',
  '-rf',
  '--to=x',
  '%1',
  'Mobile No.=phone',
  'x=phone',
  'राजेश ü 日本.csv',
  '🏡\u200d.csv',
  // What steers a terminal is no part of what is shown, and still comes out.
  'a\u001b]0;T\u0007b',
  'a\u009b2J\u202eb',
  'a\nb',
  'a\rb\tc',
  'a\n\n',
  '\n',
  "%s \\n '\u001b'",
  '-\u001b',
  '%d\u007f',
];

/** Shells of this machine; sh and bash are there wherever this is worked on. */
const SHELLS = ['sh', 'bash', 'zsh', 'dash', 'ksh', 'busybox'].filter(
  (shell) => ['sh', 'bash'].includes(shell) || spawnSync(shell, ['-c', 'true']).error === undefined,
);

describe.each(SHELLS)('%s', (shell) => {
  it.each([
    ['shellQuoted', shellQuoted],
    ['inQuotes', inQuotes],
  ])('%s: comes out as it went in', (_, quote) => {
    const cwd = mkdtempSync(join(tmpdir(), 'leadpush-shell-'));
    try {
      const run = (options: readonly string[]) =>
        spawnSync(shell, [...options, `printf '%s\\0' ${WORDS.map(quote).join(' ')}`], {
          cwd,
          encoding: 'utf8',
          env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere' },
        });
      const { stdout } = run(shell === 'busybox' ? ['sh', '-c'] : ['-c']);
      expect(stdout.split('\0').slice(0, -1)).toEqual(WORDS);
      expect(readdirSync(cwd)).toEqual([]);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

it('nothing that would be shown escaped stands in a proposed word', () => {
  for (const word of WORDS) expect(isPlain(shellQuoted(word).replaceAll('\n', ''))).toBe(true);
});

it.each([
  ['leads.csv', 'leads.csv'],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['=x', "'=x'"],
])('%s is shown as %s', (word, shown) => expect(shellQuoted(word)).toBe(shown));

it.each([
  ['Mobile No.=phone', '"Mobile No.=phone"'],
  ['Phone=phone', '"Phone=phone"'],
  ['on $(x)=phone', "'on $(x)=phone'"],
  ['5" or 6\'=phone', "'5\" or 6'\\''=phone'"],
])('%s, to be changed, is shown as %s', (word, shown) => expect(inQuotes(word)).toBe(shown));

it.each([
  ['-x.csv', './-x.csv'],
  ['-', '-'],
  ['x-y.csv', 'x-y.csv'],
])('the path %s is given as %s', (path, given) => expect(pathArgument(path)).toBe(given));

it.each([
  ['leads', 'leads'],
  ['a\\ b', 'a b'],
  ["'a $b", 'a $b'],
  ['"a \\"b\\$(c)', 'a "b$(c)'],
  ['"a b"\'c\'d', 'a bcd'],
  ['"a\\n"', 'a\\n'],
  // Nothing is expanded.
  ['$HOME/`x`*', '$HOME/`x`*'],
])('typed %s means %s', (typed, word) => expect(typedWord(typed)).toBe(word));
