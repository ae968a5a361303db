// `leadpush retry [RUN]`: what a run could not deliver, sent again from what the ledger holds; or only asked about.

import { announceConfig, configurationOf, configuredLedger } from '../../app/configuration.ts';
import { confirmProduction, notConfirmed } from '../../app/confirm.ts';
import type { Context } from '../../app/context.ts';
import { knownResults } from '../../app/expected.ts';
import { leftLeads } from '../../app/left-leads.ts';
import { movedTargets, movedText } from '../../app/moved-targets.ts';
import { leftElsewhere, nothingLeft } from '../../app/nothing-left.ts';
import { freshRunId, ledgerIsThere } from '../../app/open-ledger.ts';
import type { Limits, ViewOptions } from '../../app/options.ts';
import {
  firstOf,
  isLatest,
  isNoSandboxRun,
  isSmokeTest,
  newestRun,
  resolveRun,
} from '../../app/resolve-run.ts';
import { leftBy } from '../../app/retried.ts';
import { runHistory } from '../../app/run-history.ts';
import { placesOfRun } from '../../app/run-places.ts';
import { runSession } from '../../app/run-session.ts';
import { zonedTime } from '../../app/screen-zone.ts';
import { sentToOf } from '../../app/sent-to.ts';
import { TargetSession } from '../../app/target-session.ts';
import { productionNames } from '../../app/targets.ts';
import { unreadRest, unreadView } from '../../app/unread-rest.ts';
import type { Config } from '../../config/configuration.ts';
import type { Target } from '../../delivery/submission.ts';
import type { Ledger, RunRow, Unfinished } from '../../ledger/ledger.ts';
import { emptySummaryLine } from '../../output/ndjson.ts';
import { command, type FollowUp, joinPlaces } from '../../output/next-commands.ts';
import { sandboxProvider } from '../../providers/index.ts';
import { counted, listed } from '../../util/counted.ts';
import { plain } from '../../util/plain.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { followUpFor } from '../follow-up.ts';
import { limits, ownFields, viewOptions } from '../options.ts';

interface RetryOptions {
  /** The run's id, or its first characters; null: the newest with something to retry. */
  readonly run: string | null;
  /** The statuses that the call names; none: `failed`. */
  readonly asked: readonly ('failed' | 'rejected' | 'unknown')[];
  /** Only ask about what is unknown. */
  readonly settle: boolean;
  readonly config: string | null;
  readonly ledger: string | null;
  readonly own: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly view: ViewOptions;
  readonly yes: boolean;
  readonly followUp: FollowUp;
}

/** @returns the exit status @throws UsageError */
export function retryAction(run: string | null, flags: Flags, context: Context): Promise<number> {
  return retryRun(
    {
      run,
      settle: isSet(flags, 'settle'),
      asked: (['failed', 'rejected', 'unknown'] as const).filter((status) => isSet(flags, status)),
      config: text(flags, 'config'),
      ledger: text(flags, 'ledger'),
      own: ownFields(flags),
      limits: limits(flags),
      view: viewOptions(flags),
      yes: isSet(flags, 'yes'),
      followUp: followUpFor(flags, null, context),
    },
    context,
  );
}

