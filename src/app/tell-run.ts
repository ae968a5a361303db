// What a run says at its end: one line of JSON for a program, a summary with the next command for a person; with --quiet only
// what needs somebody.
import type { Summary } from '../delivery/outcome.ts';
import { exitStatus } from '../output/exit-status.ts';
import type { LineWriter } from '../output/line-writer.ts';
import { maskQuoted } from '../output/mask-phone.ts';
import { summaryLine } from '../output/ndjson.ts';
import { type FollowUp, nextCommands, runCommand } from '../output/next-commands.ts';
import { summaryText } from '../output/summary-text.ts';
import type { Tally } from '../output/tally.ts';
import type { HumanView } from '../output/terminal.ts';
import { plain } from '../util/plain.ts';
import type { Context } from './context.ts';
import type { ViewOptions } from './options.ts';

export interface ToldOptions {
  readonly view: ViewOptions;
  readonly followUp: FollowUp;
  readonly files: readonly string[];
  readonly resend: boolean;
}

/** @param rejects the files of rows to fix or to send @param view of stderr */
export async function tellRun(
  summary: Summary,
  tally: Tally,
  rejects: readonly string[],
  options: ToldOptions,
  view: HumanView,
  writer: LineWriter,
  context: Context,
): Promise<void> {
  if (options.view.json) {
    await writer.line(summaryLine(summary, rejects, options.followUp));
    await writer.flush();
    for (const { target, message } of summary.stops) {
      const shown = options.view.showPii ? message : maskQuoted(message, { numbers: [], keep: [] });
      context.stderr.write(`leadpush: target ${plain(target)} was stopped: ${plain(shown)}\n`);
    }
    if (summary.interrupted === 'OUTPUT') {
      const next = options.followUp.remembered
        ? ` The same command goes on${options.resend ? ', and with --resend also sends again what this one has sent' : ' where this one stopped'}; \`${runCommand('show', summary.run, options.followUp)}\` has its results.`
        : '';
      context.stderr.write(`Nothing was sent after that.${next}\n`);
    }
    if (summary.ledgerFailure !== null) {
      context.stderr.write(`leadpush: the ledger could not be written: ${plain(summary.ledgerFailure)}\n`);
    }
    return;
  }
  await writer.flush();
  const isFine = exitStatus(withoutRepeated(summary, tally)) === 0 && options.followUp.unread === undefined;
  if (options.view.quiet && isFine) {
    // Corrections that nobody has sent are new each night, until they are.
    const corrected = options.followUp.corrected ?? [];
    const [send] = nextCommands(summary, corrected, options.followUp);
    if (corrected.length > 0 && send !== undefined) context.stderr.write(`Send your corrections: ${send}\n`);
    return;
  }
  context.stderr.write(groupsText(tally, options, view, context));
  context.stderr.write(summaryText(summary, view, rejects, options.followUp, tally));
}

/** Where a file's leads come from, and how they ended: for a person at a terminal. */
function groupsText(
  tally: Tally,
  { files, view }: ToldOptions,
  { style }: HumanView,
  { stderr }: Context,
): string {
  return files.length > 0 && stderr.isTTY && !view.quiet ? tally.groups.text(view.showPii, style.width) : '';
}

/** As if the bad rows that nothing was said of were not there: `--quiet` is about what is new. */
function withoutRepeated(summary: Summary, { repeated, settled }: Tally): Summary {
  const { counts } = summary;
  return { ...summary, counts: { ...counts, invalid: counts.invalid - repeated - settled } };
}
