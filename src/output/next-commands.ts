// What to do next after a run, as commands that can be pasted.
import type { Summary } from '../delivery/outcome.ts';

/** @param rejects the file that --rejects wrote, if any */
export function nextCommands(summary: Summary, rejects: string | null): readonly string[] {
  const { run, counts, interrupted } = summary;
  const commands: string[] = [];
  if (interrupted !== null && interrupted !== 'EPIPE')
    commands.push('start the same command again: it goes on where this one stopped');
  if (counts.failed > 0) commands.push(`leadpush retry ${run}`);
  if (counts.unknown > 0) commands.push(`leadpush retry ${run} --unknown`);
  if (counts.invalid + counts.rejected > 0 && rejects !== null)
    commands.push(`leadpush send ${quoted(rejects)}`);
  return commands;
}

/** For a shell, where it needs to be. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