async function retryRun(options: RetryOptions, context: Context): Promise<number> {
  if (options.settle && options.asked.length > 0) {
    throw new UsageError(
      '--settle only asks about what is unknown, and sends nothing.',
      `Leave out --${options.asked[0]}, or --settle.`,
    );
  }
  const statuses = wanted(options);
  const configured = await configuredLedger(options.ledger, options.config, context);
  await using session = new TargetSession(context);
  const choice = { file: options.ledger, none: false, configured };
  // Nothing is retried from a ledger that is not there, and a mistyped name makes none.
  const ledger = await session.ledger(choice, (await ledgerIsThere(choice, context)) ? 'write' : 'read');
  const passedOver: string[] = [];
  const fits = retryable(ledger, statuses, options, passedOver, context);
  const parent = isLatest(options.run)
    ? await newestRun(ledger, options.config, context, fits)
    : await resolveRun(
        ledger,
        options.run,
        { name: 'retry', places: options.followUp.places, config: options.config },
        context,
      );
  if (parent !== null && passedOver.length > 0)
    context.stderr.write(`Newer, and not meant without their ids: ${passedOver.join('; ')}.\n`);
  if (parent === null) {
    return await tellNothing(await ledger.runs(), statuses, options, ledger, context);
  }
  if (parent.state === 'running') {
    throw new UsageError(`Run ${parent.id} is still in progress.`, 'Wait for its end, or stop it first.');
  }
  const left = await leftOf(ledger, parent.id, statuses);
  if (left.submissions > 0) return await resend(session, left, parent, statuses, options, ledger, context);
  if (typeof parent.purgedAt !== 'string') {
    return await tellNothing([parent], statuses, options, ledger, context);
  }
  if (options.view.json) context.stdout.write(`${emptySummaryLine()}\n`);
  const { unknown, failed, rejected } = (await runHistory(ledger, parent)).counts;
  const open = unknown + failed + rejected;
  const has =
    open === 0
      ? ''
      : `, with ${counted(open, 'lead')} that ${open === 1 ? 'is' : 'are'} not delivered or unknown`;
  context.stderr.write(
    `The personal data of run ${parent.id} was deleted on ${await zonedTime(parent.purgedAt, options.config, context)}${has}. Send the file again; what was sent is not sent twice.\n`,
  );
  // As the run itself ended: nothing of it was done here.
  return unknown > 0 ? 5 : open > 0 ? 1 : 0;
}

async function tellNothing(
  runs: readonly RunRow[],
  statuses: readonly Unfinished['status'][],
  { run: given, asked, settle, config, ledger: file, view, followUp: { places } }: RetryOptions,
  ledger: Ledger,
  context: Context,
): Promise<number> {
  const found = await configurationOf(config, context);
  const placesOf = (run: RunRow) => placesOfRun(run, { config, ledger: file }, context);
  const words = askedWords({ asked, settle });
  const named = !isLatest(given);
  const unread = unreadView({ config, ledger: file }, places, view, context);
  const asks = { asked, settle, statuses, config: found, named, places, placesOf, words, unread };
  const { what, next } = await nothingLeft(asks, ledger, runs);
  if (view.json) context.stdout.write(`${emptySummaryLine(next)}\n`);
  context.stderr.write(next === null ? `${what}\n` : `${what}\nNext: ${next}\n`);
  return 0;
}

/**
 * The newest run to targets of this configuration, no smoke test, that left something to retry.
 * @param passedOver gets the newer ones that left something too, in words
 */
function retryable(
  ledger: Ledger,
  statuses: readonly Unfinished['status'][],
  options: RetryOptions,
  passedOver: string[],
  context: Context,
): (run: RunRow) => Promise<boolean> {
  let known: ReadonlySet<string> | null = null;
  return async (run) => {
    known ??= new Set((await configurationOf(options.config, context)).targetNames);
    // Tries in the sandbox are no news.
    if (run.state === 'running' || !isNoSandboxRun(run)) return false;
    const { failed, rejected, unknown } = run.summary?.counts ?? { failed: 1, rejected: 0, unknown: 0 };
    if (failed + rejected + unknown === 0) return false;
    if (await isSmokeTest(ledger, run)) return false;
    if ((await leftOf(ledger, run.id, statuses)).submissions === 0) return false;
    const strange = run.targets.filter((name) => !known?.has(name));
    if (strange.length > 0)
      passedOver.push(
        `run ${run.id} to ${strange.map(plain).join(', ')}, not in this configuration (--config FILE names another)`,
      );
    else return true;
    return false;
  };
}

function wanted({ asked, settle }: RetryOptions): readonly Unfinished['status'][] {
  if (settle) return ['unknown', 'sending'];
  const others = asked.filter((status) => status !== 'failed');
  // What was in progress when a run died counts as not delivered: it is asked about before it is sent.
  return asked.includes('failed') || others.length === 0 ? [...others, 'failed', 'sending'] : others;
}

