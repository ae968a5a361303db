// One run from its first claim to its exit status: signals, views, files. `send` and `retry` differ only in where their
// leads come from.

import { runLeads } from '../delivery/delivery-run.ts';
import type { Result, Summary } from '../delivery/outcome.ts';
import type { InterruptReason, RunDeps, RunEnd, RunState } from '../delivery/run-options.ts';
import type { Target } from '../delivery/submission.ts';
import type { SourceInfo } from '../input/record.ts';
import { RecordLines } from '../lead/record-lines.ts';
import { type Ledger, LedgerWriteError, type SentTo } from '../ledger/ledger.ts';
import { exitStatus } from '../output/exit-status.ts';
import { keepingRejects, keepingResults } from '../output/hand-edits.ts';
import { LineWriter } from '../output/line-writer.ts';
import { resultLine } from '../output/ndjson.ts';
import {
  commandLine,
  type Elsewhere,
  type FollowUp,
  isSameCommand,
  sameCall,
  sendCommand,
} from '../output/next-commands.ts';
import { type Progress, startProgress } from '../output/progress.ts';
import { progressText, RecentRate } from '../output/progress-text.ts';
import { openRejectsFiles, type RejectsFiles } from '../output/rejects-file.ts';
import { openResultsFile, type ResultsFile } from '../output/results-file.ts';
import { accountsOf } from '../output/same-account.ts';
import { LISTED_NO_MORE, Scrollback } from '../output/scrollback.ts';
import { streamStyle } from '../output/style.ts';
import { Tally } from '../output/tally.ts';
import { sweep } from '../output/temporary-files.ts';
import { type HumanView, humanLines, showsWarnings } from '../output/terminal.ts';
import { messageOf } from '../util/errors.ts';
import { isLoopback } from '../util/loopback.ts';
import type { Context } from './context.ts';
import type { Expectation } from './expected.ts';
import { FixedRows } from './fixed-rows.ts';
import { isLocalFile, sameAnywhere } from './input-name.ts';
import type { SendInput } from './inputs.ts';
import { beginRun, endRun } from './open-ledger.ts';
import type { ViewOptions } from './options.ts';
import { RowNotes } from './row-notes.ts';
import { sayWaits } from './say-waits.ts';
import { SeenRows } from './seen-rows.ts';
import { abortWords, listenForSignals } from './signals.ts';
import { tellRun } from './tell-run.ts';
import { type UnknownOption, unknownOption } from './unknown-option.ts';
import { commitAll, unwrittenText } from './unwritten.ts';
import { writtenFiles } from './written-files.ts';

export interface SessionOptions {
  readonly command: 'send' | 'retry' | 'smoke';
  readonly run: string;
  readonly parent: string | null;
  readonly files: readonly string[];
  /** Of these files only some records are read: `--limit`, `--shard`. */
  readonly isPart?: boolean;
  readonly targets: readonly Target[];
  /** Where they send, for the history. */
  readonly sentTo: readonly SentTo[];
  readonly infos: readonly SourceInfo[];
  readonly expected: Expectation;
  readonly view: ViewOptions;
  readonly output: string | null;
  readonly rejects: string | null;
  readonly maxFailures: number | null;
  /** Of days; see screen-zone.ts. */
  readonly zone: string;
  /** Records of other shards so far; absent: all are this machine's. */
  readonly otherShards?: () => number;
  readonly resend: boolean;
  readonly resendUnknown: boolean;
  /** `retry --settle`. */
  readonly askOnly?: boolean;
  /** Also bad rows that an earlier run has shown. */
  readonly repeat: boolean;
  /** What the next commands need of this call. */
  readonly followUp: FollowUp;
  /** What another run has left, looked for when this one has left nothing. */
  readonly elsewhere?: () => Promise<Elsewhere | null>;
  /** What the run that this one retries had not read. */
  readonly unread?: () => Promise<Elsewhere | null>;
  readonly canary?: NonNullable<RunDeps<SendInput>['canary']>;
}

