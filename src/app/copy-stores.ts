// The two ledgers of `leadpush ledger copy`, opened as rows.
import type { CopyStore } from '../ledger/copy.ts';
import { ledgerPlace, testLeaseMs } from '../ledger/path.ts';
import { LEASE_MS, systemProcessTable } from '../ledger/process-table.ts';
import { UsageError } from '../util/usage-error.ts';
import { userFolders } from '../util/user-folders.ts';
import type { Context } from './context.ts';
import { ledgerIsThere } from './open-ledger.ts';

/** @param name a file or an address @param source null: it is the one to copy from; else what it is copied to @throws UsageError */
export async function openCopyStore(
  name: string,
  source: CopyStore | null,
  context: Context,
): Promise<CopyStore> {
  const { env, cwd, home, platform } = userFolders(context);
  const place = ledgerPlace(name, env, cwd, home, platform, null, source === null ? 'FROM' : 'TO');
  const access = source === null ? 'read' : 'write';
  const copyOf = source === null ? null : { salt: source.salt, from: source.shown };
  if (source === null && !(await ledgerIsThere({ file: name, none: false, configured: null }, context))) {
    throw new UsageError(
      `FROM: there is no ledger ${place.kind === 'file' ? place.path : 'at that address'}.`,
    );
  }
  if (place.kind === 'address') {
    const [{ sharedLedgerDeps }, { openPostgresStore }] = await Promise.all([
      import('./shared-ledger.ts'),
      import('../ledger/postgres/store.ts'),
    ]);
    return openPostgresStore({ ...sharedLedgerDeps(place, context, access), copyOf });
  }
  const { openSqliteStore } = await import('../ledger/sqlite/store.ts');
  const leaseMs = testLeaseMs(env);
  return openSqliteStore(
    place.path,
    {
      clock: context.clock,
      probe: systemProcessTable(leaseMs !== null),
      leaseMs: leaseMs ?? LEASE_MS,
      folders: place.folders,
      copyOf,
    },
    access,
  );
}
