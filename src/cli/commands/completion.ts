// `leadpush completion`: its options, its help, and its run.
import { Argument, type Command } from 'commander';
import type { Shell } from '../actions/completion-scripts.ts';
import type { Host } from '../command.ts';

export function completion(program: Command, { context, ends }: Host): void {
  program
    .command('completion')
    .description('Print a script that completes commands, options, targets and files in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ source <(leadpush completion bash)\n  $ leadpush completion fish > ~/.config/fish/completions/leadpush.fish',
    )
    .action(
      ends(async (shell: Shell) => {
        const { completionScript } = await import('../actions/completion.ts');
        return completionScript(shell, context);
      }),
    );
}