/** Runs it. @returns the exit status */
export async function runSession(
  inputs: AsyncIterable<readonly SendInput[]>,
  given: SessionOptions,
  ledger: Ledger,
  context: Context,
): Promise<number> {
  const options = { ...given, followUp: followUpOf(given, context) };
  const { clock, stderr } = context;
  const files: ResultsFile[] = [];
  let rejects: RejectsFiles | null = null;
  // A run that was killed here may have left people's data, wherever this one writes.
  await sweep([context.cwd], clock.now());
  const { remembered, places } = options.followUp;
  const names = options.targets.map(({ name }) => name);
  const telling = { quiet: options.view.quiet, sending: (file: string) => sendCommand(file, names, places) };
  const written = writtenFiles(ledger, options.run, remembered, telling, context);
  try {
    if (options.output !== null) {
      const beforeReplacing = keepingResults(written);
      files.push(await openResultsFile(options.output, options.infos, { beforeReplacing }));
    }
    if (options.rejects !== null) {
      rejects = await openRejectsFiles(options.rejects, options.infos, (rows) =>
        keepingRejects(written, rows),
      );
      files.push(rejects);
    }
  } catch (error) {
    await Promise.all(files.map((file) => file.abort()));
    throw error;
  }
  const view = viewOf(options, context);
  let state: (() => RunState) | null = null;
  let progress: Progress | null = null;
  let stopWaits = () => {};
  const signals = listenForSignals(context.env, (signal) => {
    progress?.clear();
    stderr.write(`\n${drainingText(signal, state?.() ?? null, options)}\n`);
  });
  const writer = new LineWriter(context.stdout);
  const told = new Set<string>();
  const tally = new Tally(view.errors.accounts);
  const unknownAt = new Set<string>();
  const { json, quiet, verbose } = options.view;
  const scrollback = new Scrollback({ quiet, verbose, live: view.results.style.live });
  const counting = new AbortController();
  const notes = new RowNotes(ledger, options.run);
  const seen = new SeenRows(ledger, notes, options, context.cwd);
  const fixed = new FixedRows(ledger, notes, options);
  const { canary: look } = options;
  const canary: typeof look =
    look === undefined
      ? undefined
      : async (...about) => {
          progress?.pause();
          try {
            return await look(...about);
          } finally {
            progress?.resume();
          }
        };
  try {
    const { run: id, command, parent, sentTo } = options;
    const paths = options.files.map((file) => sameAnywhere(file, context.cwd));
    await beginRun(
      ledger,
      { id, command, parent, targets: names, sentTo, files: options.files, paths },
      context,
    );
    // Where the results go to the same terminal as JSON, a live line would stand among them.
    if (view.errors.style.live && !(options.view.json && context.stdout.isTTY)) {
      options.expected.count(counting.signal);
      const rate = new RecentRate();
      progress = await startProgress(stderr, view.errors.style, () => {
        if (state === null) return 'starting';
        const now = state();
        return progressText(now, {
          expected: options.expected.now(),
          rate: rate.at(clock.monotonic(), now.done),
          columns: view.errors.style.width,
        });
      });
    } else if (!quiet) stopWaits = sayWaits(() => state?.() ?? null, context);
    const ended = await runLeads(
      inputs,
      {
        ...options,
        notKept: !options.followUp.remembered,
        commandLine: commandLine(options.run, options.followUp),
      },
      {
        clock,
        ledger,
        drain: signals.drain,
        abort: signals.abort,
        watch: (look) => {
          state = look;
        },
        emit: async (batch) => {
          progress?.clear();
          const known = json || options.repeat ? null : await seen.among(batch);
          const settled = json && rejects === null ? null : await fixed.among(batch);
          tally.fixed += settled?.size ?? 0;
          for (const emitted of batch) {
            const { result, input } = emitted;
            if (!json) view.lines.add(result);
            if (result.status === 'unknown') unknownAt.add(result.target);
            if (json) writer.add(resultLine(result));
            else if (known?.has(emitted) === true) tally.addRepeated(result);
            else if (settled?.has(emitted) === true && !options.repeat) tally.addSettled(result);
            else {
              const shown = hasOwnWarnings(result) || scrollback.shows(result);
              tally.add(result, shown !== false && showsWarnings(result, view.results));
              if (shown !== false)
                for (const line of humanLines(result, view.results, told)) writer.add(line);
              if (shown === 'last') writer.add(view.results.style.chalk.gray(LISTED_NO_MORE));
            }
            for (const file of files)
              await file.write(
                input.row,
                result,
                settled?.has(emitted) === true && fixed.tellsApart(emitted),
              );
          }
          const flushed = await writer.flush();
          if (!json && flushed !== 'gone') await seen.note(batch.filter((row) => settled?.has(row) !== true));
          await fixed.note(batch);
          return flushed;
        },
        ...(canary === undefined ? {} : { canary }),
      },
    );
    progress?.stop();
    stopWaits();
    const { inputError, emitError } = ended;
    const summary = { ...byOutput(ended, writer), ...otherShardsOf(options) };
    const unwritten = emitError ?? (await commitAll(files));
    const broken = inputError !== null || unwritten !== null;
    const status = broken ? Math.max(1, exitStatus(summary)) : exitStatus(summary);
    const isRead = summary.interrupted === null && !broken && options.isPart !== true;
    if (isRead) await written.sent(options.files, fixed.inputs);
    await notes.close();
    await closeRun(ledger, summary, status, context);
    if (unwritten !== null) {
      await Promise.all(files.map((file) => file.abort()));
      stderr.write(unwrittenText(unwritten, emitError !== null, options));
    }
    if (inputError !== null) {
      stderr.write(`leadpush: the input broke after record ${summary.records}: ${messageOf(inputError)}\n`);
    }
    const unread = isSameCommand(summary, {}) ? null : ((await options.unread?.()) ?? null);
    const elsewhere = isAllDone(summary) ? ((await options.elsewhere?.()) ?? null) : null;
    const filled = rejects?.filled() ?? [];
    const toSend: string[] = [];
    for (const { path, rows } of filled) toSend.push(...(await written.toSend(path, rows)));
    const tellOptions = {
      ...options,
      followUp: {
        ...options.followUp,
        corrected: toSend.filter((file) => !filled.some(({ path }) => path === file)),
        ...(options.files.every((file) => fixed.inputs.has(file) && isLocalFile(file))
          ? { rejected: options.files }
          : {}),
        ...(elsewhere === null ? {} : { elsewhere }),
        ...(unread === null ? {} : { unread }),
        local: options.targets.every(({ endpoint }) => isLoopback(new URL(endpoint.origin).hostname)),
        unknown: unknownOptionOf(options, unknownAt),
        now: clock.now(),
        ...(unwritten === null ? {} : { unwritten: true }),
      },
    };
    await tellRun(summary, tally, toSend, tellOptions, view.errors, writer, context);
    // Also after the last line, the summary.
    return writer.unwritable ? Math.max(1, status) : status;
  } catch (error) {
    await Promise.all(files.map((file) => file.abort()));
    if (!(error instanceof LedgerWriteError)) throw error;
    // The run could not even be opened; later failures are part of its summary.
    stderr.write(`leadpush: the ledger could not be written: ${error.message}. Nothing was sent.\n`);
    return 1;
  } finally {
    progress?.stop();
    stopWaits();
    counting.abort();
    signals.dispose();
  }
}

