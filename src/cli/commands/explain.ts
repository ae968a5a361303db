// `leadpush explain`: its options, its help, and its run.
import type { Command } from 'commander';
import { type Host, jsonOption } from '../command.ts';
import { type Flags, isSet } from '../flags.ts';

export function explain(program: Command, { context, ends }: Host): void {
  program
    .command('explain')
    .description('Explain what a code means and how to fix it; without a code, list them.')
    .argument('[code]', 'such as PHONE_SCIENTIFIC')
    .addOption(jsonOption('print JSON'))
    .addHelpText('after', '\nExamples:\n  $ leadpush explain PHONE_SCIENTIFIC')
    .action(
      ends(async (code: string | undefined, flags: Flags) => {
        const { explainCommand } = await import('../actions/explain.ts');
        return explainCommand({ code: code ?? null, json: isSet(flags, 'json') }, context);
      }),
    );
}
