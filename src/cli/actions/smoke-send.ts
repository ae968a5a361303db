// The sending of a smoke test: a run of one lead, which says where it waits, and gives up in time.
import type { Context } from '../../app/context.ts';
import { knownResults } from '../../app/expected.ts';
import { beginRun, endRun } from '../../app/open-ledger.ts';
import { sayWaits } from '../../app/say-waits.ts';
import { runLeads } from '../../delivery/delivery-run.ts';
import type { Result, TargetStop } from '../../delivery/outcome.ts';
import type { RunState } from '../../delivery/run-options.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import type { Ledger, SentTo } from '../../ledger/ledger.ts';
import { exitStatus } from '../../output/exit-status.ts';
import { commandLine } from '../../output/next-commands.ts';
import { startProgress } from '../../output/progress.ts';
import { progressText } from '../../output/progress-text.ts';
import { streamStyle } from '../../output/style.ts';
import type { Patience } from './smoke-patience.ts';

export interface Sending {
  readonly target: Target;
  /** Where it sends, for the history. */
  readonly sentTo: readonly SentTo[];
  readonly input: LeadInput;
  readonly run: string;
  readonly ledger: Ledger;
  readonly noLedger: boolean;
  readonly json: boolean;
  /** `--config` and `--ledger`, for the commands in its result. */
  readonly places: readonly string[];
  readonly patience: Patience;
}

export interface SentOne {
  /** Null where there was no result. */
  readonly sent: Result | null;
  /** Why nothing more would be sent to the target; null: it goes on. */
  readonly stop: TargetStop | null;
}

export async function sendOne(sending: Sending, context: Context): Promise<SentOne> {
  const { target, input, run, ledger, patience, places } = sending;
  const { sentTo } = sending;
  const about = {
    id: run,
    command: 'smoke',
    files: [],
    targets: [target.name],
    sentTo,
    parent: null,
  } as const;
  await beginRun(ledger, about, context);
  let state: (() => RunState) | null = null;
  let sent: Result | null = null;
  const hideWaits = await showWaits(() => state?.() ?? null, sending.json, context);
  try {
    const { summary } = await runLeads(
      (async function* () {
        yield [input];
      })(),
      {
        ...{ run, targets: [target], resend: false, resendUnknown: false, maxFailures: null },
        // An earlier smoke test has used the same number.
        patient: true,
        notKept: sending.noLedger,
        commandLine: commandLine(run, { retry: places, places }),
      },
      {
        clock: context.clock,
        ledger,
        drain: patience.drain,
        abort: patience.abort,
        watch: (look) => {
          state = look;
          patience.watch(look);
        },
        emit: async ([first]) => {
          sent = first?.result ?? null;
          return undefined;
        },
      },
    );
    patience.watch(null);
    await endRun(ledger, summary, exitStatus(summary), context);
    return { sent, stop: summary.stops[0] ?? null };
  } finally {
    hideWaits();
  }
}

/** The live line on a terminal, notes in a log: as `send`. @returns stops it */
async function showWaits(look: () => RunState | null, json: boolean, context: Context): Promise<() => void> {
  const { stdout, stderr, env } = context;
  const style = streamStyle(stderr, env);
  if (!style.live || (json && stdout.isTTY)) return sayWaits(look, context);
  const expected = knownResults(1).now();
  const progress = await startProgress(stderr, style, () => {
    const now = look();
    return now === null ? 'starting' : progressText(now, { expected, rate: null, columns: style.width });
  });
  return progress.stop;
}
