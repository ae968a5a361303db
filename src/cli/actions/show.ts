// `leadpush show [RUN]`: what became of each lead of one run, as `send` printed it and as it stands now.

import type { Context } from '../../app/context.ts';
import { isSmokeTest, resolveRun } from '../../app/resolve-run.ts';
import { resultsNow } from '../../app/retried.ts';
import { runHistory } from '../../app/run-history.ts';
import { folderOfRun, placesOfRun } from '../../app/run-places.ts';
import { screenZone } from '../../app/screen-zone.ts';
import { withOwnAdvice } from '../../app/stored-advice.ts';
import {
  NAMED_STATUSES,
  type NamedStatus,
  type Result,
  STATUSES,
  type Status,
  type Summary,
  wasTried,
} from '../../delivery/outcome.ts';
import { buildSummary } from '../../delivery/result.ts';
import { RecordLines } from '../../lead/record-lines.ts';
import type { Ledger, RunRow } from '../../ledger/ledger.ts';
import { LineWriter } from '../../output/line-writer.ts';
import { resultLine, summaryLine } from '../../output/ndjson.ts';
import { type FollowUp, nextCommands, withPlaces } from '../../output/next-commands.ts';
import { shortTime } from '../../output/short-time.ts';
import { asItStands, changesText, INVALID_AS_READ, isOpen, type RunHistory } from '../../output/standing.ts';
import { streamStyle } from '../../output/style.ts';
import { summaryText } from '../../output/summary-text.ts';
import { Tally } from '../../output/tally.ts';
import { type HumanView, humanLines } from '../../output/terminal.ts';
import { endedSmoke, unfinishedText } from '../../output/unfinished-text.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { followUpFor } from '../follow-up.ts';
import { withLedger } from './with-ledger.ts';

export interface ShowOptions {
  /** A run's id, or its first characters; null: the newest. */
  readonly run: string | null;
  readonly json: boolean;
  readonly showPii: boolean;
  readonly config: string | null;
  readonly ledger: string | null;
  /** Only these; null: all. */
  readonly statuses: readonly NamedStatus[] | null;
  /** What the next commands need of this call. */
  readonly followUp: FollowUp;
}

/** @returns the exit status */
export function showAction(run: string | null, flags: Flags, context: Context): Promise<number> {
  const options: ShowOptions = {
    run,
    json: isSet(flags, 'json'),
    showPii: isSet(flags, 'showPii'),
    config: text(flags, 'config'),
    ledger: text(flags, 'ledger'),
    statuses: statusesOf(text(flags, 'status')),
    followUp: followUpFor(flags, null, context),
  };
  return withLedger(flags, context, 'read', (ledger) => showCommand(options, context, ledger));
}

/** `not sent`, as the summary says it, too. */
function statusesOf(given: string | null): readonly NamedStatus[] | null {
  if (given === null) return null;
  return given.split(',').map((name) => {
    const meant = name
      .trim()
      .toLowerCase()
      .replace(/[\s_]+/g, '-');
    const status = NAMED_STATUSES.find((known) => known === meant);
    if (status === undefined) {
      throw new UsageError(`--status: expected ${NAMED_STATUSES.join(', ')}, found "${name.trim()}".`);
    }
    return status;
  });
}

function isShown(result: Result, statuses: readonly NamedStatus[] | null): boolean {
  if (statuses === null || statuses.includes(result.status)) return true;
  return statuses.includes('not-sent') && !wasTried(result);
}

/** Those that the ledger need not read all for: a retry to a corrected address, and a duplicate's first record, are in no other row. */
function read(statuses: readonly NamedStatus[] | null): readonly Status[] | undefined {
  if (statuses === null || statuses.some((status) => status === 'created' || status === 'duplicate'))
    return undefined;
  return statuses.map((status) => (status === 'not-sent' ? 'failed' : status));
}

