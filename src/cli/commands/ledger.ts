// `leadpush ledger copy`: its help, and its run.
import type { Command } from 'commander';
import type { Host } from '../command.ts';

export function ledger(program: Command, { context, ends }: Host): void {
  const command = program
    .command('ledger')
    .description('Move the record of what was sent.')
    .helpCommand('help [command]', 'show help for a command');
  command
    .command('copy')
    .description(
      'Copy a ledger from a file to a database that machines share, or back. Interrupted, the same command goes on.',
    )
    .argument('<from>', 'the ledger to copy: a file or postgresql://USER@HOST/DATABASE')
    .argument('<to>', 'a new one')
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush ledger copy ~/.local/state/leadpush/ledger.db postgresql://leadpush@db.example.com/leadpush',
    )
    .action(
      ends(async (from: string, to: string) => {
        const { ledgerCopyAction } = await import('../actions/ledger-copy.ts');
        return ledgerCopyAction(from, to, context);
      }),
    );
}
