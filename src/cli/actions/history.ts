// Flags of `runs`, `show` and `report` to their options; each opens the ledger that the user means.

import { configuredLedger } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { followUpFor } from '../../app/follow-up.ts';
import { openChosenLedger } from '../../app/run-session.ts';
import { STATUSES, type Status } from '../../delivery/outcome.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { durationOf } from '../send-options.ts';
import { runsCommand } from './runs.ts';
import { showCommand } from './show.ts';

/** @returns the exit status */
export function runsAction(flags: Flags, context: Context): Promise<number> {
  const given = text(flags, 'purge');
  const purge = given === null ? null : durationOf(given, '--purge');
  return withLedger(flags, context, purge === null ? 'read' : 'write', (ledger) =>
    runsCommand({ json: isSet(flags, 'json'), purge }, context, ledger),
  );
}

/** @returns the exit status */
export function showAction(run: string, flags: Flags, context: Context): Promise<number> {
  const statuses = statusesOf(text(flags, 'status'));
  const { json, showPii } = { json: isSet(flags, 'json'), showPii: isSet(flags, 'showPii') };
  return withLedger(flags, context, 'read', (ledger) =>
    showCommand({ run, json, showPii, statuses, again: followUpFor(flags, null) }, context, ledger),
  );
}

/** @returns the exit status */
export function reportAction(run: string, flags: Flags, context: Context): Promise<number> {
  const html = text(flags, 'html');
  return withLedger(flags, context, 'read', async (ledger) => {
    const { reportCommand } = await import('./report.ts');
    const showPii = isSet(flags, 'showPii');
    return reportCommand({ run, html, ledger: text(flags, 'ledger'), showPii }, context, ledger);
  });
}

async function withLedger(
  flags: Flags,
  context: Context,
  access: 'read' | 'write',
  run: (ledger: Ledger) => Promise<number>,
): Promise<number> {
  const file = text(flags, 'ledger');
  const configured = configuredLedger(file, text(flags, 'config'), context);
  const ledger = await openChosenLedger({ file, none: false, configured }, context, access);
  try {
    return await run(ledger);
  } finally {
    await ledger.close();
  }
}

function statusesOf(given: string | null): readonly Status[] | null {
  if (given === null) return null;
  return given.split(',').map((name) => {
    const status = STATUSES.find((known) => known === name.trim());
    if (status === undefined) {
      throw new UsageError(`--status: expected ${STATUSES.join(', ')}, found "${name.trim()}".`);
    }
    return status;
  });
}
