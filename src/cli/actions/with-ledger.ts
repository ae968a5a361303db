// For the commands that only look at the ledger: opens the one that the call means, and closes it.
import { configuredLedger } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { TargetSession } from '../../app/target-session.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { type Flags, text } from '../flags.ts';

/** @returns what `run` does, the exit status */
export async function withLedger(
  flags: Flags,
  context: Context,
  access: 'read' | 'write',
  run: (ledger: Ledger) => Promise<number>,
): Promise<number> {
  const file = text(flags, 'ledger');
  const configured = await configuredLedger(file, text(flags, 'config'), context);
  await using session = new TargetSession(context);
  return await run(await session.ledger({ file, none: false, configured }, access));
}
