// The commands and options as data, for those who read help rather than call it.
import { PassThrough } from 'node:stream';
import type { Context } from '../../src/app/context.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { Screen } from '../../src/output/screen.ts';
import { systemClock } from '../../src/util/clock.ts';
import { ROOT } from '../cli/leadpush.ts';

const context: Context = {
  env: {},
  cwd: ROOT,
  stdin: process.stdin,
  stdout: new Screen(Object.assign(new PassThrough(), { columns: 300 })),
  stderr: new Screen(new PassThrough()),
  clock: systemClock,
};
export const program = buildProgram(context, { begin: () => {}, done: () => {} });
