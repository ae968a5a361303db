// What to do next after a run, as commands that can be pasted.
import type { Summary } from '../delivery/outcome.ts';
import { pathArgument, shellQuoted } from '../util/shell.ts';

/** The options of this call that the next commands need too: `--to`, `--config`, `--ledger`, how files are read. */
export interface FollowUp {
  /** A ledger keeps the run; without one there is nothing to retry. */
  readonly remembered: boolean;
  /** The input was files, so that --rejects has rows to write. */
  readonly files: boolean;
  /** A name for --rejects that no file has. */
  readonly freeName: () => string;
  readonly check: readonly string[];
  readonly retry: readonly string[];
  /** For the same inputs, read in the same way. */
  readonly again: readonly string[];
  /** For the file of rejected rows. Called when the run is over. */
  readonly send: () => readonly string[];
}

/** @param rejects the file that --rejects wrote, if any */
export function nextCommands(
  summary: Summary,
  rejects: string | null,
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
  if (counts.invalid + counts.rejected > 0 && rejects !== null)
    commands.push(command('send', pathArgument(rejects), '--to', targets.join(','), ...followUp.send()));
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