/** The engine only knows that the output ended: because its reader left, or because it could not be written. */
function byOutput({ summary, emitError }: RunEnd, writer: LineWriter): Summary {
  const { interrupted } = summary;
  const isUnwritten =
    interrupted === null ? emitError !== null : interrupted === 'EPIPE' && writer.unwritable;
  return isUnwritten ? { ...summary, interrupted: 'OUTPUT' } : summary;
}

/** Nothing of this run is left to do, and the ledger can be read. */
function isAllDone({ counts, interrupted, ledgerFailure }: Summary): boolean {
  return interrupted === null && ledgerFailure === null && counts.failed + counts.unknown === 0;
}

function otherShardsOf({ otherShards }: SessionOptions): Pick<Summary, 'otherShards'> {
  return otherShards === undefined ? {} : { otherShards: otherShards() };
}

function viewOf(
  options: SessionOptions,
  context: Context,
): { readonly results: HumanView; readonly errors: HumanView; readonly lines: RecordLines } {
  const { showPii, verbose } = options.view;
  const lines = new RecordLines();
  const { targets, zone } = options;
  const common = {
    showPii,
    verbose,
    manyTargets: targets.length > 1,
    lines,
    zone,
    accounts: accountsOf(targets),
  };
  return {
    results: { ...common, style: streamStyle(context.stdout, context.env) },
    errors: { ...common, style: streamStyle(context.stderr, context.env) },
    lines,
  };
}

/** One lead alone: what was left out of it is shown, also with --quiet. */
function hasOwnWarnings({ file, warnings }: Result): boolean {
  return file === null && warnings.length > 0;
}

function followUpOf({ parent, followUp }: SessionOptions, { args }: Context): FollowUp {
  return {
    ...followUp,
    ...(args === undefined ? {} : { same: sameCall(args, followUp.places) }),
    ...(parent === null ? {} : { first: parent }),
  };
}

/** @param unknownAt names of the targets that have unknown leads */
function unknownOptionOf({ targets }: SessionOptions, unknownAt: ReadonlySet<string>): UnknownOption {
  return unknownOption(
    targets.flatMap(({ name, endpoint }) =>
      unknownAt.has(name) ? [endpoint.reconciliation.kind === 'ask'] : [],
    ),
  );
}

/** Reports that the end of the run could not be recorded; the next run finds its intents and reconciles them. */
async function closeRun(ledger: Ledger, summary: Summary, status: number, context: Context): Promise<void> {
  try {
    await endRun(ledger, summary, status, context);
  } catch (error) {
    context.stderr.write(`leadpush: the end of the run could not be recorded: ${messageOf(error)}\n`);
  }
}

function drainingText(
  signal: InterruptReason,
  state: RunState | null,
  { followUp, resend }: SessionOptions,
): string {
  const inProgress = state?.inProgress ?? 0;
  const goesOn = resend
    ? ' The same command goes on, and with --resend also sends again what this one has sent.'
    : ' The same command goes on where this one stops.';
  const next = followUp.remembered ? goesOn : '';
  return `${signal}: nothing more is sent; waiting for ${inProgress} still in progress. ${abortWords(signal)}${next}`;
}
