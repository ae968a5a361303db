// `leadpush presets`: its options, its help, and its run.
import type { Command } from 'commander';
import { type Host, jsonOption } from '../command.ts';
import { type Flags, isSet } from '../flags.ts';

export function presets(program: Command, { context, ends }: Host): void {
  program
    .command('presets')
    .description('List the export formats that are known by name.')
    .addOption(jsonOption('print NDJSON, one line a preset'))
    .addHelpText('after', '\nExamples:\n  $ leadpush presets')
    .action(
      ends(async (flags: Flags) => {
        const { listPresets } = await import('../actions/presets.ts');
        return listPresets({ json: isSet(flags, 'json') }, context);
      }),
    );
}
