// `leadpush smoke`: its options, its help, and its run.
import type { Command } from 'commander';
import { addLedgerChoice, configOption, type Host, jsonOption, targetOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function smoke(program: Command, { context, ends, exampleTarget }: Host): void {
  const command = program
    .command('smoke')
    .description('Send one test lead end to end and read it back where the provider can.')
    .addOption(targetOption())
    .addOption(configOption())
    .option('--phone <number>', "the number to use (default: the target's testPhone)")
    .option('--junit <file>', 'write a JUnit report')
    .addOption(jsonOption('print one JSON object'))
    .option(
      '--timeout <duration>',
      'how long to wait for each answer; a number alone is seconds (default: 30s)',
    )
    .option(
      '--max-wait <duration>',
      'how long the lead may take to get through, with the waits that the provider asks for; a number alone is seconds (default: 2m)',
    )
    .option('-y, --yes', 'allow a production target');
  addLedgerChoice(command, 'remember nothing, as in CI: `show`, `retry` and `report` will not know of it')
    .addHelpText(
      'after',
      `\nExamples:\n  $ leadpush smoke --to ${exampleTarget}\n  $ leadpush smoke --to greens-staging --junit smoke.xml`,
    )
    .action(
      ends(async (flags: Flags) => {
        const { smokeAction } = await import('../actions/smoke.ts');
        return smokeAction(flags, context);
      }),
    );
}
