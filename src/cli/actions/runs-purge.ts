// `leadpush runs --purge AGE`: deletes the personal data of old runs, and says in which ledger.
import type { Context } from '../../app/context.ts';
import { ledgerIsThere, ledgerName } from '../../app/open-ledger.ts';
import { isSmokeTest } from '../../app/resolve-run.ts';
import { runHistory } from '../../app/run-history.ts';
import type { Counts } from '../../delivery/outcome.ts';
import { type Ledger, LedgerWriteError, type RunRow } from '../../ledger/ledger.ts';
import { shortTime } from '../../output/short-time.ts';
import { foldedCounts } from '../../output/standing.ts';
import { counted } from '../../util/counted.ts';
import { plain } from '../../util/plain.ts';
import type { Flags } from '../flags.ts';
import { ledgerChoice, withLedger } from './with-ledger.ts';

export interface PurgeView {
  readonly json: boolean;
  /** Of the times that it shows. */
  readonly zone: string;
}

/** @param age of the runs, since they ended, in ms @returns the exit status */
export async function purgeAction(
  age: number,
  view: PurgeView,
  flags: Flags,
  context: Context,
): Promise<number> {
  const choice = await ledgerChoice(flags, context);
  const name = await ledgerName(choice, context);
  // One that is made here would say that nobody's data was kept: with another configuration, it was.
  if (!(await ledgerIsThere(choice, context))) {
    context.stdout.write(
      view.json
        ? purgeLine(new Date(context.clock.now() - age).toISOString(), 0, 0)
        : `There is no ledger at ${plain(name)}, so nothing was deleted. Name the one that the runs are in, with --config or --ledger as they have it.\n`,
    );
    return 0;
  }
  return withLedger(flags, context, 'write', (ledger) => purgeRuns(age, view, name, context, ledger));
}

/**
 * @param name of the ledger, as it may be shown
 * @param ledger opened for writing
 * @returns 0, or 1 where it could not be written
 */
export async function purgeRuns(
  age: number,
  { json, zone }: PurgeView,
  name: string,
  context: Context,
  ledger: Ledger,
): Promise<number> {
  const before = new Date(context.clock.now() - age).toISOString();
  try {
    const purged = new Set((await ledger.runs()).filter(isPurged).map(({ id }) => id));
    const runs = await ledger.purge(before);
    const now = (await ledger.runs()).filter((run) => isPurged(run) && !purged.has(run.id));
    const sent: RunRow[] = [];
    for (const run of now) if (!(await isSmokeTest(ledger, run))) sent.push(run);
    const open = await undeliveredIn(sent, ledger);
    context.stdout.write(
      json
        ? purgeLine(before, runs, open)
        : `Deleted personal data of ${counted(runs, 'run')} that ended before ${shortTime(before, zone)} ${zone}, in the ledger ${plain(name)}. Duplicates are still recognised.\n`,
    );
    if (open > 0 && !json)
      context.stderr.write(
        `${counted(open, 'lead')} of ${runs === 1 ? 'it' : 'them'} had not been delivered, or nobody knows: the ledger cannot send ${open === 1 ? 'it' : 'them'} any more. Send the files again; what was sent is not sent twice.\n`,
      );
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    context.stderr.write(
      `leadpush: not all of it could be deleted: ${error.message}. Try again when no run is in progress.\n`,
    );
    return 1;
  }
}

function purgeLine(before: string, runs: number, undelivered: number): string {
  return `${JSON.stringify({ type: 'purge', before, runs, undelivered })}\n`;
}

function isPurged({ purgedAt }: RunRow): boolean {
  return typeof purgedAt === 'string';
}

/** Leads as they stand now that `retry` would have sent, had they been kept; one that several runs had counts once. */
async function undeliveredIn(runs: readonly RunRow[], ledger: Ledger): Promise<number> {
  const parents = new Set((await ledger.runs()).map(({ parent }) => parent));
  let elsewhere = 0;
  for (const run of runs) {
    // A retry to a corrected target settled leads under keys that the ledger does not know as theirs.
    if (!parents.has(run.id)) continue;
    const { own, counts, inProgress, taken } = await runHistory(ledger, run);
    const unknown = taken.reduce((sum, { count }) => sum + count, own.unknown + inProgress);
    const known = foldedCounts({ ...own, unknown }, [...(await ledger.changes(run.id)), ...taken]);
    elsewhere += openIn(known) - openIn(counts);
  }
  return Math.max(0, (await ledger.undelivered(runs.map(({ id }) => id))) - elsewhere);
}

function openIn({ failed, rejected, unknown }: Counts): number {
  return failed + rejected + unknown;
}
