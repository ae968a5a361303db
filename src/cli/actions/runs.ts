// `leadpush runs`: the runs in the ledger, and deleting the personal data in them.

import type { Context } from '../../app/context.ts';
import { type Counts, emptyCounts, STATUSES } from '../../delivery/outcome.ts';
import { type Ledger, LedgerWriteError, type RunRow } from '../../ledger/ledger.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import { type FollowUp, retryCommand } from '../../output/next-commands.ts';
import { shortTime } from '../../output/short-time.ts';
import { tableText } from '../../output/table-text.ts';
import { plain } from '../../util/plain.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { followUpFor } from '../follow-up.ts';
import { durationOf } from '../options.ts';
import { withLedger } from './with-ledger.ts';

export interface RunsOptions {
  readonly json: boolean;
  /** Delete personal data of runs that ended longer ago than this, in ms; null: list the runs. */
  readonly purge: number | null;
  /** What the next commands need of this call. */
  readonly followUp: FollowUp;
}

/** @returns the exit status */
export function runsAction(flags: Flags, context: Context): Promise<number> {
  const given = text(flags, 'purge');
  const purge = given === null ? null : durationOf(given, '--purge');
  return withLedger(flags, context, purge === null ? 'read' : 'write', (ledger) =>
    runsCommand({ json: isSet(flags, 'json'), purge, followUp: followUpFor(flags, null) }, context, ledger),
  );
}

/**
 * Lists the runs, newest first, or purges.
 * @param ledger opened for writing where something is to be purged
 * @returns 0, or 1 where the ledger could not be written
 */
export async function runsCommand(options: RunsOptions, context: Context, ledger: Ledger): Promise<number> {
  if (options.purge !== null) return purge(options.purge, options.json, context, ledger);
  const runs = await ledger.runs();
  if (options.json) {
    for (const run of runs) context.stdout.write(`${JSON.stringify(runJson(run))}\n`);
    return 0;
  }
  if (runs.length === 0) {
    context.stderr.write('No run is recorded in this ledger.\n');
    return 0;
  }
  context.stdout.write(tableOf(runs));
  const [died] = runs.filter((run) => run.state === 'died' && run.purgedAt === null);
  if (died !== undefined) {
    context.stderr.write(
      `Run ${died.id} was interrupted. The same \`leadpush ${died.command}\` again finishes it, and sends nothing twice;` +
        ` \`${retryCommand(died.id, options.followUp)}\` sends what it had begun.\n`,
    );
  }
  return 0;
}

async function purge(age: number, json: boolean, context: Context, ledger: Ledger): Promise<number> {
  const before = new Date(context.clock.now() - age).toISOString();
  try {
    const runs = await ledger.purge(before);
    context.stdout.write(
      json
        ? `${JSON.stringify({ type: 'purge', before, runs })}\n`
        : `Deleted personal data of ${runs} ${runs === 1 ? 'run' : 'runs'} that ended before ${shortTime(before)}. Duplicates are still recognised.\n`,
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

/** The counts of a run; the counts so far if it has not ended. */
export function countsOf(run: RunRow): Counts {
  return run.summary?.counts ?? run.counts ?? emptyCounts();
}

function runJson(run: RunRow) {
  const { id, command, parent, startedAt, endedAt, state, exitStatus, files, targets, summary } = run;
  return {
    type: 'run',
    run: id,
    command,
    parent,
    startedAt,
    endedAt,
    state,
    exitStatus,
    files,
    targets,
    records: summary?.records ?? null,
    ...countsOf(run),
    durationMs: summary?.durationMs ?? null,
    interrupted: summary === null ? null : summary.interrupted !== null,
    purgedAt: run.purgedAt ?? null,
  };
}

function tableOf(runs: readonly RunRow[]): string {
  return tableText([
    ['RUN', 'STARTED', 'STATE', 'TARGETS', 'INPUT', 'RESULTS'],
    ...runs.map((run) => [
      run.id,
      shortTime(run.startedAt),
      run.state === 'ended' ? `exit ${run.exitStatus ?? '?'}` : run.state,
      plain(run.targets.join(',')),
      inputOf(run),
      resultsOf(countsOf(run)),
    ]),
  ]);
}

const MAX_INPUT = 32;

function inputOf({ command, files, parent }: RunRow): string {
  if (parent !== null) return `retry of ${parent}`;
  const [first] = files;
  if (first === undefined) return command === 'smoke' ? 'smoke test' : 'flags';
  const name = first === '-' ? 'stdin' : plain(maskMobiles(first));
  // The end of a path is more useful than its start.
  const short = name.length > MAX_INPUT ? `…${name.slice(1 - MAX_INPUT)}` : name;
  return files.length > 1 ? `${short} +${files.length - 1}` : short;
}

function resultsOf(counts: Counts): string {
  const parts = STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${counts[status]} ${status}`,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}
