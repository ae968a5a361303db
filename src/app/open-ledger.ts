// The ledger that a call means, and a run's first and last line in it.
import type { Summary } from '../delivery/outcome.ts';
import type { Ledger, RunStart } from '../ledger/ledger.ts';
import { type LedgerPlace, ledgerPlace, testLeaseMs, testMaxPages } from '../ledger/path.ts';
import type { LedgerCheck } from '../ledger/postgres/check.ts';
import { newRunId } from '../ledger/run-id.ts';
import { type Instead, ledgerInstead } from '../ledger/unusable.ts';
import type { Secret } from '../util/secret.ts';
import { UsageError } from '../util/usage-error.ts';
import { userFolders } from '../util/user-folders.ts';
import type { Context } from './context.ts';

export interface LedgerChoice {
  /** `--ledger`: a file or an address. */
  readonly file: string | null;
  /** `--no-ledger`. */
  readonly none: boolean;
  /** What the configuration says; null: nothing. A secret: an address, which may hold a password. */
  readonly configured: string | Secret | null;
  /** What this caller has in place of a ledger that cannot be used; absent: `--ledger` alone. */
  readonly instead?: Instead;
}

/** For a command with `--ledger` and `--no-ledger`. */
export const OR_NO_LEDGER: Instead = {
  another: 'name another file with --ledger FILE or LEADPUSH_LEDGER',
  without: 'send without a ledger: --no-ledger',
};

/** Opens the ledger that the user chose. @param access `read` makes no file @throws UsageError */
export function openChosenLedger(
  choice: LedgerChoice,
  context: Context,
  access: 'read' | 'write',
): Promise<Ledger> {
  return asFits(choice, () => openPlace(choice, context, access));
}

function asFits<T>({ instead }: LedgerChoice, work: () => Promise<T>): Promise<T> {
  return instead === undefined ? work() : ledgerInstead(instead, work);
}

async function openPlace(choice: LedgerChoice, context: Context, access: 'read' | 'write'): Promise<Ledger> {
  const place = choice.none ? null : placeOf(choice, context);
  if (place?.kind === 'address') {
    const { openSharedLedger } = await import('./shared-ledger.ts');
    return openSharedLedger(place, context, access);
  }
  const [{ openLedger }, { systemProcessTable }] = await Promise.all([
    import('../ledger/sqlite/ledger.ts'),
    import('../ledger/process-table.ts'),
  ]);
  const { env } = context;
  const leaseMs = testLeaseMs(env);
  return openLedger(place?.path ?? null, {
    clock: context.clock,
    probe: systemProcessTable(leaseMs !== null),
    access,
    folders: place?.folders ?? 'all',
    onNew: () => {
      // Also with --quiet: a mistyped name makes a new ledger, and everything is sent again.
      if (place?.named === true) context.stderr.write(`leadpush: new ledger: ${place.path}\n`);
    },
    onCopied: async (note) => {
      const { warnOfCopy } = await import('./copied-ledger.ts');
      warnOfCopy(note, place?.path ?? '', context);
    },
    onLongMigration: () => {
      context.stderr.write(
        `leadpush: the ledger ${place?.path} is of an older version and is brought to this one. That happens once; wait for it.\n`,
      );
    },
    maxPages: testMaxPages(env),
    leaseMs,
  });
}

function placeOf(choice: LedgerChoice, context: Context): LedgerPlace {
  const { env, cwd, home, platform } = userFolders(context);
  return ledgerPlace(choice.file, env, cwd, home, platform, choice.configured);
}

/** What `leadpush check` tells of a ledger in a database; nothing of a file. @throws UsageError */
export async function ledgerChecks(choice: LedgerChoice, context: Context): Promise<readonly LedgerCheck[]> {
  const place = placeOf(choice, context);
  if (place.kind === 'file') return [];
  const { checkSharedLedger } = await import('./shared-ledger.ts');
  return checkSharedLedger(place, context);
}

/** As it may be shown: the file's path, or the address without its password. @throws UsageError */
export async function ledgerName(choice: LedgerChoice, context: Context): Promise<string> {
  const place = placeOf(choice, context);
  if (place.kind === 'file') return place.path;
  const { sharedLedgerName } = await import('./shared-ledger.ts');
  return sharedLedgerName(place, context);
}

/** Whether there is anything to read. @throws UsageError where it may not be used, or its folder is not there */
export function ledgerIsThere(choice: LedgerChoice, context: Context): Promise<boolean> {
  return asFits(choice, () => isThere(choice, context));
}

async function isThere(choice: LedgerChoice, context: Context): Promise<boolean> {
  if (choice.none) return false;
  const place = placeOf(choice, context);
  if (place.kind === 'address') {
    const { sharedLedgerIsThere } = await import('./shared-ledger.ts');
    return sharedLedgerIsThere(place, context);
  }
  const { path, folders } = place;
  const { isEmpty } = await import('../ledger/sqlite/file.ts');
  return !isEmpty(path, folders);
}

/** Whether a ledger may know of earlier runs, as far as that can be told without a connection. */
export async function mayRemember(choice: LedgerChoice, context: Context): Promise<boolean> {
  try {
    return placeOf(choice, context).kind === 'address' || (await isThere(choice, context));
  } catch (error) {
    // What is wrong with it, the command that needs it says.
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** A run's id that this ledger has not seen. */
export async function freshRunId(ledger: Ledger, context: Context): Promise<string> {
  for (;;) {
    const id = newRunId(context.clock.random);
    if ((await ledger.findRuns(id)).length === 0) return id;
  }
}

/** The ledger has the run before it has its first lead. @throws LedgerWriteError */
export async function beginRun(
  ledger: Ledger,
  about: Omit<RunStart, 'startedAt'>,
  { clock }: Context,
): Promise<void> {
  await ledger.openRun({ ...about, startedAt: new Date(clock.now()).toISOString() });
}

/**
 * How the run ended. If the ledger failed before, the summary has already reported it; a second error is ignored.
 * @throws LedgerWriteError; the next run finds what this one had begun, and reconciles it
 */
export async function endRun(
  ledger: Ledger,
  summary: Summary,
  status: number,
  { clock }: Context,
): Promise<void> {
  try {
    await ledger.closeRun(summary.run, summary, status, new Date(clock.now()).toISOString());
  } catch (error) {
    if (summary.ledgerFailure === null) throw error;
  }
}
