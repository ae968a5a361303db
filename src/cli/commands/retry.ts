// `leadpush retry`: its options, its help, and its run.
import type { Command } from 'commander';
import {
  addOptions,
  collect,
  configOption,
  type Host,
  ledgerOption,
  paceOptions,
  resultsAsJson,
  showPiiOption,
} from '../command.ts';
import type { Flags } from '../flags.ts';

export function retry(program: Command, { context, ends }: Host): void {
  const command = program
    .command('retry')
    .description('Send again what a run could not deliver, from the ledger; no file is needed.')
    .argument('<run>', "the run's id, or its first characters")
    .addOption(configOption())
    .option('--failed', 'what failed, or was not sent because the run ended first (default)')
    .option('--rejected', 'what the provider rejected')
    .option(
      '--unknown',
      'what may have arrived: the provider is asked once more, and it is sent if the answer does not tell',
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
    .addHelpText('after', '\nExamples:\n  $ leadpush retry 7F3K\n  $ leadpush retry 7F3K --unknown')
    .action(
      ends(async (run: string, flags: Flags) => {
        const { retryAction } = await import('../actions/index.ts');
        return retryAction(run, flags, context);
      }),
    );
}
