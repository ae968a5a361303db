// The program's edge: fills in what a command may touch of the process, maps errors to exit statuses, and keeps
// start-up cheap. program.ts says which commands there are.
import type { Context } from '../app/context.ts';
import { withoutPassword } from '../ledger/postgres/is-address.ts';
import { Screen } from '../output/screen.ts';
import { firstLines } from '../util/bounded.ts';
import { systemClock } from '../util/clock.ts';
import { codeOf, messageOf } from '../util/errors.ts';
import { silenceNodeDebug } from '../util/node-debug.ts';
import { brokenNames } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import { readerLeft, whyUnwritten } from '../util/write-error.ts';

/** Runs one call of leadpush and sets the process's exit status. `args` without node and script. */
export async function main(args: readonly string[]): Promise<void> {
  const [first] = args;
  const cwd = workingDirectory();
  const broken = brokenNames([...args, cwd ?? '']);
  const stdout = new Screen(process.stdout, false, broken);
  const stderr = new Screen(process.stderr, true, broken);
  const streams = [watched(process.stdout, 'stdout', stderr), watched(process.stderr, 'stderr', stderr)];
  // Loads nothing: scripts ask for it often.
  if (args.length === 1 && (first === '--version' || first === '-V')) {
    stdout.write(`${LEADPUSH_VERSION}\n`);
    await flushed(process.stdout);
    if (streams.some((stream) => stream.unwritable)) process.exitCode = 1;
    return;
  }
  hidePassword(args);
  if (process.env['NODE_DEBUG']) silenceNodeDebug(process);
  // A full stack trace shows positions in the source. Only then: it reads every source map.
  if (isVerbose(args)) process.setSourceMapsEnabled(true);
  if (cwd === null) {
    stderr.write(
      'leadpush: the working directory no longer exists.\nChange to one that does. Nothing was sent.\n',
    );
    process.exitCode = 2;
    return;
  }
  const context: Context = {
    env: process.env,
    cwd,
    // Made when it is read: it loads all of Node's file streams, a twentieth of a start that reads nothing.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    clock: systemClock,
    args,
    tuneProcess,
  };
  // Only what lasts is large.
  setTimeout(() => void import('./young-space.ts').then((space) => space.keepYoungSpaceSmall()), 100).unref();
  // Node would print it unescaped.
  process.on('uncaughtException', (error) => {
    internalError(error, args, stderr);
    process.exit(1);
  });
  const status = await run(args, context);
  // Everything is closed and printed. A natural end would still wait for the compiler's background work (200 ms after a
  // request), and for a terminal or pipe on stdin that nobody will write to any more.
  await flushed(process.stdout);
  await flushed(process.stderr);
  process.exit(status === 0 && streams.some((stream) => stream.unwritable) ? 1 : status);
}

/**
 * A reader that leaves (`| head`) is handled by each command's own writer; here it must only not crash the process. A
 * stream that cannot be written, because its disk is full, is reported once, and the command continues to its own end.
 */
function watched(stream: NodeJS.WriteStream, name: string, stderr: Screen): { readonly unwritable: boolean } {
  const state = { unwritable: false };
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (readerLeft(error) || state.unwritable) return;
    state.unwritable = true;
    if (name !== 'stderr') stderr.write(`leadpush: ${name} could not be written: ${whyUnwritten(error)}.\n`);
  });
  return state;
}

/** Other users of this machine see a process's arguments. */
function hidePassword(args: readonly string[]): void {
  const shown = args.map(withoutPassword);
  if (shown.some((arg, i) => arg !== args[i])) process.title = ['leadpush', ...shown].join(' ');
}

/** Null where it was removed. */
function workingDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/**
 * undici's parser is WebAssembly, of which the quick compilation is enough: the thorough one goes on in the background,
 * holds up the end of the process by 150 ms, and gains one per cent where there are 60,000 leads.
 */
async function tuneProcess(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--liftoff-only');
}

/** Resolves when all output was handed to the system, or its reader has left, or writing has failed. */
async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.destroyed && !stream.writableEnded) {
    await new Promise<void>((resolve) => {
      stream.write('', () => resolve());
    });
  }
  if (stream.destroyed) await new Promise((resolve) => setImmediate(resolve));
}

async function run(args: readonly string[], context: Context): Promise<number> {
  try {
    const { runProgram } = await import('./program.ts');
    return await runProgram(args, context);
  } catch (error) {
    if (error instanceof UsageError) {
      const hint = error.hint === null ? '' : `${error.hint}\n`;
      // The headers that it lists may be the first row of a file without a header.
      const { maskHint, maskMobiles } = await import('../output/mask-phone.ts');
      const whole = args.includes('--show-pii');
      const message = whole ? error.message : maskMobiles(error.message);
      const next = whole ? hint : maskHint(hint);
      context.stderr.write(`leadpush: ${firstLines(message)}\n${firstLines(next)}`);
      return 2;
    }
    const shortage = outOfFiles(error, args);
    if (shortage !== null) {
      context.stderr.write(`leadpush: ${shortage}\n`);
      return 1;
    }
    internalError(error, args, context.stderr);
    return 1;
  }
}

/** The commands that have the option. */
const VERBOSE: ReadonlySet<string> = new Set(['send', 'retry']);

function internalError(error: unknown, args: readonly string[], stderr: Screen): void {
  const verbose = isVerbose(args) && error instanceof Error;
  const what = messageOf(error);
  const where = VERBOSE.has(args[0] ?? '') ? ' --verbose shows where.' : '';
  stderr.write(
    `leadpush: internal error: ${verbose ? (error.stack ?? what) : what}\n` +
      `Report it.${where}${whereSentIs(args)}\n`,
  );
}

/** This process or machine can open no more files, which every part of the program needs; null for any other error. */
function outOfFiles(error: unknown, args: readonly string[]): string | null {
  const code = codeOf(error);
  const then = whereSentIs(args);
  if (code === 'EMFILE') {
    return `this process may not open more files (EMFILE). Raise the limit, for example: ulimit -n 1024.${then}`;
  }
  if (code === 'ENFILE') {
    return `this machine has no more open files to give (ENFILE). Close other programs, or raise its limit.${then}`;
  }
  return null;
}

function whereSentIs(args: readonly string[]): string {
  return args.includes('--no-ledger') ? '' : ' What was sent is in the ledger: see `leadpush runs`.';
}

function isVerbose(args: readonly string[]): boolean {
  return args.includes('--verbose') || args.includes('-v');
}
