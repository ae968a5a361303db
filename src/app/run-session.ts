// One run from its first claim to its exit status: ledger, signals, views, files. `send` and `retry` differ only in
// where their leads come from.

import type { ViewOptions } from '../cli/send-options.ts';
import { type InterruptReason, type RunDeps, type RunState, runLeads } from '../delivery/delivery-run.ts';
import type { Summary } from '../delivery/outcome.ts';
import type { Target } from '../delivery/submission.ts';
import type { SourceInfo } from '../input/record.ts';
import { type Ledger, LedgerWriteError } from '../ledger/ledger.ts';
import { type LedgerPlace, ledgerPlace, testLeaseMs, testMaxPages } from '../ledger/path.ts';
import { newRunId } from '../ledger/run-id.ts';
import { exitStatus } from '../output/exit-status.ts';
import { LineWriter } from '../output/line-writer.ts';
import { maskQuoted } from '../output/mask-phone.ts';
import { resultLine, summaryLine } from '../output/ndjson.ts';
import type { FollowUp } from '../output/next-commands.ts';
import { type Progress, progressText, startProgress } from '../output/progress.ts';
import { openRejectsFile } from '../output/rejects-file.ts';
import { openResultsFile, type ResultsFile } from '../output/results-file.ts';
import { streamStyle } from '../output/style.ts';
import { sweep } from '../output/temporary-files.ts';
import { type HumanView, humanLines, needsPerson, summaryText } from '../output/terminal.ts';
import { messageOf } from '../util/errors.ts';
import { plain } from '../util/plain.ts';
import { userFolders } from '../util/user-folders.ts';
import { whyUnwritten } from '../util/write-error.ts';
import type { Context } from './context.ts';
import type { SendInput } from './inputs.ts';
import { listenForSignals } from './signals.ts';

export interface SessionOptions {
  readonly command: 'send' | 'retry' | 'smoke';
  readonly run: string;
  readonly parent: string | null;
  readonly files: readonly string[];
  readonly targets: readonly Target[];
  readonly infos: readonly SourceInfo[];
  /** Records expected, where that is known. */
  readonly total: number | null;
  readonly view: ViewOptions;
  readonly output: string | null;
  readonly rejects: string | null;
  readonly maxFailures: number | null;
  readonly resend: boolean;
  readonly resendUnknown: boolean;
  /** What the next commands need of this call. */
  readonly again: FollowUp;
  readonly canary?: NonNullable<RunDeps<SendInput>['canary']>;
}

export interface LedgerChoice {
  /** `--ledger FILE`. */
  readonly file: string | null;
  /** `--no-ledger`. */
  readonly none: boolean;
  /** What the configuration says; null: nothing. */
  readonly configured: string | null;
}

/** Opens the ledger that the user chose. @param access `read` makes no file @throws UsageError */
export async function openChosenLedger(
  choice: LedgerChoice,
  context: Context,
  access: 'read' | 'write',
): Promise<Ledger> {
  const [{ openLedger }, { systemProcessTable }] = await Promise.all([
    import('../ledger/sqlite/ledger.ts'),
    import('../ledger/process-table.ts'),
  ]);
  const { env } = context;
  const place = choice.none ? null : placeOf(choice, context);
  const leaseMs = testLeaseMs(env);
  return openLedger(place?.path ?? null, {
    clock: context.clock,
    probe: systemProcessTable(leaseMs !== null),
    access,
    folders: place?.folders ?? 'all',
    onNew: () => {
      // Also with --quiet: a mistyped name is a new memory, from which everything is sent again.
      if (place?.named === true) context.stderr.write(`leadpush: new ledger: ${place.path}\n`);
    },
    maxPages: testMaxPages(env),
    leaseMs,
  });
}

function placeOf(choice: LedgerChoice, context: Context): LedgerPlace {
  const { env, cwd, home, platform } = userFolders(context);
  return ledgerPlace(choice.file, env, cwd, home, platform, choice.configured);
}

/** Whether there is anything to read. @throws UsageError where it may not be used, or its folder is not there */
export async function ledgerIsThere(choice: LedgerChoice, context: Context): Promise<boolean> {
  if (choice.none) return false;
  const { path, folders } = placeOf(choice, context);
  const { isEmpty } = await import('../ledger/sqlite/file.ts');
  return !isEmpty(path, folders);
}

/** A run's id that this ledger has not seen. */
export async function freshRunId(ledger: Ledger, context: Context): Promise<string> {
  for (;;) {
    const id = newRunId(context.clock.random);
    if ((await ledger.findRuns(id)).length === 0) return id;
  }
}

