// `leadpush providers`: its options, its help, and its run.
import type { Command } from 'commander';
import { configOption, type Host, jsonOption } from '../command.ts';
import { type Flags, isSet, text } from '../flags.ts';

export function providers(program: Command, { context, ends }: Host): void {
  program
    .command('providers')
    .description('List the CRMs that leads can go to, built in and declared; with a name, explain one.')
    .argument('[name]', 'the provider to explain')
    .option('--new <name>', 'write a commented declaration of a further provider to start from')
    .addOption(configOption())
    .addOption(jsonOption('print NDJSON, one line a provider'))
    .addHelpText('after', '\nExamples:\n  $ leadpush providers\n  $ leadpush providers --new my-crm')
    .action(
      ends(async (name: string | undefined, flags: Flags) => {
        const { providersCommand } = await import('../actions/providers.ts');
        return providersCommand(
          {
            name: name ?? null,
            declare: text(flags, 'new'),
            config: text(flags, 'config'),
            json: isSet(flags, 'json'),
          },
          context,
        );
      }),
    );
}
