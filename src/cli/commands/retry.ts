// `leadpush retry`: its options, its help, and its run.
import type { Command } from 'commander';
import {
  addOptions,
  collect,
  configOption,
  type Host,
  ledgerOption,
  paceOptions,
  paragraph,
  resultsAsJson,
  showPiiOption,
} from '../command.ts';
import type { Flags } from '../flags.ts';

export function retry(program: Command, { context, ends }: Host): void {
  const command = program
    .command('retry')
    .description('Send again what a run could not deliver, from the ledger; no file is needed.')
    .argument(
      '[run]',
      "the run's id, its first characters, or latest (default): the newest with something to retry",
    )
    .addOption(configOption())
    .option('--failed', 'what was not delivered, or not sent because the run ended first (default)')
    .option('--rejected', 'what the provider rejected')
    .option(
      '--unknown',
      'what may have arrived: the provider is asked once more, and it is sent if the answer does not tell',
    )
    .option(
      '--settle',
      'only ask the provider about what may have arrived, and send nothing; what only sending again could tell stays unknown',
    )
    .option(
      '--field <NAME=VALUE>',
      "set a field of the target's own, as the first run did; repeatable",
      collect,
    )
    .addOption(resultsAsJson());
  addOptions(command, paceOptions())
    .addOption(ledgerOption())
    .option('-y, --yes', 'do not ask before leads go to a production target')
    .option('-q, --quiet', 'print only what needs attention')
    .option('-v, --verbose', 'print more')
    .addOption(showPiiOption())
    .addHelpText(
      'after',
      paragraph(
        'It sends leads as they were read; a row that was fixed in the file since goes with `leadpush send`. It does not read the rest of an input that was interrupted: run the same command again for that. It sends nothing that another run has delivered since, and no lead whose answer was lost unless --unknown says so.',
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ leadpush retry
  $ leadpush retry 7F3K
  $ leadpush retry 7F3K --settle`,
    )
    .action(
      ends(async (run: string | undefined, flags: Flags) => {
        const { retryAction } = await import('../actions/retry.ts');
        return retryAction(run ?? null, flags, context);
      }),
    );
}
