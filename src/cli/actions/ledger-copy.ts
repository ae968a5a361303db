// `leadpush ledger copy FROM TO`: a ledger moved between a file and a database.
import type { Context } from '../../app/context.ts';
import { openCopyStore } from '../../app/copy-stores.ts';
import { TargetSession } from '../../app/target-session.ts';
import { copyLedger } from '../../ledger/copy.ts';
import { LedgerWriteError } from '../../ledger/ledger.ts';
import { ledgerInstead } from '../../ledger/unusable.ts';
import { counted } from '../../util/counted.ts';

/** @returns 0, or 1 where TO could not be written @throws UsageError */
export function ledgerCopyAction(from: string, to: string, context: Context): Promise<number> {
  return ledgerInstead({ another: 'name another file', without: null }, () => copied(from, to, context));
}

async function copied(from: string, to: string, context: Context): Promise<number> {
  await using session = new TargetSession(context);
  const source = await session.keep(openCopyStore(from, 'FROM', context));
  const target = await session.keep(openCopyStore(to, 'TO', context));
  try {
    const { runs, keys } = await copyLedger(source, target);
    context.stdout.write(
      `Copied ${counted(runs, 'run')} and ${counted(keys, 'known lead')} to ${target.shown}.\n`,
    );
    context.stderr.write(
      'Use it from now on: name it with --ledger, LEADPUSH_LEDGER or ledger: in the configuration. The old one is unchanged, and learns nothing more.\n',
    );
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    context.stderr.write(
      `leadpush: the copy could not be finished: ${error.message}. Run the same command again; it goes on where it stopped.\n`,
    );
    return 1;
  }
}
