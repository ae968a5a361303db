// `leadpush check`: its options, its help, and its run.
import { type Command, Option } from 'commander';
import {
  addOptions,
  columnOption,
  configOption,
  grouped,
  type Host,
  joined,
  jsonOption,
  ledgerOption,
  readingOptions,
  setOption,
  showPiiOption,
  valueOptions,
} from '../command.ts';
import type { Flags } from '../flags.ts';

export function check(program: Command, { context, ends }: Host): void {
  const command = program
    .command('check')
    .alias('doctor')
    .description(
      'With files: reads them as `send` would, without sending. Without: checks configuration, variables, reachability, clock and key.',
    )
    .argument('[file...]', 'files, https addresses or feed:NAME to check; - for stdin');
  addOptions(command, [
    ...grouped(
      'Target:',
      configOption(),
      new Option(
        '--to <targets>',
        'check only this target; with files: also what these targets require, as `send` would say',
      ).argParser(joined),
    ),
    ...grouped('Reading:', columnOption(), ...readingOptions()),
    ...grouped('Values:', setOption(), ...valueOptions()),
    ...grouped('Output:', jsonOption('print one JSON object'), showPiiOption()),
    ...grouped('Memory:', ledgerOption()),
  ])
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush check\n  $ leadpush check leads.csv\n  $ leadpush check leads.csv --json',
    )
    .action(
      ends(async (files: string[], flags: Flags) => {
        const { checkAction } = await import('../actions/check.ts');
        return checkAction(files, flags, context);
      }),
    );
}
