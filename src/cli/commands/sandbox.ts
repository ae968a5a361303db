// `leadpush sandbox`: its options, its help, and its run.
import type { Command } from 'commander';
import { type Host, jsonOption } from '../command.ts';
import type { Flags } from '../flags.ts';

export function sandbox(program: Command, { context, ends }: Host): void {
  program
    .command('sandbox')
    .description("Run the providers' emulators as a server on this machine.")
    .option('--port <n>', 'port to listen on (default: a free one)')
    .option('--fault <list>', 'faults to play, such as reset:0.05,lost:0.05 (see docs/faults.md)')
    .option('--latency <duration>', 'answer after this time, such as 20ms')
    .option('--strict', 'require everything that the provider documents as mandatory')
    .option('--seed <n>', 'draw faults and credentials from this seed, the same every time')
    .option('-q, --quiet', 'do not log each request')
    .addOption(jsonOption('print one line of JSON when it listens, and no log'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ leadpush sandbox --port 8080\n  $ leadpush sandbox --fault reset:0.05,lost:0.05 --latency 20ms',
    )
    .action(
      ends(async (flags: Flags) => {
        const { sandboxAction } = await import('../actions/sandbox.ts');
        return sandboxAction(flags, context);
      }),
    );
}
