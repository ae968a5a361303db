// `leadpush verify`: its options, its help, and its run.
import type { Command } from 'commander';
import {
  configOption,
  type Host,
  jsonOption,
  showPiiOption,
  targetOption,
  timeoutOption,
} from '../command.ts';
import type { Flags } from '../flags.ts';

export function verify(program: Command, { context, ends }: Host): void {
  program
    .command('verify')
    .alias('lookup')
    .description(
      'Show what the provider has for a phone, or for an e-mail address where it is asked by that.',
    )
    .option('--phone <number>', "the phone (default: the target's testPhone)")
    .option('--email <address>', 'the e-mail address, for a provider that is asked by it')
    .addOption(targetOption())
    .addOption(configOption())
    .addOption(timeoutOption())
    .addOption(jsonOption('print one JSON object'))
    .addOption(showPiiOption())
    .addHelpText('after', "\nExamples:\n  $ leadpush verify --phone '+91 99889 98899' --to greens-staging")
    .action(
      ends(async (flags: Flags) => {
        const { verifyAction } = await import('../actions/lookup.ts');
        return verifyAction(flags, context);
      }),
    );
}
