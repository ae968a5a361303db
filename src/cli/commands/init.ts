// `leadpush init`: its options, its help, and its run.
import type { Command } from 'commander';
import { collect, type Host, jsonOption } from '../command.ts';
import { type Flags, isSet, list, text } from '../flags.ts';

export function init(program: Command, { context, ends, providerNames }: Host): void {
  program
    .command('init')
    .description('Write a commented .leadpushrc; an existing one is never replaced.')
    .option('--provider <name>', providerNames)
    .option('--environment <name>', 'staging or production')
    .option('--target <name>', "the target's name")
    .option('--key-variable <NAME>', 'environment variable that holds the key')
    .option('--key-file <file>', 'file that holds the key, instead of a variable')
    .option('--channel <name>', 'the channel, for a provider that has channels')
    .option(
      '--default <field=value>',
      'value for leads without their own, such as the project; repeatable',
      collect,
    )
    .option('--print', 'print the file to stdout instead of writing it')
    .option('-y, --yes', 'take the defaults for what is not given, ask nothing')
    .addOption(jsonOption('print one JSON object'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush init\n  $ leadpush init --target greens-staging --default campaignId=greens --yes\n  $ leadpush init --yes --print',
    )
    .action(
      ends(async (flags: Flags) => {
        const { initCommand } = await import('../actions/init.ts');
        return initCommand(
          {
            provider: text(flags, 'provider'),
            environment: text(flags, 'environment'),
            channel: text(flags, 'channel'),
            target: text(flags, 'target'),
            keyVariable: text(flags, 'keyVariable'),
            keyFile: text(flags, 'keyFile'),
            defaults: list(flags, 'default'),
            print: isSet(flags, 'print'),
            yes: isSet(flags, 'yes'),
            json: isSet(flags, 'json'),
          },
          context,
        );
      }),
    );
}
