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

/** @param rejects the file that --rejects wrote, if any */
export function nextCommands(summary: Summary, rejects: string | null, again: FollowUp): readonly string[] {
  const { run, counts, interrupted, targets } = summary;
  const commands: string[] = [];
  if (interrupted !== null && interrupted !== 'EPIPE' && again.remembered)
    commands.push('run the same command again; it continues where this run stopped');
  if (again.remembered) {
    if (counts.failed > 0) commands.push(retryCommand(run, again));
    if (counts.unknown > 0) commands.push(retryCommand(run, again, '--unknown'));
  }
  if (counts.invalid + counts.rejected > 0 && rejects !== null)
    commands.push(command('send', pathArgument(rejects), '--to', targets.join(','), ...again.send()));
  return commands;
}

/** `leadpush retry RUN` with this call's ledger and configuration. */
export function retryCommand(run: string, again: FollowUp, ...what: readonly string[]): string {
  return command('retry', run, ...what, ...again.retry);
}

/** `leadpush check` with this call's configuration. */
export function checkCommand(again: FollowUp): string {
  return command('check', ...again.check);
}

/** Quoted, so that it can be pasted into a shell. */
export function command(...words: readonly string[]): string {
  return ['leadpush', ...words].map(shellQuoted).join(' ');
}
