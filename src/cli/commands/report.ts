// `leadpush report`: its options, its help, and its run.
import { type Command, Option } from 'commander';
import { configOption, type Host, ledgerOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function report(program: Command, { context, ends }: Host): void {
  program
    .command('report')
    .description(
      'Write one run as a self-contained page with charts, reasons and the rows that need attention.',
    )
    .argument('[run]', "the run's id, its first characters, or latest (default)")
    .option('--html <file>', 'the page to write (default: leadpush-RUN.html)')
    .option('--open', 'open it in a browser (never in CI)')
    .addOption(configOption())
    .addOption(ledgerOption())
    .addOption(
      new Option('--show-pii', 'show full phone numbers in the page and in what it lets one download'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush report --open\n  $ leadpush report 7F3K --html report.html',
    )
    .action(
      ends(async (run: string | undefined, flags: Flags) => {
        const { reportAction } = await import('../actions/report.ts');
        return reportAction(run ?? null, flags, context);
      }),
    );
}
