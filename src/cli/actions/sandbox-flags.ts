// Flags of `leadpush sandbox` to its options; it runs until a signal.

import type { Context } from '../../app/context.ts';
import { listenForSignals } from '../../app/signals.ts';
import { parseDuration } from '../../config/duration.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text, whole } from '../flags.ts';
import { sandboxCommand } from './sandbox.ts';

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
