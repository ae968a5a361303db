// `leadpush show`: its options, its help, and its run.
import type { Command } from 'commander';
import { configOption, type Host, ledgerOption, resultsAsJson, showPiiOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function show(program: Command, { context, ends }: Host): void {
  program
    .command('show')
    .description(
      'Show what became of each lead of one run, and how it stands now that later runs have gone on with it.',
    )
    .argument('[run]', "the run's id, its first characters, or latest (default)")
    .option(
      '--status <statuses>',
      'only these, separated by commas, such as failed,unknown; not-sent: failed ones that were never tried',
    )
    .addOption(configOption())
    .addOption(ledgerOption())
    .addOption(resultsAsJson())
    .addOption(showPiiOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush show\n  $ leadpush show 7F3K\n  $ leadpush show 7F3K --status failed,unknown --json',
    )
    .action(
      ends(async (run: string | undefined, flags: Flags) => {
        const { showAction } = await import('../actions/show.ts');
        return showAction(run ?? null, flags, context);
      }),
    );
}
