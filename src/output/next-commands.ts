// What to do next after a run, as commands that can be pasted.
import type { Summary } from '../delivery/outcome.ts';
import { pathArgument, shellQuoted } from '../util/shell.ts';

/** The options of this call that the next commands need too: `--to`, `--config`, `--ledger`, how files are read. */
export interface FollowUp {
  /** A ledger keeps the run; without one there is nothing to retry. */
  readonly remembered: boolean;
  /** The input was files, so that --rejects has rows to write. */
  readonly files: boolean;
  readonly check: readonly string[];
  readonly retry: readonly string[];
  /** Called when the run is over. */
  readonly send: () => readonly string[];
}

/** @param rejects the files that --rejects wrote and that have rows */
export function nextCommands(
  summary: Summary,
  rejects: readonly string[],
  followUp: FollowUp,
): readonly string[] {
  const { run, counts, interrupted, targets } = summary;
  const commands: string[] = [];
  if (interrupted !== null && interrupted !== 'EPIPE' && followUp.remembered)
    commands.push('run the same command again; it continues where this run stopped');
  if (followUp.remembered) {
    if (counts.failed > 0) commands.push(retryCommand(run, followUp));
    if (counts.unknown > 0) commands.push(retryCommand(run, followUp, '--unknown'));
  }
  if (counts.invalid + counts.rejected > 0 && rejects.length > 0)
    commands.push(
      command('send', ...rejects.map(pathArgument), '--to', targets.join(','), ...followUp.send()),
    );
  return commands;
}

/** `leadpush retry RUN` with this call's ledger and configuration. */
export function retryCommand(run: string, followUp: FollowUp, ...what: readonly string[]): string {
  return command('retry', run, ...what, ...followUp.retry);
}

/** `leadpush check` with this call's configuration. */
export function checkCommand(followUp: FollowUp): string {
  return command('check', ...followUp.check);
}

/** Quoted, so that it can be pasted into a shell. */
export function command(...words: readonly string[]): string {
  return ['leadpush', ...words].map(shellQuoted).join(' ');
}
