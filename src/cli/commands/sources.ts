// `leadpush sources`: its options, its help, and its run.
import type { Command } from 'commander';
import { configOption, type Host, jsonOption, targetOption, timeoutOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function sources(program: Command, { context, ends, exampleTarget }: Host): void {
  program
    .command('sources')
    .description("List the provider's source and sub-source ids.")
    .addOption(targetOption())
    .addOption(configOption())
    .addOption(timeoutOption())
    .addOption(jsonOption("print one JSON object, with the provider's raw answer"))
    .addHelpText('after', `\nExamples:\n  $ leadpush sources --to ${exampleTarget}`)
    .action(
      ends(async (flags: Flags) => {
        const { sourcesAction } = await import('../actions/lookup.ts');
        return sourcesAction(flags, context);
      }),
    );
}