/** Runs it. @returns the exit status */
export async function runSession(
  inputs: AsyncIterable<readonly SendInput[]>,
  options: SessionOptions,
  ledger: Ledger,
  context: Context,
): Promise<number> {
  const { clock, stderr } = context;
  const files: ResultsFile[] = [];
  // A run that was killed here may have left people's data, wherever this one writes.
  await sweep([context.cwd], clock.now());
  try {
    if (options.output !== null) files.push(await openResultsFile(options.output, options.infos));
    if (options.rejects !== null) files.push(await openRejectsFile(options.rejects, options.infos));
  } catch (error) {
    await Promise.all(files.map((file) => file.abort()));
    throw error;
  }
  const view = viewOf(options, context);
  let state: (() => RunState) | null = null;
  let progress: Progress | null = null;
  const signals = listenForSignals(context.env, (signal) => {
    progress?.clear();
    stderr.write(`\n${drainingText(signal, state?.() ?? null)}\n`);
  });
  const writer = new LineWriter(context.stdout);
  const told = new Set<string>();
  const started = clock.monotonic();
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
    await ledger.openRun({
      id: options.run,
      command: options.command,
      startedAt: new Date(clock.now()).toISOString(),
      files: options.files,
      targets: options.targets.map((target) => target.name),
      parent: options.parent,
    });
    if (view.errors.style.live && !options.view.quiet && !options.view.json) {
      const expected = options.total === null ? null : options.total * options.targets.length;
      progress = await startProgress(stderr, () =>
        state === null
          ? 'starting'
          : progressText(state(), expected, clock.monotonic() - started, view.errors.style.width),
      );
    }
    const ended = await runLeads(inputs, options, {
      clock,
      ledger,
      drain: signals.drain,
      abort: signals.abort,
      watch: (look) => {
        state = look;
      },
      emit: async (batch) => {
        progress?.clear();
        for (const { result, input } of batch) {
          if (options.view.json) writer.add(resultLine(result));
          else if (!options.view.quiet || needsPerson(result.status)) {
            for (const line of humanLines(result, view.results, told)) writer.add(line);
          }
          for (const file of files) await file.write(input.row, result);
        }
        return writer.flush();
      },
      ...(canary === undefined ? {} : { canary }),
    });
    progress?.stop();
    const { inputError, emitError } = ended;
    const summary = byOutput(ended.summary, writer);
    const unwritten = emitError ?? (await commitAll(files));
    const broken = inputError !== null || unwritten !== null;
    const status = broken ? Math.max(1, exitStatus(summary)) : exitStatus(summary);
    await closeRun(ledger, options.run, summary, status, context);
    if (unwritten !== null) {
      await Promise.all(files.map((file) => file.abort()));
      stderr.write(
        `leadpush: the results could not be written: ${whyUnwritten(unwritten)}.\nNothing was sent after that; \`leadpush show ${options.run}\` has what was.\n`,
      );
    }
    if (inputError !== null) {
      stderr.write(`leadpush: the input broke after record ${summary.records}: ${messageOf(inputError)}\n`);
    }
    await tell(summary, options, view.errors, writer, context);
    // The last of it, too: the summary.
    return writer.unwritable ? Math.max(1, status) : status;
  } catch (error) {
    await Promise.all(files.map((file) => file.abort()));
    if (!(error instanceof LedgerWriteError)) throw error;
    // The run could not even be opened; later failures are part of its summary.
    stderr.write(`leadpush: the ledger could not be written: ${error.message}. Nothing was sent.\n`);
    return 1;
  } finally {
    progress?.stop();
    signals.dispose();
  }
}

/** To the engine nobody reads any more; what ended it was not the reader. */
function byOutput(summary: Summary, writer: LineWriter): Summary {
  return summary.interrupted === 'EPIPE' && writer.unwritable
    ? { ...summary, interrupted: 'OUTPUT' }
    : summary;
}

/** Puts all files in their places. @returns what went wrong, or null */
async function commitAll(files: readonly ResultsFile[]): Promise<unknown> {
  try {
    await Promise.all(files.map((file) => file.commit()));
    return null;
  } catch (error) {
    return error;
  }
}

function viewOf(
  options: SessionOptions,
  context: Context,
): { readonly results: HumanView; readonly errors: HumanView } {
  const { showPii, verbose } = options.view;
  const common = { showPii, verbose, manyTargets: options.targets.length > 1 };
  return {
    results: { ...common, style: streamStyle(context.stdout, context.env) },
    errors: { ...common, style: streamStyle(context.stderr, context.env) },
  };
}

async function tell(
  summary: Summary,
  options: SessionOptions,
  view: HumanView,
  writer: LineWriter,
  context: Context,
): Promise<void> {
  if (options.view.json) {
    await writer.line(summaryLine(summary, options.rejects, options.again));
    await writer.flush();
    for (const { target, message } of summary.stops) {
      const shown = options.view.showPii ? message : maskQuoted(message, { numbers: [], keep: [] });
      context.stderr.write(`leadpush: target ${plain(target)} was stopped: ${plain(shown)}\n`);
    }
    if (summary.interrupted === 'OUTPUT') {
      context.stderr.write(
        `Nothing was sent after that. The same command goes on where this one stopped; \`leadpush show ${summary.run}\` has its results.\n`,
      );
    }
    if (summary.ledgerFailure !== null) {
      context.stderr.write(`leadpush: the ledger could not be written: ${plain(summary.ledgerFailure)}\n`);
    }
    return;
  }
  await writer.flush();
  if (options.view.quiet && exitStatus(summary) === 0) return;
  context.stderr.write(summaryText(summary, view, options.rejects, options.again));
}

/** The end of a run that cannot be recorded is said; the next run finds its intents and settles them. */
async function closeRun(
  ledger: Ledger,
  run: string,
  summary: Summary,
  status: number,
  context: Context,
): Promise<void> {
  try {
    await ledger.closeRun(run, summary, status, new Date(context.clock.now()).toISOString());
  } catch (error) {
    if (summary.ledgerFailure === null) {
      context.stderr.write(`leadpush: the end of the run could not be recorded: ${messageOf(error)}\n`);
    }
  }
}

function drainingText(signal: InterruptReason, state: RunState | null): string {
  const inProgress = state?.inProgress ?? 0;
  return `${signal}: nothing more is sent; waiting for ${inProgress} still under way. Once more aborts them. The same command goes on where this one stops.`;
}