/** The words that this call was given, but for its places. */
function askedWords({ asked, settle }: Pick<RetryOptions, 'asked' | 'settle'>): readonly string[] {
  return [...asked.map((status) => `--${status}`), ...(settle ? ['--settle'] : [])];
}

/** @throws UsageError where a target is not in this configuration, and the one that the run was given is known */
async function refuseStrange(
  { targets }: Left,
  run: RunRow,
  { targetNames }: Config,
  options: RetryOptions,
  context: Context,
): Promise<void> {
  const strange = targets.filter((name) => sandboxProvider(name) === null && !targetNames.includes(name));
  if (strange.length === 0) return;
  const places = await placesOfRun(run, options, context);
  if (places.length === 0) return;
  throw new UsageError(
    `Run ${run.id} sent to ${listed(
      strange.map((name) => `"${plain(name)}"`),
      'and',
    )}, not in this configuration.`,
    `Use the one that it was given: ${command('retry', run.id, ...askedWords(options), ...joinPlaces(options.followUp.retry, places))}`,
  );
}

/** What a run left. */
interface Left {
  readonly submissions: number;
  /** Names of their targets. */
  readonly targets: readonly string[];
}

async function leftOf(ledger: Ledger, run: string, statuses: readonly Unfinished['status'][]): Promise<Left> {
  const targets = new Set<string>();
  let submissions = 0;
  for await (const page of leftBy(ledger, run, statuses)) {
    submissions += page.length;
    for (const { target } of page) targets.add(target);
  }
  return { submissions, targets: [...targets] };
}

async function resend(
  session: TargetSession,
  left: Left,
  row: RunRow,
  statuses: readonly Unfinished['status'][],
  options: RetryOptions,
  ledger: Ledger,
  context: Context,
): Promise<number> {
  const { id: parent } = row;
  const config = await configurationOf(options.config, context);
  announceConfig(config, options.view.verbose, context);
  await refuseStrange(left, row, config, options, context);
  const chosen = await session.choose(left.targets, config);
  const what = {
    files: `what run ${parent} left`,
    configuration: config.inUse,
    next: `Add --yes to send it. See it first: ${command('show', parent, ...options.followUp.places)}`,
  };
  // Who only asks sends nothing.
  const production = options.settle ? [] : productionNames(chosen);
  const moved = movedTargets(row, chosen);
  for (const one of moved) context.stderr.write(`leadpush: ${movedText(one, parent, options.settle)}\n`);
  const answer = await confirmProduction(what, production, options.yes, context);
  if (answer !== 'yes') return notConfirmed(answer, context);
  const run = await freshRunId(ledger, context);
  const first = await firstOf(ledger, row);
  const targets: Target[] = [];
  for (const one of chosen) {
    const target = await session.bind(one, {
      limits: options.limits,
      own: options.own,
      region: config.region,
      timezone: config.timezone,
      places: options.followUp.places,
      // The first run has replaced the names by numbers.
      sources: 'none',
      stored: true,
      // The keys of a sandbox run and of a smoke test hold that run's id, also where this is a retry of its retry.
      keySuffix: first.command === 'smoke' || (one.sandbox && options.ledger === null) ? first.id : '',
    });
    targets.push(target);
  }
  return runSession(
    leftLeads({ run: row, statuses, targets, moved, reader: run, asksOnly: options.settle }, ledger),
    {
      command: 'retry',
      run,
      parent,
      files: [],
      targets,
      sentTo: sentToOf(targets, config),
      infos: [],
      expected: knownResults(left.submissions),
      view: options.view,
      output: null,
      rejects: null,
      maxFailures: null,
      zone: config.timezone,
      resend: false,
      resendUnknown: options.asked.includes('unknown'),
      askOnly: options.settle,
      repeat: true,
      followUp: options.followUp,
      elsewhere: () => {
        const placesOf = (other: RunRow) => placesOfRun(other, options, context);
        return leftElsewhere({ config, places: options.followUp.places, placesOf }, run, ledger);
      },
      unread: () =>
        unreadRest(first, unreadView(options, options.followUp.places, options.view, context), ledger),
    },
    ledger,
    context,
  );
}
