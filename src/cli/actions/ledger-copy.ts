// `leadpush ledger copy FROM TO`: a ledger moved between a file and a database.
import type { Context } from '../../app/context.ts';
import { openCopyStore } from '../../app/copy-stores.ts';
import { TargetSession } from '../../app/target-session.ts';
import { type CopyStore, checkSource, copyLedger } from '../../ledger/copy.ts';
import { LedgerWriteError } from '../../ledger/ledger.ts';
import { ledgerInstead } from '../../ledger/unusable.ts';
import { counted } from '../../util/counted.ts';
import { UsageError } from '../../util/usage-error.ts';

/** @returns 0, or 1 where TO could not be written @throws UsageError */
export function ledgerCopyAction(from: string, to: string, context: Context): Promise<number> {
  return ledgerInstead({ another: 'name another file', without: null }, () => copied(from, to, context));
}

async function copied(from: string, to: string, context: Context): Promise<number> {
  await using session = new TargetSession(context);
  const source = await session.keep(openCopyStore(from, null, context));
  await checkSource(source);
  const target = await session.keep(openCopyStore(to, source, context));
  try {
    const { runs, keys } = await copyLedger(source, target);
    context.stdout.write(
      `Copied ${counted(runs, 'run')} and ${counted(keys, 'known lead')} to ${target.shown}.\n`,
    );
    await note(source, target, context);
    context.stderr.write(
      `Use the new one from now on, in every job: name it with --ledger, LEADPUSH_LEDGER or ledger: in the configuration. A job that still sends with the old one, ${source.shown}, sends again what the new one has sent.\nWhere the copy is only a backup, go on with the old one, and send nothing with the copy.\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    context.stderr.write(
      `leadpush: the copy could not be finished: ${error.message}. Run the same command again.\n`,
    );
    return 1;
  }
}

/** A later call that sends with the old one can say so. A ledger that cannot be written, as of a backup, is left as it is. */
async function note(source: CopyStore, target: CopyStore, context: Context): Promise<void> {
  if (source.file === null) return;
  // All of the copy is in its file then.
  await target.close();
  await source.close();
  const [{ copyNote }, { noteCopied }] = await Promise.all([
    import('../../app/copied-ledger.ts'),
    import('../../ledger/sqlite/store.ts'),
  ]);
  try {
    await noteCopied(source.file, copyNote(target.shown, target.file, context.clock.now()), context.clock);
  } catch (error) {
    if (!(error instanceof LedgerWriteError) && !(error instanceof UsageError)) throw error;
  }
}
