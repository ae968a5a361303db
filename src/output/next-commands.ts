// What to do next after a run, as commands that can be pasted.
import type { Summary } from '../delivery/outcome.ts';

/** What of this call the next one has to repeat. */
export interface CallAgain {
  /** The file that --rejects wrote. */
  readonly rejects: string | null;
  /** As given with --config and --ledger. */
  readonly config: string | null;
  readonly ledger: string | null;
}

/** For who does not know the call: the run alone. */
export const ANY_CALL: CallAgain = { rejects: null, config: null, ledger: null };

export function nextCommands(summary: Summary, call: CallAgain): readonly string[] {
  const { run, counts, interrupted, targets } = summary;
  const more = [
    ...(call.config === null ? [] : ['--config', quoted(call.config)]),
    ...(call.ledger === null ? [] : ['--ledger', quoted(call.ledger)]),
  ];
  const command = (...words: readonly string[]) => ['leadpush', ...words, ...more].join(' ');
  const commands: string[] = [];
  if (interrupted !== null && interrupted !== 'EPIPE')
    commands.push('start the same command again: it goes on where this one stopped');
  if (counts.failed > 0) commands.push(command('retry', run));
  if (counts.unknown > 0) commands.push(command('retry', run, '--unknown'));
  if (counts.invalid + counts.rejected > 0 && call.rejects !== null)
    commands.push(command('send', quoted(call.rejects), '--to', quoted(targets.join(','))));
  return commands;
}

/** For a shell, where it needs to be. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
