// The help of every command breaks its lines between words, in a terminal of any width.
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/app/context.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { Screen } from '../../src/output/screen.ts';
import { systemClock } from '../../src/util/clock.ts';
import { drained } from '../drained.ts';
import { ROOT } from './leadpush.ts';

function contextOf(stdout: PassThrough, columns: number): Context {
  return {
    ...{ env: {}, cwd: ROOT, stdin: process.stdin, clock: systemClock },
    stdout: new Screen(Object.assign(stdout, { columns })),
    stderr: new Screen(new PassThrough()),
  };
}

function helpOf(path: readonly string[], columns: number): string {
  const stdout = new PassThrough();
  let command = buildProgram(contextOf(stdout, columns), { begin: () => {}, done: () => {} });
  for (const name of path) command = command.commands.find((one) => one.name() === name) ?? command;
  command.outputHelp();
  return drained(stdout);
}

const paths = (command: Command, path: readonly string[] = []): readonly (readonly string[])[] => [
  path,
  ...command.commands.flatMap((one) => paths(one, [...path, one.name()])),
];

/** What is typed as it stands, and terms of one piece, may be longer than the terminal. */
const longLines = (text: string, columns: number) =>
  text.split('\n').filter((line) => line.length > columns && !/^Usage: |^ *\$ |^ *\S+$/.test(line));

describe.each([50, 80, 120])('in %i columns', (columns) => {
  const all = paths(buildProgram(contextOf(new PassThrough(), columns), { begin: () => {}, done: () => {} }));
  it.each(all.map((path) => [path.join(' ')]))('help of leadpush %s keeps within it', (path) => {
    const text = helpOf(path.split(' '), columns);
    expect(text).toContain('Usage: leadpush');
    expect(longLines(text, columns)).toEqual([]);
  });
});

it('puts a description below its option where no room is left beside it', () => {
  expect(helpOf(['show'], 50)).toContain(
    '\n  --status <statuses>\n    only these, separated by commas, such as\n',
  );
  expect(helpOf(['show'], 100)).toMatch(/\n {2}--status <statuses> {2}only these/);
});

it('has one text for help of help', () => {
  expect(helpOf(['ledger'], 100)).toMatch(/help \[command\] +show help for a command/);
});
