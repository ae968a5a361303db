// `leadpush presets`: its options, its help, and its run.
import type { Command } from 'commander';
import {
  addOptions,
  columnOption,
  configOption,
  grouped,
  type Host,
  jsonOption,
  readingOptions,
  valueOptions,
} from '../command.ts';
import type { Flags } from '../flags.ts';

export function presets(program: Command, { context, ends }: Host): void {
  const command = program
    .command('presets')
    .description(
      'List the export formats that are known by name; with a file, propose one for it to paste into the configuration.',
    )
    .argument('[file]', 'an export to propose a preset for; - for stdin');
  addOptions(command, [
    ...grouped('Target:', configOption()),
    ...grouped('Reading:', columnOption(), ...readingOptions()),
    ...grouped('Values:', ...valueOptions()),
    ...grouped('Output:', jsonOption('print NDJSON, one line a preset')),
  ])
    .addHelpText('after', '\nExamples:\n  $ leadpush presets\n  $ leadpush presets leads.csv')
    .action(
      ends(async (file: string | undefined, flags: Flags) => {
        const { presetsAction } = await import('../actions/presets.ts');
        return presetsAction(file ?? null, flags, context);
      }),
    );
}
