// `leadpush completion`: its options, its help, and its run.
import { Argument, type Command } from 'commander';
import type { Shell } from '../actions/completion-scripts.ts';
import type { Host } from '../command.ts';
import { type Flags, isSet } from '../flags.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export function completion(program: Command, { context, ends }: Host): void {
  const command = program
    .command('completion')
    .description('Complete commands, options, targets, runs, columns and files in a shell.')
    .addArgument(new Argument('<shell>', 'print the script of this shell').choices(SHELLS))
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush completion install bash --yes\n  $ leadpush completion install zsh --print\n  $ source <(leadpush completion bash)',
    )
    .action(
      ends(async (shell: Shell) => {
        const { completionScript } = await import('../actions/completion.ts');
        return completionScript(shell, context);
      }),
    );
  command
    .command('install')
    .description("Add it to the shell's own start-up file, after a question.")
    .addArgument(new Argument('[shell]', 'the shell (default: from SHELL)').choices(SHELLS))
    .option('--print', 'print what would be written, and write nothing')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExamples:\n  $ leadpush completion install fish --yes')
    .action(
      ends(async (shell: Shell | undefined, flags: Flags) => {
        const { installCompletion } = await import('../actions/completion-install.ts');
        const given = { shell: shell ?? null, print: isSet(flags, 'print'), yes: isSet(flags, 'yes') };
        return installCompletion(given, context);
      }),
    );
}
