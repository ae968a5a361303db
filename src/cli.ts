// The program's edge: fills in what a command may touch of the process, maps errors to exit statuses, and keeps
// start-up cheap. program.ts says which commands there are.
import type { Context } from './commands/context.ts';
import { systemClock } from './delivery/clock.ts';
import { silenceNodeDebug } from './node-debug.ts';
import { UsageError } from './usage-error.ts';

/** Runs one call of leadpush and sets the process's exit status. `args` without node and script. */
export async function main(args: readonly string[]): Promise<void> {
  const [first] = args;
  // Loads nothing: scripts ask for it often.
  if (args.length === 1 && (first === '--version' || first === '-V')) {
    process.stdout.write(`${LEADPUSH_VERSION}\n`);
    return;
  }
  if (process.env['NODE_DEBUG']) silenceNodeDebug(process);
  // Where an internal error would be shown whole, its places are those of the source. Only there: it reads every map.
  if (isVerbose(args)) process.setSourceMapsEnabled(true);
  const context: Context = {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    tuneProcess,
  };
  // A reader that leaves (`| head`) is told by each command's own writer; here it must only not crash the process.
  process.stdout.on('error', ignoreEpipe);
  process.stderr.on('error', ignoreEpipe);
  const status = await run(args, context);
  // Everything is closed and told. A natural end would still wait for the compiler's background work (200 ms after a
  // request), and for a terminal or pipe on stdin that nobody will write to any more.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(status);
}

/**
 * undici's parser is WebAssembly, of which the quick compilation is enough: the thorough one goes on in the background,
 * holds up the end of the process by 150 ms, and gains one per cent where there are 60,000 leads.
 */
async function tuneProcess(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--liftoff-only');
}

/** Resolves when all that was written was handed to the system, or nobody reads it. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) resolve();
    else stream.write('', () => resolve());
  });
}

async function run(args: readonly string[], context: Context): Promise<number> {
  try {
    const { runProgram } = await import('./program.ts');
    return await runProgram(args, context);
  } catch (error) {
    if (error instanceof UsageError) {
      const hint = error.hint === null ? '' : `${error.hint}\n`;
      // It may list as headers what is the first row of a file without any.
      const { maskMobiles } = await import('./output/mask-phone.ts');
      const shown = args.includes('--show-pii') ? (text: string) => text : maskMobiles;
      // The other numbers in a hint are our own examples.
      const next = hint.replace(/--column .*/g, shown);
      context.stderr.write(`leadpush: ${shown(error.message)}\n${next}`);
      return 2;
    }
    const verbose = isVerbose(args) && error instanceof Error;
    const what = error instanceof Error ? error.message : String(error);
    context.stderr.write(
      `leadpush: internal error: ${verbose ? (error.stack ?? what) : what}\n` +
        'Please report it; --verbose shows where. What was sent is in the ledger: see `leadpush runs`.\n',
    );
    return 1;
  }
}

function isVerbose(args: readonly string[]): boolean {
  return args.includes('--verbose') || args.includes('-v');
}

function ignoreEpipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
