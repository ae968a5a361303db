// `leadpush runs`: the runs in the ledger as they stand now.

import { configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { isNoSandboxRun, isSmokeTest } from '../../app/resolve-run.ts';
import { runHistory } from '../../app/run-history.ts';
import { folderOfRun, placesOfRun } from '../../app/run-places.ts';
import { screenZone } from '../../app/screen-zone.ts';
import type { UnknownOption } from '../../app/unknown-option.ts';
import { zoneNamed } from '../../lead/zone.ts';
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import { type FollowUp, runCommand, withPlaces } from '../../output/next-commands.ts';
import { changesText, type RunHistory } from '../../output/standing.ts';
import { streamStyle } from '../../output/style.ts';
import { unfinishedText } from '../../output/unfinished-text.ts';
import { sandboxProvider } from '../../providers/index.ts';
import { counted } from '../../util/counted.ts';
import { suggestion } from '../../util/nearest.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { followUpFor } from '../follow-up.ts';
import { durationOf, whole } from '../options.ts';
import { type ListedRun, leavesSomething, runJson, runsTable } from './runs-table.ts';
import { withLedger } from './with-ledger.ts';

const LIMIT = 20;

export interface RunsOptions {
  readonly json: boolean;
  readonly limit: number;
  /** Unix ms; null: from the first on. */
  readonly since: number | null;
  /** Names of targets; null: any. */
  readonly to: readonly string[] | null;
  /** Only those that left something to do. */
  readonly failed: boolean;
  /** Also runs of the built-in sandbox. */
  readonly all: boolean;
  readonly config: string | null;
  readonly ledger: string | null;
  /** Of the times that it shows; see app/screen-zone.ts. */
  readonly zone: string;
  /** What the next commands need of this call. */
  readonly followUp: FollowUp;
}

/** @returns the exit status */
export async function runsAction(flags: Flags, context: Context): Promise<number> {
  const purge = text(flags, 'purge');
  const since = text(flags, 'since');
  const to = text(flags, 'to');
  const zone = await screenZone(text(flags, 'config'), context);
  const options: RunsOptions = {
    json: isSet(flags, 'json'),
    limit: whole(flags, 'limit', '--limit', 1) ?? LIMIT,
    since: since === null ? null : sinceOf(since, context.clock.now(), zone),
    to: to === null ? null : to.split(',').map((name) => name.trim()),
    failed: isSet(flags, 'failed'),
    all: isSet(flags, 'all'),
    config: text(flags, 'config'),
    ledger: text(flags, 'ledger'),
    zone,
    followUp: followUpFor(flags, null, context),
  };
  if (purge !== null) {
    const { purgeAction } = await import('./runs-purge.ts');
    return purgeAction(durationOf(purge, '--purge'), { json: options.json, zone }, flags, context);
  }
  return withLedger(flags, context, 'read', (ledger) => runsCommand(options, context, ledger));
}

/** `7d` ago, or the start of a day, or an instant; without an offset, of the zone in which the list shows them. @throws UsageError */
function sinceOf(given: string, now: number, zone: string): number {
  if (/^\d{4}-\d{2}-\d{2}/.test(given)) {
    const text = given.replace(' ', 'T');
    const wall = Date.parse(text.includes('T') ? `${text}Z` : text);
    // With an offset of its own, that is no time.
    const at = Number.isNaN(wall) ? Date.parse(text) : zoneNamed(zone).instant(wall);
    if (!Number.isNaN(at)) return at;
  }
  try {
    return now - durationOf(given, '--since');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `--since: expected a duration with its unit, such as 7d, or a day such as 2026-11-24, found "${given}".`,
    );
  }
}