/** @returns 0, 141 where the reader left, or 1 where it could not be written @throws UsageError where no single run is meant */
export async function showCommand(options: ShowOptions, context: Context, ledger: Ledger): Promise<number> {
  const { json, showPii, statuses } = options;
  const run = await resolveRun(
    ledger,
    options.run,
    { name: 'show', places: options.followUp.places, config: options.config },
    context,
  );
  const history = await runHistory(ledger, run);
  const ofRun = withPlaces(options.followUp, await placesOfRun(run, options, context));
  // The run has ended, so it writes no rejects file.
  const isTest = await isSmokeTest(ledger, run);
  const noFiles = {
    ...ofRun,
    files: false,
    none: isTest || offersNothing(run, history),
    goesOn: history.unfinished,
  };
  const lines = new RecordLines();
  const zone = await screenZone(options.config, context);
  const view: HumanView = {
    lines,
    zone,
    style: streamStyle(context.stdout, context.env),
    showPii,
    verbose: true,
    manyTargets: run.targets.length > 1,
    accounts: run.sentTo ?? [],
  };
  const out = new LineWriter(context.stdout);
  const told = new Set<string>();
  const unknownAt = new Set<string>();
  const tally = new Tally(view.accounts);
  const results = resultsNow(ledger, run, read(statuses));
  for await (const page of withOwnAdvice(results, run, ofRun.places)) {
    for (const ended of page) {
      const { result, later } = asItStands(ended);
      lines.add(result);
      if (result.status === 'unknown') unknownAt.add(result.target);
      if (!isShown(result, statuses)) continue;
      tally.add(result, true);
      const texts = json ? [resultLine(result, later)] : humanLines(result, view, told, later);
      for (const text of texts) if ((await out.line(text)) === 'gone') return left(out);
    }
  }
  const endedMs = run.summary === null ? await lastResultMs(ledger, run) : 0;
  const summary = withReasons(summaryOf(run, history, endedMs), run);
  const followUp = await withUnknown(
    noFiles,
    unknownAt.size > 0 ? unknownAt : run.targets,
    summary,
    options,
    context,
  );
  if (json) await out.line(summaryLine(summary, [], followUp, history.finishedBy));
  if ((await out.flush()) === 'gone') return left(out);
  if (!json) {
    const style = streamStyle(context.stderr, context.env);
    const whole = statuses === null ? tally : null;
    context.stderr.write(
      summaryText(summary, { ...view, style, changed: history.changes.length > 0 }, [], followUp, whole),
    );
    const showsInvalid = history.counts.invalid > 0 && (statuses?.includes('invalid') ?? true);
    if (showsInvalid && run.files.length > 0) context.stderr.write(`${INVALID_AS_READ}\n`);
    for (const line of notesOf(run, history, isTest, ofRun, zone)) context.stderr.write(`${line}\n`);
    const offers = history.unfinished || nextCommands(summary, [], followUp).length > 0;
    const isLeft = offers && typeof run.purgedAt !== 'string';
    const folder = isLeft ? await folderOfRun(run, options, context) : null;
    if (folder !== null) context.stderr.write(`${folder}\n`);
  }
  return 0;
}

/** What tells about its unknown leads, by the providers of the configuration in use. */
async function withUnknown(
  followUp: FollowUp,
  unknownAt: Iterable<string>,
  { counts }: Summary,
  { config }: ShowOptions,
  context: Context,
): Promise<FollowUp> {
  if (counts.unknown === 0 || followUp.none === true) return followUp;
  const { unknownOptionHere } = await import('../../app/unknown-option.ts');
  return { ...followUp, unknown: await unknownOptionHere(unknownAt, config, context) };
}

/** The exit status where nothing more can be shown. */
function left(out: LineWriter): number {
  return out.unwritable ? 1 : 141;
}

/** What was said of a target that was stopped may name people, so a purge deletes it; its code stays. */
function withReasons(summary: Summary, { purgedAt }: RunRow): Summary {
  if (typeof purgedAt !== 'string') return summary;
  const stops = summary.stops.map((stop) => ({ ...stop, message: `${stop.code}. ${stop.message}` }));
  return { ...summary, stops };
}

/** Of a run that has not ended by itself: from its start to its last result, in ms. */
async function lastResultMs(ledger: Ledger, { id, startedAt }: RunRow): Promise<number> {
  const started = Date.parse(startedAt);
  let last = started;
  for await (const page of ledger.results(id))
    for (const { at } of page) last = Math.max(last, Date.parse(at));
  return last - started;
}

/** The run's own summary, with the counts as they stand now. @param durationMs where it has none */
function summaryOf(run: RunRow, { counts, notSent }: RunHistory, durationMs: number): Summary {
  if (run.summary !== null) return { ...run.summary, counts, notSent };
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  const records = Math.ceil(total / Math.max(1, run.targets.length));
  const targets = run.targets.map((name) => ({ name }));
  return buildSummary(run.id, targets, { records, counts, notSent, durationMs });
}

/** What is left of it is not this run's to do, or nobody's. */
function offersNothing({ purgedAt, state }: RunRow, { finishedBy, unfinished }: RunHistory): boolean {
  return typeof purgedAt === 'string' || state === 'running' || finishedBy !== null || unfinished;
}

function notesOf(
  run: RunRow,
  history: RunHistory,
  isTest: boolean,
  followUp: FollowUp,
  zone: string,
): readonly string[] {
  const lines = changesText(history).map((line) => `Since then: ${line}.`);
  if (typeof run.purgedAt === 'string')
    lines.push(
      `Its personal data was deleted on ${shortTime(run.purgedAt, zone)} ${zone}: there is nothing to send again.`,
    );
  else if (run.state === 'running') lines.push('It is still in progress; these are the results so far.');
  else if (history.finishedBy !== null)
    lines.push(`It was interrupted; run ${history.finishedBy} has finished it.`);
  else if (history.unfinished) lines.push(...unfinishedText(run, history, followUp));
  else if (isTest && isOpen(history)) lines.push(endedSmoke(run.id));
  return lines;
}
