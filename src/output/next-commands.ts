// What to do next after a run, as commands that can be pasted.
import type { Summary } from '../delivery/outcome.ts';
import type { CommandLine } from '../delivery/run-options.ts';
import { listed } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { pathArgument, shellQuoted } from '../util/shell.ts';
import { clockTime } from './short-time.ts';

/** The options of this call that the next commands need too: `--to`, `--config`, `--ledger`, how files are read. */
export interface FollowUp {
  /** A ledger keeps the run; without one there is nothing to retry. */
  readonly remembered: boolean;
  /** The input was files, so that --rejects has rows to write. */
  readonly files: boolean;
  /** The input was one lead from flags. */
  readonly oneLead: boolean;
  /** Those of the files to send that hold corrections already: what was kept of a rejects file, and that no run has read. */
  readonly corrected?: readonly string[];
  /** The inputs, where each is itself a file of rejected rows, in which they can be fixed. Absent: they are not. */
  readonly rejected?: readonly string[];
  /** A name for --rejects that no file has. */
  readonly freeName: () => string;
  /** `--config` and `--ledger`: with them, another command finds the same targets and runs. */
  readonly places: readonly string[];
  readonly check: readonly string[];
  readonly retry: readonly string[];
  /** For the same inputs, read in the same way. */
  readonly again: readonly string[];
  /** For the file of rejected rows. Called when the run is over. */
  readonly send: () => readonly string[];
  /** This call's own words, which go on after an interruption; absent where they are not known. */
  readonly same?: readonly string[];
  /** The run that retry names: the first, where this one is a retry of it. Absent: this run. */
  readonly first?: string;
  /** Unix ms, where the run has just ended: what a provider asked for may still lie ahead. Absent: it is told later. */
  readonly now?: number;
  /** Nothing is to be proposed: the run goes on, another has finished it, or its people were deleted. */
  readonly none?: boolean;
  /** The run was not finished: that its command goes on is said elsewhere. */
  readonly goesOn?: boolean;
  /** A file of results is not there: only the same command writes it. */
  readonly unwritten?: boolean;
  /** The next command after a retry that left nothing: of another run, with what it has left. */
  readonly elsewhere?: Elsewhere;
  /** After a retry: the rest of the input that the first run had not read, which no retry sends. */
  readonly unread?: Elsewhere;
  /** All targets are on this machine, where a test server that was restarted has forgotten its leads. */
  readonly local?: boolean;
  /** What tells about unknown leads: asking, or (where the provider cannot be asked) only sending again. Absent: asking. */
  readonly unknown?: '--settle' | '--unknown';
}

/** What another run has left. */
export interface Elsewhere {
  /** One sentence. */
  readonly what: string;
  readonly command: string;
}

/** The one command that comes next, and what a person needs to know of it. */
export interface NextStep {
  readonly command: string;
  /** What has to be done before it; absent: nothing. */
  readonly first?: string;
  /** What is said above it, or in lines below it; absent: nothing. */
  readonly above?: string;
  readonly below?: readonly string[];
  /** The commands in these lines that are for this run's own rows. */
  readonly later?: readonly string[];
}

/** @param rejects the files of rows to fix or to send @returns the command that comes next and those after it, or none */
export function nextCommands(
  summary: Summary,
  rejects: readonly string[],
  followUp: FollowUp,
): readonly string[] {
  const step = nextStep(summary, rejects, followUp);
  return step === null ? [] : [step.command, ...(step.later ?? [])];
}

/** @param rejects the files of rows to fix or to send @returns null where no command comes next */
export function nextStep(summary: Summary, rejects: readonly string[], followUp: FollowUp): NextStep | null {
  const { counts } = summary;
  const { remembered, same, first = summary.run, unknown = '--settle', none = false, unread } = followUp;
  if (none) return null;
  if (isSameCommand(summary, followUp))
    return remembered && same !== undefined ? { command: command(...same) } : null;
  const rows = rowsStep(summary, rejects, followUp);
  if (remembered && counts.failed + counts.unknown > 0) {
    const what = counts.failed > 0 ? [] : [unknown];
    const after = afterWait(summary, followUp);
    const below = [
      ...(first === summary.run ? [] : [`Run ${first} is the one that this run retried.`]),
      ...(unread === undefined ? [] : [`${unread.what} Then: ${unread.command}`]),
      ...(rows === null ? [] : [`Then: ${sentence(rows)}`, ...(rows.below ?? [])]),
    ];
    return {
      command: runCommand('retry', first, followUp, ...what),
      ...(after === null ? {} : { first: after }),
      below,
      later: rows === null ? [] : [rows.command, ...(rows.later ?? [])],
    };
  }
  if (unread !== undefined) return { command: unread.command, above: unread.what };
  if (rows !== null) return rows;
  const { elsewhere } = followUp;
  if (counts.invalid + counts.rejected > 0 || elsewhere === undefined) return null;
  return { command: elsewhere.command, above: elsewhere.what };
}

