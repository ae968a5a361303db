// The ledger that several machines share, of a call that names its address. Loaded only then.
import { userInfo } from 'node:os';
import type { Ledger } from '../ledger/ledger.ts';
import { type LedgerAddress, testLeaseMs } from '../ledger/path.ts';
import { type PostgresAddress, parseAddress } from '../ledger/postgres/address.ts';
import type { LedgerCheck } from '../ledger/postgres/check.ts';
import { withoutPassword } from '../ledger/postgres/is-address.ts';
import { openPostgresLedger, type PostgresDeps } from '../ledger/postgres/ledger.ts';
import { passwordFor } from '../ledger/postgres/passfile.ts';
import { systemProcessTable } from '../ledger/process-table.ts';
import { userFolders } from '../util/user-folders.ts';
import type { Context } from './context.ts';

/** Opens it. @param access `read` makes no tables @throws UsageError */
export function openSharedLedger(
  place: LedgerAddress,
  context: Context,
  access: 'read' | 'write',
): Promise<Ledger> {
  return openPostgresLedger(sharedLedgerDeps(place, context, access));
}

/** How it is reached, and what is said of it. @throws UsageError */
export function sharedLedgerDeps(
  place: LedgerAddress,
  context: Context,
  access: 'read' | 'write',
): PostgresDeps {
  const { env, clock, stderr } = context;
  const { home, platform } = userFolders(context);
  const address = addressOf(place, context);
  const isVisible =
    place.where === '--ledger' && withoutPassword(place.address.reveal()) !== place.address.reveal();
  const tell = (line: string) => {
    stderr.write(`leadpush: ${line}\n`);
  };
  if (isVisible && access === 'write') {
    tell(
      'other users of this machine may see the password in --ledger. Use PGPASSWORD, ~/.pgpass or LEADPUSH_LEDGER instead; proposed commands leave it out.',
    );
  }
  return {
    address,
    password: () => passwordFor(address, home, platform),
    clock,
    access,
    // Also with --quiet: a mistyped name makes a new ledger, and everything is sent again.
    onNew: () => tell(`new ledger: ${address.shown}`),
    tell,
    self: systemProcessTable().self,
    leaseMs: testLeaseMs(env),
  };
}

/** Its address without the password. @throws UsageError */
export function sharedLedgerName(place: LedgerAddress, context: Context): string {
  return addressOf(place, context).shown;
}

/** Whether there is anything to read. @throws UsageError where it cannot be reached */
export async function sharedLedgerIsThere(place: LedgerAddress, context: Context): Promise<boolean> {
  const { ledgerExists } = await import('../ledger/postgres/database.ts');
  return ledgerExists(sharedLedgerDeps(place, context, 'read'));
}

/** For `leadpush check`. */
export async function checkSharedLedger(
  place: LedgerAddress,
  context: Context,
): Promise<readonly LedgerCheck[]> {
  const { checkLedger } = await import('../ledger/postgres/check.ts');
  return checkLedger(sharedLedgerDeps(place, context, 'read'));
}

function addressOf({ address, where }: LedgerAddress, { env }: Context): PostgresAddress {
  return parseAddress(address.reveal(), where, { env, systemUser: systemUser() });
}

function systemUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    // A container's user id without an entry.
    return null;
  }
}