/** Lists the runs, newest first. @returns 0 */
export async function runsCommand(options: RunsOptions, context: Context, ledger: Ledger): Promise<number> {
  const all = await ledger.runs();
  const { listed, hidden, more } = await selected(all, options, ledger);
  if (options.json) {
    for (const run of listed) context.stdout.write(`${JSON.stringify(runJson(run))}\n`);
    return 0;
  }
  const notes: string[] = [];
  if (all.length === 0) notes.push('No run is recorded in this ledger.');
  else if (listed.length === 0)
    notes.push((await strangeTargets(all, options, context)) ?? 'No run to list.');
  else context.stdout.write(runsTable(listed, streamStyle(context.stdout, context.env).width, options.zone));
  for (const { run, history } of listed)
    notes.push(...changesText(history).map((line) => `Run ${run.id}: ${line}.`));
  if (more > 0)
    notes.push(`${counted(more, 'older run')} not shown; --limit ${listed.length + more} shows all.`);
  if (hidden > 0 && options.failed) notes.push('Runs to the sandbox are not shown; --all shows them.');
  else if (hidden > 0)
    notes.push(`${counted(hidden, 'sandbox run')} not shown; --all shows ${hidden === 1 ? 'it' : 'them'}.`);
  const open = listed.find(
    ({ run, history }) => !run.purgedAt && (history.unfinished || isLeftOpen(run, history)),
  );
  if (open !== undefined) {
    const followUp = withPlaces(options.followUp, await placesOfRun(open.run, options, context));
    const folder = await folderOfRun(open.run, options, context);
    const text = open.history.unfinished
      ? unfinishedText(open.run, open.history, followUp)
      : leftOpenText(open, followUp, await unknownOf(open.run, options, context));
    notes.push(...text, ...(folder === null ? [] : [folder]));
  }
  for (const note of notes) context.stderr.write(`${note}\n`);
  return 0;
}

/** It was interrupted when all was read, so that `retry` does the rest. */
function isLeftOpen({ command, summary }: RunRow, { counts, finishedBy }: RunHistory): boolean {
  const interrupted = summary !== null && summary.interrupted !== null;
  return interrupted && command !== 'smoke' && finishedBy === null && counts.failed + counts.unknown > 0;
}

async function unknownOf(
  { targets }: RunRow,
  { config }: RunsOptions,
  context: Context,
): Promise<UnknownOption> {
  const { unknownOptionHere } = await import('../../app/unknown-option.ts');
  return unknownOptionHere(targets, config, context);
}

/** As `show` says it. */
function leftOpenText(
  { run, history: { counts } }: ListedRun,
  followUp: FollowUp,
  unknown: UnknownOption,
): readonly string[] {
  const what = counts.failed > 0 ? [] : [unknown];
  return [`Run ${run.id} was interrupted.`, `Next: ${runCommand('retry', run.id, followUp, ...what)}`];
}

/** Null where each is a target of the ledger or of the configuration. */
async function strangeTargets(
  all: readonly RunRow[],
  { to, config }: RunsOptions,
  context: Context,
): Promise<string | null> {
  if (to === null) return null;
  const { targetNames } = await configurationOf(config, context);
  const known = [...new Set([...targetNames, ...all.flatMap(({ targets }) => targets)])];
  const strange = to.find((name) => !known.includes(name) && sandboxProvider(name) === null);
  if (strange === undefined) return null;
  return `No run to list. Neither this ledger nor the configuration has a target "${plain(strange)}"${plain(suggestion(strange, known)) || '.'}`;
}

interface Selected {
  readonly listed: readonly ListedRun[];
  /** Sandbox runs that --all would show. */
  readonly hidden: number;
  /** Those beyond the limit. */
  readonly more: number;
}

async function selected(
  all: readonly RunRow[],
  { limit, since, to, failed, all: withSandbox }: RunsOptions,
  ledger: Ledger,
): Promise<Selected> {
  const meant = all.filter(
    (run) =>
      (since === null || Date.parse(run.startedAt) >= since) &&
      (to === null || run.targets.some((name) => to.includes(name))),
  );
  // Who names a sandbox target means its runs.
  const real = withSandbox || to !== null ? meant : meant.filter(isNoSandboxRun);
  const listed: ListedRun[] = [];
  let looked = 0;
  for (const run of real) {
    if (listed.length === limit) break;
    looked++;
    // What is left of a smoke test is nobody's to send.
    if (failed && (await isSmokeTest(ledger, run))) continue;
    const history: RunHistory = await runHistory(ledger, run);
    if (!failed || leavesSomething({ run, history })) listed.push({ run, history });
  }
  // With --failed nobody knows how many of the others are meant.
  return { listed, hidden: meant.length - real.length, more: failed ? 0 : real.length - looked };
}
