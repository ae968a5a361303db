// `leadpush runs`: its options, its help, and its run.
import type { Command } from 'commander';
import { configOption, type Host, jsonOption, ledgerOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function runs(program: Command, { context, ends }: Host): void {
  program
    .command('runs')
    .description('List the runs in the ledger, newest first.')
    .option(
      '--purge <duration>',
      'delete personal data of runs older than this, such as 90d; duplicates are still recognised',
    )
    .addOption(configOption())
    .addOption(ledgerOption())
    .addOption(jsonOption('print NDJSON, one line a run'))
    .addHelpText('after', '\nExamples:\n  $ leadpush runs\n  $ leadpush runs --purge 90d')
    .action(
      ends(async (flags: Flags) => {
        const { runsAction } = await import('../actions/index.ts');
        return runsAction(flags, context);
      }),
    );
}
