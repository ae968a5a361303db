// `leadpush init`: its options, its help, and its run.
import { type Command, Option } from 'commander';
import { addOptions, collect, grouped, type Host, jsonOption } from '../command.ts';
import { type Flags, flagName, isSet, list, text } from '../flags.ts';

export function init(program: Command, { context, ends, providerNames, openSettings }: Host): void {
  const command = program
    .command('init')
    .description('Write a commented .leadpushrc; an existing one is never replaced.')
    .option('--provider <name>', providerNames)
    .option('--target <name>', "the target's name")
    .option('--key-variable <NAME>', 'environment variable that holds the key')
    .option('--key-file <file>', 'file that holds the key, instead of a variable')
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
            settings: Object.fromEntries(
              openSettings.flatMap(({ name }) => {
                const given = text(flags, name);
                return given === null ? [] : [[name, given]];
              }),
            ),
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
  const settings = openSettings.map(({ name, help }) => new Option(`--${flagName(name)} <value>`, help));
  addOptions(command, grouped('Settings of the provider:', ...settings));
}