/** Bad rows: to be fixed, or corrected already; null: there are none, or no file has them. */
function rowsStep(
  { counts, targets }: Summary,
  rejects: readonly string[],
  followUp: FollowUp,
): NextStep | null {
  if (counts.invalid + counts.rejected === 0 || rejects.length === 0) return null;
  const { corrected = [] } = followUp;
  const sending = (files: readonly string[]) =>
    command('send', ...files.map(pathArgument), '--to', targets.join(','), ...followUp.send());
  const waiting = rejects.filter((file) => corrected.includes(file));
  const toFix = rejects.filter((file) => !corrected.includes(file));
  if (toFix.length === 0) return { command: sending(waiting) };
  const fix = {
    command: sending(toFix),
    first: `fix ${listed(toFix.map(plain), 'and')}, then send ${toFix.length === 1 ? 'it' : 'them'}`,
  };
  if (waiting.length === 0) return fix;
  const send = sending(waiting);
  return { ...fix, below: [`Your corrections wait: ${send}`], later: [send] };
}

/** What to do, and the command, in one line. */
function sentence({ first, command }: NextStep): string {
  return first === undefined ? command : `${first}: ${command}`;
}

/** `after 14:05:10`, where a provider asked to wait until then; else null. */
export function afterWait({ stops }: Pick<Summary, 'stops'>, { now }: Pick<FollowUp, 'now'>): string | null {
  const asked = stops.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until)]));
  return now === undefined ? null : afterText(Math.max(...asked), now);
}

/** The same of one instant. @param until Unix ms */
export function afterText(until: number, now: number): string | null {
  return until > now ? `after ${clockTime(until, now)}` : null;
}

/** Whether only the same command goes on: the input has more than the ledger knows of, or its results have no file. */
export function isSameCommand(
  { interrupted, unread = false, ledgerFailure, counts }: Summary,
  { unwritten = false, same }: Pick<FollowUp, 'unwritten' | 'same'>,
): boolean {
  if (ledgerFailure !== null || unwritten || interrupted === 'OUTPUT') return true;
  if (interrupted === null) return false;
  // A later call, which does not know the words of this one, can retry all that was read.
  return unread || (same !== undefined && counts.failed + counts.unknown > 0);
}

/** What a run was given counts more than what this call was. @param own, @param more `--option VALUE` pairs */
export function joinPlaces(own: readonly string[], more: readonly string[]): readonly string[] {
  const kept = own.filter((word, i) => !more.includes(i % 2 === 0 ? word : (own[i - 1] ?? '')));
  return [...kept, ...more];
}

/** The same call, with the places that it had from its variables. @param args its words @param places all its places */
export function sameCall(args: readonly string[], places: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  const isGiven = (name = '') => options.some((word) => word === name || word.startsWith(`${name}=`));
  const more = places.filter((word, i) => !isGiven(i % 2 === 0 ? word : places[i - 1]));
  return [...options, ...more, ...args.slice(options.length)];
}

/** With more of them for every command, such as the `--config` that a run was given. */
export function withPlaces(followUp: FollowUp, more: readonly string[]): FollowUp {
  if (more.length === 0) return followUp;
  const { places, retry, check } = followUp;
  return {
    ...followUp,
    places: joinPlaces(places, more),
    retry: joinPlaces(retry, more),
    check: joinPlaces(check, more),
  };
}

/** `leadpush retry RUN` and `leadpush show RUN`, with this call's ledger and configuration. */
export function runCommand(
  name: 'retry' | 'show',
  run: string,
  { retry, places }: Pick<FollowUp, 'retry' | 'places'>,
  ...what: readonly string[]
): string {
  return command(name, run, ...what, ...(name === 'retry' ? retry : places));
}

/** The commands in a run's results, with what this call was told; those of a retry name the run that it retries. */
export function commandLine(
  run: string,
  followUp: Pick<FollowUp, 'retry' | 'places' | 'first'>,
): CommandLine {
  return (name, other, what) => runCommand(name, other ?? followUp.first ?? run, followUp, ...what);
}

/** `leadpush runs --all`, which lists the runs that could be meant. */
export function runsCommand(places: readonly string[]): string {
  return command('runs', '--all', ...places);
}

/** `leadpush check` with this call's configuration. */
export function checkCommand(followUp: FollowUp): string {
  return command('check', ...followUp.check);
}

/** `leadpush sources --to TARGET`, which asks for the list and keeps it for a day. */
export function sourcesCommand(target: string, config: readonly string[]): string {
  return command('sources', '--to', target, ...config);
}

/** Sends a file of rows that were read with other options than this call's. */
export function sendCommand(file: string, targets: readonly string[], places: readonly string[]): string {
  return command('send', pathArgument(file), '--to', targets.join(','), ...places);
}

/** Quoted, so that it can be pasted into a shell. */
export function command(...words: readonly string[]): string {
  return ['leadpush', ...words].map(shellQuoted).join(' ');
}
