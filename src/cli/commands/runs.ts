// `leadpush runs`: its options, its help, and its run.
import type { Command } from 'commander';
import { configOption, type Host, joined, jsonOption, ledgerOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function runs(program: Command, { context, ends }: Host): void {
  program
    .command('runs')
    .description('List the runs in the ledger, newest first.')
    .option('--limit <n>', 'at most so many (default: 20)')
    .option('--since <when>', 'only runs since then: 7d, 12h, or a day such as 2026-11-24')
    .option('--to <targets>', 'only runs to one of these targets, separated by commas', joined)
    .option(
      '--failed',
      'only runs that left something to do: input not read to its end, or leads that were not delivered (rows to fix do not count)',
    )
    .option('--all', 'also runs of the built-in sandbox')
    .option(
      '--purge <duration>',
      'delete personal data of runs older than this, such as 90d; duplicates are still recognised',
    )
    .addOption(configOption())
    .addOption(ledgerOption())
    .addOption(jsonOption('print NDJSON, one line a run'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush runs\n  $ leadpush runs --since 7d --failed\n  $ leadpush runs --purge 90d',
    )
    .action(
      ends(async (flags: Flags) => {
        const { runsAction } = await import('../actions/runs.ts');
        return runsAction(flags, context);
      }),
    );
}
