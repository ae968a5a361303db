// Flags of `leadpush sandbox` to its options; it runs until a signal.
import { parseDuration } from '../config/duration.ts';
import { UsageError } from '../usage-error.ts';
import type { Context } from './context.ts';
import { type Flags, isSet, text, whole } from './options.ts';
import { sandboxCommand } from './sandbox.ts';
import { listenForSignals } from './signals.ts';

/** @returns the exit status */
export async function sandboxAction(flags: Flags, context: Context): Promise<number> {
  const latency = text(flags, 'latency');
  const ms = latency === null ? 0 : parseDuration(latency);
  if (ms === null) throw new UsageError(`--latency: expected a duration such as 20ms, found "${latency}".`);
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
      },
      context,
      signals.drain,
    );
  } finally {
    signals.dispose();
  }
}
