// How to go on with a run that was interrupted, and that no other has finished.
import type { RunRow } from '../ledger/ledger.ts';
import { counted, listed } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { pathArgument } from '../util/shell.ts';
import { maskMobiles } from './mask-phone.ts';
import { command, type Elsewhere, type FollowUp, runCommand } from './next-commands.ts';
import type { RunHistory } from './standing.ts';

type Follow = Pick<FollowUp, 'places' | 'retry'>;

/** Its other options are not kept: they may hold what is nobody's business. */
export function unfinishedText(
  run: RunRow,
  { own, counts, inProgress }: Pick<RunHistory, 'own' | 'counts' | 'inProgress'>,
  followUp: Follow,
): readonly string[] {
  const { id, command: name, parent, files } = run;
  if (name === 'smoke') return [unfinishedSmoke(run, counts, followUp)];
  // No command names it: its fields were flags.
  const isOneLead = files.length === 0 && parent === null;
  const hasResults = Object.values(own).some((count) => count > 0);
  const until = hasResults ? '; its results are those until then' : ' before its first result';
  if (inProgress > 0) {
    const [them, any] = inProgress === 1 ? ['it', 'It'] : ['them', 'Any of them'];
    const retry = `\`${runCommand('retry', id, followUp)}\``;
    return [
      // Each was claimed before it could leave; what had left of them, only the provider knows.
      `Run ${id} was interrupted${until}. It had ${counted(inProgress, 'lead')} in progress: sent and not answered yet, or about to be sent. ${any} may have arrived.`,
      isOneLead
        ? `Go on: ${retry} finds out about ${them}, and sends what has not arrived.`
        : `${goOn(run, followUp)} It finds out about what was in progress first; ${retry} does only that, and sends what has not arrived.`,
    ];
  }
  const interrupted = `Run ${id} was interrupted${until}.`;
  if (!isOneLead) return [interrupted, goOn(run, followUp)];
  return [interrupted, 'Send its lead again; nothing is sent twice.'];
}

/** A smoke test sends a lead of its own each time: nothing goes on with one. */
function unfinishedSmoke(
  { id }: RunRow,
  { created, duplicate, unknown }: RunHistory['counts'],
  followUp: Follow,
): string {
  const interrupted = `Run ${id}, a smoke test, was interrupted.`;
  if (created + duplicate > 0) return `${interrupted} Its lead had arrived.`;
  if (unknown === 0) return `${interrupted} Its lead did not arrive; the next test sends one of its own.`;
  const ask = runCommand('retry', id, followUp, '--settle');
  return `${interrupted} Its lead may have arrived: \`${ask}\` asks the provider, and sends nothing.`;
}

/** Of one that has ended and whose lead did not get through, or of a retry of it. */
export function endedSmoke(id: string): string {
  return `Run ${id} was a smoke test: run the same test again, which sends a lead of its own.`;
}

/** Of one that had not read all of its input, as far as anybody knows. */
export function unreadText(run: RunRow, places: readonly string[]): Elsewhere {
  const { id, files, summary } = run;
  const input = listed(
    files.map((file) => (file === '-' ? 'its input' : plain(file))),
    'and',
  );
  const how =
    summary === null
      ? `was interrupted, and may not have read all of ${input}`
      : `was interrupted before it had read all of ${input}`;
  return {
    what: `Run ${id} ${how}. The same command sends the rest, with the options that it had; nothing is sent twice, unless --resend is one of them.`,
    command: sameCommand(run, { places, retry: [] }),
  };
}

function sameCommand({ command: name, parent, files, targets }: RunRow, { places, retry }: Follow): string {
  const words =
    parent === null ? [...files.map(pathArgument), '--to', targets.join(','), ...places] : [parent, ...retry];
  return command(name, ...words);
}

function goOn(run: RunRow, follow: Follow): string {
  const same = maskMobiles(sameCommand(run, follow));
  return `Go on: \`${same}\` again, with the options that it had; nothing is sent twice, unless --resend is one of them.`;
}
