// `leadpush show RUN`: what became of each lead of one run, as `send` printed it.

import type { Context } from '../../app/context.ts';
import { resolveRun } from '../../app/resolve-run.ts';
import { STATUSES, type Status, type Summary } from '../../delivery/outcome.ts';
import { buildSummary } from '../../delivery/result.ts';
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import { LineWriter } from '../../output/line-writer.ts';
import { resultLine, summaryLine } from '../../output/ndjson.ts';
import { type FollowUp, retryCommand } from '../../output/next-commands.ts';
import { shortTime } from '../../output/short-time.ts';
import { streamStyle } from '../../output/style.ts';
import { type HumanView, humanLines, summaryText } from '../../output/terminal.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { followUpFor } from '../follow-up.ts';
import { countsOf } from './runs.ts';
import { withLedger } from './with-ledger.ts';

export interface ShowOptions {
  /** A run's id, or its first characters. */
  readonly run: string;
  readonly json: boolean;
  readonly showPii: boolean;
  /** Only these; null: all. */
  readonly statuses: readonly Status[] | null;
  /** What the next commands need of this call. */
  readonly followUp: FollowUp;
}

/** @returns the exit status */
export function showAction(run: string, flags: Flags, context: Context): Promise<number> {
  const options: ShowOptions = {
    run,
    json: isSet(flags, 'json'),
    showPii: isSet(flags, 'showPii'),
    statuses: statusesOf(text(flags, 'status')),
    followUp: followUpFor(flags, null),
  };
  return withLedger(flags, context, 'read', (ledger) => showCommand(options, context, ledger));
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

/** @returns 0, 141 where the reader left, or 1 where it could not be written @throws UsageError where no single run is meant */
export async function showCommand(options: ShowOptions, context: Context, ledger: Ledger): Promise<number> {
  const { json, showPii, statuses } = options;
  const run = await resolveRun(ledger, options.run);
  // The run has ended, so it writes no rejects file.
  const followUp = { ...options.followUp, files: false };
  const manyTargets = run.targets.length > 1;
  const view: HumanView = {
    style: streamStyle(context.stdout, context.env),
    showPii,
    verbose: true,
    manyTargets,
  };
  const out = new LineWriter(context.stdout);
  const told = new Set<string>();
  for await (const page of ledger.results(run.id, statuses ?? undefined)) {
    for (const result of page) {
      const lines = json ? [resultLine(result)] : humanLines(result, view, told);
      for (const line of lines) if ((await out.line(line)) === 'gone') return left(out);
    }
  }
  const summary = summaryOf(run);
  if (json) await out.line(summaryLine(summary, [], followUp));
  if ((await out.flush()) === 'gone') return left(out);
  if (!json) {
    context.stderr.write(
      summaryText(summary, { ...view, style: streamStyle(context.stderr, context.env) }, [], followUp),
    );
    context.stderr.write(noteOf(run, followUp));
  }
  return 0;
}

/** The exit status where nothing more can be shown. */
function left(out: LineWriter): number {
  return out.unwritable ? 1 : 141;
}

/** The run's own summary, or the counts so far. */
function summaryOf(run: RunRow): Summary {
  if (run.summary !== null) return run.summary;
  const counts = countsOf(run);
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  const records = Math.ceil(total / Math.max(1, run.targets.length));
  const targets = run.targets.map((name) => ({ name }));
  return buildSummary(run.id, targets, { records, counts, durationMs: 0 });
}

function noteOf(run: RunRow, again: FollowUp): string {
  if (run.purgedAt)
    return `Its personal data was deleted on ${shortTime(run.purgedAt)}: there is nothing to send again.\n`;
  if (run.state === 'running') return 'It is still in progress; these are the results so far.\n';
  if (run.state === 'died') {
    return `It was interrupted; these are the results until then. Next: the same command again, or ${retryCommand(run.id, again)}\n`;
  }
  return '';
}
