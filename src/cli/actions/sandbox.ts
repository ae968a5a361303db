// `leadpush sandbox`: the providers' emulators as a server, until it is told to stop.

import type { Context } from '../../app/context.ts';
import { listenForSignals } from '../../app/signals.ts';
import { parseDuration } from '../../config/duration.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { FaultSyntaxError } from '../../sandbox/faults.ts';
import type { SeenRequest } from '../../sandbox/requests.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { codeOf } from '../../util/errors.ts';
import { UsageError } from '../../util/usage-error.ts';
import { readerLeft } from '../../util/write-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { whole } from '../options.ts';
import { requestLog } from '../sandbox-log.ts';
import { sandboxJson, sandboxText, stoppedText } from '../sandbox-text.ts';

export interface SandboxCommandOptions {
  /** 0 or nothing: a free one. */
  readonly port?: number | undefined;
  /** A list such as `reset:0.05,lost:0.05`. */
  readonly fault?: string | undefined;
  /** Milliseconds. */
  readonly latency?: number | undefined;
  readonly strict?: boolean | undefined;
  readonly seed?: number | undefined;
  /** One line when it listens, and no log. */
  readonly json?: boolean | undefined;
  /** No log of requests. */
  readonly quiet?: boolean | undefined;
}

/** By the reason of the signal's abort (docs/behaviour.md, "Exit status"). */
const EXIT_STATUS = new Map<unknown, number>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]);

/** Runs it until a signal. @returns the exit status */
export async function sandboxAction(flags: Flags, context: Context): Promise<number> {
  const latency = text(flags, 'latency');
  const ms = latency === null ? 0 : parseDuration(latency, null);
  if (ms === null) {
    throw new UsageError(`--latency: expected a duration with its unit, such as 20ms, found "${latency}".`);
  }
  const signals = listenForSignals(context.env, () => {});
  try {
    return await sandboxCommand(
      {
        port: whole(flags, 'port', '--port', 0) ?? undefined,
        fault: text(flags, 'fault') ?? undefined,
        latency: ms,
        strict: isSet(flags, 'strict'),
        seed: whole(flags, 'seed', '--seed', 0) ?? undefined,
        json: isSet(flags, 'json'),
        quiet: isSet(flags, 'quiet'),
      },
      context,
      signals.drain,
    );
  } finally {
    signals.dispose();
  }
}

/**
 * Prints the address and the credentials once it listens, and serves until `signal` aborts.
 * @returns the exit status that belongs to the abort's reason (`SIGINT` …), else 0
 * @throws UsageError for a port that cannot be used or an invalid list of faults
 */
export async function sandboxCommand(
  options: SandboxCommandOptions,
  context: Context,
  signal: AbortSignal,
): Promise<number> {
  // Nothing comes before the address is printed; then the credentials that the log masks are known.
  let line: ((seen: SeenRequest) => string) | null = null;
  const sandbox = await start(options, (seen) => {
    if (line !== null) context.stderr.write(line(seen));
  });
  if (options.json !== true && options.quiet !== true) line = requestLog(PROVIDERS, sandbox.credentials);
  context.stdout.write(
    options.json === true ? sandboxJson(sandbox) : sandboxText(sandbox, PROVIDERS, options),
  );
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      // Then nobody gets the address. A reader that has read it and left is not an error.
      context.stdout.on('error', (error) => {
        if (!readerLeft(error)) resolve();
      });
    });
  }
  const stats = sandbox.requests();
  await sandbox.close();
  if (options.json !== true) context.stderr.write(stoppedText(stats));
  return EXIT_STATUS.get(signal.reason) ?? 0;
}

async function start(options: SandboxCommandOptions, watch: (seen: SeenRequest) => void): Promise<Sandbox> {
  const { port = 0 } = options;
  if (port > 65_535) throw new UsageError(`--port: expected a number from 0 to 65535, found ${port}.`);
  try {
    return await startSandbox({
      port,
      faults: options.fault,
      latencyMs: options.latency,
      strict: options.strict,
      seed: options.seed,
      watch: options.json === true || options.quiet === true ? undefined : watch,
    });
  } catch (error) {
    if (error instanceof FaultSyntaxError) throw new UsageError(`--fault: ${error.message}.`);
    const code = codeOf(error);
    if (code === 'EADDRINUSE') {
      throw new UsageError(
        `--port: port ${port} on 127.0.0.1 is in use.`,
        'Choose another, or leave --port out to take a free one.',
      );
    }
    if (code === 'EACCES') {
      throw new UsageError(
        `--port: this user may not listen on port ${port}.`,
        'Choose one above 1023, or leave --port out to take a free one.',
      );
    }
    throw error;
  }
}
