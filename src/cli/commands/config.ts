// `leadpush config`: its options, its help, and its run.
import { Argument, type Command } from 'commander';
import { addOptions, configOption, type Host, jsonOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function config(program: Command, { context, ends }: Host): void {
  const command = program
    .command('config')
    .description(
      'Show which configuration counts (path), or each setting and where its value comes from, secrets masked (show).',
    )
    .addArgument(new Argument('<what>', 'path or show').choices(['path', 'show']));
  addOptions(command, [configOption(), jsonOption('print one line of JSON')])
    .addHelpText('after', '\nExamples:\n  $ leadpush config path\n  $ leadpush config show')
    .action(
      ends(async (what: string, flags: Flags) => {
        const { configAction } = await import('../actions/config.ts');
        return configAction(what === 'path' ? 'path' : 'show', flags, context);
      }),
    );
}
