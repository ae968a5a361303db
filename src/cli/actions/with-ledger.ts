// For the commands that only look at the ledger: opens the one that the call means, and closes it.
import { configuredLedger } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import type { LedgerChoice } from '../../app/open-ledger.ts';
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
  const choice = await ledgerChoice(flags, context);
  await using session = new TargetSession(context);
  return await run(await session.ledger(choice, access));
}

/** Which one the call means. @throws UsageError where the configuration is wrong */
export async function ledgerChoice(flags: Flags, context: Context): Promise<LedgerChoice> {
  const file = text(flags, 'ledger');
  return { file, none: false, configured: await configuredLedger(file, text(flags, 'config'), context) };
}
